"""What a party is in the ledger: its keys, its mandates, the reserves it operates, and what it may post on a day."""

from datetime import date, datetime
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from contracts.events import KeyRevoked
from contracts.identity.keyring import CHECKPOINT_KEY_ROTATED, KEY_REGISTERED, KEY_REVOKED, LEDGER_ROLE
from contracts.registry import EVENT_TYPES
from contracts.values import LegalBasis
from services.tariffs.domain.governance.mandates import Mandate, mandates_of
from services.tariffs.domain.histories.timeline import known_at
from services.tariffs.domain.state import RulesState

STATE_HASH_PUBLISHED = "bloc.state_hash.published.v1"
TARIFFS_ROLE = "tariffs"
MandateStatus = Literal["live", "pending", "expired", "revoked"]


class KeyView(Struct, frozen=True):
    """A key of a party; positions of its registration and revocation."""

    kid: str
    registered_at: int
    live: bool
    valid_from: str | UnsetType = UNSET
    revoked_at: int | UnsetType = UNSET
    suspect_from: str | UnsetType = UNSET
    """As its author wrote it; the earliest, if several revocations name one."""
    checkpoints_since: int | UnsetType = UNSET
    """Position of the founding or rotation that brought it into force for checkpoints; newest, if several did."""


class MandateView(Struct, frozen=True, kw_only=True):
    """A mandate of a party on a day, and the entry that granted it."""

    mandate: str
    role: str
    status: MandateStatus
    event_types: tuple[str, ...]
    territories: tuple[str, ...]
    minerals: tuple[str, ...]
    effective_from: date
    effective_to: date | UnsetType = UNSET
    position: int
    revoked_at: int | UnsetType = UNSET
    legal_basis: LegalBasis


class PartyView(Struct, frozen=True, kw_only=True):
    """A party on a day. `may_post` names event types; territory, minerals and kinds stand in the mandates."""

    party: str
    position: int
    keys: tuple[KeyView, ...]
    mandates: tuple[MandateView, ...]
    reserves: tuple[str, ...]
    may_post: tuple[str, ...]


def party_view(rules: RulesState, party: str, day: date, position: int) -> PartyView | None:
    """A party on the recorded day `day`, as known at K = `position`; None when nothing was recorded about it."""
    keys = tuple(_keys(rules, party, day, position))
    mandates = mandates_of(rules, party, position)
    if not keys and not mandates:
        return None
    live = [mandate for mandate in mandates if mandate.is_live(day)]
    operated = (
        name
        for name, directory in rules.reserves.items()
        if directory.operator == party and directory.opened_at <= position
    )
    of_ledger = party == rules.ring.party_of_role(LEDGER_ROLE)
    of_keys = (KEY_REGISTERED, KEY_REVOKED, *((CHECKPOINT_KEY_ROTATED,) if of_ledger else ()))
    deciding = (STATE_HASH_PUBLISHED,) if party == rules.ring.party_of_role(TARIFFS_ROLE) else ()
    by_key = (*of_keys, *deciding) if any(key.live for key in keys) else ()
    return PartyView(
        party=party,
        position=position,
        keys=keys,
        mandates=tuple(_mandate(mandate, day) for mandate in mandates),
        reserves=tuple(sorted(operated)),
        may_post=tuple(
            name
            for name in EVENT_TYPES
            if name in by_key or any(mandate.names_type(name) for mandate in live)
        ),
    )


def _keys(rules: RulesState, party: str, day: date, position: int) -> list[KeyView]:
    """Keys from the ring; what their revocations say from the history, because a second one may say more."""
    views: list[KeyView] = []
    for key in rules.ring.party_keys(party):
        if key.registered_at > position:
            continue
        revoked = key.revoked_at if key.revoked_at is not None and key.revoked_at <= position else None
        started = key.valid_from is None or key.valid_from <= day.isoformat()
        views.append(
            KeyView(
                kid=key.kid,
                registered_at=key.registered_at,
                live=started and revoked is None,
                valid_from=UNSET if key.valid_from is None else key.valid_from,
                revoked_at=UNSET if revoked is None else revoked,
                suspect_from=_suspect_from(rules, party, key.kid, position),
                checkpoints_since=_checkpoints_since(rules, key.kid, position),
            )
        )
    return views


def _checkpoints_since(rules: RulesState, kid: str, position: int) -> int | UnsetType:
    since = [key.since for key in rules.ring.checkpoint_keys if key.kid == kid and key.since <= position]
    return max(since, default=UNSET)


def _suspect_from(rules: RulesState, party: str, kid: str, position: int) -> str | UnsetType:
    said = [
        entry.data.suspect_from
        for entry in known_at(rules.keys.get(party, ()), position)
        if isinstance(entry.data, KeyRevoked)
        and entry.data.kid == kid
        and entry.data.suspect_from is not UNSET
    ]
    return min(said, key=datetime.fromisoformat, default=UNSET)


def _mandate(mandate: Mandate, day: date) -> MandateView:
    return MandateView(
        mandate=mandate.mandate,
        role=mandate.role,
        status=_status(mandate, day),
        event_types=mandate.event_types,
        territories=mandate.territories,
        minerals=mandate.minerals,
        effective_from=mandate.start,
        effective_to=UNSET if mandate.end is None else mandate.end,
        position=mandate.act.says_so,
        revoked_at=UNSET if mandate.revoked_by is None else mandate.revoked_by.says_so,
        legal_basis=mandate.act.data.legal_basis,
    )


def _status(mandate: Mandate, day: date) -> MandateStatus:
    if mandate.is_live(day):
        return "live"
    if day < mandate.start:
        return "pending"
    return "expired" if mandate.revoked_by is None else "revoked"
