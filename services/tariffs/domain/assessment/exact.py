"""Decimal arithmetic: 34 digits, nothing rounded on the way, one text for one number.

Every operation names the context `EXACT` of the contracts instead of relying on the thread's one, which has
28 digits and belongs to whoever set it last. 34 digits hold any product of two ordinary figures of the wire
format down to far below the cent; the only operation that can leave a remainder is a division by the pound,
ounce or short ton.
"""

from collections.abc import Iterable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from contracts.decimals import EXACT, plain_text

ZERO = Decimal(0)
HUNDRED = Decimal(100)

FRACTION_DIGITS_MAX = 12
"""Digits after the point that a decimal of the wire format may have."""

INTEGER_LIMIT = Decimal(10) ** 18
"""A decimal of the wire format has at most 18 digits before the point, so it is below this."""

_FINEST = Decimal(1).scaleb(-FRACTION_DIGITS_MAX)


def sum_of(amounts: Iterable[Decimal]) -> Decimal:
    """Add up; `sum` would take the context of the thread."""
    total = ZERO
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


def written_down(value: Decimal) -> Decimal:
    """Cut a number to the digits that the wire format can carry: never more than there is."""
    return value.quantize(_FINEST, rounding=ROUND_DOWN, context=EXACT)


def exact_text(value: Decimal) -> str:
    """Write a number without exponent and trailing zeros; a remainder beyond 12 digits is cut half up.

    Only for showing: amounts are always rounded from the number itself, never from this text.
    """
    text = plain_text(value)
    point = text.find(".")
    if point < 0:
        return text
    if len(text) - point - 1 > FRACTION_DIGITS_MAX:
        text = format(value.quantize(_FINEST, context=EXACT), "f")
    return text.rstrip("0").rstrip(".")


def shown(value: Decimal, digits_min: int, digits_max: int) -> str:
    """Write a number for people: half up to `digits_max` digits after the point, at least `digits_min`."""
    text = format(value.quantize(Decimal(1).scaleb(-digits_max), rounding=ROUND_HALF_UP, context=EXACT), "f")
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0").ljust(digits_min, "0")
    return f"{whole}.{fraction}" if fraction else whole
