"""The reserve: its capital, its targets, and the commitments of companies to buy at a fixed price.

Capital is recorded as it was committed, source by source; no field holds a headline total, because 10 bn and
1.67 bn are not 12 bn. Stock, drawdowns and replenishments are in `stock`.
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.decimals import DecimalText
from contracts.events.payload import LegalPayload, Payload
from contracts.limits import CAPITAL_TERM_YEARS_MAX, REPLENISH_DAYS_MAX
from contracts.texts import Count, Day, DetachedSignature, Party, RecordId, Text
from contracts.trade import LineName
from contracts.values import Money, Price, Quantity


class Financing(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Interest on the value of the stock held for a company: percent a year, and how days are counted."""

    percent: DecimalText
    day_count: Literal["ACT/365"]


class ReserveCapitalCommitted(LegalPayload, frozen=True, kw_only=True):
    """bloc.reserve.capital_committed.v1"""

    reserve: RecordId
    source: Text
    facility: Literal["loan", "equity", "grant"]
    amount: Money
    term_years: Annotated[int, Meta(ge=1, le=CAPITAL_TERM_YEARS_MAX)] | UnsetType = UNSET
    committed_on: Day


class ReserveCapitalDrawn(LegalPayload, frozen=True, kw_only=True):
    """bloc.reserve.capital_drawn.v1: part of what a source committed was paid in."""

    reserve: RecordId
    source: Text
    facility: Literal["loan", "equity", "grant"]
    amount: Money
    drawn_on: Day


class ReserveTargetSet(LegalPayload, frozen=True, kw_only=True):
    """bloc.reserve.target_set.v1: `daily_demand` is a quantity per day, `cover_days` how many of them."""

    reserve: RecordId
    line: LineName
    cover_days: DecimalText
    daily_demand: Quantity
    effective_from: Day


class PurchaseCommitmentSignedV1(LegalPayload, frozen=True, kw_only=True):
    """bloc.purchase_commitment.signed.v1: `storage` is a price per month, `quantity` the entitlement."""

    purchase_commitment: RecordId
    reserve: RecordId
    company: Party
    line: LineName
    quantity: Quantity
    fixed_price: Price
    fee: Money | UnsetType = UNSET
    signed_on: Day
    effective_from: Day
    effective_to: Day | UnsetType = UNSET
    replenish_within_days: Annotated[int, Meta(ge=0, le=REPLENISH_DAYS_MAX)]
    buy_back: bool
    financing: Financing
    storage: Price
    overdue_percent_per_day: DecimalText | UnsetType = UNSET


class PurchaseCommitmentSigned(PurchaseCommitmentSignedV1, frozen=True, kw_only=True):
    """bloc.purchase_commitment.signed.v2: as v1, and `consent` is the company's own signature over these terms.

    It is a detached JWS over the bytes that docs/posting.md shows. Only what is read from a v1 is without it.
    """

    consent: DetachedSignature | UnsetType


class CarryingCostAccrued(Payload, frozen=True, kw_only=True):
    """bloc.carrying_cost.accrued.v1: the rules recompute it, and refuse it when it differs."""

    purchase_commitment: RecordId
    period_from: Day
    period_to: Day
    financing: Money
    storage_months: Count
    storage: Money
    total: Money
