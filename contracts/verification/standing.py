"""Who may sign, and who may say so: the events that change the key ring, judged by signatures alone. And who may change
by which rules of admission the ledger records, since that says what its stamps must show.

A decision of the tariffs service says that such an event was lawful, but whoever runs the machines may hold that
service's key as well. Were its word enough, it could let any party register "a key of the European Commission". So
what is at the root of all other signatures is checked here by itself: the first key of a party comes from the
secretariat (or from whom the secretariat gave its role), every later one from the party; a key is registered once,
with a proof that its owner holds it; the ledger's own key is changed by the ledger's party or the secretariat.
"""

from collections.abc import Sequence

from immutables import Map
from msgspec import Struct, json

from contracts.admissions import ADMISSION_ACTIVATED, ADMISSIONS_KNOWN, activated_version
from contracts.decoding import Malformed, decode_event
from contracts.events import CheckpointKeyRotated, Founded, KeyRegistered, KeyRevoked
from contracts.identity.keyring import (
    CHECKPOINT_KEY_ROTATED,
    FOUNDED,
    KEY_EVENTS,
    KEY_REGISTERED,
    KEY_REVOKED,
    LEDGER_ROLE,
    KeyRing,
)
from contracts.identity.keys import KeyFault, public_bytes_of, thumbprint_of
from contracts.identity.possession import check_possession
from contracts.malformed import UNREADABLE
from contracts.registry import is_named
from contracts.values import Jwk
from contracts.verification.fault import Fault
from contracts.verification.parts import Part

MANDATE_GRANTED = "bloc.mandate.granted.v1"
MANDATE_REVOKED = "bloc.mandate.revoked.v1"
SECRETARIAT_ROLE = "secretariat"
_MANDATES = frozenset((MANDATE_GRANTED, MANDATE_REVOKED))
_DECODED = KEY_EVENTS | {ADMISSION_ACTIVATED}


class StandingEvent(Struct, frozen=True, array_like=True, gc=False):
    """An event that changes who may sign: its position, type, author and payload as bytes."""

    position: int
    type: str
    author: str
    data: bytes


class Deputy(Struct, frozen=True):
    """A mandate with the secretariat's role: its party, the types that it names, its days (UTC, end excluded)."""

    party: str
    event_types: tuple[str, ...]
    start: str
    end: str

    def covers(self, party: str, event_type: str, day: str) -> bool:
        """Whether the mandate lets a party issue an event of a type on a civil day."""
        return is_named(event_type, self.event_types) and party == self.party and self.start <= day < self.end


Deputies = Map[tuple[str, str], Deputy]
"""(party, mandate) → mandates with the secretariat's role."""
NO_DEPUTIES: Deputies = Map()
_OPEN_END = "9999-12-32"


class _Granted(Struct):
    mandate: str
    party: str
    role: str
    event_types: tuple[str, ...]
    effective_from: str
    effective_to: str = _OPEN_END


class _Ended(Struct):
    mandate: str
    party: str
    effective_from: str


def standing_events(parts: Sequence[Part], origin: str) -> tuple[StandingEvent, ...] | Fault:
    """The events of a draft that change who may sign, or by which rules of admission later drafts are recorded. Those
    about keys are decoded in full and their proofs of possession checked, for the ledger of this origin."""
    found: list[StandingEvent] = []
    for part in parts:
        for line, header in enumerate(part.headers):
            if header.type not in _DECODED and header.type not in _MANDATES:
                continue
            position = part.lead.position + line
            if header.type in _DECODED and (fault := _fault_of_key_event(part.lines[line], position, origin)):
                return fault
            found.append(StandingEvent(position, header.type, header.party, bytes(header.data)))
    return tuple(found)


def keys_in(events: Sequence[StandingEvent]) -> dict[str, bytes]:
    """The public keys that these events bring, by thumbprint."""
    found: dict[str, bytes] = {}
    for event in events:
        if event.type == FOUNDED:
            founded = json.decode(event.data, type=Founded)
            jwks = [founded.secretariat.jwk, *(service.jwk for service in founded.services)]
        elif event.type == KEY_REGISTERED:
            jwks = [json.decode(event.data, type=KeyRegistered).jwk]
        else:
            continue
        for jwk in jwks:
            public = public_bytes_of(jwk)
            found[thumbprint_of(public)] = public
    return found


