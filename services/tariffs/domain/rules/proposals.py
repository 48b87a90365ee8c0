"""Proposals: who may propose and approve what, in which order; and that only what was approved is recorded."""

from collections.abc import Iterator

from msgspec import UNSET

from contracts.events import (
    MandateGranted,
    Payload,
    ProposalApproved,
    ProposalRejected,
    ProposalSubmitted,
    ProposalWithdrawn,
)
from services.tariffs.domain.evolve import PROPOSAL_TYPES
from services.tariffs.domain.governance.four_eyes import (
    APPROVER,
    begins_four_eyes,
    may_approve,
    may_need_approval,
    needs_approval,
    proposed_as,
    scope_of,
)
from services.tariffs.domain.governance.mandates import lacking
from services.tariffs.domain.governance.proposals import Proposal, proposal_at
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

FOUR_EYES = "House rule (four eyes); compare Regulation (EU) 2018/1046, article 36(3) (segregation of tasks)"

PRP_1 = Rule(
    id="PRP-1",
    title="A proposal is submitted once",
    text="The name of a proposal is used once; what was rejected or withdrawn is proposed anew under another name.",
    source="House rule: an approval must mean one text for ever",
    since=FIRST_RULE_BOOK,
)
PRP_2 = Rule(
    id="PRP-2",
    title="Nobody proposes what he may not issue",
    text="The author of a proposal holds, on the day of recording, a mandate for each event that he proposes.",
    source=FOUR_EYES,
    since=FIRST_RULE_BOOK,
)
PRP_3 = Rule(
    id="PRP-3",
    title="A proposal is decided while it is open",
    text=(
        "A proposal is approved or rejected once, after its submission, whose position the decision names; it is "
        "withdrawn unless it was rejected, withdrawn or recorded as a whole."
    ),
    source="House rule: the states of a proposal are submitted, approved, rejected, withdrawn and recorded",
    since=FIRST_RULE_BOOK,
)
PRP_4 = Rule(
    id="PRP-4",
    title="Nobody approves his own proposal",
    text="A proposal is approved or rejected by another party than its author, and so with another party's key.",
    source=FOUR_EYES,
    since=FIRST_RULE_BOOK,
)
PRP_5 = Rule(
    id="PRP-5",
    title="An approver is mandated for all of it",
    text=(
        "Whoever approves or rejects a proposal holds, on the day of recording, a mandate as approver that covers "
        "territory and minerals of every event in it. What is about no territory alone is approved for BLOC."
    ),
    source=FOUR_EYES,
    since=FIRST_RULE_BOOK,
)
PRP_6 = Rule(
    id="PRP-6",
    title="A proposal is withdrawn by its author",
    text="Only the party that submitted a proposal withdraws it; an approver rejects it.",
    source="House rule: everybody unsays his own words",
    since=FIRST_RULE_BOOK,
)
PRP_7 = Rule(
    id="PRP-7",
    title="An approver acts somewhere",
    text="A mandate as approver names the territories for which it approves; BLOC is one of them.",
    source="House rule: an approver for nothing would approve nothing",
    since=FIRST_RULE_BOOK,
)
PRP_8 = Rule(
    id="PRP-8",
    title="Four eyes",
    text=(
        "Events about membership, acts, measures, floors, emergencies, mandates, rule books and keys that the "
        "secretariat registers, and corrections of these, name a proposal of their author that another party approved "
        "and that holds exactly these data. So does every event that names one. The first approver's key and mandate "
        "need none."
    ),
    source=FOUR_EYES,
    since=FIRST_RULE_BOOK,
    ruleset="2026.2",
)
PRP_9 = Rule(
    id="PRP-9",
    title="What is approved is recorded once",
    text="Each event of an approved proposal is recorded once.",
    source="House rule: an approval is no licence to repeat",
    since=FIRST_RULE_BOOK,
    ruleset="2026.2",
)
RULES = (PRP_1, PRP_2, PRP_3, PRP_4, PRP_5, PRP_6, PRP_7, PRP_8, PRP_9)


