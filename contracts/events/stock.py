"""Stock of one line in one reserve: lots in, drawdowns out, and the obligations to refill.

They share one stream, because its version is the only thing that stops two drawdowns at the same moment from
taking the same stock or the same entitlement.
"""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.events.payload import LegalPayload, Payload
from contracts.texts import Count, Day, Party, RecordId, Text
from contracts.trade import Country, LineName
from contracts.values import Content, Identifier, Money, Price, Quantity

Assay = Annotated[tuple[Content, ...], Meta(min_length=1)]


class LotShare(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """How much of a drawdown comes out of one lot."""

    lot: RecordId
    quantity: Quantity


class LotReceived(Payload, frozen=True, kw_only=True):
    """bloc.lot.received.v1"""

    lot: RecordId
    reserve: RecordId
    line: LineName
    quantity: Quantity
    assay: Assay
    warehouse: Text
    supplier: Identifier
    origin: Country
    unit_cost: Price
    received_on: Day


class LotRelocated(Payload, frozen=True, kw_only=True):
    """bloc.lot.relocated.v1: the whole of what is left of a lot goes to another warehouse."""

    reserve: RecordId
    line: LineName
    lot: RecordId
    warehouse: Text
    relocated_on: Day


class LotLossRecorded(Payload, frozen=True, kw_only=True):
    """bloc.lot.loss_recorded.v1: part of a lot, or all of it, is gone and was drawn by nobody."""

    reserve: RecordId
    line: LineName
    lot: RecordId
    quantity: Quantity
    cause: Text
    lost_on: Day


class DrawdownReleased(Payload, frozen=True, kw_only=True):
    """bloc.drawdown.released.v1: at exactly the committed price; the lots sum to the quantity.

    `release` names the emergency release whose share of the company this draws on, `request` what it asked for.
    """

    drawdown: RecordId
    reserve: RecordId
    purchase_commitment: RecordId
    company: Party
    line: LineName
    quantity: Quantity
    lots: Annotated[tuple[LotShare, ...], Meta(min_length=1)]
    fixed_price: Price
    amount_due: Money
    released_on: Day
    release: RecordId | UnsetType = UNSET
    request: RecordId | UnsetType = UNSET


class DrawdownRequested(Payload, frozen=True, kw_only=True):
    """bloc.drawdown.requested.v1: a company asks for part of what it holds under a commitment, in its own words."""

    request: RecordId
    reserve: RecordId
    line: LineName
    purchase_commitment: RecordId
    company: Party
    quantity: Quantity
    requested_on: Day


class DrawdownDeclined(Payload, frozen=True, kw_only=True):
    """bloc.drawdown.declined.v1: the operator releases nothing more on a request, and says why."""

    reserve: RecordId
    line: LineName
    request: RecordId
    declined_on: Day
    reason: Text


class ReplenishmentAnnounced(Payload, frozen=True, kw_only=True):
    """bloc.replenishment.announced.v1: a company says what it will bring back, and when. It fulfils nothing."""

    announcement: RecordId
    reserve: RecordId
    line: LineName
    obligation: RecordId
    company: Party
    quantity: Quantity
    announced_on: Day
    expected_on: Day


class BuybackExercised(Payload, frozen=True, kw_only=True):
    """bloc.buyback.exercised.v1: the company buys again, at the committed price, what it has replenished."""

    buyback: RecordId
    reserve: RecordId
    purchase_commitment: RecordId
    company: Party
    line: LineName
    quantity: Quantity
    lots: Annotated[tuple[LotShare, ...], Meta(min_length=1)]
    fixed_price: Price
    amount_due: Money
    exercised_on: Day


class ReplenishmentOpened(Payload, frozen=True, kw_only=True):
    """bloc.replenishment.opened.v1: derived; `due_on` is the last day in time."""

    reserve: RecordId
    line: LineName
    obligation: RecordId
    drawdown: RecordId
    company: Party
    quantity: Quantity
    due_on: Day


class ReplenishmentReceived(Payload, frozen=True, kw_only=True):
    """bloc.replenishment.received.v1: it is the lot's receipt too, no bloc.lot.received.v1 beside it."""

    reserve: RecordId
    line: LineName
    obligation: RecordId
    lot: RecordId
    quantity: Quantity
    assay: Assay
    warehouse: Text
    received_on: Day


class ReplenishmentFulfilled(Payload, frozen=True, kw_only=True):
    """bloc.replenishment.fulfilled.v1: derived; 0 days late when it came in time."""

    reserve: RecordId
    line: LineName
    obligation: RecordId
    fulfilled_on: Day
    days_late: Count


class ReplenishmentExtended(LegalPayload, frozen=True, kw_only=True):
    """bloc.replenishment.extended.v1: `due_on` is the new last day in time; no day before `extended_on` is forgiven."""

    reserve: RecordId
    line: LineName
    obligation: RecordId
    due_on: Day
    extended_on: Day
    reason: Text


class ReplenishmentForgiven(LegalPayload, frozen=True, kw_only=True):
    """bloc.replenishment.forgiven.v1: part of what is open, or all, need not come back from `forgiven_on` on."""

    reserve: RecordId
    line: LineName
    obligation: RecordId
    quantity: Quantity
    forgiven_on: Day
    reason: Text


class ReplenishmentDefaulted(LegalPayload, frozen=True, kw_only=True):
    """bloc.replenishment.defaulted.v1: what is overdue is not expected any more; it stays owed."""

    reserve: RecordId
    line: LineName
    obligation: RecordId
    defaulted_on: Day
    reason: Text


class EntitlementTransferred(LegalPayload, frozen=True, kw_only=True):
    """bloc.entitlement.transferred.v1: what a company may draw under a commitment becomes another's to draw."""

    transfer: RecordId
    reserve: RecordId
    line: LineName
    purchase_commitment: RecordId
    from_company: Party
    to_company: Party
    quantity: Quantity
    transferred_on: Day
