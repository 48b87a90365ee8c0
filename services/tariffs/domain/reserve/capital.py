"""The reserve itself, as its stream tells it: capital by source, and targets in days of demand.

Capital stays in its parts: a loan of up to 10 bn and 1.67 bn from private sources are 11.67 bn, the
headline said 12, and no figure here adds up what its sources keep apart.
"""

from datetime import date
from decimal import Decimal

import msgspec
from immutables import Map
from msgspec.structs import replace

from contracts.decimals import EXACT
from contracts.envelope import AnyEvent
from contracts.events.reserve import ReserveCapitalCommitted, ReserveCapitalDrawn, ReserveTargetSet
from services.tariffs.domain.assessment.exact import sum_of


class Capital(msgspec.Struct, frozen=True):
    """One commitment of capital, and the entry that says so."""

    position: int
    committed: ReserveCapitalCommitted


class Draw(msgspec.Struct, frozen=True):
    """One draw on capital, and the entry that says so."""

    position: int
    drawn: ReserveCapitalDrawn


class Target(msgspec.Struct, frozen=True):
    """One target for a line, and the entry that says so."""

    position: int
    target: ReserveTargetSet


class ReserveState(msgspec.Struct, frozen=True):
    """Capital, and draws on it, in order of recording; line → targets in order of recording."""

    capital: tuple[Capital, ...] = ()
    targets: Map[str, tuple[Target, ...]] = Map()
    draws: tuple[Draw, ...] = ()

    def left_of(self, source: str, facility: str, currency: str, day: date) -> Decimal | None:
        """What is left of what a source had committed by a day, less all that was ever drawn of it; None when it had
        committed nothing so."""
        committed = [
            entry.committed.amount.value
            for entry in self.capital
            if entry.committed.committed_on <= day
            and (entry.committed.source, entry.committed.facility, entry.committed.amount.currency)
            == (source, facility, currency)
        ]
        if not committed:
            return None
        drawn = (
            entry.drawn.amount.value
            for entry in self.draws
            if (entry.drawn.source, entry.drawn.facility, entry.drawn.amount.currency)
            == (source, facility, currency)
        )
        return EXACT.subtract(sum_of(committed), sum_of(drawn))


def evolve_reserve(state: ReserveState, position: int, event: AnyEvent) -> ReserveState:
    """Take in one event of the stream."""
    match event.data:
        case ReserveCapitalCommitted() as data:
            return replace(state, capital=(*state.capital, Capital(position, data)))
        case ReserveCapitalDrawn() as data:
            return replace(state, draws=(*state.draws, Draw(position, data)))
        case ReserveTargetSet() as data:
            targets = (*state.targets.get(data.line, ()), Target(position, data))
            return replace(state, targets=state.targets.set(data.line, targets))
        case _:
            return state
