"""The fold of served entries: what of a line is read, and into which part of the state it goes.

Most entries are declarations and assessments, which say nothing about rules: their place is read and counted, and
their event is never decoded. Service, replay and snapshot fold with this and with nothing else, so the three cannot
come to different states.
"""

from collections.abc import Callable, Iterable

from contracts.streams import STREAM_KINDS
from services.tariffs.domain.evolve import grow
from services.tariffs.domain.growing import Growing
from services.tariffs.domain.replay.totals import Totals
from services.tariffs.domain.replay.whole_state import DECLARATION, WholeState
from services.tariffs.domain.state import Recorded, RulesState, empty_rules
from services.tariffs.following.recorded import BrokenHistory, Place, UnknownEventType, event_in, place_of
from services.tariffs.following.tally import Tally

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
        "undertaking",
        "proposal",
        "case",
    )
)
"""Kinds of stream that live in the rules state as a whole."""
_NAMED_KINDS = frozenset(("reserve", "purchase_commitment", "stock"))
"""Kinds of which the rules state only notes that a stream exists: its first entry is enough."""


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
        growing, last = Growing(folding.rules), -1
        for line in lines:
            place = place_of(line)
            if not last < place.position <= position:
                raise BrokenHistory(f"entry {place.position} was kept behind entry {last}, up to {position}")
            last = place.position
            folding._fold(growing, place, line)
        folding.rules = growing.grown(position)
        folding._keep = keep
        return folding

    @property
    def state(self) -> WholeState:
        """Everything, as a value."""
        return WholeState(self.rules, self._tally.streams, self._tally.totals)

    def take(self, lines: Iterable[bytes], seen: Callable[[str, int], None] | None = None) -> None:
        """Fold served entries, which come densely after what is folded; `seen` hears of those not of the rules."""
        growing, position = Growing(self.rules), self.rules.position
        for line in lines:
            place = place_of(line)
            if place.position != position + 1:
                raise BrokenHistory(f"entry {place.position} came after entry {position}")
            position = place.position
            self._fold(growing, place, line)
            if seen is not None and place.kind not in RULE_KINDS:
                seen(place.stream, place.version)
        self.rules = growing.grown(position)

    def _fold(self, growing: Growing, place: Place, line: bytes) -> None:
        kind = place.kind
        if kind == DECLARATION:
            self._tally.count(place, line)
            return
        if kind not in STREAM_KINDS:
            raise UnknownEventType(place.position, f"streams like {place.stream}")
        of_rules = kind in RULE_KINDS
        kept = of_rules or self._tally.take(place, line)
        if kept and self._keep is not None:
            self._keep(line)
        if of_rules or (place.version == 1 and kind in _NAMED_KINDS):
            grow(growing, Recorded(place.position, event_in(line), place.recorded_at))
