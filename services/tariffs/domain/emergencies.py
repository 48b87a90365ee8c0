"""Emergencies of supply on V as known at K: which are declared, for which minerals, from when until when.

Nothing is kept but the acts. An emergency is a span of days: it begins on the first day of its declaration, and ends
on the day that the declaration names or on an earlier one that an end names. Three answers, never two: declared on
that day, known to be none (and why), not known at K.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from msgspec import UNSET, Struct

from contracts.events.emergencies import EmergencyDeclared, EmergencyEnded
from contracts.trade import ALL_MINERALS
from contracts.values import LegalBasis
from services.tariffs.domain.histories.timeline import Span, reading_at, recorded_by
from services.tariffs.domain.state import History, RulesState

EmergencyStatus = Literal["pending", "declared", "ended", "expired", "annulled", "not_known"]


class EmergencyView(Struct, frozen=True):
    """One emergency on one day. `until` is the first day that is no longer one of it, None while it is open; the
    positions are those of the entries that the answer rests on."""

    emergency: str
    status: EmergencyStatus
    because: str
    minerals: tuple[str, ...] = ()
    trigger: str = ""
    since: date | None = None
    until: date | None = None
    declared_at: int | None = None
    ended_at: int | None = None
    ended_because: str = ""
    legal_basis: LegalBasis | None = None


def span_of(history: History, position: int) -> Span | None:
    """The days of an emergency as known at a position; None when no declaration stands. It may hold no day at all."""
    span: Span | None = None
    for entry in reading_at(history, position).entries:
        match entry.data:
            case EmergencyDeclared() as data:
                span = Span(
                    data.effective_from, None if data.effective_to is UNSET else data.effective_to, entry
                )
            case EmergencyEnded() as data if span is not None:
                end = data.effective_from if span.end is None else min(span.end, data.effective_from)
                span = Span(span.start, end, span.act, entry)
            case _:
                continue
    return span


def covers(span: Span, mineral: str) -> bool:
    """Whether an emergency is one of a mineral."""
    return mineral in span.act.data.minerals or ALL_MINERALS in span.act.data.minerals


def is_declared(rules: RulesState, emergency: str, day: date, position: int) -> bool:
    """Whether an emergency is declared on V = `day`, as known at K = `position`."""
    span = span_of(rules.emergencies.get(emergency, ()), position)
    return span is not None and span.contains(day)


def emergency_at(rules: RulesState, emergency: str, day: date, position: int) -> EmergencyView:
    """One emergency on V as known at K."""
    history = rules.emergencies.get(emergency, ())
    span = span_of(history, position)
    if span is None:
        annulled = reading_at(history, position).annulled
        if annulled:
            return EmergencyView(
                emergency, "annulled", f"annulled ({annulled[-1][1].where}): it never was declared"
            )
        return EmergencyView(emergency, "not_known", "nothing had been recorded at that position")
    status, because = _status(span, day)
    data, ended = span.act.data, span.ended_by
    return EmergencyView(
        emergency=emergency,
        status=status,
        because=because,
        minerals=data.minerals,
        trigger=data.trigger,
        since=span.start,
        until=span.end,
        declared_at=span.act.says_so,
        ended_at=None if ended is None else ended.says_so,
        ended_because="" if ended is None else ended.data.reason,
        legal_basis=data.legal_basis,
    )


def emergencies_at(rules: RulesState, day: date, position: int) -> tuple[EmergencyView, ...]:
    """All emergencies of which anything was recorded at K, on V, in order of their first day."""
    names: Iterable[str] = (
        name for name, history in rules.emergencies.items() if recorded_by(history, position)
    )
    views = [emergency_at(rules, name, day, position) for name in names]
    return tuple(sorted(views, key=lambda view: (view.since or date.max, view.emergency)))


def _status(span: Span, day: date) -> tuple[EmergencyStatus, str]:
    if span.end is not None and day >= span.end:
        word: EmergencyStatus = "expired" if span.ended_by is None else "ended"
        return word, f"{word}; the first day without it was {span.end}"
    if day < span.start:
        return "pending", f"the first day of it is {span.start}"
    return "declared", f"declared from {span.start}" + (f" to before {span.end}" if span.end else "")
