"""Answers about the rules, remembered: every item of the day asks for the same floor and origin.

`effective.effective_on` and `membership.bloc_origin` are pure functions of histories, a day and a position, and
laying out a history costs more than the duty itself. Histories are immutable and kept by the rules state,
so identity is content; each entry here holds on to its history, and an identity cannot come again while it
does. What holds of a measure depends on the legal acts as well: an answer is good while no act says more.
Only questions about everything known are remembered; answers at an earlier position are laid out afresh
(auditors ask for them, one at a time). When one is full, the oldest answers are forgotten, some at a
time: what is in use is back at once, and nobody waits while all are taken apart.
"""

from collections.abc import Callable, Hashable
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from contracts.limits import TIMELINE_ANSWERS_REMEMBERED_MAX
from services.tariffs.domain.exchange import rate_on
from services.tariffs.domain.histories.calendar import Calendar, calendar
from services.tariffs.domain.histories.effective import effective_day, effective_on, laid_out
from services.tariffs.domain.histories.timeline import Answer, Timeline
from services.tariffs.domain.members.membership import BlocOrigin, Standing, bloc_origin, standing_on
from services.tariffs.domain.state import History, Recorded, RulesState

_timelines: dict[int, tuple[History, Any, Timeline]] = {}
_answers: dict[tuple[int, date], tuple[History, Any, Answer]] = {}
_rates: dict[tuple[int, date], tuple[History, Recorded | None]] = {}
_origins: dict[tuple[int, int, str, date, str | None], tuple[Any, Any, BlocOrigin]] = {}

_standings: dict[tuple[int, date], tuple[History, Standing]] = {}
_names: dict[tuple[int, int, str, str, str], tuple[Any, Any, tuple[str, ...]]] = {}
_laws: dict[tuple[tuple[int, ...], Hashable], tuple[tuple[Any, ...], Any]] = {}
_calendars: dict[int, tuple[tuple[Any, ...], Calendar]] = {}
"""One, that of the newest rules."""

Law = TypeVar("Law")

FORGOTTEN_AT_ONCE = 16
"""One in so many answers of a memory that is full, and one more."""


def answer_of(rules: RulesState, history: History | None, day: date, position: int) -> Answer:
    """Answer as `effective.effective_on` does."""
    if not history or position < rules.position:
        return effective_on(rules, history, day, position)
    key = (id(history), day)
    known = _answers.get(key)
    if known is None or known[1] is not rules.acts:
        _make_room(_answers)
        answer = effective_day(rules, _timeline_of(rules, history), day, position)
        known = _answers[key] = (history, rules.acts, answer)
    return known[2]


def rate_of(history: History, day: date, position: int) -> Recorded | None:
    """Answer as `exchange.rate_on` does."""
    if not history or history[-1].position > position:
        return rate_on(history, day, position)
    key = (id(history), day)
    known = _rates.get(key)
    if known is None:
        _make_room(_rates)
        known = _rates[key] = (history, rate_on(history, day, position))
    return known[1]


def _timeline_of(rules: RulesState, history: History) -> Timeline:
    known = _timelines.get(id(history))
    if known is None or known[1] is not rules.acts:
        _make_room(_timelines)
        known = _timelines[id(history)] = (
            history,
            rules.acts,
            laid_out(rules, history, rules.position),
        )
    return known[2]


def standing_of(rules: RulesState, member: str, day: date, position: int) -> Standing:
    """Answer as `membership.standing_on` does."""
    history = rules.members.get(member)
    if not history or history[-1].position > position:
        return standing_on(rules, member, day, position)
    key = (id(history), day)
    known = _standings.get(key)
    if known is None:
        _make_room(_standings)
        known = _standings[key] = (history, standing_on(rules, member, day, position))
    return known[1]


def origin_of(rules: RulesState, country: str, day: date, position: int, mineral: str | None) -> BlocOrigin:
    """Answer as `membership.bloc_origin` does."""
    if position < rules.position:
        return bloc_origin(rules, country, day, position, mineral)
    key = (id(rules.members), id(rules.areas), country, day, mineral)
    known = _origins.get(key)
    if known is None:
        _make_room(_origins)
        origin = bloc_origin(rules, country, day, position, mineral)
        known = _origins[key] = (rules.members, rules.areas, origin)
    return known[2]


def law_on(rules: RulesState, position: int, goods: Hashable, look_up: Callable[[], Law]) -> Law:
    """Answer as `look_up` does, which reads nothing but `goods` (their day among it) and what is recorded of members,
    areas, lines, measures, floors and acts."""
    if position < rules.position:
        return look_up()
    read = (rules.members, rules.areas, rules.lines, rules.measures, rules.floors, rules.acts)
    key = (tuple(map(id, read)), goods)
    known = _laws.get(key)
    if known is None:
        _make_room(_laws)
        known = _laws[key] = (read, look_up())
    return known[1]


def names_of(
    rules: RulesState,
    territory: str,
    code: str,
    line: str,
    look_up: Callable[[RulesState, str, str, str], tuple[str, ...]],
) -> tuple[str, ...]:
    """Answer as `look_up` does, which reads nothing but the indexes by prefix and by line."""
    by_prefix, by_line = rules.measures_by_prefix, rules.measures_by_line
    key = (id(by_prefix), id(by_line), territory, code, line)
    known = _names.get(key)
    if known is None:
        _make_room(_names)
        known = _names[key] = (by_prefix, by_line, look_up(rules, territory, code, line))
    return known[2]


def calendar_of(rules: RulesState) -> Calendar:
    """Answer as `calendar.calendar` does."""
    parts = (rules.measures, rules.floors, rules.quotas, rules.acts)
    known = _calendars.get(0)
    if known is None or any(one is not other for one, other in zip(known[0], parts, strict=True)):
        known = _calendars[0] = (parts, calendar(rules))
    return known[1]


def _make_room(memory: dict[Any, Any]) -> None:
    """Forget the oldest answers of a memory that is full. (It may be used by two threads: what is gone is gone.)"""
    if len(memory) >= TIMELINE_ANSWERS_REMEMBERED_MAX:
        for key in list(islice(memory, 1 + TIMELINE_ANSWERS_REMEMBERED_MAX // FORGOTTEN_AT_ONCE)):
            memory.pop(key, None)
