"""Chapter: the ministerial of 2026-02-04, the memorandum that came 49 days late, and (illustrative) accessions.

Facts: 54 countries and the European Commission attended at the invitation of the United States (State Department
fact sheet, which names ten of eleven signatories of that day); the EU-US memorandum was promised within 30 days
(joint statement, Commission text 26/323) and signed on 2026-04-24. That anybody acceded to anything is illustrative:
no binding text is known.
"""

import csv
from importlib.resources import files
from typing import Any

from bloc.demo.cast import SECRETARIAT
from bloc.demo.telling import Chapter, Post, act, usd

EU_TERRITORIES = [
    "AT",
    "BE",
    "BG",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GR",
    "HR",
    "HU",
    "IE",
    "IT",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
]
EXCHANGE_RATE_RULES = {"US": "us.19-cfr.159.34", "EU": "eu.ucc-ia.146", "GB": "gb.hmrc.monthly"}
"""Whose rate of exchange counts, and of which day; other members take the bloc's on the day of acceptance."""
SIGNED_THAT_DAY = "signed 2026-02-04"
"""What the note on a country in the file says when the fact sheet names it as a signatory of the day."""
FORUM = "Critical Minerals Ministerial, Washington, 2026-02-04"


def countries() -> list[dict[str, str]]:
    """The 54 countries, the Commission (code EU) and the host, as shipped in data/countries.csv."""
    text = (files("bloc.demo") / "data" / "countries.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def acceded(member: str, effective_from: str, currency: str, legal_tz: str, **more: Any) -> dict[str, Any]:
    """Terms of an accession with the house rounding: each line to the minor unit, half up."""
    unit = "0.01"
    return {
        "member": member,
        "effective_from": effective_from,
        "territories": more.get("territories", [member]),
        "legal_tz": legal_tz,
        "currency": currency,
        "value_rounding": {"unit": unit, "mode": "half_up"},
        "duty_rounding": {"unit": unit, "mode": "half_up", "per": "line"},
        "exchange_rate_rule": EXCHANGE_RATE_RULES.get(member, "house.acceptance-day"),
        "legal_basis": act("bloc.agreement.2026", "accession"),
        "illustrative": True,
    }


def memorandum(member: str, signed_on: str, title: str, counterparties: list[str]) -> dict[str, Any]:
    """A memorandum of understanding; none of those known is binding."""
    return {
        "member": member,
        "title": title,
        "signed_on": signed_on,
        "binding": False,
        "counterparties": counterparties,
    }


def invitations() -> Post:
    """Everyone who was in the room is invited; the host and the Commission among them."""
    return Post(
        SECRETARIAT,
        tuple(
            (
                "bloc.member.invited.v1",
                {"member": country["code"], "invited_on": "2026-02-04", "forum": FORUM},
            )
            for country in countries()
        ),
    )


def memoranda() -> Post:
    """The promise of 2026-02-04, and its fulfilment 49 days after the last day in time."""
    title = "EU-US memorandum of understanding on critical minerals"
    return Post(
        SECRETARIAT,
        (
            (
                "bloc.member_commitment.set.v1",
                {
                    "member": "EU",
                    "commitment": "eu-us-memorandum",
                    "text": "Sign a memorandum of understanding with the United States within 30 days",
                    "due_on": "2026-03-06",
                },
            ),
            (
                "bloc.member_commitment.set.v1",
                {
                    "member": "MX",
                    "commitment": "us-mx-action-plan",
                    "text": "Agree the US-Mexico action plan within 60 days",
                    "due_on": "2026-04-05",
                },
            ),
            ("bloc.member.memorandum_signed.v1", memorandum("EU", "2026-04-24", title, ["US"])),
            ("bloc.member.memorandum_signed.v1", memorandum("US", "2026-04-24", title, ["EU"])),
            (
                "bloc.member_commitment.fulfilled.v1",
                {"member": "EU", "commitment": "eu-us-memorandum", "fulfilled_on": "2026-04-24"},
            ),
        ),
    )


def frameworks() -> Post:
    """The ten that are named as signatories of the day, and Great Britain, reported for the day after."""
    title = "Framework or memorandum of understanding on critical minerals"
    signed = [
        (country["code"], "2026-02-04") for country in countries() if SIGNED_THAT_DAY in country["note"]
    ]
    return Post(
        SECRETARIAT,
        tuple(
            ("bloc.member.memorandum_signed.v1", memorandum(member, day, title, ["US"]))
            for member, day in (*signed, ("GB", "2026-02-05"))
        ),
    )


def accessions() -> Post:
    """Illustrative: the host at once, the EU and Ecuador in May, Britain in June, Australia on 1 July (E10).

    Real is that the United States disregard net differences below 20 dollars (19 CFR 159.6).
    """
    title = "Illustrative memorandum of the demo"
    host = acceded("US", "2026-02-05", "USD", "America/New_York") | {"settlement_minimum": usd("20.00")}
    return Post(
        SECRETARIAT,
        (
            ("bloc.member.memorandum_signed.v1", memorandum("AU", "2026-04-30", title, ["US"])),
            ("bloc.member.memorandum_signed.v1", memorandum("US", "2026-02-04", title, ["EU"])),
            ("bloc.member.acceded.v1", host),
            (
                "bloc.member.acceded.v1",
                acceded("EU", "2026-05-01", "EUR", "Europe/Brussels", territories=EU_TERRITORIES),
            ),
            ("bloc.member.acceded.v1", acceded("EC", "2026-05-01", "USD", "America/Guayaquil")),
            ("bloc.member.acceded.v1", acceded("GB", "2026-06-01", "GBP", "Europe/London")),
            ("bloc.member.acceded.v1", acceded("AU", "2026-07-01", "AUD", "Australia/Sydney")),
        ),
    )


def chapter() -> Chapter:
    """The whole chapter."""
    return Chapter(
        title="Members",
        sentence=(
            "54 countries and the Commission come to Washington, eleven sign; a signature that was promised comes 49 "
            "days late."
        ),
        posts=(invitations(), frameworks(), memoranda(), accessions()),
    )
