"""The words in which the demo's story is told: who posts what, and which result it must have.

A chapter is data. Playing it (`play.py`) posts its submissions one after the other through the public doors and
compares what the ledger recorded with what is expected; telling it apart from playing it lets a reader follow the
story without reading any transport code. What only the ledger can say, the position and id of an earlier entry, is
named in the data by `TargetOf` and `PositionOf`, and put in their place when it is posted; so is what another party
has to sign (`ConsentOf`).
"""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

ILLUSTRATIVE = "https://bloc.example/acts/illustrative"


Events = tuple[tuple[str, Mapping[str, Any]], ...]
"""What one submission holds: (type, data) pairs."""


class TargetOf(Struct, frozen=True):
    """Stands for the entry that a correction or annulment is about: the newest of its type on a stream."""

    stream: str
    type: str


class PositionOf(Struct, frozen=True):
    """Stands for the position of the newest entry of a type on a stream."""

    stream: str
    type: str


class ConsentOf(Struct, frozen=True):
    """Stands for the signature of a party to the terms in whose `consent` it is."""

    party: str


class Post(Struct, frozen=True):
    """One submission: `events` are (type, data) pairs signed together by `party`; all or nothing."""

    party: str
    events: Events
    door: Literal["http", "nats"] = "http"


class DutyExpected(Struct, frozen=True):
    """What a declaration of a worked example must come to: `total` in the member's currency.

    `alert_gap_per_unit` is the gap of the undercut alert, when one must be raised; `basis` what the first line is
    reckoned on, when that is to be compared, too.
    """

    example: str
    title: str
    member: str
    reference: str
    total: str
    lines: tuple[str, ...]
    alert_gap_per_unit: str | None = None
    basis: str | None = None


class RefundExpected(Struct, frozen=True):
    """What a declaration was assessed to first, what it comes to again, and what is paid back, in its currency.

    `refund` is None where the difference is too small to be paid back.
    """

    example: str
    title: str
    member: str
    reference: str
    assessed: str
    reassessed: str
    refund: str | None


class Chapter(Struct, frozen=True):
    """A part of the story: its title, one sentence, the submissions, and the duties and refunds that must come out."""

    title: str
    sentence: str
    posts: tuple[Post, ...]
    duties: tuple[DutyExpected, ...] = ()
    refunds: tuple[RefundExpected, ...] = ()


def act(name: str, article: str = "whole act", uri: str = ILLUSTRATIVE) -> dict[str, str]:
    """A legal basis."""
    return {"act": name, "article": article, "uri": uri}


def usd(amount: str, per: str | None = None) -> dict[str, str]:
    """Money in US dollars, or with `per` a price."""
    return {"amount": amount, "currency": "USD"} | ({"per": per} if per else {})


def kilograms(value: str) -> dict[str, str]:
    """A quantity in kilograms."""
    return {"value": value, "unit": "kg"}


def four_eyes(proposal: str, author: str, approver: str, title: str, events: Events) -> tuple[Post, ...]:
    """The way of what needs four eyes: `author` proposes, `approver` approves exactly that, `author` records it."""
    named = tuple((name, {**data, "proposal": proposal}) for name, data in events)
    proposed = {
        "proposal": proposal,
        "title": title,
        "events": [{"type": name, "data": data} for name, data in named],
    }
    submitted = PositionOf(f"proposal/{proposal}", "bloc.proposal.submitted.v1")
    approved = {"proposal": proposal, "position": submitted}
    return (
        Post(author, (("bloc.proposal.submitted.v1", proposed),)),
        Post(approver, (("bloc.proposal.approved.v1", approved),)),
        Post(author, named),
    )
