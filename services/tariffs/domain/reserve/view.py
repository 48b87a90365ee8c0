"""The reserve on a day: stock, entitlements, obligations, cover, capital; computed, never posted.

The states are folded up to K by whoever asks; V is `day`. What is received or released on V counts as done.
Open quantities become overdue by date alone, so asking twice, or late, charges nothing twice.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

from contracts.decimals import EXACT
from contracts.events.reserve import PurchaseCommitmentSigned, ReserveCapitalCommitted
from contracts.values import Money
from services.tariffs.domain.assessment.exact import ZERO, exact_text, sum_of
from services.tariffs.domain.assessment.minor_units import money_of

from .capital import ReserveState
from .commitment import CommitmentState
from .cover import CoverView, covers_on
from .holdings import (
    BalanceView,
    EntitlementView,
    TransferView,
    balances_on,
    entitlements_on,
    transfers_on,
)
from .obligations import ObligationView, obligations_on
from .requests import AnnouncementView, RequestView, announcements_on, requests_on
from .stock import Lot, StockState
from .streams import StreamState


class LotView(msgspec.Struct, frozen=True):
    """What is left of a lot, where it is, and what was lost of it."""

    lot: str
    kilograms: str
    warehouse: str
    lost_kilograms: str


class StockView(msgspec.Struct, frozen=True):
    """Stock of one line in kilograms (of the content that the line is measured by, where it is)."""

    line: str
    kilograms: str
    lots: tuple[LotView, ...]


class CapitalView(msgspec.Struct, frozen=True):
    """Capital from one source. Sources are never added up."""

    source: str
    facility: str
    amount: Money
    committed_on: date
    term_years: int | None
    drawn: Money
    """What has been drawn of this source and facility up to V; entries of one source share the sum."""
    position: int


class ReserveView(msgspec.Struct, frozen=True):
    """One reserve on one day."""

    reserve: str
    day: date
    capital: tuple[CapitalView, ...]
    stock: tuple[StockView, ...]
    cover: tuple[CoverView, ...]
    entitlements: tuple[EntitlementView, ...]
    transfers: tuple[TransferView, ...]
    balances: tuple[BalanceView, ...]
    obligations: tuple[ObligationView, ...]
    requests: tuple[RequestView, ...]
    announcements: tuple[AnnouncementView, ...]


def reserve_view(reserve: str, streams: Mapping[str, StreamState], day: date) -> ReserveView:
    """Compute the view of `reserve` on `day` from states by stream name; others are passed over."""
    own = streams.get(f"reserve/{reserve}")
    state = own if isinstance(own, ReserveState) else ReserveState()
    stocks = stocks_of(reserve, streams)
    terms = terms_of(reserve, streams)
    masses = {line: stock_on(stock, day) for line, stock in stocks.items()}
    return ReserveView(
        reserve=reserve,
        day=day,
        capital=tuple(
            _capital(state, entry.committed, entry.position, day)
            for entry in state.capital
            if entry.committed.committed_on <= day
        ),
        stock=tuple(_stock(line, stock, masses[line], day) for line, stock in stocks.items()),
        cover=tuple(covers_on(state, masses, day)),
        entitlements=entitlements_on(terms, stocks, day),
        transfers=transfers_on(terms, stocks, day),
        balances=balances_on(terms, stocks, day),
        obligations=obligations_on(terms, stocks, day),
        requests=requests_on(stocks, day),
        announcements=announcements_on(stocks, day),
    )


def stocks_of(reserve: str, streams: Mapping[str, StreamState]) -> dict[str, StockState]:
    """Give the stocks of a reserve by line."""
    return {
        stream.split("/")[2]: stock
        for stream, stock in sorted(streams.items())
        if isinstance(stock, StockState) and stream.startswith(f"stock/{reserve}/")
    }


def terms_of(reserve: str, streams: Mapping[str, StreamState]) -> dict[str, PurchaseCommitmentSigned]:
    """Give the terms of the commitments of a reserve by name."""
    return {
        commitment.terms.purchase_commitment: commitment.terms
        for _, commitment in sorted(streams.items())
        if isinstance(commitment, CommitmentState)
        and commitment.terms is not None
        and commitment.terms.reserve == reserve
    }


def stock_on(stock: StockState, day: date) -> Decimal:
    """Give the kilograms in stock at the end of a day."""
    return sum_of(left for _, left in _lots_on(stock, day))


def _lots_on(stock: StockState, day: date) -> list[tuple[str, Decimal]]:
    left = {
        name: EXACT.subtract(lot.received, _lost(lot, day))
        for name, lot in sorted(stock.lots.items())
        if lot.received_on <= day
    }
    gone = [drawn.lots for drawn in stock.drawdowns.values() if drawn.released_on <= day]
    gone += [bought.lots for bought in stock.buybacks.values() if bought.exercised_on <= day]
    for lots in gone:
        for name, kilograms in lots:
            left[name] = EXACT.subtract(left.get(name, ZERO), kilograms)
    return list(left.items())


def _lost(lot: Lot, day: date) -> Decimal:
    return sum_of(loss.kilograms for loss in lot.losses if loss.lost_on <= day)


def _lot(name: str, left: Decimal, lot: Lot | None, day: date) -> LotView:
    """One lot on a day; the warehouse it came to last. A lot that was drawn and never received has none."""
    if lot is None:
        return LotView(name, exact_text(left), "", "0")
    there = [place.warehouse for place in lot.places if place.since <= day]
    return LotView(name, exact_text(left), there[-1] if there else "", exact_text(_lost(lot, day)))


def _capital(
    state: ReserveState, committed: ReserveCapitalCommitted, position: int, day: date
) -> CapitalView:
    drawn = sum_of(
        draw.drawn.amount.value
        for draw in state.draws
        if draw.drawn.drawn_on <= day
        and (draw.drawn.source, draw.drawn.facility, draw.drawn.amount.currency)
        == (committed.source, committed.facility, committed.amount.currency)
    )
    return CapitalView(
        source=committed.source,
        facility=committed.facility,
        amount=committed.amount,
        committed_on=committed.committed_on,
        term_years=None if isinstance(committed.term_years, msgspec.UnsetType) else committed.term_years,
        drawn=money_of(drawn, committed.amount.currency),
        position=position,
    )


def _stock(line: str, stock: StockState, kilograms: Decimal, day: date) -> StockView:
    lots = tuple(_lot(name, left, stock.lots.get(name), day) for name, left in _lots_on(stock, day) if left)
    return StockView(line, exact_text(kilograms), lots)
