"""Documents that the reads answer with and that no view of the domain is as a whole: frames, steps, rows.

The handlers write them member by member; here they stand as types, for OpenAPI alone (`answered.py`).
"""

from datetime import date
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.decimals import DecimalText, SignedDecimalText
from contracts.events.duties import AssessedDuty
from contracts.values import Money
from services.serving.description import SCHEMAS
from services.tariffs.domain.answers.difference import Responsible
from services.tariffs.domain.answers.refusals import RefusalView
from services.tariffs.domain.answers.views import FloorView, MeasureView, MemberView
from services.tariffs.domain.assessment.assess import Assessment
from services.tariffs.domain.lifecycle.view import AssessmentView, DeclarationView, ItemView
from services.tariffs.domain.reserve.market import GainView, OutgoingView


def _one_of(*types: type[Struct] | None) -> Meta:
    """One of several documents that no member tells apart: msgspec describes no such union itself."""
    named = [{"type": "null"} if one is None else {"$ref": f"{SCHEMAS}{one.__name__}"} for one in types]
    return Meta(extra_json_schema={"anyOf": named})


class AsKnown(Struct, kw_only=True):
    """An answer as known at `position` (K); `settled` is false while more may be recorded before the time asked for."""

    position: int
    settled: bool


class OnDay(AsKnown, kw_only=True):
    """An answer about the day `effective_at` (V) as known at `position` (K)."""

    effective_at: date


class Quoted(Assessment, kw_only=True, frozen=True):
    """What an item would owe, accepted at that instant and decided by that rule book."""

    position: int
    settled: bool
    accepted_at: str
    ruleset: str
    explanation: list[str] | UnsetType = UNSET


class WouldRecord(Struct):
    """What a dry run found: what would be derived, and the key versions that it would be decided on."""

    outcome: Literal["would_record"]
    submission: str
    position: int
    expects: dict[str, int]
    derived: list[dict[str, Any]]


class Waiting(Struct):
    """A submission that is decided and not recorded yet."""

    outcome: Literal["waiting"]
    submission: str


class RefusedSubmission(RefusalView, kw_only=True, frozen=True):
    """A submission that was refused, and by which rules."""

    outcome: Literal["refused"]


class StandingDuty(AssessedDuty, kw_only=True, frozen=True):
    """The payload of duty.assessed, or of the duty.reassessed that took its place."""

    supersedes: str | UnsetType = UNSET
    cause: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    because: tuple[int, ...] | UnsetType = UNSET
    previous_total: DecimalText | UnsetType = UNSET
    delta: SignedDecimalText | UnsetType = UNSET


class StandingAssessment(AssessmentView, frozen=True):
    """The assessment that stands, and where it is recorded."""

    duty: StandingDuty


class DeclaredItem(ItemView, frozen=True):
    """An item with the assessment that stands."""

    assessment: StandingAssessment | UnsetType = UNSET


class DeclarationAsKnown(DeclarationView, frozen=True):
    """A declaration as known at K."""

    items: tuple[DeclaredItem, ...]


class SignedMoney(Money, frozen=True):
    """An amount that may be below zero."""

    amount: SignedDecimalText


class Outgoing(OutgoingView, kw_only=True, frozen=True):
    """What went out at the fixed price, against the market."""

    gain: SignedMoney | None = None


class Gain(GainView, frozen=True):
    """Sums in one currency."""

    gain: SignedMoney


class Step(Struct):
    """Who posted an entry, which, and when it was recorded."""

    by: str
    position: int
    recorded_at: str


class CaseStep(Step):
    """What was said at one step of a case; `data` is the payload of an event of that type."""

    type: str
    data: dict[str, Any]


class Case(Struct):
    """A dispute, review or investigation, step by step."""

    case: str
    kind: str
    status: str
    steps: list[CaseStep]


class ProposedEvent(Struct):
    """A complete event as proposed, and the position at which it was recorded."""

    type: str
    data: dict[str, Any]
    position: int | UnsetType = UNSET


class Proposal(Struct, kw_only=True):
    """A proposal: who submitted it, what became of it, how much of it is recorded."""

    proposal: str
    title: str
    status: str
    author: str
    submitted: Step
    events_proposed: int
    events_recorded: int
    approved: Step | UnsetType = UNSET
    rejected: Step | UnsetType = UNSET
    withdrawn: Step | UnsetType = UNSET


class WholeProposal(Proposal, kw_only=True):
    """A proposal with all that it proposes."""

    events: list[ProposedEvent]


class RuleBook(Struct):
    """A rule book, its first day, and the entry that put it in force."""

    ruleset: str
    effective_from: date
    position: int


class Admission(Struct):
    """A version of the rules of admission, and the entry that put it in force."""

    version: int
    position: int
    legal_basis: dict[str, Any]


class Difference(Struct):
    """A measure, floor or member with both answers about it, and the entries that changed it."""

    what: Literal["measure", "floor", "member"]
    name: str
    before: Annotated[Any, _one_of(MeasureView, FloorView, MemberView, None)]
    after: Annotated[Any, _one_of(MeasureView, FloorView, MemberView, None)]
    because: list[Responsible]


class PublishedHash(Struct):
    """The newest hash of the state in the record, and the position whose state it is of."""

    position: int
    known_position: int
    state_hash: str


class Projection(Struct, kw_only=True):
    """How far what an instance computes is behind the record."""

    projection: str
    position: int
    behind: int
    caught_up: bool
    published: PublishedHash | UnsetType = UNSET


class HashOfState(Struct):
    """The hash of the state that an instance holds, of so many things, at a position."""

    projection: str
    position: int
    format: str
    things: int
    state_hash: str


class EventTypeRow(Struct):
    """An event type: its stream, who may issue it, and what hangs on it."""

    type: str
    stream: str
    roles: list[str]
    derived: bool
    legal_basis: bool
    four_eyes: bool


class EventTypePage(EventTypeRow):
    """An event type with the JSON Schema of the whole event, and one valid example."""

    schema: dict[str, Any]
    example: dict[str, Any]


class Ready(Struct, kw_only=True):
    """The service can decide; what of the ledger is away, and what only a newer release understands."""

    status: Literal["ready"]
    position: int
    ledger: str | UnsetType = UNSET
    outdated: str | UnsetType = UNSET
