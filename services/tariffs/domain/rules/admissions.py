"""Rules of admission: which version may be activated. What a version asks, the ledger alone judges."""

from collections.abc import Iterator

from contracts.admissions import ADMISSIONS_KNOWN
from contracts.events import AdmissionActivated
from services.tariffs.domain.governance.admissions import admission_at, listed
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

ADM_1 = Rule(
    id="ADM-1",
    title="Rules of admission are known before they count",
    text="Only a version of the rules of admission that the deciding release has is activated.",
    source="House rule: a ledger that lacked the version would stop at its activation",
    since=FIRST_RULE_BOOK,
)
ADM_2 = Rule(
    id="ADM-2",
    title="Rules of admission go forward",
    text="Only a version of the rules of admission that is higher than all that were activated before is activated.",
    source="House rule: a version once in force is what verifiers count on, so there is no way back but a higher one",
    since=FIRST_RULE_BOOK,
)
RULES = (ADM_1, ADM_2)


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Rules about rules of admission that an event breaks."""
    data = submitted.event.data
    if not isinstance(data, AdmissionActivated):
        return
    if data.version not in ADMISSIONS_KNOWN:
        yield submitted.breaks(ADM_1, "$.data.version", f"this release has {listed()}, not {data.version}")
    in_force = admission_at(rules, rules.position)
    if data.version <= in_force:
        yield submitted.breaks(
            ADM_2, "$.data.version", f"version {in_force} is in force, and {data.version} is not higher"
        )
