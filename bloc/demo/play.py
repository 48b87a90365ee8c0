"""Play the story: post each chapter through the public doors, read back what was recorded, and compare.

Nothing here knows a rule. A duty that differs from its worked example by a cent makes the demo fail, with the
example named: the demo is a test that people can watch.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from time import time
from typing import Any

import msgspec
from msgspec import Struct

from bloc.authoring import author_event, submission_body
from bloc.client import Answer, Bloc
from bloc.demo.memory import Memory
from bloc.demo.telling import Chapter, ConsentOf, DutyExpected, Post, RefundExpected
from bloc.trouble import Trouble
from contracts.entry import split_entry
from contracts.events import PurchaseCommitmentSignedV1
from contracts.identity.consent import sign_consent
from contracts.identity.keys import SigningKey


class Stage(Struct, frozen=True):
    """Where the story is played: the bloc's public interfaces, the keys of its parties, and what was recorded."""

    bloc: Bloc
    keys: Mapping[str, SigningKey]
    partner_nats_url: str
    memory: Memory


class DutyRecorded(Struct, frozen=True):
    """What the ledger holds for a worked example, beside what it must hold."""

    expected: DutyExpected
    total: str
    lines: tuple[str, ...]
    currency: str
    position: int
    gap_per_unit: str | None


class RefundRecorded(Struct, frozen=True):
    """A refund that equals its worked example; `position` is that of the reassessment that says why."""

    expected: RefundExpected
    currency: str
    position: int


async def post(stage: Stage, submission: Post) -> Answer:
    """Author, sign and post one submission through the door it names."""
    key = stage.keys[submission.party]
    authored = [
        author_event(submission.party, name, _signed(stage, stage.memory.filled_in(data)))
        for name, data in submission.events
    ]
    body = submission_body(authored)
    if submission.door == "nats":
        answer = await stage.bloc.post_over_nats(key, submission.party, body, stage.partner_nats_url)
    else:
        answer = await stage.bloc.post(key, body)
    if answer.recorded:
        stage.memory.keep(authored, answer.document)
    return answer


def _signed(stage: Stage, data: dict[str, Any]) -> dict[str, Any]:
    """The data with the consent of the party that has to sign them, if one has to."""
    wanted = data.get("consent")
    if not isinstance(wanted, ConsentOf):
        return data
    terms = {name: value for name, value in data.items() if name != "consent"}
    said = msgspec.convert(terms, PurchaseCommitmentSignedV1)
    consent = sign_consent(stage.keys[wanted.party], stage.bloc.origin, said, issued_at=int(time()))
    return terms | {"consent": consent}


class Played(Struct, frozen=True):
    """What a chapter came to: each equals what was expected of it."""

    duties: list[DutyRecorded]
    refunds: list[RefundRecorded]


async def play(stage: Stage, chapter: Chapter, advance: Callable[[int], None]) -> Played:
    """Post every submission of a chapter; `advance` hears how many events each held. Compares what came out."""
    for submission in chapter.posts:
        answer = await post(stage, submission)
        if not answer.recorded:
            raise Trouble(
                f"Chapter “{chapter.title}”: {submission.party} was answered {answer.status}: {answer.document}",
                "This is a defect of the demo or of the services; please report it.",
            )
        advance(len(submission.events))
    return Played(
        [await duty_of(stage, expected) for expected in chapter.duties],
        [await refund_of(stage, expected) for expected in chapter.refunds],
    )


async def _events(
    stage: Stage, expected: DutyExpected | RefundExpected
) -> AsyncIterator[tuple[int, str, dict[str, Any]]]:
    """Position, type and data of everything on the stream of a declaration, read back from the ledger."""
    async for entry in stage.bloc.entries(f"/streams/declaration/{expected.member}/{expected.reference}"):
        stamp, event_bytes = split_entry(entry)
        event = msgspec.json.decode(event_bytes)
        yield stamp.position, event["type"], event["data"]


async def refund_of(stage: Stage, expected: RefundExpected) -> RefundRecorded:
    """Read a declaration's stream back and compare what was assessed, assessed again and paid back."""
    found: dict[str, str] = {}
    position, currency = -1, ""
    async for at, name, data in _events(stage, expected):
        match name:
            case "bloc.duty.assessed.v1":
                found["assessed"], currency = data["total"], data["currency"]
            case "bloc.duty.reassessed.v1":
                found["reassessed"], position = data["total"], at
            case "bloc.refund.opened.v1" | "bloc.refund.paid.v1":
                found[name.split(".")[2]] = data["amount"]["amount"]
            case _:
                continue
    wanted = {"assessed": expected.assessed, "reassessed": expected.reassessed}
    if expected.refund is not None:
        wanted |= {"opened": expected.refund, "paid": expected.refund}
    if found != wanted:
        raise Trouble(
            f"{expected.example} ({expected.title}) must come to {wanted}, and the ledger holds {found}.",
            "This is a defect; please report it.",
        )
    return RefundRecorded(expected, currency, position)


async def duty_of(stage: Stage, expected: DutyExpected) -> DutyRecorded:
    """Read a declaration's stream back and compare its assessment with the worked example."""
    assessed: dict[str, Any] = {}
    position, gap = -1, None
    async for at, name, data in _events(stage, expected):
        if name == "bloc.duty.assessed.v1":
            assessed, position = data, at
        elif name == "bloc.price_undercut.detected.v1":
            gap = data["gap_per_unit"]["amount"]
    recorded = DutyRecorded(
        expected=expected,
        total=assessed.get("total", "nothing"),
        lines=tuple(line["amount"] for line in assessed.get("lines", ())),
        currency=assessed.get("currency", ""),
        position=position,
        gap_per_unit=gap,
    )
    basis = None if expected.basis is None else assessed["lines"][0]["basis"]["amount"]
    wanted = (expected.total, expected.lines, expected.alert_gap_per_unit, expected.basis)
    found = (recorded.total, recorded.lines, recorded.gap_per_unit, basis)
    if found != wanted:
        raise Trouble(
            f"{expected.example} ({expected.title}) must come to {wanted}, and the ledger holds {found} at position "
            f"{position}.",
            "This is a defect; please report it.",
        )
    return recorded
