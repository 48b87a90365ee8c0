"""Figures that nobody can have meant: nothing where there must be something, and percentages beyond all tariffs.

Every figure is well formed already, and exact however large; what it says may still be a slip of the pen. A duty of
nothing is written as 0 per cent and stays lawful; an amount of nothing per kilogram hides a missing figure.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from msgspec import UNSET

from contracts.duty_expressions import AdValorem, DutyComponent, Specific
from contracts.events import (
    ExchangeRatePublished,
    MeasureAmended,
    MeasureCreated,
    PriceFloorRevised,
    PriceFloorSet,
    ReferencePricePublished,
    ReserveTargetSet,
    UndertakingAccepted,
    UndertakingAmended,
)
from contracts.limits import COVER_DAYS_MAX, DUTY_PERCENT_MAX, EXCHANGE_RATE_MAX, UNIT_AMOUNT_MAX
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

AMT_1 = Rule(
    id="AMT-1",
    title="Something, not nothing",
    text=(
        "A duty per unit, a price that is to be made up to, a reference price, the minimum price of an undertaking, "
        "the cap of a floor and a cover in days are above zero; a duty of nothing is written as 0 per cent."
    ),
    source="House rule: an act that changes nothing hides a mistake",
    since=FIRST_RULE_BOOK,
    ruleset="2026.2",  # the first release took any figure
)
AMT_2 = Rule(
    id="AMT-2",
    title="A figure is believable",
    text=(
        f"A percentage of duty, or of the cap of a floor, is at most {DUTY_PERCENT_MAX}; a cover is of at most "
        f"{COVER_DAYS_MAX} days."
    ),
    source="House rule: the highest duties known are some 3,400 per cent (countervailing, solar cells, 2025)",
    since=FIRST_RULE_BOOK,
    ruleset="2026.2",
)
AMT_3 = Rule(
    id="AMT-3",
    title="An amount is believable",
    text=(
        f"A price, or a duty, for one unit is at most {UNIT_AMOUNT_MAX:,} in any currency; a rate of exchange is at "
        f"most {EXCHANGE_RATE_MAX:,}, and at least one divided by that."
    ),
    source="House rule: such a figure is a slipped point, and would be believed by every answer after it",
    since=FIRST_RULE_BOOK,
    ruleset="2026.3",  # the second rule book took any amount
)
RULES = (AMT_1, AMT_2, AMT_3)


def violations(_rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Figures of an event that are nothing, or beyond belief."""
    for path, figure, most in _figures_of(submitted.event.data):
        if not figure:
            yield submitted.breaks(AMT_1, f"$.data{path}", "the figure is zero")
        elif most is not None and figure > most:
            yield submitted.breaks(AMT_2, f"$.data{path}", f"{figure} is more than {most}; look at the point")
    if isinstance(submitted.event.data, MeasureCreated | MeasureAmended):
        for path, percent in _percentages(submitted.event.data.duty):
            if percent > DUTY_PERCENT_MAX:
                because = f"{percent} % is more than {DUTY_PERCENT_MAX} %; look at the point"
                yield submitted.breaks(AMT_2, f"$.data{path}", because)

    yield from _beyond_belief(submitted)


def _beyond_belief(submitted: Submitted) -> Iterator[Violation]:
    """Amounts and rates that no market has seen."""
    data = submitted.event.data
    for path, amount in _amounts_per_unit(data):
        if amount > UNIT_AMOUNT_MAX:
            because = f"{amount} for one unit is more than {UNIT_AMOUNT_MAX:,}; look at the point"
            yield submitted.breaks(AMT_3, f"$.data{path}", because)
    if isinstance(data, ExchangeRatePublished):
        rate = Decimal(data.rate)
        if rate > EXCHANGE_RATE_MAX or 0 < rate * EXCHANGE_RATE_MAX < 1:
            because = (
                f"{data.rate} {data.quote} for one {data.base} is no rate of currencies; look at the point"
            )
            yield submitted.breaks(AMT_3, "$.data.rate", because)


def _amounts_per_unit(data: Any) -> Iterable[tuple[str, Decimal]]:
    """Path and figure of what an event says of one unit of goods."""
    if isinstance(data, PriceFloorSet | PriceFloorRevised):
        return [(".price.amount", data.price.value)]
    return [(path, figure) for path, figure, most in _figures_of(data) if most is None]


def _figures_of(data: Any) -> Iterable[tuple[str, Decimal, int | None]]:
    """Path, figure and the most that it may be, of figures that must be above zero."""
    match data:
        case MeasureCreated() | MeasureAmended():
            return list(_amounts(data.duty))
        case ReferencePricePublished():
            return [(".price.amount", data.price.value, None)]
        case UndertakingAccepted() | UndertakingAmended():
            return [
                (f".minimums[{index}].price.amount", minimum.price.value, None)
                for index, minimum in enumerate(data.minimums)
            ]
        case PriceFloorSet() | PriceFloorRevised():
            cap = data.cap_percent
            return [] if cap is UNSET else [(".cap_percent", Decimal(cap), DUTY_PERCENT_MAX)]
        case ReserveTargetSet():
            return [(".cover_days", Decimal(data.cover_days), COVER_DAYS_MAX)]
        case _:
            return ()


def _amounts(duty: tuple[DutyComponent, ...]) -> Iterator[tuple[str, Decimal, None]]:
    """The amounts and prices of a duty; a percentage may be 0."""
    for index, component in enumerate(duty):
        if isinstance(component, Specific):
            yield f".duty[{index}].amount", Decimal(component.amount), None
        elif not isinstance(component, AdValorem):
            yield f".duty[{index}].price.amount", component.price.value, None


def _percentages(duty: tuple[DutyComponent, ...]) -> Iterator[tuple[str, Decimal]]:
    for index, component in enumerate(duty):
        if isinstance(component, AdValorem):
            yield f".duty[{index}].percent", Decimal(component.percent)
