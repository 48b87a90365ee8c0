"""The course of one submission, from verified bytes to its outcome: decide, publish, wait, and again if need be.

It runs as a task of its own, so that an asker who stops waiting (202) or hangs up changes nothing. Every wait
before the draft is published is bounded; the wait for the ledger is not, because the draft is in JetStream and
what becomes of it must be learnt, however long the ledger is away.
"""

import asyncio
import uuid

import structlog
from msgspec import UNSET, Struct, field
from msgspec.structs import replace

from contracts.limits import CONFLICT_RETRIES_MAX, DECIDE_WAIT_SECONDS_MAX
from contracts.receipt import Receipt
from services.tariffs.domain.newer import NewerReleaseNeeded
from services.tariffs.following.follower import Follower
from services.tariffs.intake import outcomes
from services.tariffs.intake.decider import Decider, NotYet
from services.tariffs.intake.drafting import Signed
from services.tariffs.intake.flights import Flight
from services.tariffs.intake.known import KnownSubmissions, NotKnown
from services.tariffs.intake.lanes import LaneFull, RulesLane, touches_rules
from services.tariffs.intake.outcomes import Outcome
from services.tariffs.outside.ledger import LedgerAway
from services.tariffs.outside.nats import NatsAway

log = structlog.get_logger(__name__)


class Progress(Struct, eq=False):
    """How far a submission has come, for an asker who will not wait to the end."""

    published: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while its draft is in JetStream, so that 202 may be said."""


class Proceedings:
    """Brings submissions to their outcome."""

    def __init__(
        self, *, follower: Follower, decider: Decider, known: KnownSubmissions, lane: RulesLane
    ) -> None:
        self._follower = follower
        self._decider = decider
        self._known = known
        self._lane = lane

    async def settle(self, signed: Signed, progress: Progress, *, dry_run: bool) -> Outcome:
        """Decide and record one submission. Never raises for what is merely away: that is an outcome too."""
        try:
            if dry_run or not touches_rules(signed.submission):
                return await self._attempts(signed, progress, dry_run=dry_run)
            async with self._lane.turn():
                outcome = await self._attempts(signed, progress, dry_run=False)
                await self._fold_own(outcome)
                return outcome
        except (LedgerAway, NatsAway, LaneFull) as away:
            return outcomes.Unavailable(str(away))
        except NewerReleaseNeeded as newer:
            self._follower.note_unread(newer)
            return outcomes.Outdated(str(newer))
        except TimeoutError:
            return outcomes.Unavailable("the ledger did not answer in time to decide on its newest entries")

    async def _fold_own(self, outcome: Outcome) -> None:
        """Make what was recorded count before the receipt goes out: the next post may build on it."""
        if not isinstance(outcome, outcomes.Recorded) or outcome.receipt.first_position is UNSET:
            return
        count = 1 if outcome.receipt.count is UNSET else outcome.receipt.count
        last = outcome.receipt.first_position + count - 1
        self._lane.recorded(last)
        try:
            async with asyncio.timeout(DECIDE_WAIT_SECONDS_MAX):
                await self._follower.reach(last)
        except TimeoutError:
            log.warning("own_entries_not_seen", position=last)

    async def _attempts(self, signed: Signed, progress: Progress, *, dry_run: bool) -> Outcome:
        sure: NotKnown | None = None
        conflicts = 0
        while True:
            # A dry run is not published, so no ledger would tell it that a guess was wrong.
            assume = sure is None and not conflicts and not dry_run
            needed = self._decider.needed(signed.submission, assume=assume)
            while self._decider.missing(needed):
                async with asyncio.timeout(DECIDE_WAIT_SECONDS_MAX):
                    await self._decider.load(needed)
                needed = self._decider.needed(signed.submission, assume=False)
            taken = self._decider.take(signed, needed, dry_run=dry_run, sure=sure)
            if isinstance(taken, NotYet):
                looked_up = await self._look_up(signed)
                if not isinstance(looked_up, NotKnown):
                    return looked_up
                sure = looked_up
                continue
            if not isinstance(taken, Flight):
                return taken
            outcome = await self._fly(signed, taken, progress)
            if not isinstance(outcome, Receipt):
                return outcome
            conflicts += 1
            if conflicts > CONFLICT_RETRIES_MAX:
                reason = "" if outcome.reason is UNSET else f": {outcome.reason}"
                return outcomes.LostRaces(
                    f"decided {conflicts} times, each time something had changed{reason}"
                )
            if outcome.lines is UNSET:
                async with asyncio.timeout(DECIDE_WAIT_SECONDS_MAX):
                    await self._follower.reach_head()
                continue
            # Of some lines the ledger knows the ids, with other bytes: that is to be refused, and to be seen.
            looked_up = await self._look_up(signed)
            if not isinstance(looked_up, NotKnown):
                return looked_up
            sure = looked_up

    async def _look_up(self, signed: Signed) -> Outcome | NotKnown:
        """What the ledger holds of a submission, and its newest entries, before anything is said for certain."""
        async with asyncio.timeout(DECIDE_WAIT_SECONDS_MAX):
            found = await self._known.look_up(signed)
            if not isinstance(found, NotKnown):
                return found
            if found.reused:
                log.warning("id_reused", party=signed.submission.party, submission=signed.submission.digest)
            await self._follower.reach_head()
            return found

    async def _fly(self, signed: Signed, flight: Flight, progress: Progress) -> Outcome | Receipt:
        """Wait for the receipt of a draft. A `Receipt` comes back when it must be decided again."""
        flight.on_published = progress.published.set
        recorded = False
        try:
            receipt = await flight.receipt
            recorded = receipt.outcome == "recorded"
        finally:
            self._decider.land(flight, recorded=recorded)
        if receipt.is_recorded:
            return _recorded(flight, receipt)
        progress.published.clear()
        match receipt.outcome:
            case "conflict" | "stale":
                return receipt
            case "partly_recorded":
                return outcomes.PartlyRecorded(() if receipt.lines is UNSET else receipt.lines)
            case "key_not_valid":
                submission = signed.submission
                reason = f"does not count any more: {_reason(receipt)}"
                return outcomes.KeyNotValid(submission.kid, reason, submission.digest, len(signed.body))
            case _:
                incident = uuid.uuid4().hex
                log.error("draft_judged", incident=incident, outcome=receipt.outcome, reason=_reason(receipt))
                return outcomes.BrokenInvariant(incident)


def _recorded(flight: Flight, receipt: Receipt) -> Outcome:
    if flight.refuses is not None:
        position = None if receipt.first_position is UNSET else receipt.first_position
        return replace(flight.refuses, position=position)
    return outcomes.Recorded(receipt, before=receipt.outcome == "duplicate")


def _reason(receipt: Receipt) -> str:
    return "no reason given" if receipt.reason is UNSET else receipt.reason
