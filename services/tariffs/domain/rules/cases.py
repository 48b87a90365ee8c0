"""Cases: in which order proceedings go, who rules in them, and that their days are days that were."""

from collections.abc import Iterator
from datetime import date

from contracts.events import CaseClosed, CaseConsultationsHeld, CaseOpened, CaseRuled
from services.tariffs.domain.governance.cases import Case, case_at
from services.tariffs.domain.governance.mandates import live_mandates
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

CAS_1 = Rule(
    id="CAS-1",
    title="A case is opened once",
    text="The name of a case is used once.",
    source="House rule: a name means one thing for ever",
    since=FIRST_RULE_BOOK,
)
CAS_2 = Rule(
    id="CAS-2",
    title="Proceedings end",
    text=(
        "Consultations, rulings and a closure belong to a case that was opened and is not closed; after a final "
        "ruling or a settlement only its closure follows."
    ),
    source="Compare the WTO Dispute Settlement Understanding, articles 4, 16 and 17",
    since=FIRST_RULE_BOOK,
)
CAS_3 = Rule(
    id="CAS-3",
    title="Consultations come before a ruling",
    text="A dispute is ruled on only after consultations were held that did not settle it.",
    source="WTO Dispute Settlement Understanding, article 4.7",
    since=FIRST_RULE_BOOK,
)
CAS_4 = Rule(
    id="CAS-4",
    title="Nobody judges his own cause",
    text=(
        "A dispute or a review is ruled on by a court or panel, an investigation by an investigating authority or a "
        "court; never by the complainant or the respondent."
    ),
    source="WTO Dispute Settlement Understanding, article 8.3; Anti-Dumping Agreement, article 13 (independence)",
    since=FIRST_RULE_BOOK,
)
CAS_5 = Rule(
    id="CAS-5",
    title="Days of a case follow each other",
    text="No step of a case is dated before the one that it follows, or after the day on which it is recorded.",
    source="House rule: proceedings are recorded, not announced",
    since=FIRST_RULE_BOOK,
)
CAS_6 = Rule(
    id="CAS-6",
    title="A case closes as it went",
    text="A case is closed as ruled after a final ruling, as settled after a settlement, else as withdrawn.",
    source="House rule: the outcome says what the record says",
    since=FIRST_RULE_BOOK,
)
RULES = (CAS_1, CAS_2, CAS_3, CAS_4, CAS_5, CAS_6)

RULES_IN = {
    "dispute": ("court",),
    "review": ("court",),
    "investigation": ("investigating_authority", "court"),
}
"""Roles whose mandate lets them rule in a case of each kind."""

RULED = "bloc.case.ruled.v1"


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Rules about cases that an event breaks."""
    data = submitted.event.data
    if isinstance(data, CaseOpened):
        earlier = rules.cases.get(data.case, ())
        if earlier:
            yield submitted.breaks(
                CAS_1,
                "$.data.case",
                f"{data.case} was opened already ({earlier[0].where}); take another name",
            )
        yield from _dated(submitted, "opened_on", data.opened_on, None)
    if not isinstance(data, CaseConsultationsHeld | CaseRuled | CaseClosed):
        return
    case = case_at(rules, data.case, rules.position)
    if case is None:
        yield submitted.breaks(CAS_2, "$.data.case", f"no case {data.case} was opened")
        return
    if case.closed is not None:
        yield submitted.breaks(CAS_2, "$.data.case", f"{data.case} was closed ({case.closed.where})")
        return
    match data:
        case CaseConsultationsHeld():
            yield from _goes_on(submitted, case)
            yield from _dated(submitted, "held_on", data.held_on, case)
        case CaseRuled():
            yield from _goes_on(submitted, case)
            yield from _ruled(rules, submitted, case)
            yield from _dated(submitted, "ruled_on", data.ruled_on, case)
        case CaseClosed():
            yield from _closed(submitted, data, case)
            yield from _dated(submitted, "closed_on", data.closed_on, case)


def _goes_on(submitted: Submitted, case: Case) -> Iterator[Violation]:
    if case.final is not None:
        yield submitted.breaks(
            CAS_2, "$.data.case", f"the final ruling was given ({case.final.where}); close the case"
        )
    elif case.is_settled:
        yield submitted.breaks(CAS_2, "$.data.case", "consultations settled it; close the case")


def _ruled(rules: RulesState, submitted: Submitted, case: Case) -> Iterator[Violation]:
    author, terms = submitted.event.party, case.terms
    if terms.kind == "dispute" and not case.consultations:
        yield submitted.breaks(
            CAS_3, "$.data.case", "no consultations are recorded (bloc.case.consultations_held.v1)"
        )
    if author in (terms.complainant, terms.respondent):
        yield submitted.breaks(CAS_4, "$.source", f"{author} is a party to the case")
        return
    wanted = RULES_IN[terms.kind]
    held = {
        mandate.role
        for mandate in live_mandates(rules, author, submitted.recorded_on)
        if mandate.names_type(RULED)
    }
    if held and not held & set(wanted):
        named = " or ".join(role.replace("_", " ") for role in wanted)
        yield submitted.breaks(CAS_4, "$.source", f"in a case of kind {terms.kind} a {named} rules")


def _closed(submitted: Submitted, data: CaseClosed, case: Case) -> Iterator[Violation]:
    outcome = "ruled" if case.final is not None else "settled" if case.is_settled else "withdrawn"
    if data.outcome != outcome:
        yield submitted.breaks(CAS_6, "$.data.outcome", f"by the record it is {outcome}, not {data.outcome}")


def _dated(submitted: Submitted, field: str, day: date, case: Case | None) -> Iterator[Violation]:
    if day > submitted.recorded_on:
        yield submitted.breaks(
            CAS_5, f"$.data.{field}", f"{day} is not over; today is {submitted.recorded_on} (UTC)"
        )
    if case is not None and day < case.last_day:
        yield submitted.breaks(
            CAS_5, f"$.data.{field}", f"{day} is before {case.last_day}, the day of the step before"
        )
