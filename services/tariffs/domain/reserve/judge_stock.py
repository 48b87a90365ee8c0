"""Drawdowns and replenishments: may this go out of the warehouse, and does this come back into it."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from msgspec import UNSET

from contracts.decimals import EXACT
from contracts.envelope import Event
from contracts.events.reserve import PurchaseCommitmentSigned
from contracts.events.stock import BuybackExercised, DrawdownReleased, ReplenishmentReceived
from contracts.limits import LAST_YEAR
from contracts.values import Content
from services.tariffs.domain.assessment.exact import ZERO, exact_text
from services.tariffs.domain.state import RulesState

from .charges import due_on, is_rounded, value_at
from .faults import (
    Fault,
    catalogue_line,
    commitment_state,
    line_faults,
    no_obligation,
    not_signed,
    price_text,
    same_price,
    stock_state,
)
from .judge_entitlement import default_faults, holding_faults, in_force_faults, own_faults
from .judge_lot import lot_name_faults
from .judge_release import priority_faults, share_faults
from .judge_request import answer_faults
from .rules import (
    ABOVE_ZERO,
    AMOUNT_DUE,
    AS_PURE_AS_DRAWN,
    DAYS_IN_CALENDAR,
    FIXED_PRICE,
    LOTS_ADD_UP,
    NAMES_ONCE,
    OPEN_OBLIGATION,
    STOCK_NOT_BELOW_ZERO,
)
from .stock import Obligation, StockState
from .streams import StreamState


def drawdown_faults(
    rules: RulesState, streams: Mapping[str, StreamState], event: Event[DrawdownReleased]
) -> Iterator[Fault]:
    """Judge a drawdown against its commitment, the lots and the entitlement."""
    data = event.data
    stock = stock_state(streams, event.subject)
    yield from line_faults(rules, data.line, quantity=data.quantity)
    if data.drawdown in stock.drawdowns:
        yield NAMES_ONCE, ".drawdown", f"drawdown {data.drawdown} has been released already"
    yield from lots_faults(stock, data, day=data.released_on)
    terms = commitment_state(streams, data.purchase_commitment).terms
    if terms is None:
        yield not_signed(data.purchase_commitment)
        return
    yield from in_force_faults(terms, ".released_on", data.released_on)
    yield from price_faults(terms, data)
    if due_on(data.released_on, terms.replenish_within_days) is None:
        detail = f"{terms.replenish_within_days} days after {data.released_on} are after {LAST_YEAR}"
        yield DAYS_IN_CALENDAR, ".released_on", detail
    drawer = (".company", data.company)
    yield from holding_faults(stock, terms, company=drawer, quantity=data.quantity, day=data.released_on)
    yield from default_faults(stock, drawer, data.purchase_commitment, data.released_on)
    yield from share_faults(rules, stock, data)
    yield from answer_faults(stock, data)
    holder = (data.purchase_commitment, data.company)
    release = None if data.release is UNSET else (data.release, holder)
    yield from priority_faults(rules, stock, data.quantity, day=data.released_on, release=release)


def price_faults(
    terms: PurchaseCommitmentSigned, data: DrawdownReleased | BuybackExercised
) -> Iterator[Fault]:
    """Compare what leaves the warehouse with what was signed: reserve, line, price, amount."""
    name = terms.purchase_commitment
    yield from own_faults(terms, data.reserve, data.line)
    if not same_price(terms.fixed_price, data.fixed_price):
        yield FIXED_PRICE, ".fixed_price", f"the fixed price of {name} is {price_text(terms.fixed_price)}"
    due = value_at(terms.fixed_price, data.quantity.kilograms)
    if data.amount_due.currency != terms.fixed_price.currency or not is_rounded(data.amount_due, due):
        detail = f"{price_text(terms.fixed_price)} x {data.quantity.value} {data.quantity.unit} is {exact_text(due)}"
        yield AMOUNT_DUE, ".amount_due", f"{detail} {terms.fixed_price.currency}"


def lots_faults(
    stock: StockState, data: DrawdownReleased | BuybackExercised, *, day: date
) -> Iterator[Fault]:
    """Check what is taken from each lot, and that it sums to the quantity."""
    total, seen = ZERO, set[str]()
    for index, share in enumerate(data.lots):
        path, kilograms = f".lots[{index}]", share.quantity.kilograms
        total = EXACT.add(total, kilograms)
        if share.lot in seen:
            yield LOTS_ADD_UP, f"{path}.lot", f"lot {share.lot} is named twice; name it once with the sum"
        seen.add(share.lot)
        if share.quantity.content != data.quantity.content:
            yield (
                LOTS_ADD_UP,
                f"{path}.quantity",
                "it is measured differently from the quantity as a whole",
            )
        if not kilograms:
            yield ABOVE_ZERO, f"{path}.quantity.value", f"nothing is taken from lot {share.lot}; leave it out"
        lot = stock.lots.get(share.lot)
        left = ZERO if lot is None else lot.left
        if lot is None:
            yield STOCK_NOT_BELOW_ZERO, f"{path}.lot", f"lot {share.lot} is not in this stock"
        elif day < lot.received_on:
            detail = f"lot {share.lot} was received on {lot.received_on}, after the release"
            yield STOCK_NOT_BELOW_ZERO, f"{path}.lot", detail
        elif kilograms > left:
            detail = f"lot {share.lot} has {exact_text(left)} kg left, {exact_text(kilograms)} kg are taken"
            yield STOCK_NOT_BELOW_ZERO, f"{path}.quantity", detail
    wanted = data.quantity.kilograms
    if total != wanted:
        detail = f"the lots sum to {exact_text(total)} kg, the quantity is {exact_text(wanted)} kg"
        yield LOTS_ADD_UP, ".lots", detail


def replenishment_faults(
    rules: RulesState, streams: Mapping[str, StreamState], event: Event[ReplenishmentReceived]
) -> Iterator[Fault]:
    """Judge what comes back against the obligation that it is for."""
    data = event.data
    stock = stock_state(streams, event.subject)
    yield from line_faults(rules, data.line, quantity=data.quantity)
    yield from lot_name_faults(stock, data.lot)
    obligation = stock.obligations.get(data.obligation)
    if obligation is None:
        yield no_obligation(data.obligation)
        return
    wanted = data.quantity.kilograms
    if wanted > obligation.open:
        detail = (
            f"{exact_text(obligation.open)} kg of {data.obligation} are open, {exact_text(wanted)} kg came; receive "
            "the rest with bloc.lot.received.v1"
        )
        yield OPEN_OBLIGATION, ".quantity", detail
    drawdown = stock.drawdowns.get(obligation.drawdown)
    if drawdown is not None and data.received_on < drawdown.released_on:
        detail = f"{data.obligation} began on {drawdown.released_on}; what came before it is a lot"
        yield OPEN_OBLIGATION, ".received_on", detail
    yield from _purity(rules, stock, obligation, data)


def _purity(
    rules: RulesState, stock: StockState, obligation: Obligation, data: ReplenishmentReceived
) -> Iterator[Fault]:
    """Compare assays, where the lots that were drawn have shown one."""
    line = catalogue_line(rules, data.line)
    drawdown = stock.drawdowns.get(obligation.drawdown)
    if line is None or drawdown is None:
        return
    assays = [stock.lots[lot].assay for lot, _ in drawdown.lots if lot in stock.lots]
    substance = _main_substance(assays) if line.content is UNSET else line.content
    drawn = [Decimal(part.percent) for assay in assays for part in assay if part.substance == substance]
    if not drawn:
        return
    shown = [Decimal(part.percent) for part in data.assay if part.substance == substance]
    if not shown:
        yield AS_PURE_AS_DRAWN, ".assay", f"the assay does not say how much {substance} there is"
    elif min(shown) < min(drawn):
        detail = f"{exact_text(min(shown))} % {substance} is less than the {exact_text(min(drawn))} % that were drawn"
        yield AS_PURE_AS_DRAWN, ".assay", detail


def _main_substance(assays: list[tuple[Content, ...]]) -> str:
    """Name the substance of the highest percentage; of equals, the first in the alphabet."""
    parts = [part for assay in assays for part in assay]
    best = min(parts, key=lambda part: (-Decimal(part.percent), part.substance), default=None)
    return "" if best is None else best.substance
