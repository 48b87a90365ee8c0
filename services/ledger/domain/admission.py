"""Whether a draft is recorded: a pure fold, draft by draft in the order of the draft stream.

`admit` looks at one draft, the state before it and what is known of the record, and answers with the state
after it. It sees no batch, no clock and no database, so however the drafts are cut into batches, and however
often one is delivered, the same stream gives the same entries.

Rules of admission have a version. A release that grew stricter without one would refuse, when it replays an
old stream, what an older release recorded; so old versions stay in `ADMISSIONS` for ever, and a new one
counts only from the draft after the one that activates it. A version that this release does not have stops it
there. Versions only go up: a lower one, should it ever be recorded, changes nothing.

Faults are looked for in order of precedence: what the message is (malformed), who made it (forged,
key_not_valid), whether it is recorded already (duplicate, partly_recorded, conflict by id), whether it comes
in time (stale), whether its key still counts (key_not_valid), and last what it was decided on (conflict). A
retry of something recorded is thus a duplicate even when its key was revoked or its versions have moved on.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from contracts.admissions import ADMISSION_FIRST, ADMISSION_STATING
from contracts.decision import Decision, verify_decision
from contracts.entry import NANOSECONDS_PER_SECOND, recorded_at_text
from contracts.identity.jws import circumstance_fault
from contracts.identity.keyring import KeyRing
from contracts.limits import STALE_SECONDS_MAX
from contracts.receipt import KnownLine, Outcome
from services.ledger.domain.knowledge import Known, KnownEvent
from services.ledger.domain.reading import Newer, ReadDraft, Unreadable
from services.ledger.domain.state import LedgerState
from services.ledger.domain.stating import states_what_it_expects
from services.ledger.domain.verify import Authentic, Fault, Verdict, founding_ring, verify_draft

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MICROSECOND_NS = 1_000


class Admitted(Struct, frozen=True):
    """The draft is recorded: `count` entries from `first_position`, stamped `recorded_at_ns`."""

    draft: ReadDraft
    first_position: int
    count: int
    recorded_at_ns: int
    stated: bytes = b""
    """The key versions that the first stamp states, as JSON; empty when it states none."""


class NewerReleaseNeededError(RuntimeError):
    """The record cannot go on with this release of the ledger, and loses nothing while it waits for a newer one."""


class NewerTypeError(NewerReleaseNeededError):
    """The deciding service accepted an event of a type that this release of the ledger does not have."""


class NewerAdmissionError(NewerReleaseNeededError):
    """The record activates, or was admitted by, rules of admission that this release of the ledger does not have."""


class Rejected(Struct, frozen=True):
    """The draft is not recorded (again). `first`: the recorded event of a duplicate that stands first."""

    sequence: int
    digest: str
    outcome: Outcome
    reason: str
    recorded_at_ns: int
    lines: tuple[KnownLine, ...] = ()
    first: KnownEvent | None = None
    count: int = 0


Answer = Admitted | Rejected


def admit(
    state: LedgerState, draft: ReadDraft | Unreadable, known: Known, verdict: Verdict | None = None
) -> tuple[LedgerState, Answer]:
    """Judge one draft. `verdict` spares verifying again, if it was made by the ring of `state`.

    Raises AssertionError when drafts come out of order, NewerAdmissionError when rules of admission are unknown to
    this release, NewerTypeError when an event's type is: all of them must stop the ledger. (Were such an event
    rejected instead, a newer release that reads the same drafts after a restore would record what this one had not.)
    """
    if state.admission not in ADMISSIONS:
        raise NewerAdmissionError(
            f"the record is admitted by version {state.admission} of the rules of admission, and {_OWN_VERSIONS}"
        )
    if draft.sequence <= state.cursor:
        raise AssertionError(f"draft {draft.sequence} was consumed before: the cursor is {state.cursor}")
    if isinstance(draft, Unreadable) and draft.newer is not None and was_decided(draft.newer, state):
        raise NewerTypeError(
            f"draft {draft.sequence}: {draft.reason}, and the deciding service accepted it: run a newer release of the "
            "ledger, which goes on with this draft; nothing behind it is lost"
        )
    recorded_at_ns = max(state.recorded_at_ns, draft.stamped_ns - draft.stamped_ns % _MICROSECOND_NS)
    state = replace(state, cursor=draft.sequence, recorded_at_ns=recorded_at_ns)
    return _judge(ADMISSIONS[state.admission], state, draft, known, verdict)


def _judge(
    asked: "Version | None",
    state: LedgerState,
    draft: ReadDraft | Unreadable,
    known: Known,
    verdict: Verdict | None,
) -> tuple[LedgerState, Answer]:
    """What every version asks, in the order of precedence, with what `asked` asks besides."""
    if isinstance(draft, Unreadable):
        return state, _rejected(state, draft, Fault("malformed", draft.reason))
    ring = _ring_for(state, draft)
    if isinstance(ring, Fault):
        return state, _rejected(state, draft, ring)
    fresh = verdict is not None and verdict.ring is ring
    authentic = verdict.answer if fresh and verdict else verify_draft(draft, ring, state.origin)
    if isinstance(authentic, Fault):
        return state, _rejected(state, draft, authentic)
    stated = b"" if asked is None else asked(state, draft, authentic)
    if isinstance(stated, Fault):
        return state, _rejected(state, draft, stated)
    if recorded := _recorded_before(state, draft, known):
        return state, recorded
    if fault := (
        _untimely(state, draft, authentic)
        or _without_valid_key(state, ring, authentic)
        or _founded_before(state, draft)
        or _conflict(draft, known)
    ):
        return state, _rejected(state, draft, fault)
    return _admitted(state, draft, stated)


def was_decided(newer: Newer, state: LedgerState) -> bool:
    """Whether the deciding service signed exactly these parts: else it is some stranger's message, and malformed."""
    decision = verify_decision(newer.decision, state.ring, audience=state.origin)
    return isinstance(decision, Decision) and decision.parts == newer.digests


