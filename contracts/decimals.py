"""Decimals travel and are stored as strings, and are compared by value.

A JSON number has no fixed precision in most libraries (Java and JavaScript read 0.1 as a binary fraction),
and `Decimal` itself accepts NaN, Infinity and 1e400. So a decimal is a text of a bounded shape, kept as its
author wrote it; `1.0` and `1.00` stay different texts with the same value.
"""

from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Annotated

from contracts.shapes import text

_DIGITS = r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,12})?"

DecimalText = Annotated[
    str,
    text(
        "Decimal",
        _DIGITS,
        what="a decimal as a string: at most 18 digits before and 12 after the point, no sign, no exponent",
        mend='write it as a JSON string such as "708000.00", with a point and without sign or exponent',
    ),
]
"""A decimal that is zero or more."""

SignedDecimalText = Annotated[
    str,
    text(
        "SignedDecimal",
        "-?" + _DIGITS,
        what="a decimal as a string, which may be negative: at most 18 digits before and 12 after the point",
        mend='write it as a JSON string such as "-12.50", with a point and without exponent',
    ),
]
"""A decimal that may be negative. No type of the first families has one; a correction will."""

EXACT = Context(prec=34, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
"""34 digits (IEEE 754 decimal128) and half-up: the arithmetic of the worked examples."""


def scale_of(written: str) -> int:
    """How many digits stand after the point of a decimal text."""
    point = written.find(".")
    return 0 if point < 0 else len(written) - point - 1


def plain_text(value: Decimal) -> str:
    """Write a decimal without exponent, as the language wants it: Decimal('1E+3') is "1000"."""
    text = str(
        value
    )  # nearly always plain already; how it writes an exponent depends on the thread's context
    return format(value, "f") if "E" in text or "e" in text else text
