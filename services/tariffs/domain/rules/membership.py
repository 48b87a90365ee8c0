"""Membership: steps in the order of the state machine, and each country in one customs territory at a time."""

from collections.abc import Iterator

from contracts.events import (
    MemberReinstated,
    MemberSuspended,
    MemberTerms,
    MemberTermsAmended,
    MemberWithdrawn,
)
from contracts.trade import ALL_MINERALS
from services.tariffs.domain.assessment.importer import legal_zone
from services.tariffs.domain.exchange import EXCHANGE_RATE_RULES, NO_CONVERSION
from services.tariffs.domain.histories.timeline import known_entries
from services.tariffs.domain.members.membership import (
    STEP_DAYS,
    Standing,
    accession_spans,
    day_of,
    standing_on,
    steps_of,
    walk,
)
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import Recorded, RulesState

MEM_1 = Rule(
    id="MEM-1",
    title="One step after another",
    text=(
        "A state is invited, signs a memorandum, may deposit its instrument, accedes, may be suspended and "
        "reinstated or take other terms, and withdraws; each step follows, by its own day, from the one before."
    ),
    source="Vienna Convention on the Law of Treaties, articles 11, 54 and 57; the order of steps is a house rule",
    since=FIRST_RULE_BOOK,
)
MEM_2 = Rule(
    id="MEM-2",
    title="A country is in one customs territory",
    text="On no day is a country in the customs territory of two members.",
    source="GATT 1994, article XXIV:8 (one customs territory)",
    since=FIRST_RULE_BOOK,
)
MEM_3 = Rule(
    id="MEM-3",
    title="A state brings its own country",
    text="The territories of a state that accedes include its own country; those of the EU are its member states.",
    source="GATT 1994, article XXIV:2; for the EU: Union Customs Code, article 4",
    since=FIRST_RULE_BOOK,
)
MEM_4 = Rule(
    id="MEM-4",
    title="Notice comes before withdrawal",
    text="A withdrawal takes effect on or after the day on which it was notified.",
    source="Vienna Convention on the Law of Treaties, article 56",
    since=FIRST_RULE_BOOK,
)
MEM_5 = Rule(
    id="MEM-5",
    title="A suspension names what there is",
    text='A suspension or reinstatement names listed minerals, or "*" alone for all of them.',
    source="Vienna Convention on the Law of Treaties, articles 44 and 57 (suspension in part)",
    since=FIRST_RULE_BOOK,
)
MEM_6 = Rule(
    id="MEM-6",
    title="A member's day is known",
    text="The legal time zone of a member is one of the IANA time zone database: it decides which day governs.",
    source="IANA time zone database; Union Customs Code, article 85 (the day of acceptance governs)",
    since=FIRST_RULE_BOOK,
)
MEM_7 = Rule(
    id="MEM-7",
    title="A member's rate of exchange is a rule",
    text='An accession names an exchange rate rule of the rule book, or "none" when its member takes no rates.',
    source="Agreement on Customs Valuation, article 9(1): the rate is published by the authorities of the country",
    since=FIRST_RULE_BOOK,
    ruleset="2026.2",  # the first release took any text, and its records are judged by 2026.1 for ever
)
MEM_8 = Rule(
    id="MEM-8",
    title="Amended terms are other terms",
    text="Amended terms of a member differ from those that it has until then.",
    source="House rule: an act that changes nothing hides a mistake",
    since=FIRST_RULE_BOOK,
)
RULES = (MEM_1, MEM_2, MEM_3, MEM_4, MEM_5, MEM_6, MEM_7, MEM_8)

