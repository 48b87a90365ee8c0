"""Stock of one line in one reserve, as its stream tells it: lots in, drawdowns out, obligations to refill.

The maps are persistent, so that a hot stream moves on in O(log n) an event and a decision may hold on to
the state before it. Masses are in kilograms: of the goods, or of the content that the line is measured by.
What happened keeps its own day, so the same state answers for every V.
"""

from datetime import date
from decimal import Decimal

import msgspec
from immutables import Map

from contracts.decimals import EXACT
from contracts.envelope import AnyEvent
from contracts.events.stock import (
    DrawdownReleased,
    LotReceived,
    ReplenishmentFulfilled,
    ReplenishmentOpened,
    ReplenishmentReceived,
)
from contracts.values import Content
from services.tariffs.domain.assessment.exact import ZERO


class Lot(msgspec.Struct, frozen=True):
    """A lot in the warehouse: what came in, and what is left of it now."""

    received: Decimal
    left: Decimal
    received_on: date
    assay: tuple[Content, ...]


class Drawdown(msgspec.Struct, frozen=True):
    """What was taken out under a purchase commitment, and from which lots."""

    purchase_commitment: str
    kilograms: Decimal
    released_on: date
    lots: tuple[tuple[str, Decimal], ...]


class Receipt(msgspec.Struct, frozen=True):
    """What came back for an obligation, on a day."""

    received_on: date
    kilograms: Decimal


class Obligation(msgspec.Struct, frozen=True):
    """A company's duty to refill what it has drawn: how much, until when, and what has come back so far."""

    drawdown: str
    purchase_commitment: str
    company: str
    kilograms: Decimal
    due_on: date
    receipts: tuple[Receipt, ...] = ()
    fulfilled_on: date | None = None

    @property
    def open(self) -> Decimal:
        """Kilograms still to come, on what is recorded."""
        left = self.kilograms
        for receipt in self.receipts:
            left = EXACT.subtract(left, receipt.kilograms)
        return left


class StockState(msgspec.Struct, frozen=True):
    """All about one stock stream; `used` is what a commitment has drawn less what was replenished."""

    lots: Map[str, Lot] = Map()
    drawdowns: Map[str, Drawdown] = Map()
    obligations: Map[str, Obligation] = Map()
    used: Map[str, Decimal] = Map()


def evolve_stock(state: StockState, _position: int, event: AnyEvent) -> StockState:
    """Take in one event of the stream; total: one that breaks a rule is taken in as recorded."""
    match event.data:
        case LotReceived() as data:
            lot = Lot(data.quantity.kilograms, data.quantity.kilograms, data.received_on, data.assay)
            return msgspec.structs.replace(state, lots=state.lots.set(data.lot, lot))
        case DrawdownReleased() as data:
            return _released(state, data)
        case ReplenishmentOpened() as data:
            return _opened(state, data)
        case ReplenishmentReceived() as data:
            return _replenished(state, data)
        case ReplenishmentFulfilled() as data:
            return _fulfilled(state, data)
        case _:
            return state


def _released(state: StockState, data: DrawdownReleased) -> StockState:
    lots = state.lots
    for share in data.lots:
        lot = lots.get(share.lot)
        if lot is not None:
            left = EXACT.subtract(lot.left, share.quantity.kilograms)
            lots = lots.set(share.lot, msgspec.structs.replace(lot, left=left))
    kilograms = data.quantity.kilograms
    drawdown = Drawdown(
        purchase_commitment=data.purchase_commitment,
        kilograms=kilograms,
        released_on=data.released_on,
        lots=tuple((share.lot, share.quantity.kilograms) for share in data.lots),
    )
    return msgspec.structs.replace(
        state,
        lots=lots,
        drawdowns=state.drawdowns.set(data.drawdown, drawdown),
        used=_used(state, data.purchase_commitment, kilograms),
    )


def _opened(state: StockState, data: ReplenishmentOpened) -> StockState:
    drawdown = state.drawdowns.get(data.drawdown)
    obligation = Obligation(
        drawdown=data.drawdown,
        purchase_commitment="" if drawdown is None else drawdown.purchase_commitment,
        company=data.company,
        kilograms=data.quantity.kilograms,
        due_on=data.due_on,
    )
    return msgspec.structs.replace(state, obligations=state.obligations.set(data.obligation, obligation))


def _replenished(state: StockState, data: ReplenishmentReceived) -> StockState:
    kilograms = data.quantity.kilograms
    lot = Lot(kilograms, kilograms, data.received_on, data.assay)
    lots = state.lots.set(data.lot, lot)
    obligation = state.obligations.get(data.obligation)
    if obligation is None:
        return msgspec.structs.replace(state, lots=lots)
    receipts = (*obligation.receipts, Receipt(data.received_on, kilograms))
    obligations = state.obligations.set(
        data.obligation, msgspec.structs.replace(obligation, receipts=receipts)
    )
    used = _used(state, obligation.purchase_commitment, -kilograms)
    return msgspec.structs.replace(state, lots=lots, obligations=obligations, used=used)


def _fulfilled(state: StockState, data: ReplenishmentFulfilled) -> StockState:
    obligation = state.obligations.get(data.obligation)
    if obligation is None:
        return state
    closed = msgspec.structs.replace(obligation, fulfilled_on=data.fulfilled_on)
    return msgspec.structs.replace(state, obligations=state.obligations.set(data.obligation, closed))


def _used(state: StockState, purchase_commitment: str, kilograms: Decimal) -> Map[str, Decimal]:
    before = state.used.get(purchase_commitment, ZERO)
    return state.used.set(purchase_commitment, EXACT.add(before, kilograms))
