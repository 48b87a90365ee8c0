"""Emergencies: declared once, for minerals that are listed, one at a time for each, and ended once."""

from collections.abc import Iterator
from datetime import date

from msgspec import UNSET

from contracts.events import EmergencyDeclared, EmergencyEnded
from contracts.trade import ALL_MINERALS
from services.tariffs.domain.emergencies import covers, span_of
from services.tariffs.domain.histories.timeline import Span, known_entries
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

EMG_1 = Rule(
    id="EMG-1",
    title="An emergency is declared once",
    text="The name of an emergency was not declared before; a new emergency has a name of its own.",
    source="House rule: a name means one thing for ever",
    since=FIRST_RULE_BOOK,
)
EMG_2 = Rule(
    id="EMG-2",
    title="An emergency is of listed minerals",
    text='A declaration names minerals that are listed, each once, or "*" alone for all of them.',
    source="House rule: what cannot be told apart cannot be released",
    since=FIRST_RULE_BOOK,
)
EMG_3 = Rule(
    id="EMG-3",
    title="One emergency at a time",
    text="No two emergencies for one mineral share a day.",
    source="House rule: there is one order of priority on a day, or there is none",
    since=FIRST_RULE_BOOK,
)
EMG_4 = Rule(
    id="EMG-4",
    title="What was declared is ended, once",
    text=(
        "An end is of an emergency that is declared and not ended, after its first day and before the end that "
        "it has; an emergency that should not have been is annulled."
    ),
    source="House rule: an act that changes nothing hides a mistake",
    since=FIRST_RULE_BOOK,
)
RULES = (EMG_1, EMG_2, EMG_3, EMG_4)


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Rules of emergencies that an event breaks."""
    match submitted.event.data:
        case EmergencyDeclared() as data:
            yield from _declared(rules, submitted, data)
        case EmergencyEnded() as data:
            yield from _ended(rules, submitted, data)
        case _:
            return


def _declared(rules: RulesState, submitted: Submitted, data: EmergencyDeclared) -> Iterator[Violation]:
    there = span_of(rules.emergencies.get(data.emergency, ()), rules.position)
    if there is not None:
        yield submitted.breaks(
            EMG_1, "$.data.emergency", f"{data.emergency} is declared already ({there.act.where})"
        )
    for path, because in _scope_faults(rules, data.minerals):
        yield submitted.breaks(EMG_2, path, because)
    end = None if data.effective_to is UNSET else data.effective_to
    for name, other, mineral in _meeting(rules, data, data.effective_from, end):
        until = f"to before {other.end}" if other.end else "until further notice"
        yield submitted.breaks(
            EMG_3,
            "$.data.effective_from",
            f"{name} ({other.act.where}) is declared for {mineral} from {other.start} {until}; end it first",
        )


def _scope_faults(rules: RulesState, minerals: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if ALL_MINERALS in minerals and len(minerals) > 1:
        yield "$.data.minerals", '"*" stands for all minerals; write it alone'
    for index, mineral in enumerate(minerals):
        if mineral in minerals[:index]:
            yield f"$.data.minerals[{index}]", f"{mineral} is named twice"
        elif mineral != ALL_MINERALS and not known_entries(rules.minerals, mineral):
            yield (
                f"$.data.minerals[{index}]",
                f"{mineral} is not a listed mineral; list it first or mend the slug",
            )


def _meeting(
    rules: RulesState, data: EmergencyDeclared, start: date, end: date | None
) -> Iterator[tuple[str, Span, str]]:
    """Other emergencies that share a day and a mineral with this one, and one such mineral."""
    for name, history in sorted(rules.emergencies.items()):
        span = None if name == data.emergency else span_of(history, rules.position)
        if span is None or not span.overlaps(start, end):
            continue
        if ALL_MINERALS in data.minerals:
            yield name, span, span.act.data.minerals[0]
            continue
        shared = next((mineral for mineral in data.minerals if covers(span, mineral)), None)
        if shared is not None:
            yield name, span, shared


def _ended(rules: RulesState, submitted: Submitted, data: EmergencyEnded) -> Iterator[Violation]:
    span = span_of(rules.emergencies.get(data.emergency, ()), rules.position)
    if span is None:
        yield submitted.breaks(EMG_4, "$.data.emergency", f"{data.emergency} is not declared; check the name")
    elif span.ended_by is not None:
        yield submitted.breaks(
            EMG_4, "$.data.emergency", f"{data.emergency} is ended from {span.end} on ({span.ended_by.where})"
        )
    elif span.end is not None and data.effective_from >= span.end:
        yield submitted.breaks(EMG_4, "$.data.effective_from", f"it ends on {span.end} anyway")
    elif data.effective_from <= span.start:
        yield submitted.breaks(
            EMG_4, "$.data.effective_from", f"it begins on {span.start}; annul a declaration that never held"
        )
