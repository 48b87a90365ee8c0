"""One look at the world, one decision, one draft handed over: without a pause between the three.

Nothing is awaited from reading the heads to queueing the draft, so drafts are queued in the order in which they
were decided, and every draft's `expects` is met by the drafts before it.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from contracts.events import DeclarationAccepted
from contracts.limits import SUBMISSIONS_PER_KEY_QUEUED_MAX
from services.tariffs.domain.decide import decide, reads_of
from services.tariffs.domain.world import (
    Accepted,
    Refused,
    StreamHead,
    Submission,
    TooLarge,
    VersionConflict,
    World,
)
from services.tariffs.following.follower import Follower
from services.tariffs.intake import outcomes
from services.tariffs.intake.budgets import Budget
from services.tariffs.intake.drafting import Drafter, Signed
from services.tariffs.intake.flights import Flight, Flights
from services.tariffs.intake.heads import Heads
from services.tariffs.intake.known import NotKnown
from services.tariffs.intake.publisher import Publisher
from services.tariffs.outside.nats import Message


class NotYet:
    """A refusal that has not been made sure of: catch up, look up, decide again."""


NOT_YET = NotYet()


class Decider:
    """Decides on the newest rules state and on chained heads; `clock` gives aware UTC times."""

    def __init__(
        self,
        *,
        follower: Follower,
        heads: Heads,
        drafter: Drafter,
        flights: Flights,
        publisher: Publisher,
        refusal_budget: Budget,
        clock: Callable[[], datetime],
    ) -> None:
        self._follower = follower
        self._heads = heads
        self._drafter = drafter
        self._flights = flights
        self._publisher = publisher
        self._refusal_budget = refusal_budget
        self._clock = clock

    def needed(self, submission: Submission, *, assume: bool) -> tuple[str, ...]:
        """Names of all streams that deciding needs, as far as they can be told from what is loaded: ask again then.

        With `assume`, a declaration that is accepted and was never seen here is taken to be new without asking:
        nearly all are, and if not, the ledger says conflict and the next attempt asks.
        """
        rules = self._follower.rules
        if assume:
            for event in submission.events:
                if isinstance(event.data, DeclarationAccepted):
                    self._heads.assume_empty(event.subject)
        names = (
            name
            for event in submission.events
            for name in reads_of(rules, event, self._heads.state_of(event.subject))
        )
        return tuple(dict.fromkeys(names))

    def missing(self, needed: Iterable[str]) -> bool:
        """Whether any of these streams has to be loaded first."""
        return bool(self._heads.missing(needed))

    async def load(self, needed: Iterable[str]) -> None:
        """Have all these streams at hand. Raises LedgerAway."""
        while missing := self._heads.missing(needed):
            await asyncio.gather(*(self._heads.load(stream) for stream in missing))

    def take(
        self, signed: Signed, needed: tuple[str, ...], *, dry_run: bool, sure: NotKnown | None
    ) -> Flight | outcomes.Outcome | NotYet:
        """Decide, and hand the draft over. `sure`: what was looked up, once a refusal may be made, or a dry run may say
        that it would be recorded: it is not published, so no receipt would say that these ids are known."""
        if crowded := self._heads.crowded(needed, SUBMISSIONS_PER_KEY_QUEUED_MAX):
            return outcomes.Unavailable(f"too many submissions about {crowded} are waiting to be recorded")
        now = self._clock()
        rules = self._follower.rules
        heads = self._heads.read(needed)
        decided = decide(World(rules, heads, _reused(signed, sure)), signed.submission, now=now)
        match decided:
            case Accepted() if dry_run and sure is None:
                return NOT_YET
            case Accepted(derived=derived, expects=expects):
                if dry_run:
                    return outcomes.WouldRecord(signed.submission.digest, derived, expects, rules.position)
                message = self._drafter.accepted(signed, decided, position=rules.position, now=now)
                return self._launch(signed, message, {**heads, **decided.streams})
            case TooLarge():
                return decided
            case Refused() | VersionConflict() if sure is None:
                return NOT_YET
            case VersionConflict():
                return decided
            case Refused():
                return self._refuse(signed, decided, heads, dry_run=dry_run, sure=sure, now=now)

    def _refuse(
        self,
        signed: Signed,
        refused: Refused,
        heads: Mapping[str, StreamHead],
        *,
        dry_run: bool,
        sure: NotKnown | None,
        now: datetime,
    ) -> Flight | outcomes.Outcome:
        submission = signed.submission
        outcome = refusal_of(submission, refused)
        if sure is not None and sure.earlier is not None and sure.earlier.is_for(refused.violations):
            return refusal_of(submission, refused, sure.earlier.position)
        if dry_run or not refused.recordable:
            return outcome
        if retry_after := self._refusal_budget.take(submission.party, asyncio.get_running_loop().time()):
            return outcomes.OverBudget("recorded refusals", retry_after)
        message = self._drafter.refused(signed, refused, position=self._follower.position, now=now)
        return self._launch(signed, message, heads, outcome)

    def _launch(
        self,
        signed: Signed,
        message: Message | TooLarge,
        heads: Mapping[str, StreamHead],
        refuses: outcomes.Refused | None = None,
    ) -> Flight | TooLarge:
        if isinstance(message, TooLarge):
            return message
        submission = signed.submission
        flight = self._flights.begin(submission.digest, submission.party, self._heads.advance(heads), refuses)
        self._publisher.hand_over(message, flight)
        return flight

    def land(self, flight: Flight, *, recorded: bool) -> None:
        """A draft has been answered, or could not be published: let go of the streams it held."""
        self._flights.end(flight)
        self._heads.settled(flight.chains, recorded=recorded)


def _reused(signed: Signed, sure: NotKnown | None) -> Mapping[str, int]:
    """The ids that are recorded with other bytes, and where, as far as they were looked up."""
    lines = () if sure is None else sure.reused
    return {signed.submission.events[known.line].id: known.position for known in lines}


def refusal_of(submission: Submission, refused: Refused, position: int | None = None) -> outcomes.Refused:
    """The outcome for a refusal; `position` once it is recorded."""
    lines = {event.id: line for line, event in enumerate(submission.events)}
    return outcomes.Refused(submission.digest, refused.violations, lines, position)
