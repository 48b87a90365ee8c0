"""Membership on V as known at K: who is in which status, and which countries count as the bloc.

A member's steps are dated, and may be recorded late or ahead, so the status machine walks them in order of their
day (and of position within one day), never in order of recording. The same walk answers "what is the status on
V" and, with a proposed step put in its place, "may this step be taken" (rules/membership.py): one machine, so the
two can never disagree. Lapsed is derived from dates and never recorded.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from msgspec import UNSET, Struct
from msgspec.structs import replace

from contracts.events import MemberWithdrawn
from contracts.trade import ALL_MINERALS
from services.tariffs.domain.anniversaries import anniversary
from services.tariffs.domain.histories.timeline import Span, known_at
from services.tariffs.domain.members.areas import areas_of
from services.tariffs.domain.state import Recorded, RulesState

Status = Literal[
    "unknown",
    "invited",
    "memorandum_signed",
    "instrument_deposited",
    "acceded",
    "suspended",
    "withdrawn",
    "lapsed",
]

STEP_DAYS: dict[str, str] = {
    "bloc.member.invited.v1": "invited_on",
    "bloc.member.memorandum_signed.v1": "signed_on",
    "bloc.member.instrument_deposited.v1": "deposited_on",
    "bloc.member.acceded.v1": "effective_from",
    "bloc.member.terms_amended.v1": "effective_from",
    "bloc.member.suspended.v1": "effective_from",
    "bloc.member.reinstated.v1": "effective_from",
    "bloc.member.withdrawn.v1": "effective_from",
}
"""Event types that are steps of a membership, and the field that holds the day of the step."""

LAPSES_AFTER_YEARS = 3
"""An invitation, memorandum or instrument that is not followed by the next step lapses. A house rule: no text sets a
term."""

LAPSING: frozenset[Status] = frozenset({"invited", "memorandum_signed", "instrument_deposited"})


class Suspension(Struct, frozen=True):
    """A mineral (or `*`, all) for which a member does not enjoy membership, from `start` to before `end`."""

    mineral: str
    start: date
    end: date | None
    act: Recorded

    def contains(self, day: date) -> bool:
        """Whether the day lies in the suspension (half-open)."""
        return self.start <= day and (self.end is None or day < self.end)


class Standing(Struct, frozen=True):
    """Where a member stands after its steps up to some day; `act` is the newest step, `accession` what carries its
    terms (an accession, or the newest amendment of its terms)."""

    status: Status = "unknown"
    since: date = date.min
    act: Recorded | None = None
    accession: Recorded | None = None
    suspensions: tuple[Suspension, ...] = ()

    def suspended_on(self, day: date) -> tuple[str, ...]:
        """The minerals suspended on a day, sorted; `*` for all."""
        return tuple(sorted({s.mineral for s in self.suspensions if s.contains(day)}))


def day_of(step: Recorded) -> date:
    """The day on which a step takes effect."""
    return getattr(step.data, STEP_DAYS[step.event.type])


def steps_of(history: Iterable[Recorded]) -> list[Recorded]:
    """The membership steps of a member's history, in order of their day, then of position."""
    steps = [entry for entry in history if entry.event.type in STEP_DAYS]
    return sorted(steps, key=lambda step: (day_of(step), step.position))


def walk(standing: Standing, step: Recorded) -> Standing | str:
    """Take one step, or say in plain words why it cannot be taken from there."""
    day = day_of(step)
    status = status_on(standing, day)
    match step.event.type:
        case "bloc.member.invited.v1":
            if status in ("unknown", "lapsed", "withdrawn"):
                return Standing("invited", day, step)
            return f"it is {words(status)} since {standing.since}; an invitation comes first or after an end"
        case "bloc.member.memorandum_signed.v1":
            return _sign(standing, status, day, step)
        case "bloc.member.instrument_deposited.v1":
            return _deposit(status, day, step)
        case "bloc.member.acceded.v1":
            if status in ("memorandum_signed", "instrument_deposited"):
                return Standing("acceded", day, step, step)
            return (
                f"it is {words(status)}; a member accedes after a memorandum is signed (and has not lapsed)"
            )
        case "bloc.member.terms_amended.v1":
            return _amend(standing, status, step)
        case "bloc.member.suspended.v1":
            return _suspend(standing, status, day, step)
        case "bloc.member.reinstated.v1":
            return _reinstate(standing, status, day, step)
        case _:
            if status in ("acceded", "suspended"):
                return Standing("withdrawn", day, step)
            return f"it is {words(status)}; only a member in the bloc withdraws"


