"""Consent: whoever is bound by what another party records has signed it too.

The first releases took a reserve operator's word for what a company had committed to buy. Since the second version of
the event the company's own signature travels with the terms; what was recorded before stands, and says that nobody
asked for one. Only a later rule book asks everybody for it, since a rule that is made later accuses nothing.
"""

from collections.abc import Iterator

from msgspec import UNSET

from contracts.events import PurchaseCommitmentSigned
from contracts.identity.consent import fault_of_consent
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

CNS_1 = Rule(
    id="CNS-1",
    title="Consent is the company's, to these terms",
    text=(
        "The consent in a purchase commitment is a signature of the company that it names, over exactly these terms, "
        "with a key of the company that counts on the recorded day."
    ),
    source="House rule: nobody is bound by what another party says of him; RFC 7515, appendix F (detached signature)",
    since=FIRST_RULE_BOOK,
)
CNS_2 = Rule(
    id="CNS-2",
    title="A company signs its commitment",
    text="A purchase commitment is recorded with the consent of the company that it binds.",
    source="House rule: a commitment to buy takes two, and the ledger shows both",
    since=FIRST_RULE_BOOK,
    ruleset="2026.2",
)
RULES = (CNS_1, CNS_2)


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Rules about consent that an event breaks."""
    data = submitted.event.data
    if not isinstance(data, PurchaseCommitmentSigned) or rules.charter is None:
        return
    if data.consent is UNSET:
        yield submitted.breaks(
            CNS_2,
            "$.type",
            f"{submitted.event.type} has no field for it; post bloc.purchase_commitment.signed.v2 with the "
            f"signature of {data.company} in consent",
        )
        return
    fault = fault_of_consent(data, rules.ring, origin=rules.origin, on=submitted.recorded_on.isoformat())
    if fault is not None:
        yield submitted.breaks(
            CNS_1, "$.data.consent", f"{fault}; bloc keys consent writes it for a file with the terms"
        )
