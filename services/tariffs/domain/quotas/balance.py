"""What was drawn of one period of a quota, as its stream tells it: item by item, in order of recording.

Masses are in kilograms. The volume is not here: it is a rule, and may be corrected.
"""

from decimal import Decimal

import msgspec
from immutables import Map

from contracts.decimals import EXACT
from contracts.envelope import AnyEvent
from contracts.events.payload import Payload
from contracts.events.quotas import QuotaDrawn, QuotaExhausted, QuotaReturned
from services.tariffs.domain.assessment.exact import ZERO

ItemKey = tuple[str, str, int]
"""Member, reference and item number of a declaration."""


class Drawing(msgspec.Struct, frozen=True):
    """What one item asks for, was granted and has given back; `position` is of the entry that granted it last."""

    position: int
    requested: Decimal
    drawn: Decimal
    returned: Decimal = ZERO

    @property
    def held(self) -> Decimal:
        """What the item keeps of the quota by now."""
        return EXACT.subtract(self.drawn, self.returned)


class BalanceState(msgspec.Struct, frozen=True):
    """The drawings of one period by item, and their sum less what came back."""

    drawings: Map[ItemKey, Drawing] = Map()
    held: Decimal = ZERO
    exhausted_at: int | None = None
    """Position of the newest drawing that took the last of the period."""

    def held_by(self, member: str, reference: str, item_no: int) -> Decimal:
        """Kilograms that an item holds of the quota by now; 0 when it never drew on it."""
        drawing = self.drawings.get((member, reference, item_no))
        return ZERO if drawing is None else drawing.held


def evolve_balance(state: BalanceState, position: int, event: AnyEvent) -> BalanceState:
    """Take in one event of the stream."""
    return with_payload(state, position, event.data)


def with_payload(state: BalanceState, position: int, data: Payload) -> BalanceState:
    """Take in what an event says; total: anything but a drawing or a return changes nothing."""
    match data:
        case QuotaDrawn():
            return _drawn(state, position, data)
        case QuotaExhausted():
            return msgspec.structs.replace(state, exhausted_at=position)
        case QuotaReturned():
            return _returned(state, data)
        case _:
            return state


def _drawn(state: BalanceState, position: int, data: QuotaDrawn) -> BalanceState:
    """A further drawing of the same item comes on top of what it holds."""
    key = (data.member, data.reference, data.item_no)
    before = state.drawings.get(key) or Drawing(position, ZERO, ZERO)
    requested, drawn = data.requested.kilograms, data.drawn.kilograms
    drawing = Drawing(
        position=position,
        requested=EXACT.add(before.held, requested),
        drawn=EXACT.add(before.drawn, drawn),
        returned=before.returned,
    )
    return msgspec.structs.replace(
        state, drawings=state.drawings.set(key, drawing), held=EXACT.add(state.held, drawn)
    )


def _returned(state: BalanceState, data: QuotaReturned) -> BalanceState:
    """Who gives back asks for that much less."""
    key = (data.member, data.reference, data.item_no)
    before = state.drawings.get(key)
    if before is None:
        return state
    back = data.quantity.kilograms
    less = msgspec.structs.replace(
        before,
        requested=max(ZERO, EXACT.subtract(before.requested, back)),
        returned=EXACT.add(before.returned, back),
    )
    return msgspec.structs.replace(
        state, drawings=state.drawings.set(key, less), held=EXACT.subtract(state.held, back)
    )
