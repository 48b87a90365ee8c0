"""What is in force on V as known at K, for things that live through acts: legal acts, tariff measures, price floors.

All have the same five acts (begin, change, suspend, resume, end), so all are read by the same arithmetic on
half-open spans of days. What a measure or floor owes to the legal act that it rests on is said in effective.py.
Three answers, never two: the terms in force, known to be none (and why), not known at K (nothing recorded yet).
An answer of "none" for something merely not recorded would let a duty be computed on ignorance. Nothing is stored:
a later act, a suspension or a withdrawal changes what is computed, not what was.

`known_at` is how every reader of a history comes to its entries: up to K, and as corrected up to K.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import UNSET, Struct

from services.tariffs.domain.histories.correcting import Reading, as_corrected, is_corrected
from services.tariffs.domain.state import History, Recorded

ActKind = Literal["begin", "change", "suspend", "resume", "end"]

ACT_ANNULLED = "bloc.act.annulled.v1"

ACTS: dict[str, ActKind] = {
    "bloc.act.adopted.v1": "begin",
    "bloc.act.extended.v1": "change",
    "bloc.act.suspended.v1": "suspend",
    "bloc.act.resumed.v1": "resume",
    "bloc.act.repealed.v1": "end",
    ACT_ANNULLED: "end",
    "bloc.measure.created.v1": "begin",
    "bloc.measure.amended.v1": "change",
    "bloc.measure.suspended.v1": "suspend",
    "bloc.measure.resumed.v1": "resume",
    "bloc.measure.terminated.v1": "end",
    "bloc.price_floor.set.v1": "begin",
    "bloc.price_floor.revised.v1": "change",
    "bloc.price_floor.suspended.v1": "suspend",
    "bloc.price_floor.resumed.v1": "resume",
    "bloc.price_floor.withdrawn.v1": "end",
    "bloc.quota.opened.v1": "begin",
    "bloc.quota.blocked.v1": "suspend",
    "bloc.quota.unblocked.v1": "resume",
    "bloc.undertaking.accepted.v1": "begin",
    "bloc.undertaking.amended.v1": "change",
    "bloc.undertaking.withdrawn.v1": "end",
}
"""Event types that act on a legal act, measure, floor, quota or undertaking, and what each does. `begin` and
`change` carry complete terms."""

WhyNone = Literal[
    "pending",
    "suspended",
    "expired",
    "terminated",
    "withdrawn",
    "repealed",
    "annulled",
    "act_pending",
    "act_suspended",
    "act_expired",
    "act_repealed",
    "act_annulled",
]
"""Why nothing holds; those with `act_` lie with the legal act that the terms rest on."""

_WHY_ENDED: dict[str, WhyNone] = {
    "bloc.measure.terminated.v1": "terminated",
    "bloc.price_floor.withdrawn.v1": "withdrawn",
    "bloc.undertaking.withdrawn.v1": "withdrawn",
    "bloc.act.repealed.v1": "repealed",
    ACT_ANNULLED: "annulled",
}


class Span(Struct, frozen=True, gc=False):
    """Days from `start` to before `end` (None: open) under one act; `ended_by` is a later act that cut it short."""

    start: date
    end: date | None
    act: Recorded
    ended_by: Recorded | None = None

    def contains(self, day: date) -> bool:
        """Whether the day lies in the span (half-open)."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, start: date, end: date | None) -> bool:
        """Whether the span shares a day with the days from `start` to before `end` (None: open)."""
        return (self.end is None or start < self.end) and (end is None or self.start < end)


class Timeline(Struct, frozen=True, gc=False):
    """All acts on one thing as known at one position: terms do not overlap and are in order of their start."""

    terms: tuple[Span, ...]
    suspensions: tuple[Span, ...]
    end: Recorded | None = None
    """The newest termination or withdrawal, None when there is none."""
    annulled: tuple[tuple[Recorded, Recorded], ...] = ()
    """Acts that never were, each with the annulment that says so."""

    @property
    def last(self) -> Span | None:
        """The span of terms that starts last, None when an end has left no terms at all."""
        return self.terms[-1] if self.terms else None


class InForce(Struct, frozen=True, gc=False):
    """The terms that hold: `act` carries them. `until` is the first day they no longer do, as known; None = open."""

    act: Recorded
    since: date
    until: date | None


class NoneInForce(Struct, frozen=True, gc=False):
    """Known to be none on that day: why, and the entry that says so."""

    why: WhyNone
    because: str
    act: Recorded


class NotKnown(Struct, frozen=True, gc=False):
    """Nothing had been recorded at K, so nothing is known: neither a value nor that there is none."""

    because: str = "nothing had been recorded at that position"


Answer = InForce | NoneInForce | NotKnown


def known_at(history: Sequence[Recorded], position: int) -> Sequence[Recorded]:
    """What a history says as known at K = `position`: its entries up to there, corrected by those up to there."""
    known = recorded_by(history, position)
    return as_corrected(known).entries if is_corrected(known) else known


def recorded_by(history: Sequence[Recorded], position: int) -> Sequence[Recorded]:
    """The entries of a history up to a position as they were recorded, corrections and annulments among them.

    For showing the record itself, and for asking whether anything was recorded at all; answers take `known_at`.
    """
    if not history or history[-1].position <= position:
        return history
    return [entry for entry in history if entry.position <= position]


