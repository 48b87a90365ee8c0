"""Slips of the pen in the items of a declaration or its amendment: what no goods can be.

They are looked for before anything is assessed, because a duty on such a figure would be demanded. Which of them a
rule book asks for, its rules say (DEC-13, DEC-15, DEC-16).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from msgspec import UNSET

from contracts.envelope import Event
from contracts.events.declarations import DeclarationAccepted, DeclarationItem
from contracts.events.lifecycle import DeclarationAmended
from contracts.limits import ITEM_KILOGRAMS_MAX, ITEM_VALUE_MAX
from services.tariffs.domain.rule import Violation

from .rules import EXPORTED_BEFORE, FIGURES_BELIEVABLE, GOODS_WEIGH

EASTERNMOST = timedelta(hours=14)
"""Where a day begins first (Kiritimati, UTC+14)."""

VALUES = ("customs_value", "free_at_frontier_value", "cif_value")


def slips(
    event: Event[DeclarationAccepted] | Event[DeclarationAmended],
    accepted_at: str,
    now: datetime,
    ruleset: str,
) -> Iterator[Violation]:
    """Slips in the items of an event, of a declaration accepted at that instant, as far as the rule book asks."""
    day = now.astimezone(UTC).date()
    judging = [(rule, find) for rule, find in _FOUND_BY if rule.judges(day, ruleset)]
    if not judging:
        return
    latest = _latest_day(accepted_at)
    for index, item in enumerate(event.data.items):
        for rule, find in judging:
            for path, detail in find(item, latest):
                yield Violation(rule, event.id, f"$.data.items[{index}]{path}", detail)


def _latest_day(accepted_at: str) -> date:
    """The day of an instant where it is latest. What is no day of the calendar is refused elsewhere (DEC-1)."""
    try:
        return (datetime.fromisoformat(accepted_at).astimezone(UTC) + EASTERNMOST).date()
    except (ValueError, OverflowError):
        return date.max


def _weightless(item: DeclarationItem, _latest: date) -> Iterator[tuple[str, str]]:
    if not item.net_mass.number:
        yield ".net_mass.value", f"item {item.item_no} weighs nothing; declare what its goods weigh"


def _beyond_belief(item: DeclarationItem, _latest: date) -> Iterator[tuple[str, str]]:
    if item.net_mass.kilograms > ITEM_KILOGRAMS_MAX:
        mass = f"{item.net_mass.value} {item.net_mass.unit}"
        yield (
            ".net_mass.value",
            f"{mass} are more than {ITEM_KILOGRAMS_MAX:,} kg; look at the point and the unit",
        )
    for name in VALUES:
        value = getattr(item, name)
        if value is not UNSET and value.value > ITEM_VALUE_MAX:
            amount = f"{value.amount} {value.currency}"
            yield f".{name}.amount", f"{amount} are more than {ITEM_VALUE_MAX:,}; look at the point"


def _exported_late(item: DeclarationItem, latest: date) -> Iterator[tuple[str, str]]:
    if item.exported_on is not UNSET and item.exported_on > latest:
        detail = f"item {item.item_no} was exported on {item.exported_on}, after the declaration was accepted"
        yield ".exported_on", detail


_FOUND_BY = (
    (GOODS_WEIGH, _weightless),
    (FIGURES_BELIEVABLE, _beyond_belief),
    (EXPORTED_BEFORE, _exported_late),
)
