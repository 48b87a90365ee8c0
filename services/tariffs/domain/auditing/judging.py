"""One draft decided again, by the very functions that decided it, on the world that its decision names.

That world is the rules at the position of the decision and the streams as they stood just before the draft (the
ledger admits no draft whose streams had moved on); the moment is that of the decision, at most a minute before the
stamp. What a decision says of itself, its time and position, is signed by the deciding service.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import UNSET, Struct, json
from msgspec.structs import replace

from contracts.admissions import ADMISSIONS_KNOWN
from contracts.body import split_body
from contracts.decoding import decode_event, encode_event
from contracts.envelope import AnyEvent, Event
from contracts.events import AdmissionActivated, RulesetActivated, SubmissionRefused
from contracts.identity.jws import SignatureFault, parse_detached
from contracts.malformed import UNREADABLE, Malformed
from services.tariffs.domain.decide import decide
from services.tariffs.domain.governance.rule_books import UnknownRuleBook
from services.tariffs.domain.rule import RULESETS, Violation
from services.tariffs.domain.state import RulesState
from services.tariffs.domain.world import (
    Accepted,
    Decided,
    Refused,
    StreamHead,
    Submission,
    TooLarge,
    VersionConflict,
    World,
)

from .comparing import compare
from .findings import Finding
from .recorded_drafts import BrokenRecord, RecordedDraft

_REFUSALS = json.Decoder(Event[SubmissionRefused])


class RefusedBody(Struct, frozen=True):
    """A refused submission as it was posted: the exact body, and the signature with it."""

    body: bytes
    signature: str


class Judgement(Struct, frozen=True):
    """What deciding again found. `agrees`: as it is recorded, byte for byte; then these are the events that are
    derived, and the on-demand streams as they are after the draft."""

    findings: tuple[Finding, ...] = ()
    agrees: Accepted | None = None
    derived_count: int = 0


def judge_recorded(
    draft: RecordedDraft, events: Sequence[AnyEvent], rules: RulesState, heads: Mapping[str, StreamHead]
) -> Judgement:
    """Decide a recorded submission again. `rules` and `heads` are what its decision was taken on.

    Raises BrokenRecord when it activates what only a later release has: that release let it pass, this one would not.
    """
    if later := _activates_later(events):
        raise BrokenRecord(draft.first, f"{later}, which this release does not have: run a newer one")
    submission = Submission(_signer(draft, events, rules), draft.kid, draft.digest, tuple(events))
    decided = _decided(draft, World(rules, heads), submission)
    if not isinstance(decided, Accepted):
        return Judgement(tuple(_should_not_stand(draft, events, decided)))
    found = _rule_book(draft, decided.ruleset, events[0].party)
    count = len(decided.derived)
    if decided.derived_body == b"\n".join(draft.derived):
        return Judgement(found, decided, count)
    first = draft.first + len(draft.authored)
    return Judgement((*found, *compare(decided.derived, draft.derived, first, draft.first)), None, count)


def _activates_later(events: Sequence[AnyEvent]) -> str | None:
    """What these events put in force that is not of this release, in words."""
    for event in events:
        match event.data:
            case RulesetActivated(ruleset=book) if book not in RULESETS:
                return f"it activates the rule book {book}"
            case AdmissionActivated(version=version) if version not in ADMISSIONS_KNOWN:
                return f"it activates version {version} of the rules of admission"
            case _:
                continue
    return None


def _decided(draft: RecordedDraft, world: World, submission: Submission) -> Decided:
    """Decide again. Raises BrokenRecord when this release does not have the rule book in force."""
    try:
        return decide(world, submission, now=draft.decided_at)
    except UnknownRuleBook as error:
        raise BrokenRecord(draft.first, str(error)) from error


def _rule_book(draft: RecordedDraft, in_force: str, party: str) -> tuple[Finding, ...]:
    """Whether the decision names the rule book that was in force."""
    named = draft.decision.ruleset
    if named == in_force:
        return ()
    text = f"decided by the rule book {named}, while {in_force} was in force"
    return (
        Finding(
            kind="rule_book_differs",
            position=draft.first,
            party=party,
            text=text,
            expected=in_force,
            recorded=named,
        ),
    )


def _signer(draft: RecordedDraft, events: Sequence[AnyEvent], rules: RulesState) -> str:
    """The party whose key signed; of the founding, and of a key that nobody registered, the one that is named."""
    registered = rules.ring.find(draft.kid)
    return events[0].party if registered is None else registered.party


def _should_not_stand(
    draft: RecordedDraft, events: Sequence[AnyEvent], decided: Refused | VersionConflict | TooLarge
) -> list[Finding]:
    party = events[0].party
    match decided:
        case Refused(violations=violations):
            places = {event.id: draft.first + line for line, event in enumerate(events)}
            return [_broken(violation, places[violation.event_id], party) for violation in violations]
        case VersionConflict(event_id, stream, expected, actual):
            line = next(line for line, event in enumerate(events) if event.id == event_id)
            text = f"its author expected version {expected} of {stream}, which was at {actual}: 409 was due"
            return [
                Finding(
                    kind="expected_version_not_met",
                    position=draft.first + line,
                    party=party,
                    text=text,
                    expected=str(expected),
                    recorded=str(actual),
                )
            ]
        case TooLarge(what, size_bytes, limit_bytes):
            text = f"{what} has {size_bytes} bytes, the limit is {limit_bytes}: 413 was due"
            return [Finding(kind="too_large", position=draft.first, party=party, text=text)]


def _broken(violation: Violation, position: int, party: str) -> Finding:
    rule = violation.rule
    return Finding(
        kind="rule_broken",
        position=position,
        party=party,
        text=f"{rule.title}: {violation.detail}",
        rule=rule.id,
        path=violation.path,
        expected="a refusal",
        recorded="accepted",
    )


def read_refused(refusal: SubmissionRefused, refused: RefusedBody) -> Submission | str:
    """The submission that was refused, decoded as when it came in; a sentence when that cannot be."""
    body = split_body(refused.body)
    if isinstance(body, Malformed):
        return f"the kept body is none: {body.reason}"
    if body.digest != refusal.submission:
        return f"the kept body has the digest {body.digest}"
    detached = parse_detached(refused.signature)
    if isinstance(detached, SignatureFault):
        return f"the signature kept with the body cannot be read: {detached.reason}"
    events: list[AnyEvent] = []
    for number, line in enumerate(body.lines):
        event = decode_event(line)
        if isinstance(event, Malformed):
            return f"line {number} of the kept body is malformed at {event.path}: {event.reason}"
        events.append(event)
    return Submission(refusal.party, detached.kid, body.digest, tuple(events))


def judge_refusal(
    draft: RecordedDraft,
    recorded: Event[SubmissionRefused],
    submission: Submission,
    rules: RulesState,
    heads: Mapping[str, StreamHead],
) -> list[Finding]:
    """Decide a refused submission again: was it refused with reason, and for these reasons?"""
    refusal = recorded.data
    # That an id was recorded with other bytes is taken from the refusal, which says where: the audit keeps no list of
    # all ids, and anybody can look at that entry.
    reused = {
        broken.event: broken.recorded
        for broken in refusal.broken
        if broken.recorded is not UNSET and broken.recorded < draft.first
    }
    decided = _decided(draft, World(rules, heads, reused), submission)
    named = ", ".join(dict.fromkeys(broken.rule for broken in refusal.broken))
    if not isinstance(decided, Refused):
        verdict, because = _instead(decided)
        return [
            Finding(
                kind="refusal_without_ground",
                position=draft.first,
                party=refusal.party,
                text=f"the submission {refusal.submission} was refused for {named}; {because}",
                rule=refusal.broken[0].rule,
                expected=verdict,
                recorded=f"refused for {named}",
            )
        ]
    found = list(_rule_book(draft, decided.ruleset, refusal.party))
    if encode_event(decided.refusal) == draft.derived[0]:
        return found
    again = ", ".join(dict.fromkeys(violation.rule.id for violation in decided.violations))
    reworded = _wordless(decided.refusal) == _wordless(recorded)
    differs = f"it breaks {again}" if again != named else "the refusal is another one"
    return [
        *found,
        Finding(
            kind="refusal_reworded" if reworded else "refusal_differs",
            position=draft.first,
            party=refusal.party,
            text=f"the submission {refusal.submission} was refused for {named}; "
            + ("this release says why in other words" if reworded else f"decided again {differs}"),
            rule=decided.violations[0].rule.id,
            expected=f"refused for {again}",
            recorded=f"refused for {named}",
        ),
    ]


def _wordless(refusal: Event[Any]) -> Event[Any]:
    """A refusal as far as it is a decision: which rules, in which event, at which place. How a rule is put into words
    may be improved by any release, and must not accuse the one before it."""
    broken = tuple(replace(one, text="") for one in refusal.data.broken)
    return replace(refusal, data=replace(refusal.data, broken=broken))


def _instead(decided: Accepted | VersionConflict | TooLarge) -> tuple[str, str]:
    """What should have been answered in the place of a refusal, and why, in words."""
    match decided:
        case VersionConflict(stream=stream):
            return (
                "409",
                f"its author's version of {stream} was out of date, which is answered and never recorded",
            )
        case TooLarge():
            return "413", "it is too large, which is answered and never recorded"
        case Accepted():
            return "accepted", "decided again it breaks no rule, and should have been accepted"


def refusal_in(draft: RecordedDraft) -> Event[SubmissionRefused]:
    """The refusal that a draft without an author records. Raises BrokenRecord when it is none."""
    try:
        return _REFUSALS.decode(draft.derived[0])
    except UNREADABLE as error:
        raise BrokenRecord(draft.first, f"nobody is its author, and it is no refusal: {error}") from error
