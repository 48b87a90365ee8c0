"""The days that entries name, and whose answer may change on each: where to look for what ends, and begins.

What holds of a measure, floor or quota changes only on days that its own entries name, or those of the legal acts that
it rests on. So whoever asks about some days begins with what is filed under these, and lays out nothing else. The
calendar is made of a whole state at once, when first asked for (a fifth of a second for fifty thousand rules): such
questions are asked daily, and a file kept up to date in the fold would make each of millions of entries dearer.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import UNSET, Struct

from contracts.events.corrections import EventCorrected
from services.tariffs.domain.histories.effective import act_of
from services.tariffs.domain.state import History, Recorded, RulesState

DAY_FIELDS = ("effective_from", "effective_to")

Kind = Literal["measure", "price_floor", "quota"]
Thing = tuple[Kind, str]
"""What it is, and its name."""


class Calendar(Struct, frozen=True):
    """The named days in order, and on each the things whose answer may change there, once or more often."""

    days: tuple[date, ...]
    things: Mapping[date, Sequence[Thing]]

    def between(
        self, after: date, until: date, behind: tuple[str, str] | None = None
    ) -> Iterator[tuple[date, Thing]]:
        """Day by day from the one after `after` up to `until`, the things of each in order of kind and name; with
        `behind`, first the things of `after` itself that come behind that one."""
        if behind is not None and after <= until:
            things = self.things.get(after, ())
            yield from ((after, thing) for thing in things[bisect_right(things, behind) :])
        for day in self.days[bisect_right(self.days, after) : bisect_right(self.days, until)]:
            yield from ((day, thing) for thing in self.things[day])


def calendar(rules: RulesState) -> Calendar:
    """The calendar of all that was ever recorded; an answer at an earlier K is given on some of its days."""
    by_day: dict[date, list[Thing]] = {}
    by_act: dict[str, list[Thing]] = {}
    for thing, history in _things(rules):
        for day in days_of(history):
            by_day.setdefault(day, []).append(thing)
        for act in {act_of(entry) for entry in history}:
            by_act.setdefault(act, []).append(thing)
    for act, history in rules.acts.items():
        for day in days_of(history):
            by_day.setdefault(day, []).extend(by_act.get(act, ()))
    return Calendar(tuple(sorted(by_day)), {day: sorted(set(things)) for day, things in by_day.items()})


def history_of(rules: RulesState, thing: Thing) -> History:
    """What was recorded of a thing of the calendar."""
    kind, name = thing
    match kind:
        case "measure":
            return rules.measures[name]
        case "price_floor":
            return rules.floors[name]
        case "quota":
            return rules.quotas[name]


def days_of(entries: Iterable[Recorded]) -> set[date]:
    """Every day on which an answer may change: those that the entries name, corrected or not."""
    days: set[date] = set()
    for entry in entries:
        said = entry.data.payload if isinstance(entry.data, EventCorrected) else entry.data
        for field in DAY_FIELDS:
            day = getattr(said, field, UNSET)
            if isinstance(day, date):
                days.add(day)
    return days


def _things(rules: RulesState) -> Iterator[tuple[Thing, History]]:
    for name, history in rules.measures.items():
        yield ("measure", name), history
    for name, history in rules.floors.items():
        yield ("price_floor", name), history
    for name, history in rules.quotas.items():
        yield ("quota", name), history
