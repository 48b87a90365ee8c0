"""The course of a submission for every answer that the ledger can give."""

import asyncio
from typing import Any, cast

import pytest
from msgspec import UNSET

from contracts.limits import CONFLICT_RETRIES_MAX
from contracts.receipt import KnownLine, Receipt
from services.tariffs.domain.world import Submission
from services.tariffs.following.follower import Follower
from services.tariffs.intake import outcomes
from services.tariffs.intake.decider import Decider
from services.tariffs.intake.drafting import Signed
from services.tariffs.intake.flights import Flight
from services.tariffs.intake.known import KnownSubmissions, NotKnown
from services.tariffs.intake.lanes import RulesLane
from services.tariffs.intake.outcomes import Outcome
from services.tariffs.intake.proceedings import Proceedings, Progress

DIGEST = "ab" * 32
REUSED = NotKnown(reused=(KnownLine(0, 3),))
SIGNED = Signed(Submission("us.customs", "kid", DIGEST, ()), b"{}", "header..signature")


class Script:
    """Decides by launching a draft each time, to which the ledger gives the next receipt of a list."""

    def __init__(self, *receipts: Receipt) -> None:
        self.receipts = list(receipts)
        self.landed: list[bool] = []
        self.caught_up = 0
        self.sure: list[NotKnown | None] = []

    def needed(self, submission: Submission, *, assume: bool) -> tuple[str, ...]:
        del submission, assume
        return ()

    def missing(self, needed: tuple[str, ...]) -> bool:
        del needed
        return False

    def take(
        self, signed: Signed, needed: tuple[str, ...], *, dry_run: bool, sure: NotKnown | None
    ) -> Flight:
        del needed, dry_run
        self.sure.append(sure)
        loop = asyncio.get_running_loop()
        flight = Flight(signed.submission.digest, "us.customs", {}, None, loop.create_future(), loop.time())
        flight.receipt.set_result(self.receipts.pop(0))
        return flight

    def land(self, flight: Flight, *, recorded: bool) -> None:
        del flight
        self.landed.append(recorded)

    async def look_up(self, signed: Signed) -> NotKnown:
        del signed
        return REUSED

    async def reach_head(self) -> None:
        self.caught_up += 1


async def settled(script: Script) -> Outcome:
    follower = cast("Follower", script)
    proceedings = Proceedings(
        follower=follower,
        decider=cast("Decider", script),
        known=cast("KnownSubmissions", script),
        lane=RulesLane(follower),
    )
    return await proceedings.settle(SIGNED, Progress(), dry_run=False)


def receipt(outcome: Any, **fields: Any) -> Receipt:
    return Receipt(outcome=outcome, submission=DIGEST, sequence=1, **fields)


RECORDED = receipt("recorded", first_position=7, count=1)


@pytest.mark.parametrize("passing", ["conflict", "stale"])
async def test_a_draft_that_came_too_late_is_decided_again(passing: str):
    """After catching up with the ledger's head; the second attempt is recorded."""
    script = Script(receipt(passing), RECORDED)
    assert await settled(script) == outcomes.Recorded(RECORDED)
    assert script.landed == [False, True]
    assert script.caught_up == 1


async def test_an_id_that_only_the_ledger_knows_is_looked_up_and_decided_on():
    """The rules accepted it, so it was sent: what the ledger says of its ids is what the refusal is made of."""
    script = Script(receipt("conflict", reason="line 0", lines=(KnownLine(0, 3),)), RECORDED)
    await settled(script)
    assert script.sure == [None, REUSED]


async def test_after_the_last_retry_the_author_is_told():
    """One attempt and three retries, then 409 with the ledger's reason."""
    script = Script(*[receipt("conflict", reason="stock/x is at version 9")] * 9)
    outcome = await settled(script)
    assert isinstance(outcome, outcomes.LostRaces)
    assert "stock/x is at version 9" in outcome.reason
    assert len(script.landed) == 1 + CONFLICT_RETRIES_MAX


async def test_a_duplicate_is_recorded_and_frees_the_chain():
    """Its draft changed nothing, so what was decided on it must be decided again."""
    script = Script(receipt("duplicate", first_position=7))
    outcome = await settled(script)
    assert isinstance(outcome, outcomes.Recorded)
    assert outcome.before
    assert script.landed == [False]


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        (receipt("partly_recorded", lines=(KnownLine(0, 3),)), outcomes.PartlyRecorded),
        (receipt("key_not_valid", reason="revoked at 5"), outcomes.KeyNotValid),
        (receipt("forged", reason="?"), outcomes.BrokenInvariant),
        (receipt("malformed", reason="?"), outcomes.BrokenInvariant),
    ],
)
async def test_what_cannot_be_decided_again_is_told_at_once(given: Receipt, becomes: type[Outcome]):
    """A body of which a part is recorded, a revoked key, or a draft of ours that the ledger calls no draft."""
    assert given.first_position is UNSET
    assert isinstance(await settled(Script(given)), becomes)
