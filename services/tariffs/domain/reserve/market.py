"""Fixed price against market at each drawdown and buy-back: what a company gained by it, and the reserve with it lost.

The market is a published reference price that a market made (assessed, or an index), for a period that holds the day
on which the goods went out. One that is not recorded is not known: no earlier price stands in for it, and no price in
another currency or for another content. What cannot be compared is counted, and left out of the sums.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from contracts.decimals import EXACT
from contracts.events.floors import MARKET_METHODS, ReferencePricePublished
from contracts.events.reserve import PurchaseCommitmentSigned
from contracts.values import Money, Price
from services.tariffs.domain.assessment.exact import ZERO, exact_text
from services.tariffs.domain.assessment.minor_units import money_of
from services.tariffs.domain.histories.timeline import known_at
from services.tariffs.domain.state import Recorded, RulesState

from .charges import value_at
from .holdings import Terms
from .stock import Buyback, Drawdown, StockState

OutgoingKind = Literal["drawdown", "buyback"]


class OutgoingView(msgspec.Struct, frozen=True, kw_only=True):
    """What went out to a company at the fixed price, against the market of that day.

    `gain` is the market value less the fixed one: above zero the company gained. It is taken exactly and rounded once.
    `because` says why nothing is compared; `market_position` is the entry that publishes the market price.
    """

    kind: OutgoingKind
    name: str
    line: str
    purchase_commitment: str
    company: str
    kilograms: str
    on: date
    position: int
    fixed_price: Price
    fixed_value: Money
    market_price: Price | None = None
    market_assessor: str = ""
    market_position: int | None = None
    market_value: Money | None = None
    gain: Money | None = None
    because: str = ""


class GainView(msgspec.Struct, frozen=True):
    """Sums in one currency; `company` is empty for the reserve, whose gain is what its companies lost.

    `not_compared` drawdowns and buy-backs have no market price, and are in none of the sums.
    """

    company: str
    currency: str
    compared: int
    not_compared: int
    kilograms: str
    fixed_value: Money
    market_value: Money
    gain: Money


def outgoings_on(
    rules: RulesState, terms: Terms, stocks: Mapping[str, StockState], day: date, position: int
) -> tuple[OutgoingView, ...]:
    """Give all that went out up to V = `day`, in order of recording, with market prices as known at K."""
    found = [
        _against_market(rules, outgoing, signed, position)
        for outgoing, signed in _outgoings(terms, stocks)
        if outgoing.on <= day
    ]
    return tuple(sorted(found, key=lambda outgoing: outgoing.position))


def gains_of(outgoings: Iterable[OutgoingView]) -> tuple[GainView, ...]:
    """Sum by company and currency, and for the reserve, which stands last in each currency."""
    parts: dict[tuple[str, str], list[OutgoingView]] = {}
    for outgoing in outgoings:
        currency = outgoing.fixed_value.currency
        for company in (outgoing.company, ""):
            parts.setdefault((currency, company), []).append(outgoing)
    ordered = sorted(parts.items(), key=lambda named: (named[0][0], not named[0][1], named[0][1]))
    return tuple(_gain(company, currency, found) for (currency, company), found in ordered)


def _gain(company: str, currency: str, outgoings: list[OutgoingView]) -> GainView:
    kilograms = fixed = market = gain = ZERO
    compared = 0
    for outgoing in outgoings:
        if outgoing.market_value is None or outgoing.gain is None:
            continue
        compared += 1
        kilograms = EXACT.add(kilograms, Decimal(outgoing.kilograms))
        fixed = EXACT.add(fixed, outgoing.fixed_value.value)
        market = EXACT.add(market, outgoing.market_value.value)
        gain = EXACT.add(gain, outgoing.gain.value)
    return GainView(
        company=company,
        currency=currency,
        compared=compared,
        not_compared=len(outgoings) - compared,
        kilograms=exact_text(kilograms),
        fixed_value=money_of(fixed, currency),
        market_value=money_of(market, currency),
        gain=money_of(gain if company else EXACT.subtract(ZERO, gain), currency),
    )


def _outgoings(
    terms: Terms, stocks: Mapping[str, StockState]
) -> Iterator[tuple[OutgoingView, PurchaseCommitmentSigned]]:
    """Each drawdown and buy-back under a commitment of the reserve, the market still open."""
    for line, stock in stocks.items():
        for name, drawdown in stock.drawdowns.items():
            signed = terms.get(drawdown.purchase_commitment)
            if signed is not None:
                yield _outgoing("drawdown", name, line, drawdown, drawdown.released_on, signed), signed
        for name, buyback in stock.buybacks.items():
            signed = terms.get(buyback.purchase_commitment)
            if signed is not None:
                yield _outgoing("buyback", name, line, buyback, buyback.exercised_on, signed), signed


def _outgoing(
    kind: OutgoingKind,
    name: str,
    line: str,
    went: Drawdown | Buyback,
    on: date,
    signed: PurchaseCommitmentSigned,
) -> OutgoingView:
    fixed = signed.fixed_price
    return OutgoingView(
        kind=kind,
        name=name,
        line=line,
        purchase_commitment=signed.purchase_commitment,
        company=went.company,
        kilograms=exact_text(went.kilograms),
        on=on,
        position=went.position,
        fixed_price=fixed,
        fixed_value=money_of(value_at(fixed, went.kilograms), fixed.currency),
    )


def _against_market(
    rules: RulesState, outgoing: OutgoingView, signed: PurchaseCommitmentSigned, position: int
) -> OutgoingView:
    entry = _market_on(rules, outgoing.line, outgoing.on, position)
    if entry is None:
        because = f"no market price of {outgoing.line} is recorded for {outgoing.on}"
        return msgspec.structs.replace(outgoing, because=because)
    published: ReferencePricePublished = entry.data
    market, fixed = published.price, signed.fixed_price
    priced = msgspec.structs.replace(
        outgoing,
        market_price=market,
        market_assessor=published.assessor,
        market_position=entry.says_so,
    )
    if market.currency != fixed.currency or market.content != fixed.content:
        because = "the market price is in another currency, or for another content, than the fixed price"
        return msgspec.structs.replace(priced, because=because)
    kilograms = Decimal(outgoing.kilograms)
    at_market = value_at(market, kilograms)
    gain = EXACT.subtract(at_market, value_at(fixed, kilograms))
    return msgspec.structs.replace(
        priced, market_value=money_of(at_market, fixed.currency), gain=money_of(gain, fixed.currency)
    )


def _market_on(rules: RulesState, line: str, day: date, position: int) -> Recorded | None:
    """The market price whose period holds a day, as known at K; of several the one recorded last."""
    found = None
    for entry in known_at(rules.reference_prices.get(line, ()), position):
        data: ReferencePricePublished = entry.data
        if data.method in MARKET_METHODS and data.period_from <= day < data.period_to:
            found = entry
    return found
