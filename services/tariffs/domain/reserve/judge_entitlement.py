"""Entitlements and obligations changing hands or days: what a company holds, a transfer, an extension."""

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import UNSET

from contracts.envelope import Event
from contracts.events.reserve import PurchaseCommitmentSigned
from contracts.events.stock import DrawdownRequested, EntitlementTransferred, ReplenishmentExtended
from contracts.values import Quantity
from services.tariffs.domain.assessment.exact import ZERO, exact_text
from services.tariffs.domain.state import RulesState

from .entitlement import lowest_from
from .faults import Fault, commitment_state, line_faults, no_obligation, not_signed, stock_state
from .rules import (
    COMMITMENT_IN_FORCE,
    DEFAULT_WHEN_OVERDUE,
    LATER_DUE_DAY,
    NAMES_ONCE,
    NOT_IN_DEFAULT,
    OPEN_OBLIGATION,
    OWN_COMMITMENT,
    TWO_COMPANIES,
    WITHIN_ENTITLEMENT,
)
from .stock import StockState
from .streams import StreamState


def in_force_faults(terms: PurchaseCommitmentSigned, field: str, day: date) -> Iterator[Fault]:
    """Check that a commitment is in force on the day in a field."""
    if day < terms.effective_from or (terms.effective_to is not UNSET and day >= terms.effective_to):
        until = "" if terms.effective_to is UNSET else f" to before {terms.effective_to}"
        detail = f"{terms.purchase_commitment} is in force from {terms.effective_from}{until}, not on {day}"
        yield COMMITMENT_IN_FORCE, field, detail


def own_faults(terms: PurchaseCommitmentSigned, reserve: str, line: str) -> Iterator[Fault]:
    """Check that reserve and line are those that the commitment was signed for."""
    for field, signed, given in (("reserve", terms.reserve, reserve), ("line", terms.line, line)):
        if signed != given:
            detail = f"{terms.purchase_commitment} is for {field} {signed}, not {given}"
            yield OWN_COMMITMENT, f".{field}", detail


def holding_faults(
    stock: StockState,
    terms: PurchaseCommitmentSigned,
    *,
    company: tuple[str, str],
    quantity: Quantity,
    day: date,
    path: str = ".quantity",
) -> Iterator[Fault]:
    """Check that a company (its field, its name) holds so much (at `path`) from a day on, whatever later days have
    taken."""
    field, name = company
    days = stock.movements.get((terms.purchase_commitment, name), ())
    if name != terms.company and not days:
        detail = (
            f"{terms.purchase_commitment} is held by {terms.company}; nothing of it was transferred to {name}"
        )
        yield OWN_COMMITMENT, field, detail
        return
    left, wanted = lowest_from(terms, name, days, day), quantity.kilograms
    if wanted > left:
        detail = f"{name} has {exact_text(max(left, ZERO))} kg left from {day} on, {exact_text(wanted)} kg are taken"
        yield WITHIN_ENTITLEMENT, path, detail


def default_faults(
    stock: StockState, company: tuple[str, str], purchase_commitment: str, day: date
) -> Iterator[Fault]:
    """Check that a company (its field, its name) is not in default under a commitment on a day."""
    field, name = company
    for obligation_name in stock.defaulted:
        obligation = stock.obligations[obligation_name]
        default = obligation.default
        of_holder = (obligation.purchase_commitment, obligation.company) == (purchase_commitment, name)
        if of_holder and default is not None and default.defaulted_on <= day and obligation.open:
            detail = f"{name} is in default on {obligation_name} since {default.defaulted_on}"
            yield NOT_IN_DEFAULT, field, detail
            return


def disposal_faults(
    streams: Mapping[str, StreamState],
    stock: StockState,
    data: EntitlementTransferred | DrawdownRequested,
    *,
    company: tuple[str, str],
    day: tuple[str, date],
) -> Iterator[Fault]:
    """Check that a company may dispose of a quantity under a commitment on a day (each: its field, what it says)."""
    terms = commitment_state(streams, data.purchase_commitment).terms
    if terms is None:
        yield not_signed(data.purchase_commitment)
        return
    field, on = day
    yield from in_force_faults(terms, field, on)
    yield from own_faults(terms, data.reserve, data.line)
    yield from holding_faults(stock, terms, company=company, quantity=data.quantity, day=on)
    yield from default_faults(stock, company, data.purchase_commitment, on)


def transfer_faults(
    rules: RulesState, streams: Mapping[str, StreamState], event: Event[EntitlementTransferred]
) -> Iterator[Fault]:
    """Judge a transfer of entitlement: within one commitment, of what the giver holds, to somebody else."""
    data = event.data
    stock = stock_state(streams, event.subject)
    yield from line_faults(rules, data.line, quantity=data.quantity)
    if data.transfer in stock.transfers:
        yield NAMES_ONCE, ".transfer", f"transfer {data.transfer} is recorded already"
    if data.from_company == data.to_company:
        yield TWO_COMPANIES, ".to_company", f"{data.to_company} would give to itself"
    giver, day = (".from_company", data.from_company), (".transferred_on", data.transferred_on)
    yield from disposal_faults(streams, stock, data, company=giver, day=day)


def extension_faults(
    _rules: RulesState, streams: Mapping[str, StreamState], event: Event[ReplenishmentExtended]
) -> Iterator[Fault]:
    """Judge more time for an obligation: it is open, and the new day lies later than the one in force."""
    data = event.data
    stock = stock_state(streams, event.subject)
    obligation = stock.obligations.get(data.obligation)
    if obligation is None:
        yield no_obligation(data.obligation)
        return
    if not obligation.open:
        yield OPEN_OBLIGATION, ".obligation", f"{data.obligation} is fulfilled; nothing is left to extend"
    elif obligation.default is not None:
        detail = f"{data.obligation} is in default since {obligation.default.defaulted_on}; forgive it, or let it come"
        yield DEFAULT_WHEN_OVERDUE, ".obligation", detail
    before = obligation.due_in_force(date.max)
    if data.due_on <= before:
        yield LATER_DUE_DAY, ".due_on", f"{data.obligation} is due on {before} already"
    if data.due_on < data.extended_on:
        yield LATER_DUE_DAY, ".due_on", f"it was granted on {data.extended_on}, after that day"
    drawdown = stock.drawdowns.get(obligation.drawdown)
    if drawdown is not None and data.extended_on < drawdown.released_on:
        yield LATER_DUE_DAY, ".extended_on", f"the drawdown was released on {drawdown.released_on}"
    granted = max((extension.extended_on for extension in obligation.extensions), default=None)
    if granted is not None and data.extended_on < granted:
        yield LATER_DUE_DAY, ".extended_on", f"the extension before this one was granted on {granted}"
