"""Tariff measures: one life each, within the catalogue, and never two live ones of a kind on the same goods."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import UNSET

from contracts.duty_expressions import DutyComponent, Specific
from contracts.envelope import Event
from contracts.events import MeasureAmended, MeasureCreated
from contracts.events.measures import KINDS_BY_PRICE
from services.tariffs.domain.governance.mandates import kind_of
from services.tariffs.domain.histories.timeline import ACTS, known_entries
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.rules.acts import fault_of
from services.tariffs.domain.rules.overlaps import Terms, overlaps
from services.tariffs.domain.state import RulesState

MSR_1 = Rule(
    id="MSR-1",
    title="A measure is created once",
    text="The name of a measure is used once, and not again after its end.",
    source="House rule: a name means one measure for ever",
    since=FIRST_RULE_BOOK,
)
MSR_2 = Rule(
    id="MSR-2",
    title="Only a live measure is changed",
    text=(
        "Only a measure that is recorded and not ended is amended, suspended or terminated, and only a suspended "
        "one is resumed."
    ),
    source="House rule: what has ended is begun anew, under a name of its own",
    since=FIRST_RULE_BOOK,
)
MSR_3 = Rule(
    id="MSR-3",
    title="Measures go one way",
    text="Amended terms start no earlier than the newest terms recorded, and no measure ends before it begins.",
    source="House rule: otherwise two acts would both claim the later days",
    since=FIRST_RULE_BOOK,
)
MSR_4 = Rule(
    id="MSR-4",
    title="Lines of a measure are in the catalogue",
    text="Each line that a measure names is defined in the catalogue.",
    source="House rule: a line that does not exist covers no goods, silently",
    since=FIRST_RULE_BOOK,
)
MSR_5 = Rule(
    id="MSR-5",
    title="A difference to a price is a trade remedy",
    text="A duty that is the difference to a price occurs only in safeguard and anti-dumping measures.",
    source="TARIC, action codes 02 and 11 to 13; Implementing Regulation (EU) 2025/2351, article 1",
    since=FIRST_RULE_BOOK,
)
MSR_6 = Rule(
    id="MSR-6",
    title="No two live measures for one scope",
    text=(
        "No two measures of one kind and territory are in force on the same day for goods of one branch of the "
        "nomenclature (from rule book 2026.2 on: of one edition of it), the same additional code, the same part of "
        "the same quota and a common origin."
    ),
    source="TARIC, business rule ME32",
    since=FIRST_RULE_BOOK,
)
MSR_7 = Rule(
    id="MSR-7",
    title="Each duty expression once",
    text=(
        "A duty has no two components of one operator and kind: of amounts, none per the same unit and content of it; "
        "rates of one kind are added up in the law, not in the expression."
    ),
    source="TARIC, business rules ME43 and ME108",
    since=FIRST_RULE_BOOK,
    ruleset="2026.2",
)
RULES = (MSR_1, MSR_2, MSR_3, MSR_4, MSR_5, MSR_6, MSR_7)


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Measure rules that an event breaks."""
    event = submitted.event
    if not event.type.startswith("bloc.measure."):
        return
    data = event.data
    history = rules.measures.get(data.measure, ())
    if ACTS[event.type] == "begin":
        if history:
            yield submitted.breaks(
                MSR_1,
                "$.data.measure",
                f"{data.measure} was created already ({history[0].where}); amend it or choose another name",
            )
            return
    else:
        fault = fault_of(rules, history, event)
        if fault is not None:
            path = "$.data.measure" if not history else "$.data.effective_from"
            rule = MSR_2 if fault.broken == "not_live" else MSR_3
            yield submitted.breaks(rule, path, f"{data.measure} {fault.because}")
            return
    if isinstance(data, MeasureCreated | MeasureAmended):
        yield from _terms(rules, submitted, data)
        yield from _overlaps(rules, submitted, event)


def _terms(
    rules: RulesState, submitted: Submitted, data: MeasureCreated | MeasureAmended
) -> Iterator[Violation]:
    lines = () if data.goods.lines is UNSET else data.goods.lines
    for index, line in enumerate(lines):
        if not known_entries(rules.lines, line):
            yield submitted.breaks(
                MSR_4, f"$.data.goods.lines[{index}]", f"{line} is not in the catalogue; define it first"
            )
    yield from _repeated(submitted, data.duty)
    kind = kind_of(rules, data)
    for index, component in enumerate(data.duty):
        if component.kind == "difference_to_price" and kind not in KINDS_BY_PRICE:
            yield submitted.breaks(
                MSR_5,
                f"$.data.duty[{index}]",
                f"{data.measure} is of kind {kind}; a floor for the goods is set by bloc.price_floor.set.v1",
            )


def _repeated(submitted: Submitted, duty: Sequence[DutyComponent]) -> Iterator[Violation]:
    seen: set[tuple[object, ...]] = set()
    for index, component in enumerate(duty):
        expression = (component.op, component.kind)
        if isinstance(component, Specific):
            expression = (*expression, component.currency, component.per, component.content)
        if expression in seen:
            yield submitted.breaks(
                MSR_7, f"$.data.duty[{index}]", f'"{component.op}" {component.kind} stands there already'
            )
        seen.add(expression)


def _overlaps(rules: RulesState, submitted: Submitted, event: Event[Any]) -> Iterator[Violation]:
    """Hold the new terms against those of every other measure of the kind in the same branch of the nomenclature."""
    data = event.data
    kind = kind_of(rules, data)
    end = None if data.effective_to is UNSET else data.effective_to
    terms = Terms(data.measure, kind, data.goods, data.origins, data.quota, data.effective_from, end)
    for found in overlaps(rules, terms, submitted.ruleset):
        yield submitted.breaks(
            MSR_6,
            "$.data.goods",
            f"{found.other} ({found.span.act.where}) is a {kind} measure on {found.goods} of {found.origins} "
            f"{found.days}; amend or terminate it, or narrow this one",
        )
