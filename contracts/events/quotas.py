"""Tariff quotas: a volume of goods at a better duty for a period, drawn in order of recording.

A quota is a volume and nothing more: which goods it is for, from where and at what duty, the measures that name its
order number say, one for what lies within the quota and one for what lies beyond (TARIC: quota definition and order
number). Each period is opened by an event of its own, so four quarters are four openings. What is drawn, returned
and exhausted is derived from declarations, never posted: a balance that somebody states can be wrong.
"""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from contracts.events.payload import LegalPayload, Payload
from contracts.shapes import FieldFault
from contracts.texts import Day, EventId, Number, RecordId
from contracts.trade import Member, OrderNumber, Territory
from contracts.values import Quantity


class MeasureQuota(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The quota that a measure hangs on: it is for goods that the quota was granted for, or for all others."""

    order_number: OrderNumber
    applies: Literal["within", "beyond"]


class QuotaShare(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """What an item asked of a quota and what it was granted; no period is named when none was open on its day."""

    order_number: OrderNumber
    period_from: Day | UnsetType = UNSET
    requested: Quantity
    drawn: Quantity


class QuotaOpened(LegalPayload, frozen=True, kw_only=True):
    """bloc.quota.opened.v1: one period of an order number and its volume, in mass of goods."""

    order_number: OrderNumber
    territory: Territory
    volume: Quantity
    effective_from: Day
    effective_to: Day

    def __post_init__(self) -> None:
        super().__post_init__()
        _of_goods(self.volume)


def _of_goods(volume: Quantity) -> None:
    if volume.content is not UNSET:
        raise FieldFault(
            ".volume.content",
            "the volume of a quota is of goods, not of a content",
            "give the mass of the goods in kg, t, g, lb, ozt or stn",
        )


class QuotaAmended(LegalPayload, frozen=True, kw_only=True):
    """bloc.quota.amended.v1: from `effective_from` on the period that began on `period_from` has this volume.

    What was drawn of it before counts in full; days before keep the volume that they had.
    """

    order_number: OrderNumber
    territory: Territory
    period_from: Day
    volume: Quantity
    effective_from: Day

    def __post_init__(self) -> None:
        super().__post_init__()
        _of_goods(self.volume)


class QuotaBlocked(LegalPayload, frozen=True, kw_only=True):
    """bloc.quota.blocked.v1: nothing is granted on these days; what was granted before stays."""

    order_number: OrderNumber
    territory: Territory
    effective_from: Day
    effective_to: Day | UnsetType = UNSET


class QuotaUnblocked(LegalPayload, frozen=True, kw_only=True):
    """bloc.quota.unblocked.v1: ends an open or longer blocking."""

    order_number: OrderNumber
    territory: Territory
    effective_from: Day


class QuotaDrawn(Payload, frozen=True, kw_only=True):
    """bloc.quota.drawn.v1: derived; what one item asked for, what it got (0 when nothing was left), what is left."""

    order_number: OrderNumber
    period_from: Day
    member: Member
    reference: RecordId
    declaration_event: EventId
    item_no: Number
    requested: Quantity
    drawn: Quantity
    balance: Quantity


class QuotaReturned(Payload, frozen=True, kw_only=True):
    """bloc.quota.returned.v1: derived; what an item gives back because of `cause`, and what is left then."""

    order_number: OrderNumber
    period_from: Day
    member: Member
    reference: RecordId
    item_no: Number
    quantity: Quantity
    balance: Quantity
    cause: EventId


class QuotaExhausted(Payload, frozen=True, kw_only=True):
    """bloc.quota.exhausted.v1: derived; the item that took the last of a period, and how much more it asked for."""

    order_number: OrderNumber
    period_from: Day
    member: Member
    reference: RecordId
    declaration_event: EventId
    item_no: Number
    short: Quantity
