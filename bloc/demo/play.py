"""Play the story: post each chapter through the public doors, read back what was recorded, and compare.

Nothing here knows a rule. A duty that differs from its worked example by a cent makes the demo fail, with the
example named: the demo is a test that people can watch.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from bloc.authoring import author_event, submission_body
from bloc.client import Answer, Bloc
from bloc.demo.telling import Chapter, DutyExpected, Post
from bloc.keyfiles import load_key
from bloc.trouble import Trouble
from contracts.entry import split_entry
from contracts.identity.keys import SigningKey


class Stage(Struct, frozen=True):
    """Where the story is played: the bloc's public interfaces and the keys of its parties."""

    bloc: Bloc
    keys: Mapping[str, SigningKey]
    partner_nats_url: str


class DutyRecorded(Struct, frozen=True):
    """What the ledger holds for a worked example, beside what it must hold."""

    expected: DutyExpected
    total: str
    lines: tuple[str, ...]
    currency: str
    position: int
    gap_per_unit: str | None


def keys_of_the_cast(folder: Path, parties: list[str]) -> dict[str, SigningKey]:
    """Load the private keys of the demo's parties."""
    return {party: load_key(folder, party) for party in parties}


async def post(stage: Stage, submission: Post) -> Answer:
    """Author, sign and post one submission through the door it names."""
    key = stage.keys[submission.party]
    body = submission_body(author_event(submission.party, name, data) for name, data in submission.events)
    if submission.door == "nats":
        return await stage.bloc.post_over_nats(key, submission.party, body, stage.partner_nats_url)
    return await stage.bloc.post(key, body)


async def play(stage: Stage, chapter: Chapter, advance: Callable[[int], None]) -> list[DutyRecorded]:
    """Post every submission of a chapter; `advance` hears how many events each held. Returns its duties."""
    for submission in chapter.posts:
        answer = await post(stage, submission)
        if not answer.recorded:
            raise Trouble(
                f"Chapter “{chapter.title}”: {submission.party} was answered {answer.status}: {answer.document}",
                "This is a defect of the demo or of the services; please report it.",
            )
        advance(len(submission.events))
    return [await duty_of(stage, expected) for expected in chapter.duties]


async def duty_of(stage: Stage, expected: DutyExpected) -> DutyRecorded:
    """Read a declaration's stream back and compare its assessment with the worked example."""
    stream = f"/streams/declaration/{expected.member}/{expected.reference}"
    assessed: dict[str, Any] = {}
    position, gap = -1, None
    async for entry in stage.bloc.entries(stream):
        stamp, event_bytes = split_entry(entry)
        event = msgspec.json.decode(event_bytes)
        if event["type"] == "bloc.duty.assessed.v1":
            assessed, position = event["data"], stamp.position
        elif event["type"] == "bloc.price_undercut.detected.v1":
            gap = event["data"]["gap_per_unit"]["amount"]
    recorded = DutyRecorded(
        expected=expected,
        total=assessed.get("total", "nothing"),
        lines=tuple(line["amount"] for line in assessed.get("lines", ())),
        currency=assessed.get("currency", ""),
        position=position,
        gap_per_unit=gap,
    )
    wanted = (expected.total, expected.lines, expected.alert_gap_per_unit)
    if (recorded.total, recorded.lines, recorded.gap_per_unit) != wanted:
        raise Trouble(
            f"{expected.example} ({expected.title}) must come to {wanted}, and the ledger holds "
            f"{(recorded.total, recorded.lines, recorded.gap_per_unit)} at position {position}.",
            "This is a defect; please report it.",
        )
    return recorded
