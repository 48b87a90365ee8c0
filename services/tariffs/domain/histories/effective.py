"""What is in force on V as known at K, given the legal acts that it rests on: the effective interval.

What is recorded of a measure or floor is explicit, and stays so; whether it holds is computed. It holds only while
the act that its terms name does: an act that is suspended, repealed or expired takes with it all that rests on it,
from its own days on, and one that a court annulled leaves as if it had never been said (so the terms before it come
back). An end that nobody wrote into a measure is thereby inherited, and an extension of the act prolongs all of its
measures at once (TARIC, interpretation of dates: store the explicit, compute the effective). An act of which nothing
is recorded at K takes nothing away.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from contracts.envelope import Event
from services.tariffs.domain.histories.timeline import (
    ACT_ANNULLED,
    ACTS,
    Answer,
    InForce,
    NoneInForce,
    NotKnown,
    Span,
    Timeline,
    WhyNone,
    lay_out,
    on_day,
    reading_at,
    timeline,
)
from services.tariffs.domain.state import History, Recorded, RulesState

_WHY_OF_ACT: dict[WhyNone, WhyNone] = {
    "pending": "act_pending",
    "suspended": "act_suspended",
    "expired": "act_expired",
    "repealed": "act_repealed",
    "annulled": "act_annulled",
}


def effective_on(rules: RulesState, history: History | None, day: date, position: int) -> Answer:
    """What holds of a measure or floor on V = `day` as known at K = `position` (None: it has no history)."""
    if not history or history[0].position > position:
        return NotKnown()
    return effective_day(rules, laid_out(rules, history, position), day, position)


def effective_day(rules: RulesState, lived: Timeline, day: date, position: int) -> Answer:
    """As `effective_on`, for what was laid out already."""
    answer = on_day(lived, day)
    if not rules.acts or not isinstance(answer, InForce):
        return answer
    name = act_of(answer.act)
    standing = act_on(rules, name, day, position)
    match standing:
        case InForce():
            ends = [end for end in (answer.until, standing.until) if end is not None]
            return replace(answer, until=min(ends, default=None))
        case NoneInForce():
            why = _WHY_OF_ACT.get(standing.why, standing.why)
            return NoneInForce(why, f"its act {name}: {standing.because}", standing.act)
        case NotKnown():
            return answer


def laid_out(rules: RulesState, history: History, position: int) -> Timeline:
    """The acts on a measure or floor on the axis of days, without those that rest on an annulled legal act, and
    with suspensions only for as long as the acts that order them hold."""
    lived = _without_void(rules, history, position) if rules.acts_unsaid else timeline(history, position)
    if not lived.suspensions:
        return lived
    suspensions = (
        clipped for span in lived.suspensions for clipped in _while_its_act_holds(rules, span, position)
    )
    return replace(lived, suspensions=tuple(suspensions))


def act_on(rules: RulesState, name: str, day: date, position: int) -> Answer:
    """Whether a legal act is in force on V = `day` as known at K = `position`."""
    history = rules.acts.get(name)
    if not history or history[0].position > position:
        return NotKnown()
    return on_day(act_laid_out(rules, name, position), day)


def act_laid_out(rules: RulesState, name: str, position: int) -> Timeline:
    """The life of a recorded legal act on the axis of days."""
    return _without_void(rules, rules.acts[name], position)


def act_of(entry: Recorded | Event[Any]) -> str:
    """The name of the legal act that an entry or event rests on; empty when it names none."""
    basis = getattr(entry.data, "legal_basis", None)
    return "" if basis is None else basis.act


def entries_about(rules: RulesState, history: History) -> Sequence[Recorded]:
    """The entries of a measure or floor and those of the legal acts that it names, in order of position."""
    if not rules.acts:
        return history
    found = {entry.position: entry for entry in history}
    for name in {act_of(entry) for entry in history}:
        found.update((entry.position, entry) for entry in rules.acts.get(name, ()))
    return [found[position] for position in sorted(found)]


def things_on_acts(rules: RulesState) -> Iterator[tuple[str, str, History]]:
    """Everything that may rest on a legal act: kind of its stream, name, and its history as recorded."""
    for kind, histories in (
        ("measure", rules.measures),
        ("floor", rules.floors),
        ("undertaking", rules.undertakings),
    ):
        for name, history in histories.items():
            yield kind, name, history


def annulment_of(rules: RulesState, name: str, position: int) -> Recorded | None:
    """What says that an act never was: a court's annulment from the beginning, or that of its adoption."""
    history = rules.acts.get(name)
    if not history or (len(history) == 1 and history[0].event.type != ACT_ANNULLED):
        return None
    reading = reading_at(history, position)
    for entry in reading.entries:
        if entry.event.type == ACT_ANNULLED and entry.data.effective_from is UNSET:
            return entry
    if any(ACTS.get(entry.event.type) == "begin" for entry in reading.entries):
        return None
    return next((word for act, word in reading.annulled if ACTS.get(act.event.type) == "begin"), None)


def still_stands(rules: RulesState, span: Span) -> Span | None:
    """Terms cut short where their act is repealed or annulled, as known now; None when nothing is left of them.

    Such an act does not come back. One that is suspended, or will expire, may: its measures keep their place.
    """
    name = act_of(span.act)
    history = rules.acts.get(name)
    if not history:
        return span
    lived = act_laid_out(rules, name, rules.position)
    if lived.end is None or (lived.last is not None and lived.last.ended_by is not lived.end):
        return span
    over = None if lived.last is None else lived.last.end
    if over is None or over <= span.start:
        return None
    return replace(span, end=_earlier(span.end, over))


def _without_void(rules: RulesState, history: History, position: int) -> Timeline:
    """Lay out a history without what rests on acts that never were. A ruling rests on no act of the bloc, so one
    annulment cannot undo another."""
    reading = reading_at(history, position)
    if rules.acts_unsaid.isdisjoint(map(act_of, reading.entries)):
        return lay_out(reading.entries, reading.annulled)
    kept: list[Recorded] = []
    void: list[tuple[Recorded, Recorded]] = []
    for entry in reading.entries:
        name = act_of(entry)
        own = getattr(entry.data, "act", None) == name  # a publication may cite the very act
        annulment = None if own or entry.event.type == ACT_ANNULLED else annulment_of(rules, name, position)
        if annulment is None:
            kept.append(entry)
        else:
            void.append((entry, annulment))
    return lay_out(kept, (*reading.annulled, *void))


def _while_its_act_holds(rules: RulesState, span: Span, position: int) -> Sequence[Span]:
    """The parts of a suspension in which the act that orders it is in force; all of it when that is not recorded."""
    name = act_of(span.act)
    history = rules.acts.get(name)
    if not history or history[0].position > position:
        return (span,)
    return [
        Span(max(span.start, holds.start), _earlier(span.end, holds.end), span.act, span.ended_by)
        for holds in act_laid_out(rules, name, position).terms
        if holds.overlaps(span.start, span.end)
    ]


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
