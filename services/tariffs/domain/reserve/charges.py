"""What a commitment costs: carrying cost, the amount due for a drawdown, the charge for being late.

Every amount is computed from exact figures and rounded once, half up to the minor unit of its currency.
Terms of interest, storage and penalty are those of the commitment; nothing about them is public, so nothing
is assumed.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import msgspec

from contracts.decimals import EXACT
from contracts.events.reserve import PurchaseCommitmentSigned
from contracts.limits import LAST_YEAR
from contracts.values import Money, Price
from services.tariffs.domain.assessment.exact import HUNDRED, INTEGER_LIMIT, sum_of
from services.tariffs.domain.assessment.minor_units import in_minor_units, money_of
from services.tariffs.domain.assessment.quantities import amount_of

from .commitment import Period
from .stock import Obligation

DAYS_IN_YEAR = Decimal(365)
"""ACT/365: actual days over a year that always has 365."""

ONE_DAY = timedelta(days=1)


class CarryingCost(msgspec.Struct, frozen=True):
    """Carrying cost of one period, by component."""

    financing: Money
    storage_months: int
    storage: Money
    total: Money


def value_at(price: Price, mass_kilograms: Decimal) -> Decimal:
    """Give price x mass, exactly."""
    return amount_of(Decimal(price.amount), price.per, mass_kilograms)


def is_rounded(money: Money, exact: Decimal) -> bool:
    """Whether an amount is the exact one, rounded half up to the minor unit of its currency."""
    return exact < INTEGER_LIMIT and money.value == in_minor_units(exact, money.currency)


def carrying_cost(terms: PurchaseCommitmentSigned, period: Period, charged: Iterable[Period]) -> CarryingCost:
    """Compute the carrying cost of a half-open period that follows the periods charged so far (E19).

    Storage counts started calendar months, each once: of two periods that meet within a month, the first
    pays for it.
    """
    start, end = period
    mass = terms.quantity.kilograms
    currency = terms.fixed_price.currency
    yearly = EXACT.divide(
        EXACT.multiply(value_at(terms.fixed_price, mass), Decimal(terms.financing.percent)), HUNDRED
    )
    financing = money_of(
        EXACT.divide(EXACT.multiply(yearly, Decimal((end - start).days)), DAYS_IN_YEAR), currency
    )
    months = months_of(period)
    for earlier in charged:
        months -= months_of(earlier)
    storage = money_of(EXACT.multiply(value_at(terms.storage, mass), Decimal(len(months))), currency)
    total = money_of(EXACT.add(financing.value, storage.value), currency)
    return CarryingCost(financing, len(months), storage, total)


def months_of(period: Period) -> set[int]:
    """Number the calendar months that have a day in a half-open period (year x 12 + month)."""
    start, last = period[0], period[1] - ONE_DAY
    return set(range(start.year * 12 + start.month, last.year * 12 + last.month + 1))


def due_on(released_on: date, days: int) -> date | None:
    """Give the last day in time; None when it lies beyond the years that the language knows."""
    last = released_on + timedelta(days=days)
    return last if last.year <= LAST_YEAR else None


def open_on(obligation: Obligation, day: date) -> Decimal:
    """Give the kilograms still open on a day; what is received or forgiven on that day counts as done."""
    received = sum_of(part.kilograms for part in obligation.receipts if part.received_on <= day)
    forgiven = sum_of(part.kilograms for part in obligation.forgiven if part.forgiven_on <= day)
    return EXACT.subtract(EXACT.subtract(obligation.kilograms, received), forgiven)


def overdue_kilogram_days(obligation: Obligation, day: date) -> Decimal:
    """Sum the open kilograms over the days before `day` that lie after the due day in force on them.

    Half-open: a day is charged when it is over. Computed from the dates and never posted: running it twice cannot
    charge a day twice. An extension forgives no day before the one on which it was granted.
    """
    dues = [obligation.due_on, *(extension.due_on for extension in obligation.extensions)]
    first = min(dues) + ONE_DAY
    if day <= first:
        return Decimal(0)
    changes = {receipt.received_on for receipt in obligation.receipts}
    changes.update(extension.extended_on for extension in obligation.extensions)
    changes.update(part.forgiven_on for part in obligation.forgiven)
    changes.update(due + ONE_DAY for due in dues)
    bounds = [first, *sorted(change for change in changes if first < change < day), day]
    total = Decimal(0)
    for start, end in pairwise(bounds):
        if start > obligation.due_in_force(start):
            days = Decimal((end - start).days)
            total = EXACT.add(total, EXACT.multiply(open_on(obligation, start), days))
    return total


def overdue_charge(terms: PurchaseCommitmentSigned, obligation: Obligation, day: date) -> Money | None:
    """Compute the charge for being late, up to but without `day` (E21); None when none is agreed.

    `overdue_percent_per_day` of the fixed-price value of the open quantity, for each day after the due day.
    """
    percent = terms.overdue_percent_per_day
    if isinstance(percent, msgspec.UnsetType):
        return None
    value_days = value_at(terms.fixed_price, overdue_kilogram_days(obligation, day))
    exact = EXACT.divide(EXACT.multiply(value_days, Decimal(percent)), HUNDRED)
    return money_of(exact, terms.fixed_price.currency)
