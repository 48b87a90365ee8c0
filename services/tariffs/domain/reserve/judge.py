"""Judging an event of the reserve: the rules that it breaks, or what follows from it in the same draft.

A drawdown opens an obligation, and the receipt that closes one says how late it was; both are derived here,
so that no operator has to remember to post them and none can forget. Overdue is not an event at all: it
follows from dates. Nothing asks for the present day: everything happens on the days that the event says.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contracts.envelope import Event
from contracts.events.emergencies import EmergencyReleaseOrdered
from contracts.events.payload import Payload
from contracts.events.reserve import (
    CarryingCostAccrued,
    PurchaseCommitmentSigned,
    ReserveCapitalCommitted,
    ReserveCapitalDrawn,
    ReserveTargetSet,
)
from contracts.events.stock import (
    BuybackExercised,
    DrawdownDeclined,
    DrawdownReleased,
    DrawdownRequested,
    EntitlementTransferred,
    LotLossRecorded,
    LotReceived,
    LotRelocated,
    ReplenishmentAnnounced,
    ReplenishmentDefaulted,
    ReplenishmentExtended,
    ReplenishmentForgiven,
    ReplenishmentFulfilled,
    ReplenishmentOpened,
    ReplenishmentReceived,
)
from services.tariffs.domain.judged import Derived, Judged
from services.tariffs.domain.rule import Violation
from services.tariffs.domain.state import RulesState

from .charges import due_on
from .faults import Fault, commitment_state, stock_state
from .judge_buyback import buyback_faults
from .judge_commitment import (
    capital_drawn_faults,
    capital_faults,
    carrying_cost_faults,
    commitment_faults,
    target_faults,
)
from .judge_entitlement import extension_faults, transfer_faults
from .judge_lot import loss_faults, lot_faults, relocation_faults
from .judge_obligation import default_declared_faults, forgiveness_faults
from .judge_release import release_faults
from .judge_request import announcement_faults, decline_faults, request_faults
from .judge_stock import drawdown_faults, replenishment_faults
from .streams import StreamState

_FAULTS: Mapping[
    type[Payload], Callable[[RulesState, Mapping[str, StreamState], Event[Any]], Iterator[Fault]]
] = {
    ReserveCapitalCommitted: capital_faults,
    ReserveCapitalDrawn: capital_drawn_faults,
    ReserveTargetSet: target_faults,
    PurchaseCommitmentSigned: commitment_faults,
    CarryingCostAccrued: carrying_cost_faults,
    LotReceived: lot_faults,
    LotRelocated: relocation_faults,
    LotLossRecorded: loss_faults,
    DrawdownReleased: drawdown_faults,
    ReplenishmentReceived: replenishment_faults,
    EntitlementTransferred: transfer_faults,
    ReplenishmentExtended: extension_faults,
    EmergencyReleaseOrdered: release_faults,
    BuybackExercised: buyback_faults,
    ReplenishmentForgiven: forgiveness_faults,
    ReplenishmentDefaulted: default_declared_faults,
    DrawdownRequested: request_faults,
    DrawdownDeclined: decline_faults,
    ReplenishmentAnnounced: announcement_faults,
}


def judge_reserve(rules: RulesState, streams: Mapping[str, StreamState], event: Event[Any]) -> Judged:
    """Judge an event about a reserve; one of another family breaks nothing here.

    `streams` holds the states that `reads_of` names; one that is missing is taken as empty.
    """
    data: Payload = event.data
    faults = _FAULTS.get(type(data))
    found = () if faults is None else tuple(faults(rules, streams, event))
    if found:
        violations = tuple(Violation(rule, event.id, f"$.data{path}", detail) for rule, path, detail in found)
        return Judged(violations, ())
    return Judged((), tuple(_derived(streams, event)))


def _derived(streams: Mapping[str, StreamState], event: Event[Any]) -> Iterator[Derived]:
    """Say what follows from an event that breaks no rule."""
    match event.data:
        case DrawdownReleased() as data:
            yield "bloc.replenishment.opened.v1", _opened(streams, data)
        case ReplenishmentReceived() as data:
            obligation = stock_state(streams, event.subject).obligations[data.obligation]
            if data.quantity.kilograms != obligation.open:
                return
            came_on = max((data.received_on, *(receipt.received_on for receipt in obligation.receipts)))
            fulfilled = ReplenishmentFulfilled(
                reserve=data.reserve,
                line=data.line,
                obligation=data.obligation,
                fulfilled_on=came_on,
                days_late=max(0, (came_on - obligation.due_in_force(came_on)).days),
            )
            yield "bloc.replenishment.fulfilled.v1", fulfilled
        case _:
            return


def _opened(streams: Mapping[str, StreamState], data: DrawdownReleased) -> ReplenishmentOpened:
    """Open the obligation to refill a drawdown. It takes the drawdown's name: there is one for each."""
    terms = commitment_state(streams, data.purchase_commitment).terms
    assert terms is not None  # a drawdown without commitment has been refused
    due = due_on(data.released_on, terms.replenish_within_days)
    assert due is not None  # likewise
    return ReplenishmentOpened(
        reserve=data.reserve,
        line=data.line,
        obligation=data.drawdown,
        drawdown=data.drawdown,
        company=data.company,
        quantity=data.quantity,
        due_on=due,
    )
