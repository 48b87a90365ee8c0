"""The rules as they were at recent positions: a decision is judged on what its service knew, not on what came since.

A draft names the position that it was decided on, which may lie some entries back: a declaration does not wait for
rules that are being recorded beside it. So the states of the last rule entries are kept; they share nearly all of
their parts. A decision that reaches further back than that was made on rules that had long changed, and is found.
"""

from bisect import bisect_right
from datetime import datetime

from msgspec import Struct

from contracts.envelope import AnyEvent
from contracts.limits import AUDIT_RULE_STATES_KEPT_MAX
from services.tariffs.domain.evolve import FOLDED_TYPES, evolve, moved_to
from services.tariffs.domain.state import RulesState, empty_rules


class _Kept(Struct, frozen=True):
    recorded_at: str
    state: RulesState


class RuleStates:
    """Folds rule entries in order, and gives the state at any of the last positions."""

    def __init__(self) -> None:
        self._positions = [-1]
        self._kept = [_Kept("", empty_rules())]

    @property
    def newest(self) -> RulesState:
        """The state after the last rule entry; its position may lie before that of the last entry of all."""
        return self._kept[-1].state

    @property
    def oldest(self) -> RulesState:
        """The oldest state that is kept."""
        return self._kept[0].state

    def fold(self, position: int, recorded_at: str, event: AnyEvent) -> None:
        """Take in one entry; what says nothing about rules is passed over."""
        if event.type not in FOLDED_TYPES:
            return
        self._positions.append(position)
        self._kept.append(_Kept(recorded_at, evolve(self.newest, position, recorded_at, event)))
        if len(self._positions) > 2 * AUDIT_RULE_STATES_KEPT_MAX:  # halved, not shifted one by one
            del self._positions[:AUDIT_RULE_STATES_KEPT_MAX]
            del self._kept[:AUDIT_RULE_STATES_KEPT_MAX]

    def at(self, position: int) -> RulesState | None:
        """The state that a reader had who had folded everything up to `position`; None when it is no longer kept."""
        place = bisect_right(self._positions, position) - 1
        return None if place < 0 else moved_to(self._kept[place].state, position)

    def first_unseen(self, position: int, decided_at: datetime) -> tuple[int, float] | None:
        """The first rule entry after `position`, and by how many seconds it was recorded before `decided_at`."""
        place = bisect_right(self._positions, position)
        if place >= len(self._positions):
            return None
        recorded_at = datetime.fromisoformat(self._kept[place].recorded_at)
        return self._positions[place], (decided_at - recorded_at).total_seconds()
