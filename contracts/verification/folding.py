"""The record in order, draft by draft: dense, never going back, and every signature by a key that counted then.

`RecordFold` is for a whole record, from its founding on; what it asks of one draft alone (who signed, who decided,
who may change keys) are functions, so that a proof bundle, which holds a few drafts only, is judged by the same.
"""

from datetime import timedelta

from msgspec import Struct

from contracts.admissions import (
    ADMISSION_ACTIVATED,
    ADMISSION_FIRST,
    ADMISSION_STATING,
    activated_version,
)
from contracts.decision import DECIDING_ROLE
from contracts.identity.keyring import FOUNDED, KeyRing
from contracts.limits import STALE_SECONDS_MAX
from contracts.verification.drafts import DraftFacts
from contracts.verification.fault import Fault, Remark
from contracts.verification.opening import recorded_at
from contracts.verification.standing import (
    NO_DEPUTIES,
    Deputies,
    StandingEvent,
    deputies_after,
    fault_of_authority,
)
from contracts.verification.stated import FIELD

_STALE = timedelta(seconds=STALE_SECONDS_MAX)
_DAY_CHARACTERS = 10


class Standings(Struct, frozen=True):
    """Who may sign at a position: the key ring, and who holds the secretariat's role by mandate; and by which rules of
    admission the next draft is recorded."""

    ring: KeyRing = KeyRing()
    deputies: Deputies = NO_DEPUTIES
    admission: int = ADMISSION_FIRST

    def after(self, events: tuple[StandingEvent, ...], day: str) -> "Standings | Fault":
        """Go on behind a draft that was recorded on a civil day (UTC), or say which of its events nobody of that
        standing could issue."""
        ring, deputies, admission = self.ring, self.deputies, self.admission
        for event in events:
            if fault := fault_of_authority(ring, deputies, event, day):
                return fault
            deputies = deputies_after(deputies, ring, event, day)
            ring = ring.evolve(event.position, event.type, event.data)
            if event.type == ADMISSION_ACTIVATED:
                admission = max(admission, activated_version(event.data))
        return Standings(ring, deputies, admission)


def founding_ring(facts: DraftFacts, trust_anchor: str | None) -> KeyRing | Fault:
    """The ring that the first event of the record makes, by which the founding draft itself is judged.

    `trust_anchor`: the kid of the founding key as the auditor knows it; None leaves it to the record.
    """
    first = facts.standing[0] if facts.standing else None
    if first is None or first.type != FOUNDED or first.position != facts.first:
        return Fault(facts.first, "event.type", f"a record begins with {FOUNDED}")
    ring = KeyRing().evolve(first.position, first.type, first.data)
    if trust_anchor is not None and ring.anchor != trust_anchor:
        reason = f"the founding key is {ring.anchor}, the trust anchor is {trust_anchor}"
        return Fault(facts.first, "event.data.secretariat", reason)
    return ring


def fault_of_signers(ring: KeyRing, facts: DraftFacts) -> Fault | None:
    """Whether author, decider and derived part of a draft are who they must be, by the ring before it."""
    if facts.signer:
        fault = _fault_of_key(ring, facts, facts.signer, facts.author, "signature")
        if fault is not None:
            return fault
    decider = ring.party_of_role(DECIDING_ROLE)
    if decider is None:
        return Fault(facts.first, "decision", "the founding names no service that decides")
    if fault := _fault_of_key(ring, facts, facts.decider, decider, "decision"):
        return fault
    if facts.derived_by and facts.derived_by != decider:
        reason = f"the derived part is by {facts.derived_by}, the deciding service is {decider}"
        return Fault(facts.first, "event.source", reason)
    if any(ring.find(kid) is not None for kid in facts.unchecked):
        raise AssertionError(f"the draft at {facts.first} was not read again with the key that it needs")
    return None


def _fault_of_key(ring: KeyRing, facts: DraftFacts, kid: str, party: str, field: str) -> Fault | None:
    key = ring.find(kid)
    if key is None:
        return Fault(facts.first, field, f"the key {kid} was not registered before this draft")
    if key.party != party:
        return Fault(facts.first, field, f"the key {kid} is {key.party}'s; {party} should have signed")
    if key.revoked_at is not None:
        return Fault(facts.first, field, f"the key {kid} was revoked at position {key.revoked_at}")
    if field == "signature" and not ring.is_live(kid, on=facts.recorded_at[:_DAY_CHARACTERS]):
        return Fault(facts.first, field, f"the key {kid} is valid from {key.valid_from} only")
    return None


