"""The words in which the demo's story is told: who posts what, and which result it must have.

A chapter is data. Playing it (`play.py`) posts its submissions one after the other through the public doors and
compares what the ledger recorded with `expected`; telling it apart from playing it lets a reader follow the story
without reading any transport code.
"""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

ILLUSTRATIVE = "https://bloc.example/acts/illustrative"


class Post(Struct, frozen=True):
    """One submission: `events` are (type, data) pairs signed together by `party`; all or nothing."""

    party: str
    events: tuple[tuple[str, Mapping[str, Any]], ...]
    door: Literal["http", "nats"] = "http"


class DutyExpected(Struct, frozen=True):
    """What a declaration of a worked example must come to: `total` in the member's currency.

    `alert_gap_per_unit` is the gap of the undercut alert, when one must be raised.
    """

    example: str
    title: str
    member: str
    reference: str
    total: str
    lines: tuple[str, ...]
    alert_gap_per_unit: str | None = None


class Chapter(Struct, frozen=True):
    """A part of the story: its title, one sentence, the submissions, and the duties that must come out."""

    title: str
    sentence: str
    posts: tuple[Post, ...]
    duties: tuple[DutyExpected, ...] = ()


def act(name: str, article: str = "whole act", uri: str = ILLUSTRATIVE) -> dict[str, str]:
    """A legal basis."""
    return {"act": name, "article": article, "uri": uri}


def usd(amount: str, per: str | None = None) -> dict[str, str]:
    """Money in US dollars, or with `per` a price."""
    return {"amount": amount, "currency": "USD"} | ({"per": per} if per else {})


def kilograms(value: str) -> dict[str, str]:
    """A quantity in kilograms."""
    return {"value": value, "unit": "kg"}
