"""The reserve itself, as its stream tells it: capital by source, and targets in days of demand.

Capital stays in its parts: a loan of up to 10 bn and 1.67 bn from private sources are 11.67 bn, the
headline said 12, and no figure here adds up what its sources keep apart.
"""

import msgspec
from immutables import Map

from contracts.envelope import AnyEvent
from contracts.events.reserve import ReserveCapitalCommitted, ReserveTargetSet


class Capital(msgspec.Struct, frozen=True):
    """One commitment of capital, and the entry that says so."""

    position: int
    committed: ReserveCapitalCommitted


class Target(msgspec.Struct, frozen=True):
    """One target for a line, and the entry that says so."""

    position: int
    target: ReserveTargetSet


class ReserveState(msgspec.Struct, frozen=True):
    """Capital in order of recording; line → targets in order of recording."""

    capital: tuple[Capital, ...] = ()
    targets: Map[str, tuple[Target, ...]] = Map()


def evolve_reserve(state: ReserveState, position: int, event: AnyEvent) -> ReserveState:
    """Take in one event of the stream."""
    match event.data:
        case ReserveCapitalCommitted() as data:
            return ReserveState((*state.capital, Capital(position, data)), state.targets)
        case ReserveTargetSet() as data:
            targets = (*state.targets.get(data.line, ()), Target(position, data))
            return ReserveState(state.capital, state.targets.set(data.line, targets))
        case _:
            return state
