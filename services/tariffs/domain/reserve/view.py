"""The reserve on a day: stock, entitlements, obligations, cover, capital; computed, never posted.

The states are folded up to K by whoever asks; V is `day`. What is received or released on V counts as done.
Open quantities become overdue by date alone, so asking twice, or late, charges nothing twice.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from contracts.decimals import EXACT
from contracts.events.reserve import PurchaseCommitmentSigned, ReserveCapitalCommitted
from contracts.values import Money
from services.tariffs.domain.assessment.exact import ZERO, exact_text

from .capital import ReserveState
from .charges import ONE_DAY, open_on, overdue_charge
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
from .stock import Lot, Obligation, StockState
from .streams import StreamState

ObligationStatus = Literal["open", "partly_fulfilled", "overdue", "fulfilled"]


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


class ExtensionView(msgspec.Struct, frozen=True):
    """More time that was granted for an obligation, and the entry that says so."""

    extended_on: date
    due_on: date
    position: int


class ObligationView(msgspec.Struct, frozen=True):
    """A duty to refill by `due_on`, the last day in time as granted up to V; the charge covers the days before V.

    `days_overdue` counts from the due day in force, so an extension ends it; the charge keeps the days before the
    extension. `days_left` is how many days are left in time, None when nothing is open or it is overdue.
    """

    obligation: str
    purchase_commitment: str
    company: str
    line: str
    status: ObligationStatus
    kilograms: str
    open_kilograms: str
    due_on: date
    first_overdue_day: date
    days_overdue: int
    days_left: int | None
    extensions: tuple[ExtensionView, ...]
    charge: Money | None
    """None when the commitment agrees on no charge; zero while nothing is overdue."""


class CapitalView(msgspec.Struct, frozen=True):
    """Capital from one source. Sources are never added up."""

    source: str
    facility: str
    amount: Money
    committed_on: date
    term_years: int | None
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


def reserve_view(reserve: str, streams: Mapping[str, StreamState], day: date) -> ReserveView:
    """Compute the view of `reserve` on `day` from states by stream name; others are passed over."""
    own = streams.get(f"reserve/{reserve}")
    state = own if isinstance(own, ReserveState) else ReserveState()
    stocks = {
        stream.split("/")[2]: stock
        for stream, stock in sorted(streams.items())
        if isinstance(stock, StockState) and stream.startswith(f"stock/{reserve}/")
    }
    terms = {
        commitment.terms.purchase_commitment: commitment.terms
        for _, commitment in sorted(streams.items())
        if isinstance(commitment, CommitmentState)
        and commitment.terms is not None
        and commitment.terms.reserve == reserve
    }
    masses = {line: stock_on(stock, day) for line, stock in stocks.items()}
    return ReserveView(
        reserve=reserve,
        day=day,
        capital=tuple(
            _capital(entry.committed, entry.position)
            for entry in state.capital
            if entry.committed.committed_on <= day
        ),
        stock=tuple(_stock(line, stock, masses[line], day) for line, stock in stocks.items()),
        cover=tuple(covers_on(state, masses, day)),
        entitlements=entitlements_on(terms, stocks, day),
        transfers=transfers_on(terms, stocks, day),
        balances=balances_on(terms, stocks, day),
        obligations=tuple(
            _obligation(name, line, obligation, terms.get(obligation.purchase_commitment), day)
            for line, stock in stocks.items()
            for name, obligation in sorted(stock.obligations.items())
            if _has_begun(stock, obligation, day)
        ),
    )


def stock_on(stock: StockState, day: date) -> Decimal:
    """Give the kilograms in stock at the end of a day."""
    return _sum(left for _, left in _lots_on(stock, day))


def _lots_on(stock: StockState, day: date) -> list[tuple[str, Decimal]]:
    left = {
        name: EXACT.subtract(lot.received, _lost(lot, day))
        for name, lot in sorted(stock.lots.items())
        if lot.received_on <= day
    }
    for drawdown in stock.drawdowns.values():
        if drawdown.released_on <= day:
            for name, kilograms in drawdown.lots:
                left[name] = EXACT.subtract(left.get(name, ZERO), kilograms)
    return list(left.items())


def _lost(lot: Lot, day: date) -> Decimal:
    return _sum(loss.kilograms for loss in lot.losses if loss.lost_on <= day)


def _lot(name: str, left: Decimal, lot: Lot | None, day: date) -> LotView:
    """One lot on a day; the warehouse it came to last. A lot that was drawn and never received has none."""
    if lot is None:
        return LotView(name, exact_text(left), "", "0")
    there = [place.warehouse for place in lot.places if place.since <= day]
    return LotView(name, exact_text(left), there[-1] if there else "", exact_text(_lost(lot, day)))


def _sum(parts: Iterable[Decimal]) -> Decimal:
    total = ZERO
    for part in parts:
        total = EXACT.add(total, part)
    return total


def _capital(committed: ReserveCapitalCommitted, position: int) -> CapitalView:
    return CapitalView(
        source=committed.source,
        facility=committed.facility,
        amount=committed.amount,
        committed_on=committed.committed_on,
        term_years=None if isinstance(committed.term_years, msgspec.UnsetType) else committed.term_years,
        position=position,
    )


def _stock(line: str, stock: StockState, kilograms: Decimal, day: date) -> StockView:
    lots = tuple(_lot(name, left, stock.lots.get(name), day) for name, left in _lots_on(stock, day) if left)
    return StockView(line, exact_text(kilograms), lots)


def _has_begun(stock: StockState, obligation: Obligation, day: date) -> bool:
    drawdown = stock.drawdowns.get(obligation.drawdown)
    return drawdown is None or drawdown.released_on <= day


def _obligation(
    name: str, line: str, obligation: Obligation, terms: PurchaseCommitmentSigned | None, day: date
) -> ObligationView:
    left = open_on(obligation, day)
    last_day = max((receipt.received_on for receipt in obligation.receipts), default=day)
    until = day if left else min(day, last_day)
    due_on = obligation.due_in_force(day)
    first_overdue_day = due_on + ONE_DAY
    return ObligationView(
        obligation=name,
        purchase_commitment=obligation.purchase_commitment,
        company=obligation.company,
        line=line,
        status=_status(obligation, left, day),
        kilograms=exact_text(obligation.kilograms),
        open_kilograms=exact_text(left),
        due_on=due_on,
        first_overdue_day=first_overdue_day,
        days_overdue=max(0, (until - first_overdue_day).days),
        days_left=(due_on - day).days if left and day <= due_on else None,
        extensions=tuple(
            ExtensionView(extension.extended_on, extension.due_on, extension.position)
            for extension in obligation.extensions
            if extension.extended_on <= day
        ),
        charge=None if terms is None else overdue_charge(terms, obligation, day),
    )


def _status(obligation: Obligation, left: Decimal, day: date) -> ObligationStatus:
    if not left:
        return "fulfilled"
    if day > obligation.due_in_force(day):
        return "overdue"
    return "open" if left == obligation.kilograms else "partly_fulfilled"
