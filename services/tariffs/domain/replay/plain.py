"""Numbers and days with one spelling: what two machines write must be the same bytes.

Masses and sums come out of arithmetic, where 380000 and 380000.000 are one number with two spellings; they are
written without trailing zeros. (A figure that stands in an event stays as its author wrote it.)
"""

from datetime import date
from decimal import Decimal

from contracts.decimals import plain_text


def decimal_text(value: Decimal) -> str:
    """A number without exponent and trailing zeros."""
    text = plain_text(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def day_text(value: date) -> str:
    """A day as ISO 8601."""
    return value.isoformat()
