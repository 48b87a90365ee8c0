"""The key ring: which keys have been registered, by whom, and from which position on they no longer count.

It is folded from recorded events alone, so every reader of the same entries has the same ring at the same
position: the ledger admits by it, tariffs verifies by it, an auditor replays it years later. A key registered
at position p counts for drafts that begin after p, a key revoked at p for drafts that begin at or before p.
Nothing is ever taken out: old signatures must stay verifiable for ever.

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
from contracts.values import Jwk

FOUNDED = "bloc.founded.v1"
KEY_REGISTERED = "bloc.key.registered.v1"
KEY_REVOKED = "bloc.key.revoked.v1"
KEY_EVENTS = frozenset((FOUNDED, KEY_REGISTERED, KEY_REVOKED))
"""The types that change a ring; every other type leaves it as it is."""


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

    def was_live_at(self, kid: str, first_position: int) -> bool:
        """Whether the key could sign the draft that begins at `first_position`: for readers of history.

        The founding draft, at position 0, is signed by the very key that it registers.
        """
        key = self.keys.get(kid)
        if key is None:
            return False
        registered = key.registered_at < first_position or first_position == key.registered_at == 0
        return registered and (key.revoked_at is None or first_position <= key.revoked_at)

    def party_keys(self, party: str) -> tuple[RegisteredKey, ...]:
        """The keys of a party in order of registration, the revoked ones included."""
        return tuple(self.keys[kid] for kid in self.kids.get(party, ()))

    def party_of_role(self, role: str) -> str | None:
        """The party that the founding gave the role `tariffs` or `ledger`."""
        return self.services.get(role)

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
    return ring


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


def _earlier(known: datetime | None, said: str | UnsetType) -> datetime | None:
    """The earlier of two moments of suspicion. One that is no instant is left out; the revocation stands."""
    if said is UNSET:
        return known
    try:
        moment = msgspec.convert(said, _Instant)
    except msgspec.ValidationError:
        return known
    return moment if known is None else min(known, moment)


def _read(data: object, shape: type[Shape]) -> Shape | None:
    """Read the few members a ring needs, from bytes or from a payload; None when they are not there."""
    try:
        if isinstance(data, bytes | msgspec.Raw):
            return msgspec.json.decode(data, type=shape)
        # Through plain dicts: that leaves out what is UNSET, and key events are rare.
        return msgspec.convert(msgspec.to_builtins(data), shape)
    except (msgspec.DecodeError, TypeError, UnicodeDecodeError):
        return None
