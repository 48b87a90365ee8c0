"""Proof that whoever registers a key holds its private half.

Without it a party could register another's public key as its own and claim the other's signatures. The
proof is an ordinary detached JWS by the new key, over the bytes `<origin> <party> <kid>`, so the tools that
sign submissions make it too (posting.md). Its `iat` is not bounded: a key is often registered weeks after
its owner sent the proof, and the bytes it covers are good for nothing else.
"""

from contracts.identity.jws import SignatureFault, parse_detached, sign_detached, verify_detached
from contracts.identity.keys import KeyFault, SigningKey, VerifyingKey
from contracts.values import Jwk


def possession_message(origin: str, party: str, kid: str) -> bytes:
    """The bytes that are signed in place of a body."""
    return f"{origin} {party} {kid}".encode()


def prove_possession(key: SigningKey, origin: str, party: str, *, issued_at: int) -> str:
    """Make the `proof` of a key registration; `issued_at` in seconds since 1970."""
    return sign_detached(
        key, possession_message(origin, party, key.kid), audience=origin, issued_at=issued_at
    )


def check_possession(proof: str, jwk: Jwk, *, origin: str, party: str) -> bool:
    """Whether `proof` was made by the key `jwk` for exactly this party and ledger."""
    detached = parse_detached(proof)
    if isinstance(detached, SignatureFault):
        return False
    try:
        key = VerifyingKey.of(jwk)
    except KeyFault:
        return False
    return (
        detached.kid == key.kid
        and detached.aud == origin
        and verify_detached(detached, possession_message(origin, party, key.kid), key)
    )
