"""Who signed these bytes: from the signature header to a registered key that verifies, or the reason why not.

The order is from cheap to dear, and the one Ed25519 check comes last. A key that is not known here may have
been registered a moment ago, so whoever calls this follows the ledger to its head and asks once more.
"""

from datetime import datetime

from contracts.body import Body
from contracts.decoding import decode_event
from contracts.events import Founded
from contracts.identity.jws import (
    Detached,
    SignatureFault,
    circumstance_fault,
    parse_detached,
    verify_detached,
)
from contracts.identity.keyring import KeyRing
from contracts.identity.keys import KeyFault, VerifyingKey
from contracts.malformed import Malformed
from services.tariffs.intake.outcomes import BadSignature, KeyNotValid, UnknownKey

NotAuthentic = BadSignature | UnknownKey | KeyNotValid


def read_signature(
    signature: str | None, raw: bytes, body: Body, *, origin: str, now: datetime
) -> Detached | BadSignature:
    """Read the header and check that it is for this ledger and of these days. Nothing is verified yet."""
    detached = parse_detached(signature or "")
    if isinstance(detached, SignatureFault):
        return BadSignature(detached, body.digest, len(raw))
    fault = circumstance_fault(detached, audience=origin, at_seconds=int(now.timestamp()))
    return detached if fault is None else BadSignature(fault, body.digest, len(raw))


def signer_of(
    detached: Detached, raw: bytes, body: Body, ring: KeyRing, *, now: datetime
) -> str | NotAuthentic:
    """The party whose live, registered key signed exactly these bytes."""
    registered = ring.find(detached.kid)
    if registered is None:
        return UnknownKey(detached.kid, body.digest, len(raw))
    if not verify_detached(detached, raw, registered.key):
        return BadSignature(None, body.digest, len(raw))
    if not ring.is_live(detached.kid, on=now.date().isoformat()):
        reason = (
            f"was revoked at position {registered.revoked_at}"
            if registered.revoked_at is not None
            else f"is valid from {registered.valid_from} on"
        )
        return KeyNotValid(detached.kid, reason, body.digest, len(raw))
    return registered.party


def founder_of(detached: Detached, raw: bytes, body: Body, *, trust_anchor: str) -> str | NotAuthentic:
    """The secretariat, when this is the founding submission of an empty ledger, signed by the key inside it.

    Only the key that both services were configured to trust may found; nobody else can sign anything yet.
    """
    unknown = UnknownKey(detached.kid, body.digest, len(raw))
    first = decode_event(body.lines[0])
    if isinstance(first, Malformed) or not isinstance(first.data, Founded):
        return unknown
    try:
        key = VerifyingKey.of(first.data.secretariat.jwk)
    except KeyFault:
        return unknown
    if key.kid != detached.kid or key.kid != trust_anchor:
        return unknown
    if not verify_detached(detached, raw, key):
        return BadSignature(None, body.digest, len(raw))
    return first.data.secretariat.party
