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
    EntitlementTransferred,
    LotLossRecorded,
    LotReceived,
    LotRelocated,
    ReplenishmentExtended,
    ReplenishmentFulfilled,
    ReplenishmentOpened,
    ReplenishmentReceived,
)
from contracts.values import Content

from .entitlement import Movements, Transfer, moved


class Place(msgspec.Struct, frozen=True):
    """A warehouse, from a day on."""

    since: date
    warehouse: str


class Loss(msgspec.Struct, frozen=True):
    """What was lost of a lot on a day, why, and the entry that says so."""

    position: int
    lost_on: date
    kilograms: Decimal
    cause: str


class Lot(msgspec.Struct, frozen=True):
    """A lot in the warehouse: what came in, what is left of it now, where it has been and what was lost."""

    received: Decimal
    left: Decimal
    received_on: date
    assay: tuple[Content, ...]
    places: tuple[Place, ...] = ()
    losses: tuple[Loss, ...] = ()


class Drawdown(msgspec.Struct, frozen=True):
    """What was taken out under a purchase commitment, and from which lots."""

    purchase_commitment: str
    company: str
    kilograms: Decimal
    released_on: date
    lots: tuple[tuple[str, Decimal], ...]


class Receipt(msgspec.Struct, frozen=True):
    """What came back for an obligation, on a day."""

    received_on: date
    kilograms: Decimal


class Extension(msgspec.Struct, frozen=True):
    """More time for an obligation, granted on a day; it forgives no day before that one."""

    position: int
    extended_on: date
    due_on: date


class Obligation(msgspec.Struct, frozen=True):
    """A company's duty to refill what it has drawn: how much, until when, and what has come back so far.

    `due_on` is the last day in time as it was opened; `due_in_force` reads the extensions.
    """

    drawdown: str
    purchase_commitment: str
    company: str
    kilograms: Decimal
    due_on: date
    receipts: tuple[Receipt, ...] = ()
    extensions: tuple[Extension, ...] = ()
    fulfilled_on: date | None = None

    @property
    def open(self) -> Decimal:
        """Kilograms still to come, on what is recorded."""
        left = self.kilograms
        for receipt in self.receipts:
            left = EXACT.subtract(left, receipt.kilograms)
        return left

    def due_in_force(self, day: date) -> date:
        """The last day in time as granted up to a day; of two grants on one day the later entry counts."""
        granted = [extension for extension in self.extensions if extension.extended_on <= day]
        newest = max(granted, key=lambda grant: (grant.extended_on, grant.position), default=None)
        return self.due_on if newest is None else newest.due_on


class StockState(msgspec.Struct, frozen=True):
    """All about one stock stream; `movements` are what each holder gained and lost since it signed."""

    lots: Map[str, Lot] = Map()
    drawdowns: Map[str, Drawdown] = Map()
    obligations: Map[str, Obligation] = Map()
    transfers: Map[str, Transfer] = Map()
    movements: Movements = Map()


def evolve_stock(state: StockState, position: int, event: AnyEvent) -> StockState:
    """Take in one event of the stream; total: one that breaks a rule is taken in as recorded."""
    match event.data:
        case LotReceived() as data:
            return msgspec.structs.replace(state, lots=state.lots.set(data.lot, _lot(data)))
        case LotRelocated() as data:
            return _relocated(state, data)
        case LotLossRecorded() as data:
            return _lost(state, position, data)
        case DrawdownReleased() as data:
            return _released(state, data)
        case ReplenishmentOpened() as data:
            return _opened(state, data)
        case ReplenishmentReceived() as data:
            return _replenished(state, data)
        case ReplenishmentFulfilled() as data:
            return _fulfilled(state, data)
        case ReplenishmentExtended() as data:
            return _extended(state, position, data)
        case EntitlementTransferred() as data:
            return _transferred(state, position, data)
        case _:
            return state


def _lot(data: LotReceived | ReplenishmentReceived) -> Lot:
    kilograms = data.quantity.kilograms
    places = (Place(data.received_on, data.warehouse),)
    return Lot(kilograms, kilograms, data.received_on, data.assay, places)


def _relocated(state: StockState, data: LotRelocated) -> StockState:
    lot = state.lots.get(data.lot)
    if lot is None:
        return state
    places = (*lot.places, Place(data.relocated_on, data.warehouse))
    return msgspec.structs.replace(
        state, lots=state.lots.set(data.lot, msgspec.structs.replace(lot, places=places))
    )


def _lost(state: StockState, position: int, data: LotLossRecorded) -> StockState:
    lot = state.lots.get(data.lot)
    if lot is None:
        return state
    kilograms = data.quantity.kilograms
    less = msgspec.structs.replace(
        lot,
        left=EXACT.subtract(lot.left, kilograms),
        losses=(*lot.losses, Loss(position, data.lost_on, kilograms, data.cause)),
    )
    return msgspec.structs.replace(state, lots=state.lots.set(data.lot, less))


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
        company=data.company,
        kilograms=kilograms,
        released_on=data.released_on,
        lots=tuple((share.lot, share.quantity.kilograms) for share in data.lots),
    )
    return msgspec.structs.replace(
        state,
        lots=lots,
        drawdowns=state.drawdowns.set(data.drawdown, drawdown),
        movements=moved(
            state.movements, (data.purchase_commitment, data.company), data.released_on, -kilograms
        ),
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
    lots = state.lots.set(data.lot, _lot(data))
    obligation = state.obligations.get(data.obligation)
    if obligation is None:
        return msgspec.structs.replace(state, lots=lots)
    receipts = (*obligation.receipts, Receipt(data.received_on, kilograms))
    obligations = state.obligations.set(
        data.obligation, msgspec.structs.replace(obligation, receipts=receipts)
    )
    holder = (obligation.purchase_commitment, obligation.company)
    movements = moved(state.movements, holder, data.received_on, kilograms)
    return msgspec.structs.replace(state, lots=lots, obligations=obligations, movements=movements)


def _fulfilled(state: StockState, data: ReplenishmentFulfilled) -> StockState:
    obligation = state.obligations.get(data.obligation)
    if obligation is None:
        return state
    closed = msgspec.structs.replace(obligation, fulfilled_on=data.fulfilled_on)
    return msgspec.structs.replace(state, obligations=state.obligations.set(data.obligation, closed))


def _extended(state: StockState, position: int, data: ReplenishmentExtended) -> StockState:
    obligation = state.obligations.get(data.obligation)
    if obligation is None:
        return state
    extensions = (*obligation.extensions, Extension(position, data.extended_on, data.due_on))
    longer = msgspec.structs.replace(obligation, extensions=extensions)
    return msgspec.structs.replace(state, obligations=state.obligations.set(data.obligation, longer))


def _transferred(state: StockState, position: int, data: EntitlementTransferred) -> StockState:
    name, day, kilograms = data.purchase_commitment, data.transferred_on, data.quantity.kilograms
    transfer = Transfer(
        position=position,
        purchase_commitment=name,
        from_company=data.from_company,
        to_company=data.to_company,
        kilograms=kilograms,
        transferred_on=day,
        legal_basis=data.legal_basis,
    )
    movements = moved(state.movements, (name, data.from_company), day, -kilograms)
    movements = moved(movements, (name, data.to_company), day, kilograms)
    transfers = state.transfers.set(data.transfer, transfer)
    return msgspec.structs.replace(state, transfers=transfers, movements=movements)
