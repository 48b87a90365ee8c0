"""The fold of a stock stream: lots in, drawdowns and buy-backs out, releases ordered, obligations to refill.

Total, like every fold: an event that breaks a rule is taken in as recorded, and judging it is the audit's work.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from immutables import Map
from msgspec import UNSET

from contracts.decimals import EXACT
from contracts.envelope import AnyEvent
from contracts.events.emergencies import EmergencyReleaseOrdered
from contracts.events.payload import Payload
from contracts.events.stock import (
    BuybackExercised,
    DrawdownReleased,
    EntitlementTransferred,
    LotLossRecorded,
    LotReceived,
    LotRelocated,
    LotShare,
    ReplenishmentDefaulted,
    ReplenishmentExtended,
    ReplenishmentForgiven,
    ReplenishmentFulfilled,
    ReplenishmentOpened,
    ReplenishmentReceived,
)

from .entitlement import Holder, Transfer, moved
from .requests import COMPANY_FOLDS, met
from .stock import (
    Buyback,
    Default,
    Drawdown,
    Extension,
    Forgiveness,
    Loss,
    Lot,
    Obligation,
    Place,
    Receipt,
    Release,
    Share,
    StockState,
)


def evolve_stock(state: StockState, position: int, event: AnyEvent) -> StockState:
    """Take in one event of the stream; total: one that breaks a rule is taken in as recorded."""
    fold = _FOLDS.get(type(event.data))
    return state if fold is None else fold(state, position, event.data)


def _received(state: StockState, _position: int, data: LotReceived) -> StockState:
    return msgspec.structs.replace(state, lots=state.lots.set(data.lot, _lot(data)))


def _lot(data: LotReceived | ReplenishmentReceived) -> Lot:
    kilograms = data.quantity.kilograms
    places = (Place(data.received_on, data.warehouse),)
    return Lot(kilograms, kilograms, data.received_on, data.assay, places)


def _relocated(state: StockState, _position: int, data: LotRelocated) -> StockState:
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


def _taken(lots: Map[str, Lot], shares: tuple[LotShare, ...]) -> Map[str, Lot]:
    """The lots after something was taken from some of them."""
    for share in shares:
        lot = lots.get(share.lot)
        if lot is not None:
            left = EXACT.subtract(lot.left, share.quantity.kilograms)
            lots = lots.set(share.lot, msgspec.structs.replace(lot, left=left))
    return lots


def _released(state: StockState, position: int, data: DrawdownReleased) -> StockState:
    kilograms, holder = data.quantity.kilograms, (data.purchase_commitment, data.company)
    release = None if data.release is UNSET else data.release
    drawdown = Drawdown(
        purchase_commitment=data.purchase_commitment,
        company=data.company,
        kilograms=kilograms,
        released_on=data.released_on,
        lots=tuple((share.lot, share.quantity.kilograms) for share in data.lots),
        position=position,
        release=release,
        request=None if data.request is UNSET else data.request,
    )
    return msgspec.structs.replace(
        state,
        lots=_taken(state.lots, data.lots),
        drawdowns=state.drawdowns.set(data.drawdown, drawdown),
        releases=_drawn_on(state.releases, release, holder, kilograms),
        movements=moved(state.movements, holder, data.released_on, EXACT.minus(kilograms)),
        requests=met(state.requests, data),
    )


def _drawn_on(
    releases: Map[str, Release], name: str | None, holder: Holder, kilograms: Decimal
) -> Map[str, Release]:
    """The releases after a drawdown on a share of one of them."""
    release = None if name is None else releases.get(name)
    if name is None or release is None:
        return releases
    shares = tuple(
        msgspec.structs.replace(share, drawn=EXACT.add(share.drawn, kilograms))
        if share.holder == holder
        else share
        for share in release.shares
    )
    return releases.set(name, msgspec.structs.replace(release, shares=shares))


def _bought_back(state: StockState, position: int, data: BuybackExercised) -> StockState:
    kilograms, holder = data.quantity.kilograms, (data.purchase_commitment, data.company)
    buyback = Buyback(
        purchase_commitment=data.purchase_commitment,
        company=data.company,
        kilograms=kilograms,
        exercised_on=data.exercised_on,
        lots=tuple((share.lot, share.quantity.kilograms) for share in data.lots),
        position=position,
    )
    return msgspec.structs.replace(
        state,
        lots=_taken(state.lots, data.lots),
        buybacks=state.buybacks.set(data.buyback, buyback),
        movements=moved(state.movements, holder, data.exercised_on, EXACT.minus(kilograms)),
    )


def _ordered(state: StockState, position: int, data: EmergencyReleaseOrdered) -> StockState:
    shares = tuple(
        Share(share.company, share.purchase_commitment, share.quantity.kilograms) for share in data.shares
    )
    release = Release(position, data.emergency, data.ordered_on, shares, data.legal_basis)
    return msgspec.structs.replace(state, releases=state.releases.set(data.release, release))


def _opened(state: StockState, _position: int, data: ReplenishmentOpened) -> StockState:
    drawdown = state.drawdowns.get(data.drawdown)
    obligation = Obligation(
        drawdown=data.drawdown,
        purchase_commitment="" if drawdown is None else drawdown.purchase_commitment,
        company=data.company,
        kilograms=data.quantity.kilograms,
        due_on=data.due_on,
    )
    return msgspec.structs.replace(state, obligations=state.obligations.set(data.obligation, obligation))


def _replenished(state: StockState, _position: int, data: ReplenishmentReceived) -> StockState:
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


def _fulfilled(state: StockState, _position: int, data: ReplenishmentFulfilled) -> StockState:
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


def _forgiven(state: StockState, position: int, data: ReplenishmentForgiven) -> StockState:
    obligation = state.obligations.get(data.obligation)
    if obligation is None:
        return state
    part = Forgiveness(position, data.forgiven_on, data.quantity.kilograms, data.reason)
    less = msgspec.structs.replace(obligation, forgiven=(*obligation.forgiven, part))
    return msgspec.structs.replace(state, obligations=state.obligations.set(data.obligation, less))


def _defaulted(state: StockState, position: int, data: ReplenishmentDefaulted) -> StockState:
    obligation = state.obligations.get(data.obligation)
    if obligation is None or obligation.default is not None:
        return state
    default = Default(position, data.defaulted_on, data.reason)
    failed = msgspec.structs.replace(obligation, default=default)
    return msgspec.structs.replace(
        state,
        obligations=state.obligations.set(data.obligation, failed),
        defaulted=(*state.defaulted, data.obligation),
    )


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
    movements = moved(state.movements, (name, data.from_company), day, EXACT.minus(kilograms))
    movements = moved(movements, (name, data.to_company), day, kilograms)
    transfers = state.transfers.set(data.transfer, transfer)
    return msgspec.structs.replace(state, transfers=transfers, movements=movements)


_FOLDS: Mapping[type[Payload], Callable[[StockState, int, Any], StockState]] = {
    LotReceived: _received,
    LotRelocated: _relocated,
    LotLossRecorded: _lost,
    DrawdownReleased: _released,
    BuybackExercised: _bought_back,
    EmergencyReleaseOrdered: _ordered,
    **COMPANY_FOLDS,
    ReplenishmentOpened: _opened,
    ReplenishmentReceived: _replenished,
    ReplenishmentFulfilled: _fulfilled,
    ReplenishmentExtended: _extended,
    ReplenishmentForgiven: _forgiven,
    ReplenishmentDefaulted: _defaulted,
    EntitlementTransferred: _transferred,
}
