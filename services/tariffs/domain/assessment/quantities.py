"""Exact quantities: how much of something, in the unit that a price or a specific duty is printed in.

A conversion multiplies first and divides last. The price of a unit is therefore never rounded: 16.25 USD/lb on
20 t of cobalt is 16.25 x 20000 / 0.45359237, and rounding the 35.825118... USD/kg in between would cost the
treasury a cent (six digits) or 97.65 USD (two digits).
"""

from collections.abc import Mapping
from decimal import Decimal

from contracts.decimals import EXACT

from .exact import HUNDRED

KILOGRAMS_PER: Mapping[str, Decimal] = {
    "kg": Decimal(1),
    "t": Decimal(1000),
    "g": Decimal("0.001"),
    "lb": Decimal("0.45359237"),  # international pound, exact since 1959
    "ozt": Decimal("0.0311034768"),  # troy ounce
    "stn": Decimal("907.18474"),  # short ton, 2000 lb
    "mtu": Decimal(10),  # metric ton unit: 10 kg of the named content
}
"""Exact kilograms of one unit."""


def kilograms(value: Decimal, unit: str) -> Decimal:
    """Give the mass in kilograms, exactly."""
    return value if unit == "kg" else EXACT.multiply(value, KILOGRAMS_PER[unit])


def content_kilograms(mass_kilograms: Decimal, percent: Decimal) -> Decimal:
    """Give the kilograms of a substance in goods that contain `percent` per cent of it."""
    return EXACT.divide(EXACT.multiply(mass_kilograms, percent), HUNDRED)


def units_of(mass_kilograms: Decimal, unit: str) -> Decimal:
    """Give the mass in `unit`. For showing; amounts are computed by `amount_of`, which divides last."""
    return mass_kilograms if unit == "kg" else EXACT.divide(mass_kilograms, KILOGRAMS_PER[unit])


def amount_of(price: Decimal, per: str, mass_kilograms: Decimal) -> Decimal:
    """Multiply a price per `per` by a mass in kilograms, dividing last."""
    product = EXACT.multiply(price, mass_kilograms)
    return product if per == "kg" else EXACT.divide(product, KILOGRAMS_PER[per])