def concerns(event_type: str, payload: type[Payload]) -> bool:
    """Whether such events may name a proposal, or may need one."""
    return "proposal" in payload.__struct_fields__ or may_need_approval(event_type, payload)


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Rules about proposals that an event breaks, and whether it was approved if it must be."""
    if rules.charter is None:
        return
    match submitted.event.data:
        case ProposalSubmitted() as data:
            yield from _proposed(rules, submitted, data)
        case ProposalApproved() | ProposalRejected() as data:
            yield from _decided(rules, submitted, data)
        case ProposalWithdrawn() as data:
            yield from _withdrawn(rules, submitted, data)
        case MandateGranted(role=role, territories=()) if role == APPROVER:
            yield submitted.breaks(PRP_7, "$.data.territories", "name BLOC, or territories such as US")
        case _:
            pass
    yield from _approved(rules, submitted)


def _proposed(rules: RulesState, submitted: Submitted, data: ProposalSubmitted) -> Iterator[Violation]:
    earlier = rules.proposals.get(data.proposal, ())
    if earlier:
        yield submitted.breaks(
            PRP_1,
            "$.data.proposal",
            f"{data.proposal} was used already ({earlier[0].where}); take another name, and name it in the events",
        )
    for index, proposed in enumerate(data.events):
        event = proposed_as(submitted.event, proposed.type, proposed.payload)
        gap = lacking(rules, event, submitted.recorded_on)
        if gap is not None:
            yield submitted.breaks(PRP_2, f"$.data.events[{index}]", gap)


def _decided(
    rules: RulesState, submitted: Submitted, data: ProposalApproved | ProposalRejected
) -> Iterator[Violation]:
    proposal = proposal_at(rules, data.proposal, rules.position)
    if proposal is None:
        yield submitted.breaks(PRP_3, "$.data.proposal", f"no proposal {data.proposal} was submitted")
        return
    if proposal.status != "submitted":
        yield submitted.breaks(PRP_3, "$.data.proposal", _closed(proposal))
    if data.position != proposal.submitted.position:
        at = proposal.submitted.position
        yield submitted.breaks(
            PRP_3,
            "$.data.position",
            f"{data.proposal} was submitted at position {at}, not {data.position}; read what it says there",
        )
    if submitted.event.party == proposal.author:
        yield submitted.breaks(
            PRP_4, "$.source", f"{proposal.author} is its author; another party has to look at it"
        )
    for proposed in proposal.events:
        party, day = submitted.event.party, submitted.recorded_on
        if not may_approve(rules, party, proposed.type, proposed.payload, day):
            territory, minerals = scope_of(rules, proposed.type, proposed.payload)
            about = f" and {', '.join(minerals)}" if minerals else ""
            yield submitted.breaks(
                PRP_5,
                "$.source",
                f"{party} holds no mandate as approver for {territory}{about} on {day}, which {proposed.type} needs",
            )
            return


def _closed(proposal: Proposal) -> str:
    """Why a proposal is not open any more."""
    entry = proposal.withdrawn or proposal.rejected or proposal.approved
    assert entry is not None  # its status says so
    return f"{proposal.name} was {entry.event.type.split('.')[2]} already ({entry.where})"


def _withdrawn(rules: RulesState, submitted: Submitted, data: ProposalWithdrawn) -> Iterator[Violation]:
    proposal = proposal_at(rules, data.proposal, rules.position)
    if proposal is None:
        yield submitted.breaks(PRP_3, "$.data.proposal", f"no proposal {data.proposal} was submitted")
        return
    if submitted.event.party != proposal.author:
        yield submitted.breaks(
            PRP_6, "$.source", f"{proposal.author} submitted {data.proposal}, and alone withdraws it"
        )
    if proposal.status in ("withdrawn", "rejected"):
        yield submitted.breaks(PRP_3, "$.data.proposal", _closed(proposal))
    elif proposal.status == "recorded":
        yield submitted.breaks(
            PRP_3, "$.data.proposal", f"all of {data.proposal} is recorded; end or annul what it made"
        )


def _approved(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    event = submitted.event
    if event.type in PROPOSAL_TYPES:
        return
    name = getattr(event.data, "proposal", UNSET)
    if name is UNSET:
        if needs_approval(rules, event) and not begins_four_eyes(rules, event, submitted.recorded_on):
            yield submitted.breaks(
                PRP_8,
                "$.data.proposal",
                f"{event.type} names no proposal; submit one (bloc.proposal.submitted.v1) and have it approved",
            )
        return
    proposal = proposal_at(rules, name, rules.position)
    fault = f"no proposal {name} was submitted" if proposal is None else _unlike(proposal, submitted)
    if proposal is None or fault is not None:
        yield submitted.breaks(PRP_8, "$.data.proposal", str(fault))
        return
    place = proposal.place_of(event)
    assert place is not None  # otherwise it would be unlike
    recorded = proposal.recorded[place]
    if recorded is not None:
        yield submitted.breaks(
            PRP_9, "$.data.proposal", f"events[{place}] of {name} was recorded ({recorded.where})"
        )


def _unlike(proposal: Proposal, submitted: Submitted) -> str | None:
    """Why an event is not what was approved; None when it is."""
    event = submitted.event
    if event.party != proposal.author:
        return f"{proposal.name} is a proposal of {proposal.author}, who alone records its events"
    if proposal.status in ("submitted", "rejected", "withdrawn"):
        state = "not approved yet" if proposal.status == "submitted" else proposal.status
        return f"{proposal.name} is {state}"
    if proposal.place_of(event) is None:
        return f"{proposal.name} holds no {event.type} with exactly these data; post what was approved"
    return None
