"""Two ways to be decided: one after the other, or at once on heads that are not recorded yet.

Whatever touches the rules (keys, mandates, members, catalogue, measures, floors) goes through the rules lane:
the one before is recorded and folded first, so that 170 lines posted at the same moment do not conflict with
each other 169 times. Declarations and the reserve go the fast lane; their streams are chained in `heads`.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from contracts.limits import DECIDE_WAIT_SECONDS_MAX, SUBMISSIONS_PER_KEY_QUEUED_MAX
from contracts.streams import kind_of
from services.tariffs.domain.world import Submission
from services.tariffs.following.folding import RULE_KINDS
from services.tariffs.following.follower import Follower


class LaneFull(Exception):
    """Too many wait for the rules lane, or it did not come free in time; nothing was decided."""


def touches_rules(submission: Submission) -> bool:
    """Whether any event of the submission changes the rules state."""
    return any(kind_of(event.subject) in RULE_KINDS for event in submission.events)


class RulesLane:
    """Lets one submission in at a time, each on a state that holds all that the one before recorded."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._recorded_up_to = -1

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """Wait for one's turn, bounded in number and time. Raises LaneFull."""
        if self._waiting >= SUBMISSIONS_PER_KEY_QUEUED_MAX:
            raise LaneFull("too many submissions about the rules are waiting")
        self._waiting += 1
        try:
            async with asyncio.timeout(DECIDE_WAIT_SECONDS_MAX):
                await self._turn.acquire()
        except TimeoutError as late:
            raise LaneFull("the submissions about the rules before this one are not recorded yet") from late
        finally:
            self._waiting -= 1
        try:
            await self._fold_the_one_before()
            yield
        finally:
            self._turn.release()

    async def _fold_the_one_before(self) -> None:
        try:
            async with asyncio.timeout(DECIDE_WAIT_SECONDS_MAX):
                await self._follower.reach(self._recorded_up_to)
        except TimeoutError as late:
            raise LaneFull("the ledger cannot be followed at the moment") from late

    def recorded(self, last_position: int) -> None:
        """The submission whose turn it is was recorded, up to this position (long ago, when it was a duplicate)."""
        self._recorded_up_to = max(self._recorded_up_to, last_position)
