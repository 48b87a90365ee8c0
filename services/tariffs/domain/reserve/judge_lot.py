"""Lots in the warehouse: that they come in, go elsewhere, and that part of one is lost."""

from collections.abc import Iterator, Mapping

from contracts.envelope import Event
from contracts.events.stock import LotLossRecorded, LotReceived, LotRelocated
from services.tariffs.domain.assessment.exact import exact_text
from services.tariffs.domain.state import RulesState

from .faults import Fault, line_faults, stock_state
from .rules import MOVED_ON, NAMES_ONCE, STOCK_NOT_BELOW_ZERO
from .stock import StockState
from .streams import StreamState


def lot_faults(
    rules: RulesState, streams: Mapping[str, StreamState], event: Event[LotReceived]
) -> Iterator[Fault]:
    """Judge the receipt of a lot."""
    data = event.data
    yield from line_faults(rules, data.line, quantity=data.quantity)
    yield from lot_name_faults(stock_state(streams, event.subject), data.lot)


def lot_name_faults(stock: StockState, lot: str) -> Iterator[Fault]:
    """Check that the name of a lot that comes in is new to its stock."""
    if lot in stock.lots:
        yield NAMES_ONCE, ".lot", f"lot {lot} has been received already; give this one a name of its own"


def loss_faults(
    rules: RulesState, streams: Mapping[str, StreamState], event: Event[LotLossRecorded]
) -> Iterator[Fault]:
    """Judge a loss: of a lot that is there, and of no more than is left of it."""
    data = event.data
    yield from line_faults(rules, data.line, quantity=data.quantity)
    lot = stock_state(streams, event.subject).lots.get(data.lot)
    if lot is None:
        yield STOCK_NOT_BELOW_ZERO, ".lot", f"lot {data.lot} is not in this stock"
        return
    if data.lost_on < lot.received_on:
        detail = f"lot {data.lot} was received on {lot.received_on}, after the loss"
        yield STOCK_NOT_BELOW_ZERO, ".lost_on", detail
    lost = data.quantity.kilograms
    if lost > lot.left:
        detail = f"lot {data.lot} has {exact_text(lot.left)} kg left, {exact_text(lost)} kg are lost"
        yield STOCK_NOT_BELOW_ZERO, ".quantity", detail


def relocation_faults(
    _rules: RulesState, streams: Mapping[str, StreamState], event: Event[LotRelocated]
) -> Iterator[Fault]:
    """Judge a relocation: of a lot that is there, from where it is to somewhere else."""
    data = event.data
    lot = stock_state(streams, event.subject).lots.get(data.lot)
    if lot is None or not lot.left:
        yield MOVED_ON, ".lot", f"nothing of lot {data.lot} is in this stock"
        return
    now = lot.places[-1]
    if data.warehouse == now.warehouse:
        yield MOVED_ON, ".warehouse", f"lot {data.lot} is there since {now.since}"
    if data.relocated_on < now.since:
        yield MOVED_ON, ".relocated_on", f"lot {data.lot} came to {now.warehouse} on {now.since}"