def status_on(standing: Standing, day: date) -> Status:
    """The status on a day on or after the newest step, with what follows from dates alone."""
    if standing.status in LAPSING and day >= lapses_on(standing):
        return "lapsed"
    if standing.status == "acceded" and ALL_MINERALS in standing.suspended_on(day):
        return "suspended"
    return standing.status


def lapses_on(standing: Standing) -> date:
    """First day on which an invitation, memorandum or instrument has lapsed (29 February counts as 1 March)."""
    return anniversary(standing.since, LAPSES_AFTER_YEARS)


_WORDS: dict[Status, str] = {
    "unknown": "not invited",
    "invited": "invited",
    "memorandum_signed": "a signatory of a memorandum",
    "instrument_deposited": "a state whose instrument of accession is deposited",
    "acceded": "a member",
    "suspended": "a suspended member",
    "withdrawn": "withdrawn",
    "lapsed": "an invited state whose invitation or memorandum has lapsed",
}


def words(status: Status) -> str:
    """A status as it reads in a sentence: "it is ..."."""
    return _WORDS[status]


def standing_on(rules: RulesState, member: str, day: date, position: int) -> Standing:
    """Where a member stands on V = `day`, as known at K = `position`. Steps that do not follow are passed over
    (the rules refuse them; in a history that was recorded otherwise, the audit names them)."""
    standing = Standing()
    for step in steps_of(known_at(rules.members.get(member, ()), position)):
        if day_of(step) > day:
            break
        taken = walk(standing, step)
        if isinstance(taken, Standing):
            standing = taken
    return standing


def accession_spans(history: Iterable[Recorded]) -> tuple[Span, ...]:
    """When a member was in the bloc, each span under its accession or amended terms, ended by new terms or by a
    withdrawal if there is one."""
    spans: list[Span] = []
    standing = Standing()
    for step in steps_of(history):
        taken = walk(standing, step)
        if not isinstance(taken, Standing):
            continue
        if taken.accession is not None and taken.accession is not standing.accession:
            if standing.accession is not None:
                _close(spans, step)
            spans.append(Span(day_of(step), None, step))
        elif taken.status == "withdrawn" and spans:
            _close(spans, step)
        standing = taken
    return tuple(spans)


def _close(spans: list[Span], by: Recorded) -> None:
    """End the newest span on the day of a step; terms that were amended on their first day never held."""
    last = spans.pop()
    if last.start < day_of(by):
        spans.append(Span(last.start, day_of(by), last.act, by))


def notice_on(rules: RulesState, member: str, day: date, position: int) -> Recorded | None:
    """The withdrawal of which a member had given notice on V = `day` as known at K = `position`, while it is still in
    the bloc; None when there is none."""
    for step in reversed(steps_of(known_at(rules.members.get(member, ()), position))):
        if isinstance(step.data, MemberWithdrawn):
            notified = step.data.notified_on <= day < step.data.effective_from
            return step if notified else None
    return None


class BlocOrigin(Struct, frozen=True):
    """Whether goods of a country count as goods of the bloc, why, and the entry it rests on; and the areas that the
    country is in, each with its entry."""

    belongs: bool
    because: str
    member: str | None = None
    act: Recorded | None = None
    areas: tuple[tuple[str, Recorded], ...] = ()


