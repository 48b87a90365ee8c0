"""Amounts that can be paid: rounded once, half up, to the minor unit of their currency (ISO 4217).

That is the house rule for every amount that no member's law rounds: gaps, charges of the reserve, sums of an account.
How a member rounds its own duties is in `rounding.py`.
"""

from decimal import ROUND_HALF_UP, Decimal

from contracts.currencies import MINOR_UNIT_DIGITS
from contracts.decimals import EXACT, plain_text
from contracts.values import Money


def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency: 0.01 for USD, 1 for JPY; 1 for "", before any currency is known."""
    return Decimal(1).scaleb(-MINOR_UNIT_DIGITS.get(currency, 0))


def in_minor_units(amount: Decimal, currency: str) -> Decimal:
    """Round half up to what can be paid in a currency."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP, context=EXACT)


def money_of(exact: Decimal, currency: str) -> Money:
    """Round an exact amount half up to the minor unit."""
    return Money(amount=plain_text(in_minor_units(exact, currency)), currency=currency)
