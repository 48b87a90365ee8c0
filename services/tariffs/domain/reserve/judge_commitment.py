"""Commitments, their carrying cost, and the reserve's capital and targets."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from msgspec import UNSET, UnsetType

from contracts.decimals import plain_text
from contracts.envelope import Event
from contracts.events.reserve import (
    CarryingCostAccrued,
    PurchaseCommitmentSigned,
    ReserveCapitalCommitted,
    ReserveCapitalDrawn,
    ReserveTargetSet,
)
from contracts.values import Price, Quantity
from services.tariffs.domain.assessment.exact import HUNDRED, INTEGER_LIMIT
from services.tariffs.domain.state import RulesState

from .capital import ReserveState
from .charges import carrying_cost, value_at
from .commitment import Period
from .faults import Fault, commitment_state, line_faults
from .rules import (
    ABOVE_ZERO,
    CAPITAL_AS_COMMITTED,
    CARRYING_COST,
    CHARGED_ONCE,
    NAMES_ONCE,
    ONE_CURRENCY,
    OPERATOR_CHARGES,
    TERMS_CAN_BE_RECKONED,
)
from .streams import StreamState


def commitment_faults(
    rules: RulesState, streams: Mapping[str, StreamState], event: Event[PurchaseCommitmentSigned]
) -> Iterator[Fault]:
    """Judge the signing of a purchase commitment."""
    data = event.data
    yield from line_faults(rules, data.line, quantity=data.quantity)
    name = data.purchase_commitment
    if commitment_state(streams, name).terms is not None:
        yield NAMES_ONCE, ".purchase_commitment", f"{name} is signed already; its terms never change"
    if not data.fixed_price.value:
        yield ABOVE_ZERO, ".fixed_price.amount", "the fixed price is zero"
    for field, price in (("fixed_price", data.fixed_price), ("storage", data.storage)):
        yield from _price_of_quantity(field, price, data.quantity)
    currency = data.fixed_price.currency
    if data.storage.currency != currency:
        yield ONE_CURRENCY, ".storage.currency", f"the fixed price is in {currency}"
    if data.fee is not UNSET and data.fee.currency != currency:
        yield ONE_CURRENCY, ".fee.currency", f"the fixed price is in {currency}"
    yield from _percentages(data)


def _price_of_quantity(field: str, price: Price, quantity: Quantity) -> Iterator[Fault]:
    if price.content != quantity.content:
        detail = (
            "the price is for something else than the quantity is measured in; give both the same content"
        )
        yield ONE_CURRENCY, f".{field}", detail
    elif value_at(price, quantity.kilograms) >= INTEGER_LIMIT:
        yield TERMS_CAN_BE_RECKONED, f".{field}", "times the quantity it has more than 18 digits"


def _percentages(data: PurchaseCommitmentSigned) -> Iterator[Fault]:
    percents: tuple[tuple[str, str | UnsetType], ...] = (
        ("financing.percent", data.financing.percent),
        ("overdue_percent_per_day", data.overdue_percent_per_day),
    )
    for field, percent in percents:
        if percent is not UNSET and Decimal(percent) > HUNDRED:
            yield TERMS_CAN_BE_RECKONED, f".{field}", f"{percent} is more than 100 %"


def carrying_cost_faults(
    rules: RulesState, streams: Mapping[str, StreamState], event: Event[CarryingCostAccrued]
) -> Iterator[Fault]:
    """Recompute a carrying cost; refuse it when the period was charged before or a figure differs."""
    data = event.data
    state = commitment_state(streams, data.purchase_commitment)
    terms = state.terms
    if terms is None:
        detail = f"purchase commitment {data.purchase_commitment} is not signed"
        yield OPERATOR_CHARGES, ".purchase_commitment", detail
        return
    directory = rules.reserves.get(terms.reserve)
    if directory is not None and directory.operator != event.party:
        detail = f"reserve {terms.reserve} of {data.purchase_commitment} is operated by {directory.operator}"
        yield OPERATOR_CHARGES, ".purchase_commitment", detail
    if data.period_from >= data.period_to:
        yield CHARGED_ONCE, ".period_to", "the period has no day; it ends before its second date"
        return
    period = (data.period_from, data.period_to)
    yield from _period_faults(terms, period, state.charged)
    cost = carrying_cost(terms, period, state.charged)
    for field, given, due in (
        ("financing", data.financing, cost.financing),
        ("storage", data.storage, cost.storage),
        ("total", data.total, cost.total),
    ):
        if given.currency != due.currency or given.value != due.value:
            detail = f"{field} of these {(period[1] - period[0]).days} days is {due.amount} {due.currency}"
            yield CARRYING_COST, f".{field}", detail
    if data.storage_months != cost.storage_months:
        detail = f"{cost.storage_months} calendar months have a day in the period and were not charged before"
        yield CARRYING_COST, ".storage_months", detail


def _period_faults(
    terms: PurchaseCommitmentSigned, period: Period, charged: tuple[Period, ...]
) -> Iterator[Fault]:
    start, end = period
    if start < terms.effective_from:
        yield CHARGED_ONCE, ".period_from", f"the commitment begins on {terms.effective_from}"
    if terms.effective_to is not UNSET and end > terms.effective_to:
        yield CHARGED_ONCE, ".period_to", f"the commitment ends before {terms.effective_to}"
    for earlier_start, earlier_end in charged:
        if start < earlier_end and earlier_start < end:
            detail = f"{earlier_start} to before {earlier_end} is charged already"
            yield CHARGED_ONCE, ".period_from", detail
            return


def capital_faults(
    _rules: RulesState, _streams: Mapping[str, StreamState], event: Event[ReserveCapitalCommitted]
) -> Iterator[Fault]:
    """Judge a commitment of capital."""
    if not event.data.amount.value:
        yield ABOVE_ZERO, ".amount.amount", "the amount is zero"


def capital_drawn_faults(
    _rules: RulesState, streams: Mapping[str, StreamState], event: Event[ReserveCapitalDrawn]
) -> Iterator[Fault]:
    """Judge a draw on capital: of what that source committed, in its currency, by that day, and is left."""
    data = event.data
    if not data.amount.value:
        yield ABOVE_ZERO, ".amount.amount", "the amount is zero"
    state = streams.get(event.subject)
    own = state if isinstance(state, ReserveState) else ReserveState()
    left = own.left_of(data.source, data.facility, data.amount.currency, data.drawn_on)
    if left is None:
        detail = (
            f"no {data.facility} of {data.source} in {data.amount.currency} was committed by {data.drawn_on}"
        )
        yield CAPITAL_AS_COMMITTED, ".source", detail
    elif data.amount.value > left:
        detail = f"{plain_text(left)} {data.amount.currency} of {data.source} are left"
        yield CAPITAL_AS_COMMITTED, ".amount", detail


def target_faults(
    rules: RulesState, _streams: Mapping[str, StreamState], event: Event[ReserveTargetSet]
) -> Iterator[Fault]:
    """Judge a target: cover is stock divided by daily demand, so there has to be a demand."""
    data = event.data
    yield from line_faults(rules, data.line, daily_demand=data.daily_demand)
