"""For how many days a stock lasts, against the target in force on V."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from contracts.decimals import EXACT
from contracts.events.reserve import ReserveTargetSet
from services.tariffs.domain.assessment.exact import ZERO, exact_text, shown

from .capital import ReserveState, Target

COVER_DIGITS = 2
"""Digits after the point of a cover as shown; it is compared unrounded."""


class CoverView(msgspec.Struct, frozen=True):
    """For how many days a stock lasts. `days` is rounded for reading; `is_below_target` is not."""

    line: str
    kilograms: str
    daily_demand_kilograms: str
    days: str
    target_days: str
    is_below_target: bool
    target_position: int


def covers_on(state: ReserveState, masses: Mapping[str, Decimal], day: date) -> Iterable[CoverView]:
    """Give the cover of each line that has a target on a day; `masses` are kilograms in stock by line."""
    for line, targets in sorted(state.targets.items()):
        target = _target_on(targets, day)
        if target is None:
            continue
        aim: ReserveTargetSet = target.target
        demand = aim.daily_demand.kilograms
        kilograms = masses.get(line, ZERO)
        days = EXACT.divide(kilograms, demand) if demand else ZERO
        yield CoverView(
            line=line,
            kilograms=exact_text(kilograms),
            daily_demand_kilograms=exact_text(demand),
            days=shown(days, COVER_DIGITS, COVER_DIGITS),
            target_days=aim.cover_days,
            is_below_target=days < Decimal(aim.cover_days),
            target_position=target.position,
        )


def _target_on(targets: tuple[Target, ...], day: date) -> Target | None:
    """The target in force: of those that have begun the one that begins last, of equals the newest."""
    begun = [target for target in targets if target.target.effective_from <= day]
    return max(begun, key=lambda target: (target.target.effective_from, target.position), default=None)
