"""Exact quantities: how much of something, in the unit that a price or a specific duty is printed in.

A conversion multiplies first and divides last. The price of a unit is therefore never rounded: 16.25 USD/lb
on 20 t of cobalt is 16.25 x 20000 / 0.45359237, and rounding the 35.825118... USD/kg in between would cost
the treasury a cent (six digits) or 97.65 USD (two digits).
"""

from decimal import Decimal

from contracts.decimals import EXACT
from contracts.values import KILOGRAMS_PER_UNIT

from .exact import HUNDRED


def content_kilograms(mass_kilograms: Decimal, percent: Decimal) -> Decimal:
    """Give the kilograms of a substance in goods that contain `percent` per cent of it."""
    return EXACT.divide(EXACT.multiply(mass_kilograms, percent), HUNDRED)


def amount_of(price: Decimal, per: str, mass_kilograms: Decimal) -> Decimal:
    """Multiply a price per `per` by a mass in kilograms, dividing last."""
    product = EXACT.multiply(price, mass_kilograms)
    return product if per == "kg" else EXACT.divide(product, KILOGRAMS_PER_UNIT[per])


def price_of(amount: Decimal, per: str, mass_kilograms: Decimal) -> Decimal:
    """Give the amount per `per` of a mass above zero, for showing only."""
    return EXACT.divide(EXACT.multiply(amount, KILOGRAMS_PER_UNIT[per]), mass_kilograms)