def bloc_origin(rules: RulesState, country: str, day: date, position: int, mineral: str | None) -> BlocOrigin:
    """Whether `country` is of the bloc on V = `day` as known at K = `position`, for goods of `mineral`.

    `EU` as a member stands for its territories: origin DE counts as the bloc when the EU is a member. `mineral` is
    None for goods of no catalogue line; then only a suspension for all minerals matters.
    """
    origin = _of_bloc(rules, country, day, position, mineral)
    return replace(origin, areas=areas_of(rules, country, day, position)) if rules.areas else origin


def _of_bloc(rules: RulesState, country: str, day: date, position: int, mineral: str | None) -> BlocOrigin:
    for member in rules.members_by_country.get(country, ()):
        standing = standing_on(rules, member, day, position)
        accession = standing.accession
        if accession is None or country not in (member, *accession.data.territories):
            continue
        suspended = standing.suspended_on(day)
        if ALL_MINERALS in suspended or (mineral is not None and mineral in suspended):
            what = "all minerals" if ALL_MINERALS in suspended else mineral
            return BlocOrigin(
                False, f"member {member} is suspended for {what} on {day}", member, standing.act
            )
        through = "" if country == member else f" through member {member}"
        return BlocOrigin(True, f"a member{through} on {day}", member, accession)
    return BlocOrigin(False, f"not a member on {day}")


def _sign(standing: Standing, status: Status, day: date, step: Recorded) -> Standing | str:
    if status in ("invited", "memorandum_signed"):
        return Standing("memorandum_signed", day, step)
    if status in (
        "instrument_deposited",
        "acceded",
        "suspended",
    ):  # signs further memoranda; its status stays
        return Standing(
            standing.status, standing.since, standing.act, standing.accession, standing.suspensions
        )
    return f"it is {words(status)}; a memorandum is signed by a state that is invited"


def _deposit(status: Status, day: date, step: Recorded) -> Standing | str:
    if status == "memorandum_signed":
        return Standing("instrument_deposited", day, step)
    return f"it is {words(status)}; an instrument is deposited once, after a memorandum and before accession"


def _amend(standing: Standing, status: Status, step: Recorded) -> Standing | str:
    if status in ("acceded", "suspended"):
        return replace(standing, act=step, accession=step)
    return f"it is {words(status)}; only the terms of a member in the bloc are amended"


def _suspend(standing: Standing, status: Status, day: date, step: Recorded) -> Standing | str:
    if status not in ("acceded", "suspended"):
        return f"it is {words(status)}; only a member in the bloc is suspended"
    end = None if step.data.effective_to is UNSET else step.data.effective_to
    for mineral in step.data.minerals:
        for held in standing.suspensions:
            if held.mineral in (ALL_MINERALS, mineral) and (held.end is None or day < held.end):
                return f"it is suspended for {held.mineral} since {held.start} already"
    added = tuple(Suspension(mineral, day, end, step) for mineral in step.data.minerals)
    return Standing("acceded", standing.since, step, standing.accession, (*standing.suspensions, *added))


def _reinstate(standing: Standing, status: Status, day: date, step: Recorded) -> Standing | str:
    if status not in ("acceded", "suspended"):
        return f"it is {words(status)}; only a suspended member is reinstated"
    suspended = standing.suspended_on(day)
    every = ALL_MINERALS in step.data.minerals
    missing = [
        mineral for mineral in step.data.minerals if mineral != ALL_MINERALS and mineral not in suspended
    ]
    if missing or not suspended:
        what = ", ".join(missing) or "anything"
        return f"it is not suspended for {what} on {day}; name the minerals as they were suspended"
    kept: list[Suspension] = []
    for held in standing.suspensions:
        if not held.contains(day) or not (every or held.mineral in step.data.minerals):
            kept.append(held)
        elif held.start < day:
            kept.append(Suspension(held.mineral, held.start, day, held.act))
    return Standing("acceded", standing.since, step, standing.accession, tuple(kept))
