"""Commitments of members: set once, fulfilled once. Whether one is late follows from its dates and is no rule."""

from collections.abc import Iterator, Sequence

from contracts.events import MemberCommitmentFulfilled, MemberCommitmentSet
from services.tariffs.domain.histories.timeline import known_entries
from services.tariffs.domain.members.membership import STEP_DAYS
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import Recorded, RulesState

COM_1 = Rule(
    id="COM-1",
    title="Only a state that takes part commits itself",
    text="A commitment is set for a state that has been invited.",
    source="House rule: nobody else's promises are kept here",
    since=FIRST_RULE_BOOK,
)
COM_2 = Rule(
    id="COM-2",
    title="A commitment is set once",
    text="The name of a commitment is used once for a member.",
    source="House rule: what was promised does not change",
    since=FIRST_RULE_BOOK,
)
COM_3 = Rule(
    id="COM-3",
    title="Only an open commitment is fulfilled",
    text="A fulfilment names a commitment of the member that was set and has not been fulfilled.",
    source="House rule: lateness is counted from one fulfilment",
    since=FIRST_RULE_BOOK,
)
RULES = (COM_1, COM_2, COM_3)


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Commitment rules that an event breaks."""
    match submitted.event.data:
        case MemberCommitmentSet() as data:
            history = known_entries(rules.members, data.member)
            if not any(entry.event.type in STEP_DAYS for entry in history):
                yield submitted.breaks(
                    COM_1, "$.data.member", f"{data.member} has not been invited; invite it first"
                )
            entry = _entry_of(history, MemberCommitmentSet, data.commitment)
            if entry is not None:
                yield submitted.breaks(
                    COM_2,
                    "$.data.commitment",
                    f"{data.commitment} was set already ({entry.where}); give this commitment another name",
                )
        case MemberCommitmentFulfilled() as data:
            history = known_entries(rules.members, data.member)
            done = _entry_of(history, MemberCommitmentFulfilled, data.commitment)
            if done is not None:
                yield submitted.breaks(
                    COM_3, "$.data.commitment", f"{data.commitment} was fulfilled already ({done.where})"
                )
            elif _entry_of(history, MemberCommitmentSet, data.commitment) is None:
                yield submitted.breaks(
                    COM_3,
                    "$.data.commitment",
                    f"{data.member} has no commitment {data.commitment}; GET /members lists its commitments",
                )
        case _:
            return


def _entry_of(history: Sequence[Recorded], event: type, commitment: str) -> Recorded | None:
    found = (e for e in history if isinstance(e.data, event) and e.data.commitment == commitment)
    return next(found, None)
