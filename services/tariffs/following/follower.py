"""Follows the ledger by position and folds what it recorded into the rules state.

Positions are dense, so completeness is proved by counting: an entry that is not the next one stops the service.
NATS only says that there is something to read, and is never believed to have said so: the follower polls too.
While nobody waits, entries are left to gather for a moment and read in one go, as each read costs the same.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from contracts.limits import (
    FOLLOW_AGAIN_MILLISECONDS,
    FOLLOW_AWAY_MILLISECONDS,
    FOLLOW_GATHER_MILLISECONDS,
    FOLLOW_POLL_SECONDS,
    RULES_SET_ASIDE,
)
from contracts.streams import RULES_GUARD
from services.tariffs.domain.governance.admissions import check_admission
from services.tariffs.domain.governance.rule_books import check_known
from services.tariffs.domain.newer import NewerReleaseNeeded
from services.tariffs.domain.replay.whole_state import WholeState
from services.tariffs.domain.state import RulesState
from services.tariffs.following.folding import Folding
from services.tariffs.following.garbage import without_looks_for_garbage
from services.tariffs.following.recorded import BrokenHistory
from services.tariffs.outside.ledger import LedgerAway, LedgerClient

log = structlog.get_logger(__name__)


class Follower:
    """Holds the newest rules state; `run` must be running. `seen(stream, version)` hears of every other entry."""

    def __init__(
        self,
        ledger: LedgerClient,
        *,
        seen: Callable[[str, int], None],
        begin: Callable[[], Awaitable[Folding]] | None = None,
    ) -> None:
        """`begin` gives the fold to go on with, asked for once when the following begins; an empty one for None."""
        self._ledger = ledger
        self._seen = seen
        self._wake = asyncio.Event()
        self._wanted = asyncio.Event()
        self._waiters: dict[asyncio.Future[None], int] = {}
        self._last_line: bytes | None = None
        self._begin = begin
        self._folding = Folding()
        self._aside = 0
        """Version of the guard of rules up to which the collector of garbage need not look."""
        self.caught_up = False
        """True once the head that the ledger had at our start has been reached."""
        self.away: str | None = None
        """Why the ledger cannot be read at the moment; None when it can."""
        self.outdated: str | None = None
        """Why following has ended at an entry that only a newer release understands; None while it goes on."""
        self.unread: str | None = None
        """The first entry beside the rules that was asked for and that only a newer release understands, if any."""

    @property
    def rules(self) -> RulesState:
        """The newest rules state."""
        return self._folding.rules

    @property
    def state(self) -> WholeState:
        """Everything that is folded, as a value."""
        return self._folding.state

    @property
    def position(self) -> int:
        """Position of the last entry folded; -1 before the first."""
        return self.rules.position

    @property
    def waiting(self) -> int:
        """How many wait for an entry to be folded."""
        return len(self._waiters)

    def wake(self) -> None:
        """Something may have been recorded."""
        self._wake.set()

    async def reach(self, position: int) -> None:
        """Wait until the entry at `position` is folded. The caller bounds the wait. Raises NewerReleaseNeeded at once
        when the following ends before it, or has ended."""
        if position <= self.rules.position:
            return
        if self.outdated is not None:
            raise NewerReleaseNeeded(self.outdated)
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters[waiter] = position
        self._wake.set()
        self._wanted.set()
        try:
            await waiter
        finally:
            del self._waiters[waiter]

    async def reach_head(self) -> None:
        """Wait until everything is folded that the ledger has recorded by now. Raises LedgerAway and
        NewerReleaseNeeded."""
        known = self.rules.position  # before asking: the answer may be overtaken by what is folded meanwhile
        head = await self._ledger.head()
        if head.size <= known:
            raise LedgerAway(f"the ledger has {head.size} entries, and had recorded {known + 1}")
        await self.reach(head.size - 1)

    def note_unread(self, newer: NewerReleaseNeeded) -> None:
        """Somebody asked for an entry that this release is too old for: one beside the rules, while all of them can
        be followed (`outdated` says it otherwise)."""
        if self.unread is None and self.outdated is None:
            log.error("entry_unread", reason=str(newer))
            self.unread = str(newer)

    async def run(self) -> None:
        """Follow until cancelled; survives a ledger that goes away, never a history that is not dense.

        Ends, and says so in `outdated`, at what only a newer release understands: nothing is decided behind it.
        """
        while True:
            try:
                if self._begin is not None:
                    self._folding = await self._begin()
                    self._begin = None
                if not self.caught_up:
                    await self._catch_up()
                if self.away is not None:
                    await self._recognise()
                self._wake.clear()
                self._wanted.clear()
                before = self.rules.position
                await self._read_to_head()
                self._note_away(None)
                await self._pause(progressed=self.rules.position > before)
            except LedgerAway as away:
                self._note_away(str(away))
                await asyncio.sleep(FOLLOW_AWAY_MILLISECONDS / 1000)
            except NewerReleaseNeeded as newer:
                self._end(newer)
                return

    def _end(self, newer: NewerReleaseNeeded) -> None:
        """Nothing will be folded any more: whoever waits for it is told so."""
        log.error("following_ended", position=self.rules.position, reason=str(newer))
        self.outdated = str(newer)
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_exception(NewerReleaseNeeded(self.outdated))

    async def _catch_up(self) -> None:
        head = await self._ledger.head()
        with without_looks_for_garbage():
            while self.rules.position < head.size - 1:
                before = self.rules.position
                await self._read_to_head()
                if self.rules.position == before:
                    raise LedgerAway(f"the ledger has {head.size} entries and serves none after {before}")
        self._set_aside()
        self.caught_up = True
        log.info("caught_up", position=self.rules.position)

    async def _recognise(self) -> None:
        """After an absence, see that the ledger is the one we followed: its entry at our position is the same.

        A ledger that was restored from a backup may be behind; it will catch up to the same bytes, and is waited
        for. One with other bytes has another history, on which nothing of ours may stand.
        """
        if self._last_line is None:
            return
        line = await self._ledger.entry_if_there(self.rules.position)
        if line is None:
            raise LedgerAway(f"the ledger has not got as far again as entry {self.rules.position}")
        if line != self._last_line:
            raise BrokenHistory(
                f"the ledger has another entry {self.rules.position} than the one it served before"
            )

    def _note_away(self, reason: str | None) -> None:
        if (reason is None) != (self.away is None):
            log.warning("ledger_away" if reason else "ledger_back", reason=reason or self.away)
        self.away = reason

    async def _read_to_head(self) -> None:
        rest = b""
        async for chunk in self._ledger.entries(self.rules.position):
            *lines, rest = (rest + chunk).split(b"\n")
            if lines:
                self.fold(lines)
        if rest:
            raise LedgerAway("the ledger broke off in the middle of an entry")

    def fold(self, lines: list[bytes]) -> None:
        """Fold served entries, which must come densely after what is folded already.

        Raises UnknownRuleBook as soon as one is activated, for whichever day, and UnknownAdmission likewise: an old
        release stops in time.
        """
        self._folding.take(lines, self._seen)
        if self.rules.rulesets:
            check_known(self.rules)
        if self.rules.admissions:
            check_admission(self.rules)
        self._last_line = lines[-1]
        if self.caught_up and self.rules.version_of(RULES_GUARD) - self._aside >= RULES_SET_ASIDE:
            self._set_aside()
        self._tell_waiters(self.rules.position)

    def _set_aside(self) -> None:
        """What was folded stays: looks for garbage need not go through all of it again, which stops everybody. Not at
        every entry, because what is under way at the moment is set aside as well."""
        gc.freeze()
        self._aside = self.rules.version_of(RULES_GUARD)

    def _tell_waiters(self, position: int) -> None:
        for waiter, wanted in self._waiters.items():
            if wanted <= position and not waiter.done():
                waiter.set_result(None)

    async def _pause(self, *, progressed: bool) -> None:
        """Until there may be something to read: at once for those who wait, else after a wake-up or a while.

        The events were cleared before the last read, so what happened since then is not slept through.
        """
        if any(not waiter.done() for waiter in self._waiters):
            if not progressed:
                await _until(self._wake, FOLLOW_AGAIN_MILLISECONDS / 1000)
            return
        await _until(self._wake, FOLLOW_POLL_SECONDS)
        await _until(self._wanted, FOLLOW_GATHER_MILLISECONDS / 1000)


async def _until(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but not longer than this."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
