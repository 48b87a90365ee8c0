"""Follows the ledger by position and folds what it recorded into the rules state.

Positions are dense, so completeness is proved by counting: an entry that is not the next one stops the service.
NATS only says that there is something to read, and is never believed to have said so: the follower polls too.
While nobody waits, entries are left to gather for a moment and read in one go, as each read costs the same.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog

from contracts.limits import FOLLOW_GATHER_MILLISECONDS, FOLLOW_POLL_SECONDS
from contracts.streams import kind_of
from services.tariffs.domain.evolve import evolve, moved_to
from services.tariffs.domain.replay.totals import Totals
from services.tariffs.domain.replay.whole_state import WholeState
from services.tariffs.domain.rule_books import check_known
from services.tariffs.domain.state import RulesState, empty_rules
from services.tariffs.following.recorded import BrokenHistory, Place, event_in, place_of
from services.tariffs.following.tally import Tally
from services.tariffs.outside.ledger import LedgerAway, LedgerClient

log = structlog.get_logger(__name__)

RULE_KINDS = frozenset(
    (
        "bloc",
        "party",
        "member",
        "mineral",
        "line",
        "measure",
        "floor",
        "reference_price",
        "exchange_rate",
        "emergency",
        "act",
        "area",
        "quota",
        "proposal",
        "case",
    )
)
"""Kinds of stream that live in the rules state as a whole."""
_NAMED_KINDS = frozenset(("reserve", "purchase_commitment", "stock"))
"""Kinds of which the rules state only notes that a stream exists: its first entry is enough."""

_AWAY_PAUSE_SECONDS = 0.2
_NOTHING_NEW_PAUSE_SECONDS = 0.05


class Folding:
    """The state as far as it is folded: rules, kept streams, totals. The one fold of service, replay and snapshot."""

    def __init__(self, keep: Callable[[bytes], None] | None = None) -> None:
        """`keep` is handed the line of every entry that the fold reads whole, in order."""
        self.rules: RulesState = empty_rules()
        self._tally = Tally()
        self._keep = keep

    @classmethod
    def restored(
        cls, lines: Iterable[bytes], position: int, totals: Totals, keep: Callable[[bytes], None]
    ) -> "Folding":
        """The fold after entry `position`, from the kept lines up to there and the totals. Raises BrokenHistory."""
        folding = cls()
        folding._tally = Tally(totals=totals)
        rules, last = folding.rules, -1
        for line in lines:
            place = place_of(line)
            if not last < place.position <= position:
                raise BrokenHistory(f"entry {place.position} was kept behind entry {last}, up to {position}")
            last = place.position
            rules = folding._fold(rules, place, line)
        folding.rules = moved_to(rules, position)
        folding._keep = keep
        return folding

    @property
    def state(self) -> WholeState:
        """Everything, as a value."""
        return WholeState(self.rules, self._tally.streams, self._tally.totals)

    def take(self, lines: Iterable[bytes], seen: Callable[[str, int], None] | None = None) -> None:
        """Fold served entries, which come densely after what is folded; `seen` hears of those not of the rules."""
        rules, position = self.rules, self.rules.position
        for line in lines:
            place = place_of(line)
            if place.position != position + 1:
                raise BrokenHistory(f"entry {place.position} came after entry {position}")
            position = place.position
            rules = self._fold(rules, place, line)
            if seen is not None and kind_of(place.stream) not in RULE_KINDS:
                seen(place.stream, place.version)
        self.rules = moved_to(rules, position)

    def _fold(self, rules: RulesState, place: Place, line: bytes) -> RulesState:
        kind = kind_of(place.stream)
        of_rules = kind in RULE_KINDS
        kept = of_rules or self._tally.take(place, line)
        if kept and self._keep is not None:
            self._keep(line)
        if of_rules or (place.version == 1 and kind in _NAMED_KINDS):
            return evolve(rules, place.position, place.recorded_at, event_in(line))
        return rules


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
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []
        self._last_line: bytes | None = None
        self._begin = begin
        self._folding = Folding()
        self.caught_up = False
        """True once the head that the ledger had at our start has been reached."""
        self.away: str | None = None
        """Why the ledger cannot be read at the moment; None when it can."""

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

    def wake(self) -> None:
        """Something may have been recorded."""
        self._wake.set()

    async def reach(self, position: int) -> None:
        """Wait until the entry at `position` is folded. The caller bounds the wait."""
        if position <= self.rules.position:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((position, waiter))
        self._wake.set()
        self._wanted.set()
        await waiter

    async def reach_head(self) -> None:
        """Wait until everything is folded that the ledger has recorded by now. Raises LedgerAway."""
        known = self.rules.position  # before asking: the answer may be overtaken by what is folded meanwhile
        head = await self._ledger.head()
        if head.size <= known:
            raise LedgerAway(f"the ledger has {head.size} entries, and had recorded {known + 1}")
        await self.reach(head.size - 1)

    async def run(self) -> None:
        """Follow until cancelled; survives a ledger that goes away, never a history that is not dense."""
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
                await asyncio.sleep(_AWAY_PAUSE_SECONDS)

    async def _catch_up(self) -> None:
        head = await self._ledger.head()
        while self.rules.position < head.size - 1:
            before = self.rules.position
            await self._read_to_head()
            if self.rules.position == before:
                raise LedgerAway(f"the ledger has {head.size} entries and serves none after {before}")
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

        Raises UnknownRuleBook as soon as one is activated, for whichever day: an old release stops in time.
        """
        self._folding.take(lines, self._seen)
        if self.rules.rulesets:
            check_known(self.rules)
        self._last_line = lines[-1]
        self._tell_waiters(self.rules.position)

    def _tell_waiters(self, position: int) -> None:
        if not self._waiters:
            return
        still = [(wanted, waiter) for wanted, waiter in self._waiters if wanted > position]
        for wanted, waiter in self._waiters:
            if wanted <= position and not waiter.done():
                waiter.set_result(None)
        self._waiters = [(wanted, waiter) for wanted, waiter in still if not waiter.done()]

    async def _pause(self, *, progressed: bool) -> None:
        """Until there may be something to read: at once for those who wait, else after a wake-up or a while.

        The events were cleared before the last read, so what happened since then is not slept through.
        """
        self._waiters = [(wanted, waiter) for wanted, waiter in self._waiters if not waiter.done()]
        if self._waiters:
            if not progressed:
                await _until(self._wake, _NOTHING_NEW_PAUSE_SECONDS)
            return
        await _until(self._wake, FOLLOW_POLL_SECONDS)
        await _until(self._wanted, FOLLOW_GATHER_MILLISECONDS / 1000)


async def _until(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but not longer than this."""
    waiting = asyncio.ensure_future(event.wait())
    await asyncio.wait((waiting,), timeout=seconds)
    waiting.cancel()
