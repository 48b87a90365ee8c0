"""Entitlements on a day: who holds how much of which commitment, what was transferred, and whether it adds up.

Each company's part is summed from its own movements; the proof of the sum compares them with what the
commitments and the drawdowns say as a whole (question: is what companies hold still what was committed?).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import msgspec
from msgspec import UNSET

from contracts.decimals import EXACT
from contracts.events.reserve import PurchaseCommitmentSigned
from contracts.values import LegalBasis
from services.tariffs.domain.assessment.exact import ZERO, exact_text

from .entitlement import Holder
from .stock import StockState

Terms = Mapping[str, PurchaseCommitmentSigned]
"""Name → terms of each commitment of the reserve."""


class EntitlementView(msgspec.Struct, frozen=True):
    """What a company may still draw under one commitment: committed + received - given - drawn + replenished - bought
    back."""

    purchase_commitment: str
    company: str
    line: str
    committed_kilograms: str
    received_kilograms: str
    given_kilograms: str
    drawn_kilograms: str
    replenished_kilograms: str
    bought_back_kilograms: str
    left_kilograms: str


class TransferView(msgspec.Struct, frozen=True):
    """One transfer of entitlement, the entry that records it, and the act that it rests on."""

    transfer: str
    purchase_commitment: str
    line: str
    from_company: str
    to_company: str
    kilograms: str
    transferred_on: date
    position: int
    legal_basis: LegalBasis


class BalanceView(msgspec.Struct, frozen=True):
    """One commitment as a whole against the sum of what its holders have left; `is_balanced` when they agree.

    `company_signed`: whether the company's own signature is in it, or the operator's word is all there is (v1).
    """

    purchase_commitment: str
    line: str
    company_signed: bool
    committed_kilograms: str
    drawn_kilograms: str
    replenished_kilograms: str
    bought_back_kilograms: str
    left_kilograms: str
    is_balanced: bool


class _Sums:
    """What one holder received, gave, drew, replenished and bought back up to a day, in kilograms."""

    def __init__(self) -> None:
        self.received = self.given = self.drawn = self.replenished = self.bought_back = ZERO

    def left(self, committed: Decimal) -> Decimal:
        come = EXACT.add(EXACT.add(committed, self.received), self.replenished)
        gone = EXACT.add(EXACT.add(self.given, self.drawn), self.bought_back)
        return EXACT.subtract(come, gone)


def entitlements_on(terms: Terms, stocks: Mapping[str, StockState], day: date) -> tuple[EntitlementView, ...]:
    """Give every holder of every commitment, the company that signed it first."""
    sums = _sums_on(stocks, day)
    return tuple(
        EntitlementView(
            purchase_commitment=signed.purchase_commitment,
            company=company,
            line=signed.line,
            committed_kilograms=exact_text(committed),
            received_kilograms=exact_text(part.received),
            given_kilograms=exact_text(part.given),
            drawn_kilograms=exact_text(part.drawn),
            replenished_kilograms=exact_text(part.replenished),
            bought_back_kilograms=exact_text(part.bought_back),
            left_kilograms=exact_text(part.left(committed)),
        )
        for signed in terms.values()
        for company, committed, part in _holders(signed, sums)
    )


def transfers_on(terms: Terms, stocks: Mapping[str, StockState], day: date) -> tuple[TransferView, ...]:
    """Give the transfers made up to a day, in order of recording."""
    found = [
        TransferView(
            transfer=name,
            purchase_commitment=transfer.purchase_commitment,
            line=line,
            from_company=transfer.from_company,
            to_company=transfer.to_company,
            kilograms=exact_text(transfer.kilograms),
            transferred_on=transfer.transferred_on,
            position=transfer.position,
            legal_basis=transfer.legal_basis,
        )
        for line, stock in stocks.items()
        for name, transfer in stock.transfers.items()
        if transfer.transferred_on <= day and transfer.purchase_commitment in terms
    ]
    return tuple(sorted(found, key=lambda transfer: transfer.position))


def balances_on(terms: Terms, stocks: Mapping[str, StockState], day: date) -> tuple[BalanceView, ...]:
    """Hold the sum of what holders have left against committed - drawn + replenished - bought back, by commitment.

    The two come by different ways: the one from the movements of holders, which the rules judge by, the other from
    the drawdowns and receipts themselves.
    """
    sums = _sums_on(stocks, day)
    moved = _moved_on(stocks, day)
    found: list[BalanceView] = []
    for signed in terms.values():
        drawn = replenished = bought_back = ZERO
        for _, _, part in _holders(signed, sums):
            drawn = EXACT.add(drawn, part.drawn)
            replenished = EXACT.add(replenished, part.replenished)
            bought_back = EXACT.add(bought_back, part.bought_back)
        committed = signed.quantity.kilograms
        held = EXACT.add(committed, moved.get(signed.purchase_commitment, ZERO))
        due = EXACT.subtract(EXACT.add(EXACT.subtract(committed, drawn), replenished), bought_back)
        found.append(
            BalanceView(
                purchase_commitment=signed.purchase_commitment,
                line=signed.line,
                company_signed=signed.consent is not UNSET,
                committed_kilograms=exact_text(committed),
                drawn_kilograms=exact_text(drawn),
                replenished_kilograms=exact_text(replenished),
                bought_back_kilograms=exact_text(bought_back),
                left_kilograms=exact_text(held),
                is_balanced=held == due,
            )
        )
    return tuple(found)


def _moved_on(stocks: Mapping[str, StockState], day: date) -> dict[str, Decimal]:
    """Commitment → the sum of all movements of its holders up to a day."""
    moved: dict[str, Decimal] = {}
    for stock in stocks.values():
        for (name, _), movements in stock.movements.items():
            for movement in movements:
                if movement.day <= day:
                    moved[name] = EXACT.add(moved.get(name, ZERO), movement.kilograms)
    return moved


def _holders(
    signed: PurchaseCommitmentSigned, sums: Mapping[Holder, _Sums]
) -> Iterator[tuple[str, Decimal, _Sums]]:
    """Company, what it signed for, and its sums: the signer first, the others by name."""
    name = signed.purchase_commitment
    yield signed.company, signed.quantity.kilograms, sums.get((name, signed.company), _Sums())
    others = sorted(company for held, company in sums if held == name and company != signed.company)
    for company in others:
        yield company, ZERO, sums[name, company]


def _sums_on(stocks: Mapping[str, StockState], day: date) -> dict[Holder, _Sums]:
    sums: dict[Holder, _Sums] = {}

    def of(name: str, company: str) -> _Sums:
        return sums.setdefault((name, company), _Sums())

    for stock in stocks.values():
        for transfer in stock.transfers.values():
            if transfer.transferred_on <= day:
                name, kilograms = transfer.purchase_commitment, transfer.kilograms
                giver, receiver = of(name, transfer.from_company), of(name, transfer.to_company)
                giver.given = EXACT.add(giver.given, kilograms)
                receiver.received = EXACT.add(receiver.received, kilograms)
        for drawdown in stock.drawdowns.values():
            if drawdown.released_on <= day:
                drawer = of(drawdown.purchase_commitment, drawdown.company)
                drawer.drawn = EXACT.add(drawer.drawn, drawdown.kilograms)
        for buyback in stock.buybacks.values():
            if buyback.exercised_on <= day:
                buyer = of(buyback.purchase_commitment, buyback.company)
                buyer.bought_back = EXACT.add(buyer.bought_back, buyback.kilograms)
        for obligation in stock.obligations.values():
            debtor = (obligation.purchase_commitment, obligation.company)
            for receipt in obligation.receipts:
                if receipt.received_on <= day:
                    part = of(*debtor)
                    part.replenished = EXACT.add(part.replenished, receipt.kilograms)
    return sums
