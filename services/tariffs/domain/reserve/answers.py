"""Questions about a reserve on V that its view answers only in part: what falls due, what a release would do to the
cover, what a commitment costs. Nothing is posted: each is computed from the states and from dates, so asking with a
later V is the forecast.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import msgspec

from contracts.decimals import EXACT
from contracts.events.reserve import PurchaseCommitmentSigned
from contracts.values import Money
from services.tariffs.domain.assessment.exact import ZERO, exact_text, shown

from .charges import carrying_cost
from .commitment import CommitmentState, Period
from .cover import COVER_DIGITS, CoverView
from .obligations import ObligationView


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


def becoming_overdue(obligations: Iterable[ObligationView], days: int) -> tuple[ObligationView, ...]:
    """Give what is open and in time on V, and overdue `days` after it if nothing comes; by company, line, due day."""
    soon = [owed for owed in obligations if owed.days_left is not None and owed.days_left < days]
    return tuple(sorted(soon, key=lambda owed: (owed.company, owed.line, owed.due_on, owed.obligation)))


def cover_after(cover: CoverView, release: Decimal) -> CoverView:
    """Give the cover as it would be with `release` kilograms less in stock (E22); never less than nothing."""
    left = max(EXACT.subtract(Decimal(cover.kilograms), release), ZERO)
    demand = Decimal(cover.daily_demand_kilograms)
    days = EXACT.divide(left, demand) if demand else ZERO
    return msgspec.structs.replace(
        cover,
        kilograms=exact_text(left),
        days=shown(days, COVER_DIGITS, COVER_DIGITS),
        is_below_target=days < Decimal(cover.target_days),
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
