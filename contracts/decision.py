"""The decision: tariffs' signed statement that these parts may be recorded together.

A compact JWS over the digests of the parts, the key versions they were decided on, the position that was
known, the time and the ruleset. It covers the derived part, which needs no signature of its own; so NATS
credentials alone get nothing recorded, and the record can judge the judge years later.

Its header never changes for one key, so it is written once and compared as text; signing costs one Ed25519
operation for each draft and nothing else.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, Literal

import msgspec

from contracts.identity.keyring import KeyRing
from contracts.identity.keys import SigningKey, VerifyingKey, base64url
from contracts.limits import DECISION_BYTES_MAX, DRAFT_PARTS_MAX

DECIDING_ROLE = "tariffs"
_DIGEST = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$", max_length=64)]


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was decided. `parts`: SHA-256 hex of each part's body; `expects`: of the key versions
    (`expects_digest`); `position`: the last entry known (-1: none); `time`: RFC 3339 UTC, six digits."""

    parts: Annotated[tuple[_DIGEST, ...], msgspec.Meta(min_length=1, max_length=DRAFT_PARTS_MAX)]
    expects: _DIGEST
    position: Annotated[int, msgspec.Meta(ge=-1)]
    time: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", max_length=27)]
    ruleset: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class DecisionFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a decision does not count: it never was one (`malformed`, `forged`), or its key was revoked."""

    kind: Literal["malformed", "forged", "key_not_valid"]
    reason: str


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    alg: Literal["Ed25519"]
    kid: str
    aud: str


# As for detached signatures: one way to write the 64 bytes of a signature, and nothing that needs an escape
# where the token stands in a stamp.
_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{85}[AQgw])", re.ASCII)
_ENCODER = msgspec.json.Encoder(order="sorted")
_PLAIN_ENCODER = msgspec.json.Encoder()
_DECODE = msgspec.json.Decoder(Decision)
_DECODE_HEADER = msgspec.json.Decoder(_Header)


def expects_digest(expects: Mapping[str, int]) -> str:
    """SHA-256 hex of the key versions as compact JSON, keys in order of their characters (all ASCII)."""
    return sha256(_ENCODER.encode(dict(expects))).hexdigest()


def sign_decision(key: SigningKey, decision: Decision, *, audience: str) -> str:
    """Sign a decision for the ledger of origin `audience`: a compact JWS (RFC 7515)."""
    signing_input = _header_of(key.kid, audience) + "." + base64url(_PLAIN_ENCODER.encode(decision))
    return signing_input + "." + base64url(key.sign(signing_input.encode("ascii")))


@lru_cache(maxsize=64)
def _header_of(kid: str, audience: str) -> str:
    return base64url(_PLAIN_ENCODER.encode(_Header("Ed25519", kid, audience)))


class DecisionToken(msgspec.Struct, frozen=True):
    """A compact JWS that has the shape of a decision for one ledger; nothing is verified yet."""

    kid: str
    signing_input: bytes
    payload_b64: str
    signature: bytes

    def is_signed_by(self, key: VerifyingKey) -> bool:
        """Whether `key` made the signature: one Ed25519 check. The caller has chosen the key by `kid`."""
        return key.verify(self.signature, self.signing_input)

    def decision(self) -> Decision | DecisionFault:
        """Read what was decided. It is worth nothing before the signature was verified."""
        return _decision_in(self.payload_b64)


def parse_decision(token: str, *, audience: str) -> DecisionToken | DecisionFault:
    """Read the compact JWS of a decision for the ledger of origin `audience`. No signature is checked."""
    match = _COMPACT.fullmatch(token)
    if len(token) > DECISION_BYTES_MAX or match is None:
        return DecisionFault("malformed", "the decision is no compact JWS, or too long")
    header_b64, payload_b64, signature_b64 = match.groups()
    header = _read_header(header_b64)
    if header is None:
        return DecisionFault("malformed", "the header of the decision cannot be read")
    if header_b64 != _header_of(header.kid, audience):
        return DecisionFault(
            "forged", "the decision is for another ledger, or its header is written otherwise"
        )
    signature = urlsafe_b64decode(signature_b64 + "==")
    return DecisionToken(header.kid, f"{header_b64}.{payload_b64}".encode("ascii"), payload_b64, signature)


def read_decision(token: str) -> Decision | DecisionFault:
    """Read what a decision says, for whichever ledger it is: for readers of a record that others verify."""
    match = _COMPACT.fullmatch(token)
    if match is None:
        return DecisionFault("malformed", "the decision is no compact JWS")
    return _decision_in(match[2])


def verify_decision(token: str, ring: KeyRing, *, audience: str) -> Decision | DecisionFault:
    """Read a decision that a live key of the deciding service signed for this ledger.

    `ring` is the ring before the draft; for the founding draft, the ring that its first event makes.
    """
    parsed = parse_decision(token, audience=audience)
    if isinstance(parsed, DecisionFault):
        return parsed
    registered = ring.find(parsed.kid)
    if registered is None or registered.party != ring.party_of_role(DECIDING_ROLE):
        return DecisionFault("forged", f"the key {parsed.kid} does not belong to the deciding service")
    if not parsed.is_signed_by(registered.key):
        return DecisionFault("forged", "the signature of the decision does not verify")
    if not ring.is_live(parsed.kid):
        return DecisionFault("key_not_valid", f"the key {parsed.kid} of the deciding service was revoked")
    return parsed.decision()


def _decision_in(payload_b64: str) -> Decision | DecisionFault:
    try:
        return _DECODE.decode(urlsafe_b64decode(payload_b64 + "=" * (-len(payload_b64) % 4)))
    except (ValueError, msgspec.DecodeError) as error:
        return DecisionFault("malformed", f"the decision cannot be read: {error}")


@lru_cache(maxsize=256)
def _read_header(header_b64: str) -> _Header | None:
    try:
        return _DECODE_HEADER.decode(urlsafe_b64decode(header_b64 + "=" * (-len(header_b64) % 4)))
    except (ValueError, msgspec.DecodeError):
        return None