def fault_of_authority(ring: KeyRing, deputies: Deputies, event: StandingEvent, day: str) -> Fault | None:
    """Whether the author of a key event could issue it on the recorded day (UTC), by the ring just before it."""
    if event.type == KEY_REGISTERED:
        return _fault_of_registration(ring, deputies, event, day)
    if event.type == KEY_REVOKED:
        revoked = json.decode(event.data, type=KeyRevoked)
        key = ring.find(revoked.kid)
        if key is None or key.party != revoked.party:
            return Fault(event.position, "event.data.kid", f"{revoked.kid} is no key of {revoked.party}")
        if event.author == revoked.party or _acts_as_secretariat(ring, deputies, event, day):
            return None
        reason = f"{event.author} revokes a key of {revoked.party}; only that party and the secretariat may"
        return Fault(event.position, "event.source", reason)
    if event.type == CHECKPOINT_KEY_ROTATED:
        if ring.evolve(event.position, event.type, event.data) is ring:
            kid = json.decode(event.data, type=CheckpointKeyRotated).kid
            reason = f"{kid} is no other live key of the ledger's party, so it cannot sign checkpoints"
            return Fault(event.position, "event.data.kid", reason)
        ledger = ring.party_of_role(LEDGER_ROLE)
        if event.author == ledger or _acts_as_secretariat(ring, deputies, event, day):
            return None
        reason = f"{event.author} changes the key of checkpoints; only {ledger} and the secretariat may"
        return Fault(event.position, "event.source", reason)
    if event.type == ADMISSION_ACTIVATED:
        return _fault_of_activation(ring, deputies, event, day)
    return None


def _fault_of_activation(ring: KeyRing, deputies: Deputies, event: StandingEvent, day: str) -> Fault | None:
    version = activated_version(event.data)
    if version not in ADMISSIONS_KNOWN:
        reason = (
            f"version {version} of the rules of admission is none of this release's: take a newer release before you "
            "accuse anybody"
        )
        return Fault(event.position, "event.data.version", reason)
    if _acts_as_secretariat(ring, deputies, event, day):
        return None
    reason = f"{event.author} activates rules of admission; only the secretariat may"
    return Fault(event.position, "event.source", reason)


def deputies_after(deputies: Deputies, ring: KeyRing, event: StandingEvent, day: str) -> Deputies:
    """Follow who holds the secretariat's role. A grant by somebody who could not give it counts for nothing."""
    if event.type not in _MANDATES or not _acts_as_secretariat(ring, deputies, event, day):
        return deputies
    try:
        if event.type == MANDATE_REVOKED:
            ended = json.decode(event.data, type=_Ended)
            held = deputies.get((ended.party, ended.mandate))
            if held is None:
                return deputies
            cut = Deputy(held.party, held.event_types, held.start, min(held.end, ended.effective_from))
            return deputies.set((ended.party, ended.mandate), cut)
        granted = json.decode(event.data, type=_Granted)
    except UNREADABLE:
        return deputies
    if granted.role != SECRETARIAT_ROLE:
        return deputies
    deputy = Deputy(granted.party, granted.event_types, granted.effective_from, granted.effective_to)
    return deputies.set((granted.party, granted.mandate), deputy)


def _fault_of_key_event(line: bytes, position: int, origin: str) -> Fault | None:
    event = decode_event(line)
    if isinstance(event, Malformed):
        return Fault(position, f"event{event.path[1:]}", event.reason)
    holders: list[tuple[str, Jwk, str]] = []
    match event.data:
        case Founded() as founded:
            if founded.origin != origin:
                reason = f"the founding is of the ledger {founded.origin}, this one is {origin}"
                return Fault(position, "event.data.origin", reason)
            holders = [
                (each.party, each.jwk, each.proof) for each in (founded.secretariat, *founded.services)
            ]
        case KeyRegistered() as registered:
            holders = [(registered.party, registered.jwk, registered.proof)]
        case _:
            pass
    for party, jwk, proof in holders:
        try:
            public_bytes_of(jwk)
        except KeyFault as fault:
            return Fault(position, "event.data.jwk", str(fault))
        if not check_possession(proof, jwk, origin=origin, party=party):
            reason = f"the proof that {party} holds the key does not verify"
            return Fault(position, "event.data.proof", reason)
    return None


def _fault_of_registration(ring: KeyRing, deputies: Deputies, event: StandingEvent, day: str) -> Fault | None:
    registered = json.decode(event.data, type=KeyRegistered)
    kid = thumbprint_of(public_bytes_of(registered.jwk))
    known = ring.find(kid)
    if known is not None:
        reason = f"{kid} was registered for {known.party} at position {known.registered_at}"
        return Fault(event.position, "event.data.jwk", reason)
    if not ring.party_keys(registered.party):
        if _acts_as_secretariat(ring, deputies, event, day):
            return None
        reason = f"{event.author} registers the first key of {registered.party}; only the secretariat may"
        return Fault(event.position, "event.source", reason)
    if event.author == registered.party:
        return None
    reason = f"{event.author} registers a further key of {registered.party}; only that party may"
    return Fault(event.position, "event.source", reason)


def _acts_as_secretariat(ring: KeyRing, deputies: Deputies, event: StandingEvent, day: str) -> bool:
    if event.author == ring.secretariat:
        return True
    return any(deputy.covers(event.author, event.type, day) for deputy in deputies.values())
