"""Drafts out of entries: where they begin and end, their signatures and decision. Knows nothing of what came before.

This is what costs time (hashing, decoding, two Ed25519 checks a draft), so it is stateless and worker processes can
do it, each on a stretch of the record. Which key a draft needs is said by its `kid`, and a `kid` is the thumbprint
of the key itself: so any key with that thumbprint is the right one, wherever it was found, and what remains for the
fold is whether it was registered, for whom, and live. Where no such key is known yet, the draft says so
(`unchecked`), and has to be read again with it.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from msgspec import UNSET, Struct, json
from msgspec.structs import replace

from contracts.decision import Decision, DecisionFault, parse_decision
from contracts.entry import Stamp
from contracts.envelope import SOURCE_PREFIX
from contracts.identity.jws import (
    Detached,
    SignatureFault,
    circumstance_fault,
    parse_detached,
    verify_detached,
)
from contracts.identity.keys import VerifyingKey
from contracts.limits import DRAFT_EVENTS_MAX, SUBMISSION_EVENTS_MAX
from contracts.malformed import UNREADABLE
from contracts.verification.fault import Fault
from contracts.verification.marks import mark_version
from contracts.verification.opening import draft_of, open_entry, seconds_of
from contracts.verification.parts import Part, read_part
from contracts.verification.standing import StandingEvent, keys_in, standing_events
from contracts.verification.stated import fault_of_expects

REFUSED = "bloc.submission.refused.v1"


class DraftFacts(Struct, frozen=True, array_like=True, gc=False):
    """A draft whose entries are in order among themselves, and what the fold must know of it.

    `first` position and `count` of entries; `recorded_at`, `incarnation`, `sequence` as stamped; `author`: the
    party of its first part; `signer`: the kid of its signature ("" in a refusal, whose refused body is not in the
    record), `issued_at` its `iat`; `decider`: the kid of its decision, `known` the position that was known to it,
    `decided_at` its time; `derived_by`: the party of the derived part ("" if there is none); `standing`: the events
    that change who may sign; `unchecked`: the kids whose signatures were not checked, for want of the key; `states`:
    whether it states the key versions that it was decided on, which are then those that the decision signs.
    """

    first: int
    count: int
    recorded_at: str
    incarnation: str
    sequence: int
    author: str
    signer: str
    issued_at: int
    decider: str
    known: int
    decided_at: str
    derived_by: str
    standing: tuple[StandingEvent, ...]
    unchecked: tuple[str, ...]
    states: bool = False


class Draft(Struct, frozen=True):
    """A draft that was read: its facts, its parts in order, and marks of the key versions that its stamp states."""

    facts: DraftFacts
    parts: tuple[Part, ...]
    expected: tuple[bytes, ...] = ()


class Cut(Struct, frozen=True):
    """A draft has `count` entries."""

    count: int


class MoreNeeded(Struct, frozen=True):
    """The entries end before the draft does; at least `count` are needed to go on."""

    count: int


def begins_draft(entry: bytes, position: int) -> bool:
    """Whether a draft begins here. An entry that cannot be read counts as one, so that it is looked at."""
    opened = open_entry(entry, position)
    return isinstance(opened, Fault) or (opened[0].part_no == 0 and opened[0].line == 0)


def cut_draft(entries: Sequence[bytes], first: int) -> Cut | MoreNeeded | Fault:
    """Say how many of `entries`, the first of them at position `first`, belong to the draft that begins there."""
    opened = open_entry(entries[0], first)
    if isinstance(opened, Fault):
        return opened
    lead = opened[0]
    if lead.part_no or lead.line:
        reason = f"it is line {lead.line} of part {lead.part_no}, and the first line of a draft is due"
        return Fault(first, "stamp.part_no" if lead.part_no else "stamp.line", reason)
    lines_max = DRAFT_EVENTS_MAX if lead.signature is UNSET else SUBMISSION_EVENTS_MAX
    if not 1 <= lead.lines <= lines_max:
        return Fault(first, "stamp.lines", f"no first part has {lead.lines} lines")
    if lead.parts == 1:
        return Cut(lead.lines) if len(entries) >= lead.lines else MoreNeeded(lead.lines)
    if len(entries) <= lead.lines:
        return MoreNeeded(lead.lines + 1)
    position = first + lead.lines
    second = open_entry(entries[lead.lines], position)
    if isinstance(second, Fault) or not 1 <= second[0].lines <= DRAFT_EVENTS_MAX:
        # One entry of it is enough to name the fault; one of the first part would come before it.
        return Cut(lead.lines + 1)
    count = lead.lines + second[0].lines
    return Cut(count) if len(entries) >= count else MoreNeeded(count)


def read_draft(
    entries: Sequence[bytes], first: int, *, keys: Mapping[str, bytes], origin: str, secret: bytes
) -> Draft | Fault:
    """Read the draft that these entries are, from position `first` on (`cut_draft` says how many they are).

    `keys`: public keys (32 bytes) by kid, as many as are known. `origin`: the ledger's, which every signature must
    name. `secret` keys the marks.
    """
    parts: list[Part] = []
    at = 0
    while at < len(entries):
        opened = open_entry(entries[at], first + at)
        if isinstance(opened, Fault):
            return opened
        lead = opened[0]
        if fault := _fault_of_order(lead, parts):
            return fault
        part = read_part(entries[at : at + max(lead.lines, 1)], first + at, lead, secret=secret)
        if isinstance(part, Fault):
            return part
        if len(part.lines) < lead.lines:
            return Fault(first + at, "stamp.lines", "the draft ends before this part does")
        parts.append(part)
        at += lead.lines
    if len(parts) != parts[0].lead.parts:
        lead = parts[0].lead
        reason = f"{lead.parts} parts are announced at {lead.position}, {len(parts)} is there"
        return Fault(first + at, "stamp.part_no", reason)
    draft = _authentic(tuple(parts), keys, origin)
    if isinstance(draft, Fault):
        return draft
    stated = parts[0].lead.expects or {}
    return replace(
        draft, expected=tuple(mark_version(secret, first, key, version) for key, version in stated.items())
    )


def _fault_of_order(lead: Stamp, parts: Sequence[Part]) -> Fault | None:
    """Whether a part may stand here: parts in their order, all of one draft, signed first and derived after it."""
    position = lead.position
    if lead.part_no != len(parts):
        return Fault(
            position, "stamp.part_no", f"it is part {lead.part_no}, and part {len(parts)} of its draft is due"
        )
    if not parts:
        if lead.decision is UNSET:
            return Fault(position, "decision", "the draft has none: nobody decided that it may be recorded")
        if lead.signature is UNSET and lead.parts != 1:
            return Fault(position, "signature", "the first part of a draft is signed by its author")
        return None
    before = parts[0].lead
    for name in ("draft", "recorded_at", "parts"):
        if getattr(lead, name) != getattr(before, name):
            reason = f"it says {getattr(lead, name)!r}, the draft says {getattr(before, name)!r}"
            return Fault(position, f"stamp.{name}", reason)
    if lead.decision is not UNSET or lead.expects is not UNSET:
        reason = "a decision, and what it expects, stand on the first entry of a draft only"
        return Fault(position, "decision", reason)
    if lead.signature is not UNSET:
        return Fault(
            position, "signature", "only the first part of a draft is signed; what follows is derived"
        )
    return None


def _authentic(parts: tuple[Part, ...], keys: Mapping[str, bytes], origin: str) -> Draft | Fault:
    """Check signature and decision of a draft whose parts are in order."""
    part = parts[0]
    lead = part.lead
    standing = standing_events(parts, origin)
    if isinstance(standing, Fault):
        return standing
    known = {**keys, **keys_in(standing)} if standing and lead.position == 0 else keys
    unchecked: list[str] = []
    signed = _signed(part, known, origin, unchecked)
    if isinstance(signed, Fault):
        return signed
    decided = _decision(parts, known, origin, unchecked)
    if isinstance(decided, Fault):
        return decided
    kid, decision = decided
    incarnation, sequence = draft_of(lead.draft) or ("", 0)
    facts = DraftFacts(
        first=lead.position,
        count=sum(len(each.lines) for each in parts),
        recorded_at=lead.recorded_at,
        incarnation=incarnation,
        sequence=sequence,
        author=part.source[len(SOURCE_PREFIX) :],
        signer="" if signed is None else signed.kid,
        issued_at=-1 if signed is None else signed.iat,
        decider=kid,
        known=decision.position,
        decided_at=decision.time,
        derived_by="".join(
            each.source[len(SOURCE_PREFIX) :] for each in parts if each.lead.signature is UNSET
        ),
        standing=standing,
        unchecked=tuple(unchecked),
        states=lead.expects is not UNSET,
    )
    return Draft(facts, parts)


def _signed(
    part: Part, keys: Mapping[str, bytes], origin: str, unchecked: list[str]
) -> Detached | Fault | None:
    """The signature of the first part, verified where the key is known; None for a refusal, which has none."""
    position, text = part.lead.position, part.lead.signature
    if text is UNSET:
        return _fault_of_refusal(part)
    through = position + len(part.lines) - 1
    detached = parse_detached(text)
    if isinstance(detached, SignatureFault):
        return Fault(position, "signature", detached.reason)
    if wrong := circumstance_fault(detached, audience=origin, at_seconds=seconds_of(part.lead.recorded_at)):
        return Fault(position, "signature", wrong.reason)
    public = keys.get(detached.kid)
    if public is None:
        unchecked.append(detached.kid)
    elif not verify_detached(detached, part.body, _loaded(public)):
        return Fault(
            position, "signature", f"it is not that of the key {detached.kid} over the part", through
        )
    return detached


def _decision(
    parts: tuple[Part, ...], keys: Mapping[str, bytes], origin: str, unchecked: list[str]
) -> tuple[str, Decision] | Fault:
    position = parts[0].lead.position
    token = parse_decision(parts[0].lead.decision or "", audience=origin)
    if isinstance(token, DecisionFault):
        return Fault(position, "decision", token.reason)
    public = keys.get(token.kid)
    if public is None:
        unchecked.append(token.kid)
    elif not token.is_signed_by(_loaded(public)):
        return Fault(position, "decision", f"its signature is not that of the key {token.kid}")
    decision = token.decision()
    if isinstance(decision, DecisionFault):
        return Fault(position, "decision", decision.reason)
    if decision.parts != tuple(part.lead.part for part in parts):
        return Fault(position, "decision", "it is about other parts than those that were recorded with it")
    return fault_of_expects(parts, decision) or (token.kid, decision)


class _RefusalPayload(Struct):
    party: str


def _fault_of_refusal(part: Part) -> Fault | None:
    """A first part that nobody signed is the refusal of a submission, and nothing else."""
    position = part.lead.position
    if [header.type for header in part.headers] != [REFUSED]:
        return Fault(
            position, "signature", f"nobody signed it; only one event of type {REFUSED} needs no signature"
        )
    try:
        payload = json.decode(part.headers[0].data, type=_RefusalPayload)
    except UNREADABLE as error:
        return Fault(position, "event.data", f"the refusal cannot be read: {error}")
    if part.headers[0].subject != f"refusal/{payload.party}":
        return Fault(position, "event.subject", "the refusal stands on the stream of another party")
    return None


@lru_cache(maxsize=4_096)
def _loaded(public: bytes) -> VerifyingKey:
    return VerifyingKey(public)
