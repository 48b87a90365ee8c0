"""Which day (V) and which position (K) a read is about.

V is a civil day, today in UTC when left out. K is a position, or a time that the ledger resolves to one; left
out, it is all that has been folded here. Every answer names the position it rests on, so that anybody can ask
the very same question again; `settled` is false while the ledger may still record something before that time.
A read that takes `moment: OnDay` has the parameters of both axes, one that takes `known: AsKnown` those of K alone:
they are read, documented and answered here, before the read begins.
"""

import asyncio
from datetime import UTC, date, datetime
from typing import Annotated

from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter, SkipValidation
from msgspec import Struct

from contracts import problem
from contracts.limits import FIRST_YEAR, LAST_YEAR, WAIT_SECONDS_DEFAULT, WAIT_SECONDS_MAX
from contracts.problem import Problem
from services.serving.answers import AnyRequest
from services.serving.problems import Unanswered
from services.tariffs.domain.state import RulesState
from services.tariffs.doors.wiring import Reading, reading_of

EffectiveAt = Annotated[
    str | None,
    QueryParameter(name="effective_at", description="V: civil day YYYY-MM-DD; today (UTC) when left out"),
]
KnownAt = Annotated[
    str | None, QueryParameter(name="known_at", description="K as a time: RFC 3339 with offset")
]
AtPosition = Annotated[
    int | None,
    QueryParameter(name="position", ge=0, description="K as a position; not together with known_at"),
]
MinPosition = Annotated[
    int | None,
    QueryParameter(
        name="min_position", ge=0, description="Wait until this position is folded (read your writes)"
    ),
]


class Moment(Struct, frozen=True):
    """V and K of a question, and the rules state that answers it (which may know more than K)."""

    day: date
    position: int
    settled: bool
    rules: RulesState


class Asked(Struct, frozen=True):
    """The query parameters, as they came."""

    effective_at: str | None = None
    known_at: str | None = None
    position: int | None = None
    min_position: int | None = None


async def moment_of(reading: Reading, asked: Asked) -> Moment | Problem:
    """Resolve V and K; a problem when they cannot be understood, or are not reached in time. Raises LedgerAway, and
    NewerReleaseNeeded when K lies behind an entry that this release does not understand."""
    day = day_of(asked.effective_at, reading.clock().date())
    if isinstance(day, Problem):
        return day
    if asked.known_at is not None and asked.position is not None:
        return problem.bad_query("known_at", "known_at and position are both K: give one of them")
    outdated = reading.follower.outdated
    if not reading.follower.caught_up and outdated is None:
        return problem.unavailable("the service is still reading the ledger")
    if outdated is not None and asked.known_at is None and asked.position is None:
        # What it has is no longer all that is known.
        return problem.outdated(outdated)
    if asked.min_position is not None and not await _reached(reading, asked.min_position, WAIT_SECONDS_MAX):
        return problem.unavailable(
            f"position {asked.min_position} is not recorded, or was not reached within {WAIT_SECONDS_MAX} s"
        )
    settled = True
    position = asked.position
    if asked.known_at is not None:
        resolved = await _resolve(reading, asked.known_at)
        if isinstance(resolved, Problem):
            return resolved
        position, settled = resolved
    if position is None:
        return Moment(day, reading.follower.position, True, reading.follower.rules)
    if not await _reached(reading, position, WAIT_SECONDS_DEFAULT):
        return problem.bad_query(
            "position", f"position {position} is not recorded yet; the newest is {reading.follower.position}"
        )
    return Moment(day, position, settled, reading.follower.rules)


async def moment_on_day(
    request: AnyRequest,
    effective_at: EffectiveAt = None,
    known_at: KnownAt = None,
    position: AtPosition = None,
    min_position: MinPosition = None,
) -> Moment:
    """V and K as the query names them. Raises Unanswered."""
    return await _moment(request, Asked(effective_at, known_at, position, min_position))


async def moment_as_known(
    request: AnyRequest,
    known_at: KnownAt = None,
    position: AtPosition = None,
    min_position: MinPosition = None,
) -> Moment:
    """K as the query names it, on today's V. Raises Unanswered."""
    return await _moment(request, Asked(None, known_at, position, min_position))


async def _moment(request: AnyRequest, asked: Asked) -> Moment:
    moment = await moment_of(reading_of(request), asked)
    if isinstance(moment, Problem):
        raise Unanswered(moment)
    return moment


MOMENTS = {"moment": Provide(moment_on_day), "known": Provide(moment_as_known)}
"""What the names `moment` and `known` of a read's parameters are filled with."""
OnDay = NamedDependency[SkipValidation[Moment]]
AsKnown = NamedDependency[SkipValidation[Moment]]


def day_of(text: str | None, today: date, parameter: str = "effective_at") -> date | Problem:
    """A civil day from its text, `today` when there is none; a problem that names the query parameter. Days lie where
    those of events lie: whoever adds some to them stays in the calendar."""
    if text is None:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _no_day(text, parameter)
    if day.isoformat() != text:
        return _no_day(text, parameter)
    return _fault_of_year(day, text, parameter) or day


def _no_day(text: str, parameter: str) -> Problem:
    return problem.bad_query(parameter, f"{text} is no civil day", mend="Write YYYY-MM-DD.")


def _fault_of_year(day: date, text: str, parameter: str) -> Problem | None:
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    years = f"{text} does not lie in the years {FIRST_YEAR} to {LAST_YEAR}"
    return problem.bad_query(parameter, years, mend="Nothing is recorded of any other year.")


async def _resolve(reading: Reading, known_at: str) -> tuple[int, bool] | Problem:
    # A plus sign in a query is a space; offsets like +01:00 are written so by nearly everybody.
    text = known_at.replace(" ", "+")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        mend = "Write RFC 3339 with an offset, for example 2026-07-01T00:00:00Z."
        return problem.bad_query("known_at", f"{known_at} is no instant with an offset", mend=mend)
    if far := _fault_of_year(at, known_at, "known_at"):
        return far
    # In one spelling: there are more of them than the ledger need know.
    found = await reading.ledger.position_at(at.astimezone(UTC).isoformat())
    return found.position, found.settled


async def _reached(reading: Reading, position: int, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await reading.follower.reach(position)
    except TimeoutError:
        return False
    return True
