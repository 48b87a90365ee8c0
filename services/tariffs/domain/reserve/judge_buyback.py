"""Buy-backs: the reserve calls on a company to buy again, at the same price, what it has brought back."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from contracts.decimals import EXACT
from contracts.envelope import Event
from contracts.events.stock import BuybackExercised
from services.tariffs.domain.assessment.exact import ZERO, exact_text, sum_of
from services.tariffs.domain.state import RulesState

from .entitlement import Holder
from .faults import Fault, commitment_state, line_faults, not_signed, stock_state
from .judge_entitlement import holding_faults, in_force_faults
from .judge_release import priority_faults
from .judge_stock import lots_faults, price_faults
from .rules import BUY_BACK, NAMES_ONCE
from .stock import StockState
from .streams import StreamState


def buyback_faults(
    rules: RulesState, streams: Mapping[str, StreamState], event: Event[BuybackExercised]
) -> Iterator[Fault]:
    """Judge a buy-back: as a drawdown is judged, but of what was agreed and came back, and with nothing to refill."""
    data = event.data
    stock = stock_state(streams, event.subject)
    yield from line_faults(rules, data.line, quantity=data.quantity)
    if data.buyback in stock.buybacks:
        yield NAMES_ONCE, ".buyback", f"buy-back {data.buyback} is exercised already"
    yield from lots_faults(stock, data, day=data.exercised_on)
    terms = commitment_state(streams, data.purchase_commitment).terms
    if terms is None:
        yield not_signed(data.purchase_commitment)
        return
    yield from in_force_faults(terms, ".exercised_on", data.exercised_on)
    yield from price_faults(terms, data)
    buyer = (".company", data.company)
    yield from holding_faults(stock, terms, company=buyer, quantity=data.quantity, day=data.exercised_on)
    if not terms.buy_back:
        detail = f"{terms.purchase_commitment} agrees on no buy-back"
        yield BUY_BACK, ".purchase_commitment", detail
    holder = (data.purchase_commitment, data.company)
    left, wanted = may_be_bought_again(stock, holder, data.exercised_on), data.quantity.kilograms
    if wanted > left:
        detail = (
            f"{data.company} has replenished {exact_text(max(left, ZERO))} kg by {data.exercised_on} that it has not "
            f"bought again, {exact_text(wanted)} kg are taken"
        )
        yield BUY_BACK, ".quantity", detail
    yield from priority_faults(rules, stock, data.quantity, day=data.exercised_on)


def may_be_bought_again(stock: StockState, holder: Holder, day: date) -> Decimal:
    """Give the kilograms that a holder had replenished by a day, less all that it ever bought again."""
    replenished = sum_of(
        receipt.kilograms
        for obligation in stock.obligations.values()
        if (obligation.purchase_commitment, obligation.company) == holder
        for receipt in obligation.receipts
        if receipt.received_on <= day
    )
    bought = sum_of(
        buyback.kilograms
        for buyback in stock.buybacks.values()
        if (buyback.purchase_commitment, buyback.company) == holder
    )
    return EXACT.subtract(replenished, bought)
