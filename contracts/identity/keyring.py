"""The key ring: which keys have been registered, by whom, and from which position on they no longer count.

It is folded from recorded events alone, so every reader of the same entries has the same ring at the same
position: the ledger admits by it, tariffs verifies by it, an auditor replays it years later. A key registered
at position p counts for drafts that begin after p, a key revoked at p for drafts that begin at or before p.
Nothing is ever taken out: old signatures must stay verifiable for ever.

The ledger's own key, which signs checkpoints, is one of the keys of the party that the founding gave the role
`ledger`; a rotation says which one from its position on. A checkpoint commits to all entries below its size, so
size alone says which key it needs, and no clock is asked about old ones.

`evolve` is total. An event that does not hold what its type promises leaves the ring as it is, which fails
on the safe side (a key that was never registered verifies nothing); the rules refuse such events beforehand.
"""

from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from immutables import Map
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from contracts.identity.keys import KeyFault, VerifyingKey
from contracts.malformed import UNREADABLE
from contracts.values import Jwk

FOUNDED = "bloc.founded.v1"
KEY_REGISTERED = "bloc.key.registered.v1"
KEY_REVOKED = "bloc.key.revoked.v1"
CHECKPOINT_KEY_ROTATED = "bloc.checkpoint_key.rotated.v1"
KEY_EVENTS = frozenset((FOUNDED, KEY_REGISTERED, KEY_REVOKED, CHECKPOINT_KEY_ROTATED))
"""The types that change a ring; every other type leaves it as it is."""
LEDGER_ROLE = "ledger"
"""The role of the party whose keys sign checkpoints."""


class RegisteredKey(msgspec.Struct, frozen=True):
    """One key of the ring. `registered_at` and `revoked_at` are positions; `valid_from` is a civil date
    (UTC); `suspect_from` an instant from which signatures of a compromised key become findings."""

    party: str
    kid: str
    key: VerifyingKey
    registered_at: int
    valid_from: str | None = None
    revoked_at: int | None = None
    suspect_from: datetime | None = None


class CheckpointKey(msgspec.Struct, frozen=True):
    """A key that signs checkpoints: those of a size above `since`, the position of the event that brought it
    (0: the founding). `public` has 32 bytes. Until `overlap_until` the key before this one signs them too."""

    kid: str
    public: bytes
    since: int
    overlap_until: datetime | None = None

    @property
    def verifying(self) -> VerifyingKey:
        """The key, ready to verify with."""
        return VerifyingKey(self.public)


_Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class _Holder(msgspec.Struct, frozen=True):
    party: str
    jwk: Jwk
    role: str | UnsetType = UNSET


class _Founded(msgspec.Struct, frozen=True):
    secretariat: _Holder
    services: tuple[_Holder, ...]


class _Registered(msgspec.Struct, frozen=True):
    party: str
    jwk: Jwk
    valid_from: str | UnsetType = UNSET


class _Revoked(msgspec.Struct, frozen=True):
    party: str
    kid: str
    suspect_from: str | UnsetType = UNSET


class _Rotated(msgspec.Struct, frozen=True):
    party: str
    kid: str
    overlap_until: str | UnsetType = UNSET


Shape = TypeVar("Shape")


class KeyRing(msgspec.Struct, frozen=True):
    """All keys ever registered. `anchor` is the kid of the founding key of `secretariat` ("" before)."""

    keys: Map[str, RegisteredKey] = Map()
    services: Map[str, str] = Map()
    """Role (`tariffs`, `ledger`) → party."""
    kids: Map[str, tuple[str, ...]] = Map()
    """Party → its keys, in order of registration."""
    secretariat: str = ""
    anchor: str = ""
    checkpoint_keys: tuple[CheckpointKey, ...] = ()
    """The keys of checkpoints in the order in which they came into force; the last one is in force."""

    def find(self, kid: str) -> RegisteredKey | None:
        """The key of this thumbprint, revoked or not; None when it was never registered."""
        return self.keys.get(kid)

    def is_live(self, kid: str, *, on: str | None = None) -> bool:
        """Whether the key may sign the next draft: registered, not revoked and, when `on` (a civil date of
        UTC, YYYY-MM-DD) is given, valid from that day or earlier."""
        key = self.keys.get(kid)
        if key is None or key.revoked_at is not None:
            return False
        return on is None or key.valid_from is None or key.valid_from <= on

    def party_keys(self, party: str) -> tuple[RegisteredKey, ...]:
        """The keys of a party in order of registration, the revoked ones included."""
        return tuple(self.keys[kid] for kid in self.kids.get(party, ()))

    def party_of_role(self, role: str) -> str | None:
        """The party that the founding gave the role `tariffs` or `ledger`."""
        return self.services.get(role)

    def checkpoint_keys_for(self, size: int) -> CheckpointKey | None:
        """The key that must have signed a checkpoint of `size` entries: the newest with `since` < size.

        None for the empty ledger, and before the founding.
        """
        return next((key for key in reversed(self.checkpoint_keys) if key.since < size), None)

    def checkpoint_signers(self, size: int, at: datetime) -> tuple[CheckpointKey, ...]:
        """The keys that sign a checkpoint of `size` at an aware moment: the one that must, then the one before
        it while their overlap lasts and it is not revoked. For the signer; old checkpoints need only the first.
        """
        covered = [key for key in self.checkpoint_keys if key.since < size]
        if len(covered) < 2:
            return tuple(covered)
        before, newest = covered[-2:]
        overlaps = newest.overlap_until is not None and at < newest.overlap_until
        return (newest, before) if overlaps and self.is_live(before.kid) else (newest,)

    def evolve(self, position: int, type_name: str, data: object) -> "KeyRing":
        """Give the ring after the entry at `position`; self stays as it is.

        `data` is the payload: its JSON bytes (`bytes` or `msgspec.Raw`), a typed payload, or plain dicts.
        """
        if type_name == KEY_REGISTERED:
            registered = _read(data, _Registered)
            if registered is None:
                return self
            valid_from = None if registered.valid_from is UNSET else registered.valid_from
            return _register(self, registered.party, registered.jwk, position, valid_from)
        if type_name == KEY_REVOKED:
            revoked = _read(data, _Revoked)
            return self if revoked is None else _revoke(self, revoked, position)
        if type_name == CHECKPOINT_KEY_ROTATED:
            rotated = _read(data, _Rotated)
            return self if rotated is None else _rotate(self, rotated, position)
        if type_name == FOUNDED and not self.anchor:
            founded = _read(data, _Founded)
            return self if founded is None else _found(self, founded, position)
        return self


