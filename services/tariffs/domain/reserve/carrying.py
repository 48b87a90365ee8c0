"""What a commitment costs, period by period and by component: as charged, then what is still to be charged.

Nothing is posted for a forecast: the days up to a later V are the days that will be charged. Amounts are recomputed
from the terms; a charge that differs from them was refused (RES-15). A charge is never divided: one that has a day in
the period asked about is given whole, with its own days.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import msgspec
from msgspec import UNSET

from contracts.decimals import EXACT
from contracts.events.reserve import PurchaseCommitmentSigned
from contracts.values import Money, Price
from services.tariffs.domain.assessment.exact import ZERO, exact_text
from services.tariffs.domain.assessment.minor_units import money_of

from .charges import carrying_cost, value_at
from .commitment import CommitmentState, Period
from .faults import price_text


class PeriodCostView(msgspec.Struct, frozen=True):
    """Carrying cost of the days from `period_from` to before `period_to`; `is_charged` when it is recorded."""

    period_from: date
    period_to: date
    days: int
    financing: Money
    storage_months: int
    storage: Money
    total: Money
    is_charged: bool


class CostSumView(msgspec.Struct, frozen=True):
    """Several periods together, by component."""

    days: int
    financing: Money
    storage_months: int
    storage: Money
    total: Money


class CommitmentCostView(msgspec.Struct, frozen=True):
    """The carrying cost of a commitment for a period, and how each component is reckoned.

    `term_to` is the first day after the term, None when it is open; `is_to_term` when the period goes up to it.
    """

    purchase_commitment: str
    company: str
    line: str
    period_from: date
    period_to: date
    term_from: date
    term_to: date | None
    is_to_term: bool
    kilograms: str
    fixed_price: Price
    value: Money
    financing_percent: str
    day_count: str
    financing_formula: str
    storage: Price
    storage_formula: str
    periods: tuple[PeriodCostView, ...]
    charged: CostSumView
    to_be_charged: CostSumView
    together: CostSumView


def costs_between(
    commitment: CommitmentState, start: date | None, end: date | None, day: date
) -> CommitmentCostView | None:
    """Give the carrying cost of a half-open period: from the beginning of the term when `start` is None, and to the end
    of the term, or to `day` when the term is open, when `end` is None. None for a commitment that is not signed."""
    terms = commitment.terms
    if terms is None:
        return None
    term_to = None if terms.effective_to is UNSET else terms.effective_to
    first = start or terms.effective_from
    last = max(end or term_to or day, first)
    periods = tuple(_periods(commitment, terms, first, last))
    currency = terms.fixed_price.currency
    mass = terms.quantity.kilograms
    whole = f"{exact_text(mass)} kg x {price_text(terms.fixed_price)}"
    return CommitmentCostView(
        purchase_commitment=terms.purchase_commitment,
        company=terms.company,
        line=terms.line,
        period_from=first,
        period_to=last,
        term_from=terms.effective_from,
        term_to=term_to,
        is_to_term=term_to is not None and last >= term_to,
        kilograms=exact_text(mass),
        fixed_price=terms.fixed_price,
        value=money_of(value_at(terms.fixed_price, mass), currency),
        financing_percent=terms.financing.percent,
        day_count=terms.financing.day_count,
        financing_formula=f"{whole} x {terms.financing.percent} / 100 x days / 365",
        storage=terms.storage,
        storage_formula=f"{exact_text(mass)} kg x {price_text(terms.storage)} x months begun and not charged before",
        periods=periods,
        charged=_sum((cost for cost in periods if cost.is_charged), currency),
        to_be_charged=_sum((cost for cost in periods if not cost.is_charged), currency),
        together=_sum(periods, currency),
    )


def _periods(
    commitment: CommitmentState, terms: PurchaseCommitmentSigned, first: date, last: date
) -> Iterator[PeriodCostView]:
    """The charges that have a day in the period, and the days of it that are not charged, in order of days."""
    found: list[PeriodCostView] = []
    charged: list[Period] = []
    for period in commitment.charged:
        if period[0] < last and first < period[1]:
            found.append(_cost(terms, period, charged, is_charged=True))
        charged.append(period)
    for stretch in list(_uncharged(terms, charged, last)):
        clipped = (max(stretch[0], first), stretch[1])
        if clipped[0] < clipped[1]:
            found.append(_cost(terms, clipped, charged, is_charged=False))
            charged.append(clipped)
    yield from sorted(found, key=lambda cost: cost.period_from)


def _sum(costs: Iterable[PeriodCostView], currency: str) -> CostSumView:
    days = months = 0
    financing = storage = ZERO
    for cost in costs:
        days, months = days + cost.days, months + cost.storage_months
        financing = EXACT.add(financing, Decimal(cost.financing.amount))
        storage = EXACT.add(storage, Decimal(cost.storage.amount))
    total = EXACT.add(financing, storage)
    return CostSumView(
        days, money_of(financing, currency), months, money_of(storage, currency), money_of(total, currency)
    )


def costs_until(commitment: CommitmentState, day: date) -> tuple[PeriodCostView, ...]:
    """Give the carrying cost of a commitment, period by period: as charged, then what is still to be charged.

    The days to be charged are those before `day`, and before the end of the term; with a later day it is the
    forecast. Amounts are recomputed: a charge that differs from them was refused (RES-15).
    """
    terms = commitment.terms
    if terms is None:
        return ()
    found: list[PeriodCostView] = []
    charged: list[Period] = []
    for period in commitment.charged:
        found.append(_cost(terms, period, charged, is_charged=True))
        charged.append(period)
    for period in list(_uncharged(terms, charged, day)):
        found.append(_cost(terms, period, charged, is_charged=False))
        charged.append(period)
    return tuple(found)


def _cost(
    terms: PurchaseCommitmentSigned, period: Period, charged: list[Period], *, is_charged: bool
) -> PeriodCostView:
    cost = carrying_cost(terms, period, charged)
    return PeriodCostView(
        period_from=period[0],
        period_to=period[1],
        days=(period[1] - period[0]).days,
        financing=cost.financing,
        storage_months=cost.storage_months,
        storage=cost.storage,
        total=cost.total,
        is_charged=is_charged,
    )


def _uncharged(terms: PurchaseCommitmentSigned, charged: Iterable[Period], day: date) -> Iterator[Period]:
    """The stretches of the term before `day` that no period covers."""
    start = terms.effective_from
    end = day if isinstance(terms.effective_to, msgspec.UnsetType) else min(day, terms.effective_to)
    for charged_from, charged_to in sorted(charged):
        if start < min(charged_from, end):
            yield start, min(charged_from, end)
        start = max(start, charged_to)
    if start < end:
        yield start, end
