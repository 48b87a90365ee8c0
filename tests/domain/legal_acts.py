"""Facts about legal acts and areas of origin, in few words, and the acts that real measures rest on."""

from typing import Any

from contracts.envelope import Event
from tests.domain.facts import SECRETARIAT, event, key_registered, mandate_granted
from tests.domain.given import Bloc, founded_bloc
from tests.domain.governing import ruleset_activated

FERRO = "eu.2025-2351"
"""Implementing Regulation (EU) 2025/2351 on ferro-alloys: from 18 November 2025 until 17 November 2028."""

TARIFF = "us.hts.2026"
COURT = "eu.court"


def resting_on(act: str, article: str = "1") -> dict[str, str]:
    """A legal basis: an article of an act."""
    return {"act": act, "article": article, "uri": "https://bloc.example/acts"}


def author_of(act: str) -> str:
    """Who records an act: the ministry of its territory, or the secretariat."""
    territory = act.split(".")[0]
    return SECRETARIAT if territory == "bloc" else f"{territory}.trade"


def adopted(act: str = TARIFF, start: str = "2026-01-01", end: str | None = None, **more: Any) -> Event[Any]:
    """An act is adopted, in force from a day and, if that is said, to another."""
    data = {
        "act": act,
        "title": "An act",
        "adopted_on": "2025-11-17",
        "effective_from": start,
        "effective_to": end,
        "legal_basis": resting_on("eu.tfeu", "207"),
    }
    return event(author_of(act), "bloc.act.adopted.v1", data | more)


def said(
    verb: str, act: str = TARIFF, start: str | None = None, end: str | None = None, **more: Any
) -> Event[Any]:
    """An act is extended, suspended, resumed or repealed from a day."""
    data = {
        "act": act,
        "effective_from": start,
        "effective_to": end,
        "legal_basis": resting_on("eu.tfeu", "207"),
    }
    return event(author_of(act), f"bloc.act.{verb}.v1", data | more)


def published(act: str = TARIFF, on: str = "2025-11-18", **more: Any) -> Event[Any]:
    """An act appears in its journal."""
    data = {
        "act": act,
        "journal": "Official Journal",
        "number": "L 1",
        "uri": "https://bloc.example/journal",
        "published_on": on,
        "legal_basis": resting_on(act, "whole act"),
    }
    return event(author_of(act), "bloc.act.published.v1", data | more)


def quashed(act: str = TARIFF, start: str | None = None, by: str = COURT, **more: Any) -> Event[Any]:
    """A court annuls an act; `start` when it lets the effects before a day stand."""
    data = {
        "act": act,
        "court": "A court",
        "ruling": "ECLI:EU:T:2026:1",
        "effective_from": start,
        "legal_basis": resting_on("eu.tfeu", "264"),
    }
    return event(by, "bloc.act.annulled.v1", data | more)


def area_joined(country: str, start: str = "2026-01-01", area: str = "2005", **more: Any) -> Event[Any]:
    """A country is added to an area."""
    data = {
        "area": area,
        "country": country,
        "effective_from": start,
        "legal_basis": resting_on("bloc.areas"),
    }
    return event(SECRETARIAT, "bloc.area.member_added.v1", data | more)


def area_left(country: str, start: str, area: str = "2005", **more: Any) -> Event[Any]:
    """A country is removed from an area."""
    data = {
        "area": area,
        "country": country,
        "effective_from": start,
        "legal_basis": resting_on("bloc.areas"),
    }
    return event(SECRETARIAT, "bloc.area.member_removed.v1", data | more)


def lawful_bloc() -> Bloc:
    """A founded bloc with a court for the acts of the Union, the United States and the bloc."""
    return founded_bloc().record(key_registered(COURT), mandate_granted(COURT, "court", ("EU", "US", "BLOC")))


def strict_bloc(ruleset: str = "2026.2") -> Bloc:
    """The same under rule book 2026.2 or a later one, in which no rule is without an act."""
    return lawful_bloc().record(ruleset_activated(ruleset, effective_from="2026-02-05"))