def known_entries(histories: Mapping[str, History], thing: str) -> Sequence[Recorded]:
    """What the history of a thing says as known now, corrected; empty when there is none or it was annulled."""
    history = histories.get(thing, ())
    return known_at(history, history[-1].position) if history else history


def reading_at(history: Sequence[Recorded], position: int) -> Reading:
    """As `known_at`, with what was annulled."""
    return as_corrected(recorded_by(history, position))


def timeline(history: History, position: int) -> Timeline:
    """The acts of a history, as known at `position`, on the axis of days."""
    known = recorded_by(history, position)
    if not is_corrected(known):
        return lay_out(known)
    reading = as_corrected(known)
    return lay_out(reading.entries, reading.annulled)


def lay_out(entries: Sequence[Recorded], annulled: tuple[tuple[Recorded, Recorded], ...] = ()) -> Timeline:
    """Lay out acts, in order of recording, on the axis of days.

    Each act speaks from its own first day on: terms replace all terms from that day (they are complete, not a
    patch), an end removes them. Suspensions lie over the terms and survive a change of them.
    """
    terms: list[Span] = []
    suspensions: list[Span] = []
    end: Recorded | None = None
    for entry in entries:
        kind = ACTS.get(entry.event.type)
        if kind is None:
            continue
        span = _span_of(entry)
        if kind == "suspend":
            suspensions.append(span)
        elif kind == "resume":
            suspensions = _resumed(suspensions, span)
        else:
            _cut(terms, span)
            if kind == "end":
                end = entry
            else:
                terms.append(span)
    return Timeline(tuple(terms), tuple(suspensions), end, annulled)


def on_day(lived: Timeline, day: date) -> Answer:
    """The answer of a timeline for one day V. Terms are in order and do not overlap, so theirs is found by halving."""
    place = bisect_right(lived.terms, day, key=_start_of) - 1
    holding = lived.terms[place] if place >= 0 else None
    if holding is None or not holding.contains(day):
        return _why_none(lived, day)
    for span in lived.suspensions:
        if span.contains(day):
            because = f"suspended from {span.start}" + (f" to {span.end}" if span.end else "")
            return NoneInForce("suspended", because, span.act)
    return InForce(holding.act, holding.start, _until(lived, holding, day))


def _start_of(span: Span) -> date:
    return span.start


def in_force(history: History | None, day: date, position: int) -> Answer:
    """What holds on V = `day`, as known at K = `position` (a measure's or a floor's history, None if there is none)."""
    if not history or history[0].position > position:
        return NotKnown()
    return on_day(timeline(history, position), day)


def _span_of(entry: Recorded) -> Span:
    """The days of an act; an annulment without a first day reaches back to the beginning (ex tunc)."""
    said = entry.event.data
    start, end = said.effective_from, getattr(said, "effective_to", UNSET)
    return Span(date.min if start is UNSET else start, None if end is UNSET else end, entry)


def _cut(spans: list[Span], by: Span) -> None:
    """Take away everything from the first day of `by` on.

    Only the last spans can reach there: each one was cut where the next one starts. So the work is that of what goes.
    """
    while spans and spans[-1].start >= by.start:
        spans.pop()
    if spans:
        last = spans[-1]
        if last.end is None or last.end > by.start:
            spans[-1] = Span(last.start, by.start, last.act, by.act)


def _resumed(suspensions: list[Span], by: Span) -> list[Span]:
    """End the suspension under way on the first day of `by`; one that starts later is not touched."""
    kept: list[Span] = []
    for span in suspensions:
        if not span.contains(by.start):
            kept.append(span)
        elif span.start < by.start:
            kept.append(Span(span.start, by.start, span.act, by.act))
    return kept


def _until(lived: Timeline, holding: Span, day: date) -> date | None:
    """First day on which the terms of `holding` no longer hold: their end, or a suspension before it."""
    if not lived.suspensions:
        return holding.end
    pauses = [span.start for span in lived.suspensions if span.start > day]
    ends = [*pauses, *([holding.end] if holding.end else [])]
    return min(ends, default=None)


def _why_none(lived: Timeline, day: date) -> NoneInForce | NotKnown:
    past = [span for span in lived.terms if span.start <= day]
    if past:
        last = past[-1]
        if last.ended_by is not None and ACTS.get(last.ended_by.event.type) == "end":
            return _ended(last.ended_by)
        return NoneInForce("expired", f"expired; the first day no longer in force was {last.end}", last.act)
    if lived.terms:
        first = lived.terms[0]
        return NoneInForce("pending", f"not yet in force; the first day in force is {first.start}", first.act)
    if lived.end is not None:
        return _ended(lived.end)
    if lived.annulled:
        return _annulled(*lived.annulled[-1])
    return NotKnown("no terms are recorded at that position")


def _ended(act: Recorded) -> NoneInForce:
    why, start = _WHY_ENDED[act.event.type], act.data.effective_from
    if start is UNSET:
        return NoneInForce(why, f"annulled by {act.data.ruling} ({act.where}): it never was", act)
    return NoneInForce(why, f"{why}; the first day no longer in force was {start}", act)


def _annulled(act: Recorded, annulment: Recorded) -> NoneInForce:
    verb = act.event.type.split(".")[2]
    if annulment.event.type == ACT_ANNULLED:
        because = (
            f"its act {annulment.data.act} was annulled ({annulment.where}): what was {verb} on it never was"
        )
        return NoneInForce("act_annulled", because, annulment)
    return NoneInForce("annulled", f"annulled ({annulment.where}): what was {verb} never was", annulment)
