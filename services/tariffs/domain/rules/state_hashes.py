"""Published hashes of the state: by whom, and of which states.

Whether a hash is the right one cannot be judged while submissions are decided, since that takes a replay; every
replay compares it, and says so.
"""

from collections.abc import Iterator

from contracts.events import StateHashPublished
from services.tariffs.domain.governance.party import TARIFFS_ROLE
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

STH_1 = Rule(
    id="STH-1",
    title="Who publishes the hash of the state",
    text="The hash of the state is published by the party that the founding gave the role tariffs.",
    source="House rule: who decides says on which state",
    since=FIRST_RULE_BOOK,
)
STH_2 = Rule(
    id="STH-2",
    title="Only a state that was reached",
    text="The hash of the state is that after an entry which is recorded already.",
    source="House rule: nobody knows the state of tomorrow",
    since=FIRST_RULE_BOOK,
)
STH_3 = Rule(
    id="STH-3",
    title="One hash of one state",
    text="Each published hash is of a later state than those published before.",
    source="House rule: a hash that was published stands; another one of the same state could only contradict it",
    since=FIRST_RULE_BOOK,
)
RULES = (STH_1, STH_2, STH_3)


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Rules about hashes of the state that an event breaks."""
    data = submitted.event.data
    if not isinstance(data, StateHashPublished):
        return
    service = rules.ring.party_of_role(TARIFFS_ROLE)
    if submitted.event.party != service:
        yield submitted.breaks(
            STH_1, "$.source", f"{submitted.event.party} does not decide here; {service} does"
        )
    if data.known_position > rules.position:
        yield submitted.breaks(
            STH_2, "$.data.known_position", f"the newest entry that is recorded is {max(rules.position, 0)}"
        )
    published = rules.state_hashes[-1] if rules.state_hashes else None
    if published is not None and data.known_position <= published.data.known_position:
        yield submitted.breaks(
            STH_3,
            "$.data.known_position",
            f"the hash of the state at {published.data.known_position} is published already ({published.where})",
        )