def _ring_for(state: LedgerState, draft: ReadDraft) -> KeyRing | Fault:
    """The ring that the draft is judged by: the recorded one, and for a founding the one that it makes."""
    if state.size:
        return state.ring
    if not draft.founds:
        return Fault("key_not_valid", "this ledger is not founded yet: its first draft must be the founding")
    return founding_ring(draft, state.origin, state.anchor)


def _admitted(state: LedgerState, draft: ReadDraft, stated: bytes) -> tuple[LedgerState, Admitted]:
    if draft.activates and draft.activates not in ADMISSIONS:
        raise NewerAdmissionError(
            f"draft {draft.sequence} activates version {draft.activates} of the rules of admission, and {_OWN_VERSIONS}"
        )
    ring = state.ring
    for event in draft.key_events:
        ring = ring.evolve(state.size + event.index, event.type, event.data)
    count = len(draft.ids)
    admitted = Admitted(draft, state.size, count, state.recorded_at_ns, stated)
    admission = max(state.admission, draft.activates)
    return replace(state, size=state.size + count, ring=ring, admission=admission), admitted


def _recorded_before(state: LedgerState, draft: ReadDraft, known: Known) -> Rejected | None:
    """Whether lines of the submission stand in the record already, and how."""
    if known.holds_none_of(draft.id_set):
        return None
    part = draft.parts[0]
    found = [(line, known.find(key)) for line, key in enumerate(draft.ids[: len(part.lines)])]
    hits = [(line, event) for line, event in found if event is not None]
    lines = tuple(KnownLine(line, event.position) for line, event in hits)
    if not hits:
        fault = Fault("conflict", "the id of a derived event is recorded with other bytes")
        return _rejected(state, draft, fault)
    changed = [line for line, event in hits if event.event != part.lines[line]]
    if changed:
        fault = Fault("conflict", f"the id of line {changed[0]} is recorded with other bytes")
        return _rejected(state, draft, fault, lines)
    if len(hits) < len(found) or len({event.part_position for _, event in hits}) > 1:
        fault = Fault("partly_recorded", f"{len(hits)} of {len(found)} lines are recorded already")
        return _rejected(state, draft, fault, lines)
    # The same body again gets the receipt of the first time; a piece of it, or its lines in another order, where
    # each of them stands.
    first = min((event for _, event in hits), key=lambda event: event.position)
    whole = [event.position for _, event in hits] == list(
        range(first.part_position, first.part_position + first.part_lines)
    )
    duplicate = _rejected(state, draft, Fault("duplicate", "recorded before"), () if whole else lines)
    return replace(duplicate, first=first, count=first.draft_count if whole else len(hits))


