"""Rounding as the member's law has it: of the value that ad valorem duties are taken on, and of the duty.

Both are terms of the member's accession (unit, mode, per line or on the total), never constants: the Union
allows whole euros (UCC Art. 101(3)), the United States take ad valorem duties on whole dollars (19 CFR
159.3) and the bloc's house rule is half up to the minor unit, line by line. Each figure is rounded once,
from its exact value, and lines are summed after rounding unless the member rounds the total.
"""

from collections.abc import Mapping
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import lru_cache

from contracts.decimals import EXACT

from .exact import ZERO

MODES: Mapping[str, str] = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
"""Modes of `value_rounding` and `duty_rounding`. `down` cuts towards zero; duties are never negative."""


def round_to(value: Decimal, unit: Decimal, mode: str) -> Decimal:
    """Round to a multiple of `unit` ("0.01", "1", "0.05"), with as many decimals as it has."""
    if _is_power_of_ten(unit):  # as nearly always: one operation
        return value.quantize(unit, MODES[mode], EXACT)
    steps = EXACT.divide(value, unit).to_integral_value(rounding=MODES[mode], context=EXACT)
    return EXACT.multiply(steps, unit).quantize(unit, context=EXACT)


@lru_cache(maxsize=64)
def _is_power_of_ten(unit: Decimal) -> bool:
    return unit.as_tuple().digits == (1,)


def round_lines(exacts: list[Decimal], unit: Decimal, mode: str, per: str) -> tuple[list[Decimal], Decimal]:
    """Round duty lines and their total; gives (amounts of the lines, total).

    Per line, each line is rounded and the total is the sum of what was rounded (three lines of 1.6675 give
    5.01). On the total, the exact lines are summed and rounded once (5.00). The lines must still add up to
    it, because a customs office books lines: each is cut to the unit, and the units still missing go, one
    each, to the lines that lost most by the cut (the first of equals).
    """
    if per == "line":
        amounts = [round_to(exact, unit, mode) for exact in exacts]
        total = ZERO
        for amount in amounts:
            total = EXACT.add(total, amount)
        return amounts, total if amounts else round_to(ZERO, unit, mode)
    exact_total = ZERO
    for exact in exacts:
        exact_total = EXACT.add(exact_total, exact)
    total = round_to(exact_total, unit, mode)
    return _apportion(exacts, total, unit), total


def _apportion(exacts: list[Decimal], total: Decimal, unit: Decimal) -> list[Decimal]:
    amounts = [round_to(exact, unit, "down") for exact in exacts]
    missing = total
    for amount in amounts:
        missing = EXACT.subtract(missing, amount)
    by_loss = sorted(range(len(exacts)), key=lambda n: (EXACT.subtract(amounts[n], exacts[n]), n))
    for n in by_loss[: int(EXACT.divide(missing, unit))]:
        amounts[n] = EXACT.add(amounts[n], unit)
    return amounts
