"""Areas of origin on V as known at K: which countries belong to a group, and since when.

A group is what its members are on the governing day, as the bloc is: a preference for an area reaches a country from
the day on which it joins, without any change to the preference.
"""

from collections.abc import Iterable
from datetime import date

from msgspec import UNSET

from contracts.events import AreaMemberAdded, AreaMemberRemoved
from services.tariffs.domain.histories.timeline import Span, known_at
from services.tariffs.domain.state import Recorded, RulesState

AREA_DIGITS = 4


def is_area(element: str) -> bool:
    """Whether an element of origins is an area, by its form."""
    return len(element) == AREA_DIGITS and element.isdecimal()


def spans_of(entries: Iterable[Recorded], country: str) -> tuple[Span, ...]:
    """The days on which a country is in an area, from the entries of the area in order of recording."""
    spans: tuple[Span, ...] = ()
    for entry in entries:
        match entry.data:
            case AreaMemberAdded() as added if added.country == country:
                end = None if added.effective_to is UNSET else added.effective_to
                spans = (*spans, Span(added.effective_from, end, entry))
            case AreaMemberRemoved() as removed if removed.country == country:
                spans = tuple(_left(spans, removed.effective_from, entry))
            case _:
                continue
    return spans


def areas_of(rules: RulesState, country: str, day: date, position: int) -> tuple[tuple[str, Recorded], ...]:
    """The areas that a country is in, each with the entry that says so, sorted by code."""
    found: list[tuple[str, Recorded]] = []
    for area, history in rules.areas.items():
        spans = spans_of(known_at(history, position), country)
        held = next((span.act for span in spans if span.contains(day)), None)
        if held is not None:
            found.append((area, held))
    return tuple(sorted(found, key=lambda one: one[0]))


def countries_within(rules: RulesState, area: str, start: date, end: date | None) -> frozenset[str]:
    """The countries that are in an area on some of the days from `start` to before `end`, as known now."""
    entries = known_at(rules.areas.get(area, ()), rules.position)
    named = {entry.data.country for entry in entries}
    return frozenset(
        country for country in named if any(s.overlaps(start, end) for s in spans_of(entries, country))
    )


def countries_throughout(rules: RulesState, area: str, start: date, end: date | None) -> frozenset[str]:
    """The countries that are in an area on all of those days, as known now."""
    entries = known_at(rules.areas.get(area, ()), rules.position)
    named = {entry.data.country for entry in entries}
    return frozenset(
        country for country in named if any(_covers(s, start, end) for s in spans_of(entries, country))
    )


def _covers(span: Span, start: date, end: date | None) -> bool:
    return span.start <= start and (span.end is None or (end is not None and end <= span.end))


def _left(spans: Iterable[Span], day: date, by: Recorded) -> Iterable[Span]:
    """Spans without the days from `day` on."""
    for span in spans:
        if span.end is not None and span.end <= day:
            yield span
        elif span.start < day:
            yield Span(span.start, day, span.act, by)
