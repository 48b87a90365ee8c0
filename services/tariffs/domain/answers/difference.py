"""What became known between two positions: every answer about one day that changed, and the entries responsible.

An entry is responsible when the answer at its position differs from the answer just before it. So the walk is over
the entries of the thing, and of the legal acts that it rests on, between the two positions; an entry that changed
nothing on that day (a revision that begins later, the correction of another year) is not named.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Literal, TypeVar

from immutables import Map
from msgspec import Struct
from msgspec.structs import replace

from services.tariffs.domain.answers.views import (
    FloorView,
    MeasureView,
    MemberView,
    floor_at,
    measure_at,
    member_at,
)
from services.tariffs.domain.histories.effective import act_of, entries_about
from services.tariffs.domain.state import History, RulesState

View = MeasureView | FloorView | MemberView | None
V = TypeVar("V", MeasureView | None, FloorView, MemberView)


class Responsible(Struct, frozen=True):
    """An entry that changed an answer."""

    position: int
    type: str
    source: str
    recorded_at: str


class Change(Struct, frozen=True):
    """A thing whose answer for the day differs; `before` of a measure is None when nothing was recorded of it."""

    what: Literal["measure", "floor", "member"]
    name: str
    before: View
    after: View
    because: tuple[Responsible, ...]


def difference(rules: RulesState, day: date, earlier: int, later: int) -> tuple[Change, ...]:
    """What was answered otherwise about V = `day` at K = `later` than at `earlier`, by kind and name."""

    def measure(name: str, position: int) -> MeasureView | None:
        return measure_at(rules, name, day, position)

    def floor(line: str, position: int) -> FloorView:
        # Without its list of acts, which grows with every entry whether the answer changes or not.
        return replace(floor_at(rules, line, day, position), acts=())

    def member(name: str, position: int) -> MemberView:
        return member_at(rules, name, day, position)

    changes = [
        *_changes(rules, "measure", rules.measures, measure, earlier, later),
        *_changes(rules, "floor", rules.floors, floor, earlier, later),
        *_changes(rules, "member", rules.members, member, earlier, later),
    ]
    return tuple(sorted(changes, key=lambda change: (change.what, change.name)))


def _changes(
    rules: RulesState,
    what: Literal["measure", "floor", "member"],
    histories: Map[str, History],
    look: Callable[[str, int], V],
    earlier: int,
    later: int,
) -> Iterator[Change]:
    moved = {name for name, history in rules.acts.items() if _grew(history, earlier, later)}
    for name, history in histories.items():
        if not _grew(history, earlier, later) and not (
            moved and any(act_of(one) in moved for one in history)
        ):
            continue
        about = entries_about(rules, history) if what in ("measure", "floor") else history
        between = [entry for entry in about if earlier < entry.position <= later]
        if not between:
            continue
        before = seen = look(name, earlier)
        responsible: list[Responsible] = []
        for entry in between:
            now = look(name, entry.position)
            if now != seen:
                event = entry.event
                responsible.append(Responsible(entry.position, event.type, event.source, entry.recorded_at))
            seen = now
        if seen != before:
            yield Change(what, name, before, seen, tuple(responsible))


def _grew(history: History, earlier: int, later: int) -> bool:
    """Whether an entry of this history lies between the positions: of most, the last one is older."""
    return history[-1].position > earlier and any(earlier < entry.position <= later for entry in history)
