"""Intervals: every pair of days that an event carries spans at least one day."""

from collections.abc import Iterator
from functools import cache

from msgspec import UNSET

from contracts.events import Payload
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

INT_1 = Rule(
    id="INT-1",
    title="An interval is not empty",
    text=(
        "effective_from lies before effective_to, period_from before period_to, and applies_from before applies_to: "
        "the second day is the first one no longer covered, so a pair of equal days covers nothing."
    ),
    source="TARIC, business rule ME25; that intervals are half-open is a house rule",
    since=FIRST_RULE_BOOK,
)
RULES = (INT_1,)

PAIRS = (("effective_from", "effective_to"), ("period_from", "period_to"), ("applies_from", "applies_to"))


def concerns(_event_type: str, payload: type[Payload]) -> bool:
    """Whether events with such a payload have an interval."""
    return bool(_pairs_of(payload.__struct_fields__))


def violations(_rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Interval rules that an event breaks."""
    data = submitted.event.data
    for first, last in _pairs_of(data.__struct_fields__):
        start, end = getattr(data, first), getattr(data, last)
        if start is UNSET or end is UNSET or start < end:
            continue
        yield submitted.breaks(
            INT_1,
            f"$.data.{last}",
            f"{last} {end} is not after {first} {start}; {last} is the day after the last day covered",
        )


@cache
def _pairs_of(fields: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The pairs that a payload with these fields has; most have none."""
    return tuple(pair for pair in PAIRS if set(pair) <= set(fields))
