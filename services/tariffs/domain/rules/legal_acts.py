"""Legal acts: one life each, and what rests on an act stays within it.

An act lives as measures and floors do, so the same machine judges its steps. What measures and floors owe to their
act is judged here too, for both alike; that an act is recorded at all is asked only from rule book 2026.2 on, since
the first release recorded measures without their acts.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec import UNSET

from contracts.envelope import Event
from contracts.events import ActAdopted, ActAnnulled, ActExtended, ActPublished
from contracts.trade import BLOC
from services.tariffs.domain.histories.effective import act_laid_out, act_of, act_on
from services.tariffs.domain.histories.timeline import ACTS, NoneInForce, NotKnown, known_entries
from services.tariffs.domain.measures import territory_of_name
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.rules.acts import fault_of
from services.tariffs.domain.state import History, RulesState

ACT_1 = Rule(
    id="ACT-1",
    title="An act is adopted once",
    text="The name of a legal act is used once, and not again after its end.",
    source="House rule: a name means one act for ever",
    since=FIRST_RULE_BOOK,
)
ACT_2 = Rule(
    id="ACT-2",
    title="Only a live act is acted on",
    text=(
        "Only an act that is recorded and not ended is extended, suspended or repealed, and only a suspended one is "
        "resumed."
    ),
    source="House rule: what has ended is adopted anew, under a name of its own",
    since=FIRST_RULE_BOOK,
)
ACT_3 = Rule(
    id="ACT-3",
    title="Acts go one way",
    text="An act is not ended before it begins, and an extension starts no earlier than the newest term of the act.",
    source="House rule: otherwise two acts would both claim the later days",
    since=FIRST_RULE_BOOK,
)
ACT_4 = Rule(
    id="ACT-4",
    title="An extension extends",
    text="An extension ends later than the act would without it; an act that is open needs none.",
    source="TARIC, prorogation regulations (interpretation of dates)",
    since=FIRST_RULE_BOOK,
)
ACT_5 = Rule(
    id="ACT-5",
    title="An act is published once, after its adoption",
    text="A recorded act is published once, on or after the day on which it was adopted.",
    source="Treaty on the Functioning of the European Union, article 297",
    since=FIRST_RULE_BOOK,
)
ACT_6 = Rule(
    id="ACT-6",
    title="An act is annulled once",
    text=(
        "A court annuls a recorded act that no court has annulled; effects that it lets stand are those of days on "
        "which the act existed."
    ),
    source="Treaty on the Functioning of the European Union, articles 263 and 264",
    since=FIRST_RULE_BOOK,
)
ACT_7 = Rule(
    id="ACT-7",
    title="Within its act",
    text=(
        "What is said of a measure, undertaking or floor rests on an act that is in force, or suspended, on the first "
        "day of it; terms end no later than their act. An end may rest on the act that ends with it."
    ),
    source="TARIC, business rules ME87 and ME104",
    since=FIRST_RULE_BOOK,
)
ACT_8 = Rule(
    id="ACT-8",
    title="An act of its own law",
    text="A measure or an undertaking rests on an act of its own territory or of the bloc, a floor on one of the bloc.",
    source="GATT 1994, article XXIV:2 (customs territory): no law reaches into another one",
    since=FIRST_RULE_BOOK,
    ruleset="2026.2",
)
ACT_9 = Rule(
    id="ACT-9",
    title="No rule without an act",
    text="What begins, changes or ends a measure, undertaking or floor names an act that is recorded: an end, too, has "
    "its act.",
    source="TARIC, business rules ME24, ME33 and ME34",
    since=FIRST_RULE_BOOK,
    ruleset="2026.2",
)
RULES = (ACT_1, ACT_2, ACT_3, ACT_4, ACT_5, ACT_6, ACT_7, ACT_8, ACT_9)

RESTING = ("bloc.measure.", "bloc.price_floor.", "bloc.undertaking.")
"""Families of what holds only while its act does."""
BASIS = "$.data.legal_basis.act"


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Rules of legal acts that an event breaks."""
    event = submitted.event
    if event.type.startswith("bloc.act."):
        yield from _of_act(rules, submitted)
    elif event.type.startswith(RESTING) and event.type in ACTS:
        yield from _resting(rules, submitted)


