"""Price floors and reference prices: on lines of the catalogue, in units that fit them, one live floor a line."""

from collections.abc import Iterator, Sequence

from msgspec import UNSET

from contracts.events import PriceFloorRevised, PriceFloorSet, ReferencePricePublished
from contracts.values import Price
from services.tariffs.domain.histories.effective import laid_out, still_stands
from services.tariffs.domain.histories.timeline import ACTS, known_entries
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.rules.acts import fault_of
from services.tariffs.domain.state import History, Recorded, RulesState

FLR_1 = Rule(
    id="FLR-1",
    title="A floor needs a line",
    text="A price floor is set on a line of the catalogue, never on a commodity code.",
    source="HS 2022: under 2846 90 alone lie fifteen listed minerals",
    since=FIRST_RULE_BOOK,
)
FLR_2 = Rule(
    id="FLR-2",
    title="One live floor for a line",
    text="No floor is set for days on which another floor of the line is in force.",
    source="TARIC, business rule ME32",
    since=FIRST_RULE_BOOK,
)
FLR_3 = Rule(
    id="FLR-3",
    title="Only a live floor is changed",
    text=(
        "Only a floor that is set and not withdrawn is revised, suspended or withdrawn, and only a suspended one is "
        "resumed."
    ),
    source="House rule: what has ended is set anew",
    since=FIRST_RULE_BOOK,
)
FLR_4 = Rule(
    id="FLR-4",
    title="Floors go one way",
    text="New terms of a floor start no earlier than the newest terms recorded, and no floor ends before it begins.",
    source="House rule: otherwise two acts would both claim the later days",
    since=FIRST_RULE_BOOK,
)
FLR_5 = Rule(
    id="FLR-5",
    title="A floor's unit fits its line",
    text="A floor per unit of a content names the content that its line is measured by.",
    source="TARIC, measurement unit qualifiers (per unit of content)",
    since=FIRST_RULE_BOOK,
)
FLR_6 = Rule(
    id="FLR-6",
    title="A floor is above zero",
    text="The price of a floor is more than zero; a floor that shall not hold is suspended or withdrawn.",
    source="House rule: an act that changes nothing hides a mistake",
    since=FIRST_RULE_BOOK,
    ruleset="2026.2",  # the first release took any price
)
REF_1 = Rule(
    id="REF-1",
    title="A reference price needs a line",
    text="A reference price is published for a line of the catalogue.",
    source="HS 2022: under 2846 90 alone lie fifteen listed minerals",
    since=FIRST_RULE_BOOK,
)
REF_2 = Rule(
    id="REF-2",
    title="A reference price's unit fits its line",
    text="A reference price per unit of a content names the content that its line is measured by.",
    source="TARIC, measurement unit qualifiers (per unit of content)",
    since=FIRST_RULE_BOOK,
)
REF_3 = Rule(
    id="REF-3",
    title="One reference price of an assessor for a day",
    text=(
        "No two reference prices of a line by one assessor and method share a day; a price that was wrong is corrected."
    ),
    source="House rule: otherwise the newer record would take the place of the older one, unsaid",
    since=FIRST_RULE_BOOK,
    ruleset="2026.3",  # the second rule book took any number of them
)
RULES = (FLR_1, FLR_2, FLR_3, FLR_4, FLR_5, FLR_6, REF_1, REF_2, REF_3)


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Floor and reference price rules that an event breaks."""
    event = submitted.event
    if isinstance(event.data, ReferencePricePublished):
        yield from _line_and_unit(rules, submitted, REF_1, REF_2, event.data.line, event.data.price)
        yield from _doubled(rules, submitted, event.data)
        return
    if not event.type.startswith("bloc.price_floor."):
        return
    history = rules.floors.get(event.data.line, ())
    if isinstance(event.data, PriceFloorSet | PriceFloorRevised):
        yield from _line_and_unit(rules, submitted, FLR_1, FLR_5, event.data.line, event.data.price)
        if not event.data.price.value:
            yield submitted.breaks(FLR_6, "$.data.price.amount", "the price is zero; suspend or withdraw it")
    if ACTS[event.type] == "begin":
        yield from _set(rules, submitted, history)
        return
    fault = fault_of(rules, history, event)
    if fault is not None:
        path = "$.data.effective_from" if history else "$.data.line"
        rule = FLR_3 if fault.broken == "not_live" else FLR_4
        yield submitted.breaks(rule, path, f"the floor of {event.data.line} {fault.because}")


def _doubled(rules: RulesState, submitted: Submitted, data: ReferencePricePublished) -> Iterator[Violation]:
    for entry in known_entries(rules.reference_prices, data.line):
        if shares_a_day(entry.data, data):
            price = entry.data.price
            yield submitted.breaks(
                REF_3,
                "$.data.period_from",
                f"{data.assessor} said {price.amount} {price.currency}/{price.per} from {entry.data.period_from} to "
                f"{entry.data.period_to} ({entry.where}); correct that one (bloc.event.corrected.v1)",
            )
            return


def shares_a_day(one: ReferencePricePublished, other: ReferencePricePublished) -> bool:
    """Whether two prices of a line are one assessor's, by one method, for a common day."""
    return (
        (one.assessor, one.method) == (other.assessor, other.method)
        and one.period_from < other.period_to
        and other.period_from < one.period_to
    )


def beside(changed: Sequence[Recorded], entries: Sequence[Recorded]) -> Iterator[Recorded]:
    """Of the reference prices of a line, those that REF-3 judges by one of `changed`."""
    return (entry for entry in entries if any(shares_a_day(entry.data, one.data) for one in changed))


def _line_and_unit(
    rules: RulesState, submitted: Submitted, missing: Rule, unfit: Rule, line: str, price: Price
) -> Iterator[Violation]:
    defined = known_entries(rules.lines, line)
    if not defined:
        yield submitted.breaks(
            missing, "$.data.line", f"{line} is not in the catalogue; define the line first"
        )
        return
    content = defined[0].data.content
    if price.content is not UNSET and price.content != content:
        measured = "by its mass alone" if content is UNSET else f"by its content of {content}"
        yield submitted.breaks(
            unfit,
            "$.data.price.content",
            f"{line} is measured {measured}, not by its content of {price.content}",
        )


def _set(rules: RulesState, submitted: Submitted, history: History) -> Iterator[Violation]:
    data = submitted.event.data
    if not history:
        return
    end = None if data.effective_to is UNSET else data.effective_to
    lived = laid_out(rules, history, rules.position)
    for span in lived.terms:
        left = still_stands(rules, span)
        if left is not None and left.overlaps(data.effective_from, end):
            until = f" to {span.end}" if span.end else ""
            yield submitted.breaks(
                FLR_2,
                "$.data.effective_from",
                f"{data.line} has a floor from {span.start}{until} ({span.act.where}); "
                f"revise or withdraw it instead",
            )
            return
    if lived.last is not None and data.effective_from < lived.last.start:
        yield submitted.breaks(
            FLR_4,
            "$.data.effective_from",
            f"{data.line} has a floor from {lived.last.start} already; a new one starts after it",
        )
