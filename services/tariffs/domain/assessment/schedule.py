"""The share of a gap that becomes duty, band by band, without a unit price.

The bands are percentages of the price; the gap and price x quantity are both amounts for all of the goods, so the
band of a gap is found by comparing amounts, and no unit price is computed that would have to be rounded. (E24: a
price of 55 against 100 is a fall of 45 %: 30 % of 30 and 50 % of 5 are 11.50 a unit.)
"""

from decimal import Decimal

from msgspec import UNSET

from contracts.decimals import EXACT
from contracts.schedules import Schedule

from .exact import HUNDRED, ZERO, exact_text


def share_of_gap(schedule: Schedule, gap: Decimal, whole: Decimal) -> tuple[Decimal, str]:
    """Give the duty on `gap` (above zero) under a schedule, and how it adds up; `whole` is price x quantity.

    Both are in one currency; nothing is rounded.
    """
    if schedule.bands is UNSET:
        return gap, exact_text(gap)
    duty = ZERO
    parts: list[str] = []
    bands = schedule.bands
    for band, following in zip(bands, (*bands[1:], None), strict=True):
        start = _percent_of(whole, band.above_percent)
        end = gap if following is None else min(gap, _percent_of(whole, following.above_percent))
        if end <= start:
            break
        part = EXACT.subtract(end, start)
        duty = EXACT.add(duty, _percent_of(part, band.share_percent))
        parts.append(f"{exact_text(part)} x {band.share_percent} / 100")
    return duty, " + ".join(parts) or "nothing in the lowest band"


def _percent_of(amount: Decimal, percent: str) -> Decimal:
    return EXACT.divide(EXACT.multiply(amount, Decimal(percent)), HUNDRED)
