"""The whole life of one measure or floor on both axes: what was known at each K about each day (question 21).

The entries are shown as they were recorded, those of the legal acts that it rests on among them; beside each stands
what was answered about all days once it was recorded. Read downwards, that is how knowledge changed; read across,
how the rule changes from day to day.
"""

from datetime import date
from typing import Any

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from contracts.duty_expressions import DutyComponent
from contracts.events.corrections import EventCorrected
from contracts.events.quotas import MeasureQuota
from contracts.schedules import Schedule
from contracts.values import Goods, LegalBasis, Origins, Price, Quantity
from services.tariffs.domain.answers.views import AnswerStatus
from services.tariffs.domain.histories.calendar import days_of
from services.tariffs.domain.histories.effective import act_of, effective_day, entries_about, laid_out
from services.tariffs.domain.histories.timeline import InForce, NoneInForce
from services.tariffs.domain.measures import kind_of_history
from services.tariffs.domain.state import History, Recorded, RulesState


class Terms(Struct, frozen=True, kw_only=True):
    """What a measure (goods, origins, duty, quota), a floor (price, its basis, schedule, cap) or the period of a quota
    (volume) says while it is in force, and by which law."""

    legal_basis: LegalBasis
    origins: Origins | UnsetType = UNSET
    goods: Goods | UnsetType = UNSET
    duty: tuple[DutyComponent, ...] | UnsetType = UNSET
    quota: MeasureQuota | UnsetType = UNSET
    price: Price | UnsetType = UNSET
    price_basis: str | UnsetType = UNSET
    schedule: Schedule | UnsetType = UNSET
    cap_percent: str | UnsetType = UNSET
    volume: Quantity | UnsetType = UNSET


class Stretch(Struct, frozen=True, kw_only=True):
    """Days from `start` to before `end` (left out: open) with one answer, and the entry that it rests on: the terms
    in force, or why there are none."""

    start: date
    end: date | UnsetType = UNSET
    status: AnswerStatus
    position: int
    because: str | UnsetType = UNSET
    terms: Terms | UnsetType = UNSET


class Known(Struct, frozen=True, kw_only=True):
    """One entry, and what was answered about every day once it was recorded."""

    position: int
    recorded_at: str
    type: str
    stream: str
    source: str
    legal_basis: LegalBasis | UnsetType = UNSET
    effective_from: date | UnsetType = UNSET
    effective_to: date | UnsetType = UNSET
    mends: int | UnsetType = UNSET
    """Position of the entry that this one corrects or annuls."""
    days: tuple[Stretch, ...]


class LifePage(Struct, frozen=True):
    """At most `limit` entries of a life, of those recorded after position `after`."""

    after: int = -1
    limit: int = 2**62


class Life(Struct, frozen=True):
    """A measure or floor: its legal acts as they were named, and the entries about it up to K; `next` is the `after` of
    the page that follows, left out at the end."""

    name: str
    kind: str
    acts: tuple[str, ...]
    known: tuple[Known, ...]
    next: int | UnsetType = UNSET


WHOLE_LIFE = LifePage()


def life_of_measure(rules: RulesState, name: str, position: int, page: LifePage = WHOLE_LIFE) -> Life | None:
    """The life of a measure as known at K = `position`; None when nothing of it was recorded."""
    history = rules.measures.get(name)
    if not history or history[0].position > position:
        return None
    return _life(rules, (name, kind_of_history(history, position) or "unknown"), history, position, page)


def life_of_floor(rules: RulesState, line: str, position: int, page: LifePage = WHOLE_LIFE) -> Life | None:
    """The life of the floor of a line, likewise."""
    history = rules.floors.get(line)
    if not history or history[0].position > position:
        return None
    return _life(rules, (line, "price_floor"), history, position, page)


def stretches(rules: RulesState, history: History, position: int) -> tuple[Stretch, ...]:
    """What is answered about every day from the first that an entry names, as known at `position`."""
    about = [entry for entry in entries_about(rules, history) if entry.position <= position]
    lived = laid_out(rules, history, position)
    found: list[Stretch] = []
    for day in sorted(days_of(about)):
        answer = effective_day(rules, lived, day, position)
        match answer:
            case InForce(act=act):
                now = Stretch(start=day, status="in_force", position=act.says_so, terms=_terms(act.data))
            case NoneInForce(act=act):
                now = Stretch(start=day, status=answer.why, position=act.says_so, because=answer.because)
            case _:
                continue
        last = found[-1] if found else None
        if last is not None and (last.status, last.position) == (now.status, now.position):
            continue
        if last is not None:
            found[-1] = replace(last, end=day)
        found.append(now)
    return tuple(found)


def _terms(said: Any) -> Terms:
    """The terms of an act that begins or changes something; what its kind does not have is left out."""
    return Terms(**{name: getattr(said, name) for name in Terms.__struct_fields__ if hasattr(said, name)})


def _life(rules: RulesState, thing: tuple[str, str], history: History, position: int, page: LifePage) -> Life:
    first = max(history[0].position, page.after + 1)
    about = [entry for entry in entries_about(rules, history) if first <= entry.position <= position]
    acts = dict.fromkeys(act_of(entry) for entry in history if entry.position <= position)
    shown = about[: page.limit]
    known = tuple(_known(rules, history, entry) for entry in shown)
    return Life(*thing, tuple(acts), known, shown[-1].position if len(shown) < len(about) else UNSET)


def _known(rules: RulesState, history: History, entry: Recorded) -> Known:
    data = entry.data
    said = data.payload if isinstance(data, EventCorrected) else data
    target = getattr(data, "target", None)
    return Known(
        position=entry.position,
        recorded_at=entry.recorded_at,
        type=entry.event.type,
        stream=entry.event.subject,
        source=entry.event.source,
        legal_basis=getattr(data, "legal_basis", UNSET),
        effective_from=getattr(said, "effective_from", UNSET),
        effective_to=getattr(said, "effective_to", UNSET),
        mends=UNSET if target is None else target.position,
        days=stretches(rules, history, entry.position),
    )
