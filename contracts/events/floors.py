"""Reference prices, and the price floors that are kept by a floor duty.

A published reference price never moves a floor by itself; a floor alone produces the floor duty, no measure
stands beside it. Floors are of the whole bloc, one stream for each line.
"""

from typing import Literal

from msgspec import UNSET, UnsetType

from contracts.decimals import DecimalText
from contracts.duty_expressions import PriceBasis
from contracts.events.payload import LegalPayload, Payload
from contracts.schedules import Schedule
from contracts.texts import Day, Text, Uri
from contracts.trade import LineName
from contracts.values import Origins, Price

MARKET_METHODS = frozenset({"assessed", "index"})
"""Methods by which a market makes a reference price; cost and contract do not."""


class ReferencePricePublished(Payload, frozen=True, kw_only=True):
    """bloc.reference_price.published.v1"""

    line: LineName
    price: Price
    method: Literal["assessed", "cost_based", "index", "contract"]
    period_from: Day
    period_to: Day
    assessor: Text
    uri: Uri | UnsetType = UNSET


class PriceFloorSet(LegalPayload, frozen=True, kw_only=True):
    """bloc.price_floor.set.v1"""

    line: LineName
    price: Price
    price_basis: PriceBasis
    territory: Literal["BLOC"]
    origins: Origins
    schedule: Schedule
    cap_percent: DecimalText | UnsetType = UNSET
    effective_from: Day
    effective_to: Day | UnsetType = UNSET


class PriceFloorRevised(LegalPayload, frozen=True, kw_only=True):
    """bloc.price_floor.revised.v1: the complete new terms, not a patch."""

    line: LineName
    price: Price
    price_basis: PriceBasis
    territory: Literal["BLOC"]
    origins: Origins
    schedule: Schedule
    cap_percent: DecimalText | UnsetType = UNSET
    effective_from: Day
    effective_to: Day | UnsetType = UNSET


class PriceFloorSuspended(LegalPayload, frozen=True, kw_only=True):
    """bloc.price_floor.suspended.v1"""

    line: LineName
    effective_from: Day
    effective_to: Day | UnsetType = UNSET


class PriceFloorResumed(LegalPayload, frozen=True, kw_only=True):
    """bloc.price_floor.resumed.v1"""

    line: LineName
    effective_from: Day


class PriceFloorWithdrawn(LegalPayload, frozen=True, kw_only=True):
    """bloc.price_floor.withdrawn.v1: `effective_from` is the first day without the floor."""

    line: LineName
    effective_from: Day
