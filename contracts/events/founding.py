"""Founding, keys and mandates: who there is, with which keys, and what each may issue.

A bloc begins with one founding event at position 0; its secretariat registers the first key of every party
and grants mandates. The key with which the ledger signs checkpoints is one of its party's registered keys.
Nothing here says what a mandate allows: that is a rule of the tariffs service.
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from contracts.events.payload import LegalPayload, Payload, check_instant
from contracts.texts import (
    Day,
    DetachedSignature,
    EventTypePattern,
    Instant,
    KeyId,
    Origin,
    Party,
    RecordId,
    Role,
    Text,
)
from contracts.trade import MineralScope, Territory
from contracts.values import Jwk, ProvenKey, ServiceKey


class Founded(LegalPayload, frozen=True, kw_only=True):
    """bloc.founded.v1: the bloc, its ledger's origin (the `aud` of signatures) and its first keys."""

    name: Text
    origin: Origin
    founded_on: Day
    secretariat: ProvenKey
    services: tuple[ServiceKey, ...]
    ruleset: RecordId


class KeyRegistered(Payload, frozen=True, kw_only=True):
    """bloc.key.registered.v1: a party's key; `proof` signs the bytes `<origin> <party> <kid>`."""

    party: Party
    jwk: Jwk
    proof: DetachedSignature
    valid_from: Day | UnsetType = UNSET
    proposal: RecordId | UnsetType = UNSET


class KeyRevoked(Payload, frozen=True, kw_only=True):
    """bloc.key.revoked.v1: entries signed after `suspect_from` become findings; they stay recorded."""

    party: Party
    kid: KeyId
    reason: Literal["superseded", "compromised", "ceased"]
    suspect_from: Instant | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.suspect_from is not UNSET:
            check_instant(".suspect_from", self.suspect_from)


class CheckpointKeyRotated(Payload, frozen=True, kw_only=True):
    """bloc.checkpoint_key.rotated.v1: checkpoints that cover this event are signed with the key `kid`.

    Until `overlap_until` the key before it signs too, so that whoever knows only that one can still follow.
    """

    party: Party
    kid: KeyId
    overlap_until: Instant | UnsetType = UNSET
    proposal: RecordId | UnsetType = UNSET
    note: Text | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.overlap_until is not UNSET:
            check_instant(".overlap_until", self.overlap_until)


class MandateGranted(LegalPayload, frozen=True, kw_only=True):
    """bloc.mandate.granted.v1: what a party may issue, for which territories and minerals, and when."""

    mandate: RecordId
    party: Party
    role: Role
    event_types: tuple[EventTypePattern, ...]
    territories: tuple[Territory, ...]
    minerals: Annotated[tuple[MineralScope, ...], Meta(min_length=1)]
    effective_from: Day
    effective_to: Day | UnsetType = UNSET


class MandateRevoked(LegalPayload, frozen=True, kw_only=True):
    """bloc.mandate.revoked.v1: `effective_from` is the first day without the mandate."""

    mandate: RecordId
    party: Party
    effective_from: Day
    reason: Text