def _untimely(state: LedgerState, draft: ReadDraft, authentic: Authentic) -> Fault | None:
    """The decision must be fresh when JetStream stamps it, the signature not older than its window."""
    try:
        decided_at = datetime.fromisoformat(authentic.decision.time)
    except ValueError:
        return Fault("malformed", f"the decision's time {authentic.decision.time} is none")
    decided_ns = (decided_at - _EPOCH) // _MICROSECOND * _MICROSECOND_NS
    # Both ways: a decision dated ahead could be kept back and used when its world is gone.
    if abs(draft.stamped_ns - decided_ns) > STALE_SECONDS_MAX * NANOSECONDS_PER_SECOND:
        stamped = recorded_at_text(draft.stamped_ns)
        return Fault(
            "stale",
            f"decided at {authentic.decision.time}, stamped at {stamped}: more than {STALE_SECONDS_MAX} s "
            "apart; decide again (and compare the clocks, if this repeats)",
        )
    fault = circumstance_fault(
        authentic.signed, audience=state.origin, at_seconds=state.recorded_at_ns // NANOSECONDS_PER_SECOND
    )
    return Fault("stale", fault.reason) if fault else None


def _without_valid_key(state: LedgerState, ring: KeyRing, authentic: Authentic) -> Fault | None:
    kid = authentic.signer.kid
    if ring.is_live(kid, on=recorded_at_text(state.recorded_at_ns)[:10]):
        return None
    revoked_at = authentic.signer.revoked_at
    if revoked_at is not None:
        return Fault("key_not_valid", f"the key {kid} was revoked at position {revoked_at}")
    return Fault("key_not_valid", f"the key {kid} is valid from {authentic.signer.valid_from} only")


def _founded_before(state: LedgerState, draft: ReadDraft) -> Fault | None:
    if state.size and draft.founds:
        return Fault("conflict", "the bloc is founded already, and can be only once")
    return None


def _conflict(draft: ReadDraft, known: Known) -> Fault | None:
    """Every key must stand where it stood when the draft was decided."""
    for key, version in draft.expects.items():
        stands = known.version_of(key)
        if stands != version:
            return Fault("conflict", f"{key} is at version {stands}, the draft was decided on {version}")
    return None


def _rejected(
    state: LedgerState, draft: ReadDraft | Unreadable, fault: Fault, lines: tuple[KnownLine, ...] = ()
) -> Rejected:
    return Rejected(draft.sequence, draft.digest, fault.outcome, fault.reason, state.recorded_at_ns, lines)


Version = Callable[[LedgerState, ReadDraft, Authentic], bytes | Fault]
"""What a version asks of an authentic draft besides what all of them ask; gives what its first stamp states."""

ADMISSIONS: Mapping[int, Version | None] = MappingProxyType(
    {ADMISSION_FIRST: None, ADMISSION_STATING: states_what_it_expects}
)
"""Admission version → what it asks besides. Nothing is ever taken out."""

_OWN_VERSIONS = (
    f"this release has {', '.join(map(str, ADMISSIONS))}: run a newer release of the ledger, which goes on here; "
    "nothing is lost"
)
