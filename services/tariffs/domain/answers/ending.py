"""What ends soon, and what applies the day after: measures, floors, quota periods and suspensions (question 13).

An end is wherever the answer changes: by a measure's own last day, by its termination, by a suspension that begins or
ends, or with the legal act that it rests on. Only what names a day of the window is looked at; most name none.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from contracts.duty_expressions import DutyComponent
from contracts.events import QuotaOpened
from contracts.trade import BLOC
from contracts.values import Price, Quantity
from services.tariffs.domain.answers.lives import days_of, stretches
from services.tariffs.domain.answers.views import AnswerStatus
from services.tariffs.domain.histories.effective import act_of
from services.tariffs.domain.histories.remembered import answer_of
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


def ending(rules: RulesState, day: date, within_days: int, position: int) -> tuple[Ending, ...]:
    """What ends within so many days of V = `day`, as known at K = `position`; the soonest first."""
    found: list[Ending] = []
    may_end = _Window(rules, day, within_days)
    for name, history in rules.measures.items():
        if may_end.holds(history):
            kind = kind_of_history(history, position) or "unknown"
            found += _ends(rules, ("measure", name, kind), history, day, within_days, position)
    for line, history in rules.floors.items():
        if may_end.holds(history):
            found += _ends(rules, ("price_floor", line, "price_floor"), history, day, within_days, position)
    for number, history in rules.quotas.items():
        if may_end.holds(history):
            found += _ends(rules, ("quota", number, "quota"), history, day, within_days, position)
    return tuple(sorted(found, key=lambda one: (one.ends_on, one.what, one.name)))


class _Window:
    """The days after V on which an end is asked for. An answer changes only on days that are named by the entries of
    the thing or of its acts; so most things are passed over without their lives being laid out."""

    def __init__(self, rules: RulesState, day: date, within_days: int) -> None:
        self._after = day
        self._within_days = within_days
        self._acts = {name for name, history in rules.acts.items() if self._is_named(history)}

    def holds(self, history: History) -> bool:
        """Whether something of this history may end on one of these days."""
        return self._is_named(history) or any(act_of(entry) in self._acts for entry in history)

    def _is_named(self, history: History) -> bool:
        return any(0 < (day - self._after).days <= self._within_days for day in days_of(history))


def _ends(
    rules: RulesState,
    thing: tuple[Literal["measure", "price_floor", "quota"], str, str],
    history: History,
    day: date,
    within_days: int,
    position: int,
) -> Iterator[Ending]:
    """The end of what holds on V: of terms in force, or of a suspension (its own, or that of its act)."""
    holding = next(
        (
            span
            for span in stretches(rules, history, position)
            if span.start <= day and (span.end is UNSET or day < span.end)
        ),
        None,
    )
    if holding is None or holding.end is UNSET or (holding.end - day).days > within_days:
        return
    what, name, kind = thing
    if holding.status not in ("in_force", "suspended", "act_suspended"):
        return
    yield Ending(
        what=what if holding.status == "in_force" else "suspension",
        name=name,
        kind=kind,
        territory=_territory(rules, what, name),
        ends_on=holding.end,
        days_left=(holding.end - day).days,
        now=_terms(rules, history, day, position),
        then=_terms(rules, history, holding.end, position),
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