def _of_act(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    event = submitted.event
    data = event.data
    history = rules.acts.get(data.act, ())
    match data:
        case ActAdopted():
            if history:
                yield submitted.breaks(
                    ACT_1, "$.data.act", f"{data.act} was adopted already ({history[0].where})"
                )
        case ActPublished():
            yield from _published(rules, submitted, history, data)
        case ActAnnulled():
            yield from _annulled(rules, submitted, history, data)
        case _:
            fault = fault_of(rules, history, event)
            if fault is not None:
                path = "$.data.effective_from" if history else "$.data.act"
                rule = ACT_2 if fault.broken == "not_live" else ACT_3
                yield submitted.breaks(rule, path, f"{data.act} {fault.because}")
            elif isinstance(data, ActExtended):
                yield from _extended(rules, submitted, data)


def _extended(rules: RulesState, submitted: Submitted, data: ActExtended) -> Iterator[Violation]:
    last = act_laid_out(rules, data.act, rules.position).last
    if last is None:
        return
    if last.end is None:
        yield submitted.breaks(ACT_4, "$.data.effective_to", f"{data.act} has no end")
    elif data.effective_to is not UNSET and data.effective_to <= last.end:
        yield submitted.breaks(ACT_4, "$.data.effective_to", f"{data.act} ends on {last.end} as it is")


def _published(
    rules: RulesState, submitted: Submitted, history: History, data: ActPublished
) -> Iterator[Violation]:
    said = known_entries(rules.acts, data.act)
    assert data.published_on is not UNSET  # the payload sees to it
    if not history or not said:
        yield submitted.breaks(ACT_2, "$.data.act", f"{data.act} is not recorded; record its adoption first")
        return
    for entry in said:
        if isinstance(entry.data, ActPublished):
            yield submitted.breaks(ACT_5, "$.data.act", f"{data.act} was published already ({entry.where})")
        elif isinstance(entry.data, ActAdopted) and data.published_on < entry.data.adopted_on:
            yield submitted.breaks(
                ACT_5,
                "$.data.published_on",
                f"{data.published_on} is before its adoption on {entry.data.adopted_on}",
            )


def _annulled(
    rules: RulesState, submitted: Submitted, history: History, data: ActAnnulled
) -> Iterator[Violation]:
    if not history:
        yield submitted.breaks(ACT_2, "$.data.act", f"{data.act} is not recorded; check the name")
        return
    said = known_entries(rules.acts, data.act)
    before = next((entry for entry in said if isinstance(entry.data, ActAnnulled)), None)
    if before is not None:
        yield submitted.breaks(ACT_6, "$.data.act", f"{data.act} was annulled already ({before.where})")
        return
    adopted = next((entry.data for entry in said if isinstance(entry.data, ActAdopted)), None)
    if adopted is not None and data.effective_from is not UNSET:
        start = adopted.effective_from
        if data.effective_from <= start:
            yield submitted.breaks(
                ACT_6, "$.data.effective_from", f"{data.act} begins on {start}; leave the day out"
            )


def _resting(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """What a measure, undertaking or floor owes to the act that it names."""
    event = submitted.event
    name, start = act_of(event), event.data.effective_from
    own_name = getattr(event.data, "measure", None) or getattr(event.data, "undertaking", "bloc")
    territory = territory_of_name(own_name)
    own = territory_of_name(name)
    if own not in (BLOC, territory):
        yield submitted.breaks(ACT_8, BASIS, f"{name} is no act of {territory} or of the bloc")
    standing = act_on(rules, name, start, rules.position)
    match standing:
        case NotKnown():
            yield submitted.breaks(ACT_9, BASIS, f"{name} is not recorded; record its adoption first")
        case NoneInForce() if not _may_rest(event, standing):
            yield submitted.breaks(ACT_7, BASIS, f"on {start} {name} is not in force: {standing.because}")
        case _:
            yield from _outlasts(rules, submitted, name)


def _may_rest(event: Event[Any], standing: NoneInForce) -> bool:
    """A suspended act may be built on; an end may rest on an act that is over, as it ends with it."""
    if standing.why == "suspended":
        return True
    return ACTS[event.type] == "end" and standing.why in ("expired", "repealed")


def _outlasts(rules: RulesState, submitted: Submitted, name: str) -> Iterator[Violation]:
    if ACTS[submitted.event.type] not in ("begin", "change"):
        return
    end: date | None = act_laid_out(rules, name, rules.position).terms[-1].end
    said = submitted.event.data.effective_to
    if end is not None and said is not UNSET and said > end:
        yield submitted.breaks(
            ACT_7,
            "$.data.effective_to",
            f"{name} ends on {end}; leave effective_to out to end with it",
        )