def _found(ring: KeyRing, founded: _Founded, position: int) -> KeyRing:
    secretariat = founded.secretariat
    founding = _register(ring, secretariat.party, secretariat.jwk, position)
    if founding is ring:
        return ring
    anchor = founding.kids[secretariat.party][-1]
    ring = replace(founding, secretariat=secretariat.party, anchor=anchor)
    for holder in founded.services:
        ring = _register(ring, holder.party, holder.jwk, position)
        if holder.role is not UNSET:
            ring = replace(ring, services=ring.services.set(holder.role, holder.party))
    first = next(iter(ring.party_keys(ring.services.get(LEDGER_ROLE, ""))), None)
    if first is None:
        return ring
    return replace(ring, checkpoint_keys=(CheckpointKey(first.kid, first.key.public, position),))


def _register(ring: KeyRing, party: str, jwk: Jwk, position: int, valid_from: str | None = None) -> KeyRing:
    """Register a key. The first registration of a key is the only one: a second could hand it to another
    party, or bring a revoked key back to life."""
    try:
        key = VerifyingKey.of(jwk)
    except KeyFault:
        return ring
    if key.kid in ring.keys:
        return ring
    registered = RegisteredKey(party, key.kid, key, position, valid_from)
    kids = (*ring.kids.get(party, ()), key.kid)
    return replace(ring, keys=ring.keys.set(key.kid, registered), kids=ring.kids.set(party, kids))


def _revoke(ring: KeyRing, revoked: _Revoked, position: int) -> KeyRing:
    """Revoke a key of the party that is named. The first revocation counts; a later one can only move
    `suspect_from` back, when it turns out that a superseded key had been stolen."""
    key = ring.keys.get(revoked.kid)
    if key is None or key.party != revoked.party:
        return ring
    changed = replace(
        key,
        revoked_at=position if key.revoked_at is None else key.revoked_at,
        suspect_from=_earlier(key.suspect_from, revoked.suspect_from),
    )
    return replace(ring, keys=ring.keys.set(revoked.kid, changed))


def _rotate(ring: KeyRing, rotated: _Rotated, position: int) -> KeyRing:
    """Bring a key of the ledger into force. One that could not sign, or that is in force, changes nothing: a
    fold that took it would leave a ledger whose checkpoints nobody can sign."""
    key = ring.keys.get(rotated.kid)
    if key is None or key.revoked_at is not None or key.party != ring.services.get(LEDGER_ROLE):
        return ring
    if rotated.party != key.party or (ring.checkpoint_keys and ring.checkpoint_keys[-1].kid == key.kid):
        return ring
    following = CheckpointKey(key.kid, key.key.public, position, _instant(rotated.overlap_until))
    return replace(ring, checkpoint_keys=(*ring.checkpoint_keys, following))


def _earlier(known: datetime | None, said: str | UnsetType) -> datetime | None:
    """The earlier of two moments of suspicion. One that is no instant is left out; the revocation stands."""
    moment = _instant(said)
    if known is None or moment is None:
        return known or moment
    return min(known, moment)


def _instant(said: str | UnsetType) -> datetime | None:
    if said is UNSET:
        return None
    try:
        return msgspec.convert(said, _Instant)
    except msgspec.ValidationError:
        return None


def _read(data: object, shape: type[Shape]) -> Shape | None:
    """Read the few members a ring needs, from bytes or from a payload; None when they are not there."""
    try:
        if isinstance(data, bytes | msgspec.Raw):
            return msgspec.json.decode(data, type=shape)
        # Through plain dicts: that leaves out what is UNSET, and key events are rare.
        return msgspec.convert(msgspec.to_builtins(data), shape)
    except (*UNREADABLE, TypeError):
        return None
