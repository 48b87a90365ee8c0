"""What ends soon, and what applies the day after: measures, floors, quota periods and suspensions (question 13).

An end is wherever the answer changes: by a measure's own last day, by its termination, by a suspension that begins or
ends, or with the legal act that it rests on. Only what is filed under a day of the window is looked at, day by day, so
the soonest come first and a page costs its own length, however many end on one day.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from msgspec import UNSET, Struct, UnsetType

from contracts.duty_expressions import DutyComponent
from contracts.events import QuotaOpened
from contracts.limits import RULES_LOOKED_THROUGH_MAX
from contracts.trade import BLOC
from contracts.values import Price, Quantity
from services.tariffs.domain.answers.lives import stretches
from services.tariffs.domain.answers.views import AnswerStatus
from services.tariffs.domain.histories.calendar import Thing, history_of
from services.tariffs.domain.histories.remembered import answer_of, calendar_of
from services.tariffs.domain.histories.timeline import InForce, NoneInForce
from services.tariffs.domain.measures import kind_of_history, territory_of_name
from services.tariffs.domain.quotas.periods import opened_as, territory_of_quota
from services.tariffs.domain.state import History, Recorded, RulesState


class Terms(Struct, frozen=True, kw_only=True):
    """What applies on a day: the duty of a measure, the price of a floor, the volume of a quota's period, or why
    nothing does."""

    status: AnswerStatus
    position: int | UnsetType = UNSET
    because: str | UnsetType = UNSET
    duty: tuple[DutyComponent, ...] | UnsetType = UNSET
    price: Price | UnsetType = UNSET
    volume: Quantity | UnsetType = UNSET


class Ending(Struct, frozen=True, kw_only=True):
    """Something that holds on V and no longer on `ends_on`, the first day without it; and what applies then."""

    what: Literal["measure", "price_floor", "quota", "suspension"]
    name: str
    kind: str
    territory: str
    ends_on: date
    days_left: int
    now: Terms
    then: Terms


class Cursor(NamedTuple):
    """Where a page of endings stopped looking: a day, and the thing looked at last. Written `day/kind/name`."""

    day: date
    kind: str
    name: str

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """None for what no page ended with."""
        day, _, thing = text.partition("/")
        kind, _, name = thing.partition("/")
        try:
            return cls(date.fromisoformat(day), kind, name) if name else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.day}/{self.kind}/{self.name}"


class EndingPage(Struct, frozen=True):
    """At most `limit` ends after a place, and not many more things looked at."""

    after: Cursor | None = None
    limit: int = 2**62
    passed_over_max: int = RULES_LOOKED_THROUGH_MAX


class Endings(Struct, frozen=True):
    """What ends, the soonest first. `next` is the `after` of the page that follows, None at the end; a page that looked
    through as much as it may holds fewer than its limit, or none, and still has a next."""

    ending: tuple[Ending, ...]
    next: Cursor | None = None


EVERYTHING = EndingPage(passed_over_max=2**62)


def ending(
    rules: RulesState, day: date, within_days: int, position: int, page: EndingPage = EVERYTHING
) -> Endings:
    """What ends within so many days of V = `day`, as known at K = `position`; all of it unless a page is asked for."""
    found: list[Ending] = []
    looked_at, last = 0, page.after
    until = day + min(timedelta(days=within_days), date.max - day)
    begin, behind = day, None
    if last is not None and last.day > day:
        begin, behind = last.day, (last.kind, last.name)
    for ends_on, thing in calendar_of(rules).between(begin, until, behind):
        if len(found) >= page.limit or looked_at - len(found) >= page.passed_over_max:
            return Endings(tuple(found), last)
        looked_at, last = looked_at + 1, Cursor(ends_on, *thing)
        found += _ends(rules, thing, ends_on, day, position)
    return Endings(tuple(found))


def _ends(rules: RulesState, thing: Thing, ends_on: date, day: date, position: int) -> Iterator[Ending]:
    """What holds on V and ends on a day: terms in force, or a suspension (its own, or that of its act)."""
    history = history_of(rules, thing)
    holding = next(
        (
            span
            for span in stretches(rules, history, position)
            if span.start <= day and (span.end is UNSET or day < span.end)
        ),
        None,
    )
    if holding is None or holding.end != ends_on:
        return
    kind, name = thing
    if holding.status not in ("in_force", "suspended", "act_suspended"):
        return
    measure_kind = (kind_of_history(history, position) or "unknown") if kind == "measure" else kind
    yield Ending(
        what=kind if holding.status == "in_force" else "suspension",
        name=name,
        kind=measure_kind,
        territory=_territory(rules, kind, name),
        ends_on=ends_on,
        days_left=(ends_on - day).days,
        now=_terms(rules, history, day, position),
        then=_terms(rules, history, ends_on, position),
    )


def _territory(rules: RulesState, what: str, name: str) -> str:
    """Floors are the bloc's; measures name their territory, and order numbers were opened for one."""
    if what == "quota":
        return territory_of_quota(rules, name) or BLOC
    return territory_of_name(name) if what == "measure" else BLOC


def _terms(rules: RulesState, history: History, day: date, position: int) -> Terms:
    answer = answer_of(rules, history, day, position)
    match answer:
        case InForce(act=act):
            data: Any = act.data
            return Terms(
                status="in_force",
                position=act.says_so,
                duty=getattr(data, "duty", UNSET),
                price=getattr(data, "price", UNSET),
                volume=_volume(rules, act, day, position),
            )
        case NoneInForce(act=act):
            return Terms(status=answer.why, position=act.says_so, because=answer.because)
        case _:
            return Terms(status="not_known", because=answer.because)


def _volume(rules: RulesState, act: Recorded, day: date, position: int) -> Quantity | UnsetType:
    """The volume of a quota's period on a day, as amended; UNSET for what is no quota."""
    if not isinstance(act.data, QuotaOpened):
        return UNSET
    return opened_as(rules, act.data.order_number, act, day, position).volume
