"""A purchase commitment as its stream tells it: the terms as signed, and the periods charged so far.

The terms never change after signing: who commits to buy at a price has that price, whatever the market
does.
"""

from datetime import date

import msgspec

from contracts.envelope import AnyEvent
from contracts.events.reserve import CarryingCostAccrued, PurchaseCommitmentSigned

Period = tuple[date, date]
"""Half-open: from the first day to before the second."""


class CommitmentState(msgspec.Struct, frozen=True):
    """`terms` is None until the commitment is signed; `charged` are the periods of its carrying costs."""

    terms: PurchaseCommitmentSigned | None = None
    charged: tuple[Period, ...] = ()


def evolve_commitment(state: CommitmentState, _position: int, event: AnyEvent) -> CommitmentState:
    """Take in one event of the stream."""
    match event.data:
        case PurchaseCommitmentSigned() as data:
            return state if state.terms is not None else CommitmentState(data, state.charged)
        case CarryingCostAccrued() as data:
            return CommitmentState(state.terms, (*state.charged, (data.period_from, data.period_to)))
        case _:
            return state
