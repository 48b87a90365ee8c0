"""Who holds how much of a commitment, day by day: what was signed, given away, drawn and brought back.

A holder is a company under one commitment: the company that signed it, or one to which a part was transferred.
Movements are summed for each day, so that a hot holder stays short, and so that a rule can ask for the lowest
balance from a day on: a drawdown recorded late must not take what a later day has given away already.
"""

from datetime import date
from decimal import Decimal

import msgspec
from immutables import Map

from contracts.decimals import EXACT
from contracts.events.reserve import PurchaseCommitmentSigned
from contracts.values import LegalBasis
from services.tariffs.domain.assessment.exact import ZERO

Holder = tuple[str, str]
"""Name of the purchase commitment, and the company that holds entitlement under it."""


class Movement(msgspec.Struct, frozen=True):
    """All that changed for a holder on one day, in kilograms; negative when more went than came."""

    day: date
    kilograms: Decimal


Movements = Map[Holder, tuple[Movement, ...]]
"""Holder → one movement for each day, in order of days."""


class Transfer(msgspec.Struct, frozen=True):
    """Entitlement that went from one company to another, and the entry that says so."""

    position: int
    purchase_commitment: str
    from_company: str
    to_company: str
    kilograms: Decimal
    transferred_on: date
    legal_basis: LegalBasis


def moved(movements: Movements, holder: Holder, day: date, kilograms: Decimal) -> Movements:
    """Add a change on a day; days stay in order, whatever the order of recording."""
    days = movements.get(holder, ())
    at = len(days)
    while at and days[at - 1].day > day:
        at -= 1
    if at and days[at - 1].day == day:
        there = Movement(day, EXACT.add(days[at - 1].kilograms, kilograms))
        return movements.set(holder, (*days[: at - 1], there, *days[at:]))
    return movements.set(holder, (*days[:at], Movement(day, kilograms), *days[at:]))


def lowest_from(
    terms: PurchaseCommitmentSigned, company: str, days: tuple[Movement, ...], day: date
) -> Decimal:
    """Give the lowest entitlement, in kilograms, that a company has left on `day` or on any day after it."""
    balance = terms.quantity.kilograms if company == terms.company else ZERO
    lowest: Decimal | None = None
    for movement in days:
        if lowest is None and movement.day > day:
            lowest = balance
        balance = EXACT.add(balance, movement.kilograms)
        if lowest is not None:
            lowest = min(lowest, balance)
    return balance if lowest is None else lowest