class RecordFold:
    """Goes through a whole record; one use. `take` each draft in order until it answers with a fault."""

    __slots__ = (
        "_incarnations",
        "_sequence",
        "_trust_anchor",
        "position",
        "recorded_at",
        "remarks",
        "standings",
    )

    def __init__(self, trust_anchor: str | None) -> None:
        """`trust_anchor`: see `founding_ring`."""
        self.position = 0
        """Of the entry that is due next: the entries taken so far."""
        self.recorded_at = ""
        """Of the last draft taken, as stamped."""
        self.standings = Standings()
        self.remarks: list[Remark] = []
        """What was remarkable since the reader last emptied the list."""
        self._trust_anchor = trust_anchor
        self._sequence = 0
        self._incarnations: list[str] = []

    @property
    def ring(self) -> KeyRing:
        """The key ring behind the drafts taken."""
        return self.standings.ring

    def take(self, facts: DraftFacts) -> Fault | None:
        """Judge the next draft. The fold stands where it stood when there is a fault."""
        if fault := self._fault_of_order(facts):
            return fault
        ring = self.ring
        founds = any(event.type == FOUNDED for event in facts.standing)
        if facts.first == 0:
            founding = founding_ring(facts, self._trust_anchor)
            if isinstance(founding, Fault):
                return founding
            ring = founding
        elif founds:
            return Fault(facts.first, "event.type", "the bloc is founded already, and can be only once")
        if fault := fault_of_signers(ring, facts) or self._fault_of_statement(facts):
            return fault
        events, before = facts.standing, self.standings
        if facts.first == 0:
            events, before = events[1:], Standings(ring)
        after = before.after(events, facts.recorded_at[:_DAY_CHARACTERS])
        if isinstance(after, Fault):
            return after
        self._note_lateness(facts)
        self.standings = after
        self._go_on(facts)
        return None

    def _fault_of_statement(self, facts: DraftFacts) -> Fault | None:
        """Whether the draft states what it was decided on exactly if the rules that admitted it ask for that."""
        admission = self.standings.admission
        wanted = admission >= ADMISSION_STATING and bool(facts.signer)
        if facts.states is wanted:
            return None
        reason = (
            f"the draft states {'no' if wanted else 'the'} key versions that it was decided on, and was recorded by "
            f"version {admission} of the rules of admission"
        )
        return Fault(facts.first, FIELD, reason)

    def _fault_of_order(self, facts: DraftFacts) -> Fault | None:
        """Whether the draft may follow the one before it."""
        first = facts.first
        if first != self.position:
            return Fault(
                self.position, "stamp.line", f"it belongs to no draft; the next one begins at {first}"
            )
        if facts.recorded_at < self.recorded_at:
            reason = f"{facts.recorded_at} lies before {self.recorded_at}, the time of the draft before it"
            return Fault(first, "stamp.recorded_at", reason)
        if facts.sequence <= self._sequence:
            reason = f"the sequence {facts.sequence} does not follow {self._sequence}"
            return Fault(first, "stamp.draft", reason)
        if facts.incarnation in self._incarnations[:-1]:
            reason = f"the incarnation {facts.incarnation} was replaced by {self._incarnations[-1]} before"
            return Fault(first, "stamp.draft", reason)
        if facts.known >= max(first, 1):
            reason = f"it knew position {facts.known}, which was recorded later"
            return Fault(first, "decision", reason)
        decided, recorded = recorded_at(facts.decided_at), recorded_at(facts.recorded_at)
        if decided is None or recorded is None:
            return Fault(first, "decision", f"its time {facts.decided_at} is none")
        if decided - recorded > _STALE:
            reason = f"it was decided at {facts.decided_at}, after it was recorded at {facts.recorded_at}"
            return Fault(first, "decision", reason)
        return None

    def _note_lateness(self, facts: DraftFacts) -> None:
        """A decision is recorded within a minute, unless the clock of the draft stream once went back: then
        `recorded_at` stands still until it is caught up. Anything else is a decision that was kept back."""
        decided, recorded = recorded_at(facts.decided_at), recorded_at(facts.recorded_at)
        if decided is not None and recorded is not None and recorded - decided > _STALE:
            reason = (
                f"it was decided at {facts.decided_at} and recorded at {facts.recorded_at}: the clock of the "
                "draft stream went back, or the draft was kept back"
            )
            self.remarks.append(Remark(facts.first, "decision", reason))

    def _go_on(self, facts: DraftFacts) -> None:
        self.position = facts.first + facts.count
        self.recorded_at, self._sequence = facts.recorded_at, facts.sequence
        if not self._incarnations or facts.incarnation != self._incarnations[-1]:
            self._incarnations.append(facts.incarnation)