TERMS = (
    "territories",
    "legal_tz",
    "currency",
    "value_rounding",
    "duty_rounding",
    "exchange_rate_rule",
    "settlement_minimum",
    "limitation",
)
"""Fields that are a member's terms."""


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Membership rules that an event breaks."""
    event = submitted.event
    if event.type not in STEP_DAYS:
        return
    proposed = Recorded(rules.position + 1, event, "")
    yield from _out_of_order(rules, submitted, proposed)
    match event.data:
        case MemberTerms() as data:
            yield from _territories(rules, submitted, data, proposed)
            if legal_zone(data.legal_tz) is None:
                yield submitted.breaks(
                    MEM_6,
                    "$.data.legal_tz",
                    f"{data.legal_tz} is not a known time zone; write it like Europe/Paris",
                )
            if data.exchange_rate_rule not in (NO_CONVERSION, *EXCHANGE_RATE_RULES):
                yield submitted.breaks(
                    MEM_7,
                    "$.data.exchange_rate_rule",
                    f"{data.exchange_rate_rule} is none of {', '.join(EXCHANGE_RATE_RULES)}, {NO_CONVERSION}",
                )
            if isinstance(data, MemberTermsAmended):
                yield from _same_terms(rules, submitted, data)
        case MemberWithdrawn() as data:
            if data.effective_from < data.notified_on:
                yield submitted.breaks(
                    MEM_4,
                    "$.data.effective_from",
                    f"{data.effective_from} lies before the notice of {data.notified_on}",
                )
        case MemberSuspended() | MemberReinstated() as data:
            yield from _minerals(rules, submitted, data.minerals)
        case _:
            return


def _out_of_order(rules: RulesState, submitted: Submitted, proposed: Recorded) -> Iterator[Violation]:
    """Walk the member's steps with the proposed one in its place; name the first that does not follow."""
    data = submitted.event.data
    path = f"$.data.{STEP_DAYS[submitted.event.type]}"
    standing = Standing()
    for step in steps_of((*known_entries(rules.members, data.member), proposed)):
        taken = walk(standing, step)
        if isinstance(taken, Standing):
            standing = taken
        elif step is proposed:
            yield submitted.breaks(MEM_1, path, f"{data.member} on {day_of(step)}: {taken}")
            return
        elif day_of(step) >= day_of(proposed):
            kind = step.event.type.split(".")[2]
            yield submitted.breaks(
                MEM_1,
                path,
                f"{data.member}: the step {kind} of {day_of(step)} ({step.where}) would no longer follow",
            )
            return


def _territories(
    rules: RulesState, submitted: Submitted, data: MemberTerms, proposed: Recorded
) -> Iterator[Violation]:
    mine = accession_spans((*known_entries(rules.members, data.member), proposed))
    added = next((span for span in mine if span.act is proposed), None)
    for index, country in enumerate(data.territories):
        for other in rules.members_by_country.get(country, ()):
            if other == data.member or added is None:
                continue
            for span in accession_spans(known_entries(rules.members, other)):
                if country in (other, *span.act.data.territories) and span.overlaps(added.start, added.end):
                    yield submitted.breaks(
                        MEM_2,
                        f"$.data.territories[{index}]",
                        f"{country} is in the customs territory of {other} from {span.start} "
                        f"({span.act.where}); leave it out, or let {other} withdraw first",
                    )
    if data.member != "EU" and data.member not in data.territories:
        yield submitted.breaks(MEM_3, "$.data.territories", f"add {data.member} to its own territories")


def _same_terms(rules: RulesState, submitted: Submitted, data: MemberTermsAmended) -> Iterator[Violation]:
    standing = standing_on(rules, data.member, data.effective_from, rules.position)
    if standing.accession is None:
        return
    before = standing.accession.data
    if all(getattr(before, field) == getattr(data, field) for field in TERMS):
        because = f"{data.member} has these terms already ({standing.accession.where})"
        yield submitted.breaks(MEM_8, "$.data", because)


def _minerals(rules: RulesState, submitted: Submitted, minerals: tuple[str, ...]) -> Iterator[Violation]:
    if ALL_MINERALS in minerals and len(minerals) > 1:
        yield submitted.breaks(MEM_5, "$.data.minerals", '"*" stands for all minerals; write it alone')
    for index, mineral in enumerate(minerals):
        if mineral != ALL_MINERALS and not known_entries(rules.minerals, mineral):
            yield submitted.breaks(
                MEM_5,
                f"$.data.minerals[{index}]",
                f"{mineral} is not a listed mineral; list it first or mend the slug",
            )
