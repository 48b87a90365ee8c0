"""What may be done to a thing that lives through acts: one machine for legal acts, measures and price floors.

Acts go one way: new terms start no earlier than the newest terms already recorded. Otherwise a revision from
1 June, recorded after one from 1 July, would leave open which of the two holds in July. (Mending what was
recorded wrongly is the work of corrections, which are events of their own.)
"""

from datetime import date
from typing import Any, Literal

from msgspec import UNSET, Struct

from contracts.envelope import Event
from services.tariffs.domain.histories.effective import laid_out
from services.tariffs.domain.histories.timeline import ACTS, Span, Timeline
from services.tariffs.domain.state import History, RulesState

Broken = Literal["not_live", "one_way"]


class ActFault(Struct, frozen=True):
    """Why an act cannot be done: which of the two rules, and the rest of a sentence that begins with the thing."""

    broken: Broken
    because: str


def fault_of(rules: RulesState, history: History, event: Event[Any]) -> ActFault | None:
    """What is wrong with an act on a thing with this history; None when it may be done. Beginnings have own rules."""
    if not history:
        return ActFault("not_live", "is not recorded; check the name")
    lived = laid_out(rules, history, rules.position)
    start: date = event.data.effective_from
    match ACTS[event.type]:
        case "change":
            return _change(lived, start)
        case "suspend":
            end = getattr(event.data, "effective_to", UNSET)
            return _suspend(lived, start, None if end is UNSET else end)
        case "resume":
            if any(span.contains(start) for span in lived.suspensions):
                return None
            return ActFault("not_live", f"is not suspended on {start}")
        case "end":
            return _end(lived, start)
        case "begin":
            return None


def ended_by(span: Span) -> str | None:
    """How the terms of a span were ended for good, in words; None when they were not."""
    if span.ended_by is None or ACTS[span.ended_by.event.type] != "end":
        return None
    verb = span.ended_by.event.type.split(".")[2]
    return f"is {verb} from {span.end} ({span.ended_by.where})"


def _change(lived: Timeline, start: date) -> ActFault | None:
    last = lived.last
    if last is None:
        return _gone(lived)
    ended = ended_by(last)
    if ended is not None:
        return ActFault("not_live", f"{ended}; begin anew instead")
    if last.end is not None and start > last.end:
        return ActFault("not_live", f"expired on {last.end}; begin anew instead")
    if start < last.start:
        return ActFault(
            "one_way",
            f"has terms from {last.start} ({last.act.where}) already; new terms start then or later",
        )
    return None


def _suspend(lived: Timeline, start: date, end: date | None) -> ActFault | None:
    if not any(span.contains(start) for span in lived.terms):
        return ActFault("not_live", f"is not in force on {start}")
    for span in lived.suspensions:
        if span.overlaps(start, end):
            until = span.end or "further notice"
            return ActFault("not_live", f"is suspended from {span.start} until {until} already")
    return None


def _end(lived: Timeline, start: date) -> ActFault | None:
    last = lived.last
    if last is None:
        return _gone(lived)
    if last.end is not None and start >= last.end:
        return ActFault("not_live", ended_by(last) or f"expires on {last.end} anyway")
    if start < lived.terms[0].start:
        first = lived.terms[0].start
        return ActFault("one_way", f"begins on {first}; the first day not in force is {first} or later")
    return None


def _gone(lived: Timeline) -> ActFault:
    if lived.end is None and lived.annulled:
        return ActFault("not_live", f"was annulled ({lived.annulled[-1][1].where}); begin anew instead")
    where = f" ({lived.end.where})" if lived.end is not None else ""
    return ActFault("not_live", f"was ended before it began{where}; begin anew instead")
