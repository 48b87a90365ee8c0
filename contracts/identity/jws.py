"""Detached JWS over exact body bytes: how a submission is signed (RFC 7515 appendix F with RFC 7797).

Ordinary libraries make and check these signatures, and joserfc is held against this module both ways in the
tests; it takes no part here, as it cannot sign a body that is not UTF-8, nor by default check one above
128,000 bytes. Our reading is strict: exactly six members, each once, so that no two readers can understand
one header differently. And it is cheap: one regular expression and one typed decode, a few microseconds
beside the hundred of Ed25519, because `iat` makes nearly every header a new one and a cache alone would not
help.
"""

import re
from base64 import urlsafe_b64decode
from functools import lru_cache
from typing import Annotated, Literal

import msgspec

from contracts.identity.keys import SigningKey, VerifyingKey, base64url
from contracts.limits import (
    IAT_AHEAD_SECONDS_MAX,
    IAT_BEHIND_SECONDS_MAX,
    ORIGIN_CHARACTERS_MAX,
    SIGNATURE_BYTES_MAX,
    SIGNATURE_HEADERS_CACHED_MAX,
)

ALGORITHM: Literal["Ed25519"] = "Ed25519"
"""RFC 9864. Its older name `EdDSA` (RFC 8037) is accepted too: all keys here are OKP/Ed25519."""

# 64 bytes are 86 characters, of which the last holds 2 bits only: its 16 spellings would be as many ways to
# write one signature.
_DETACHED = re.compile(r"([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]{85}[AQgw])", re.ASCII)

_QUOTES_IN_HEADER = 20
"""Six names and four strings (alg, crit's one, kid, aud). A name that comes twice has more."""


class SignatureFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a signature cannot be accepted, and what its maker should do next."""

    reason: str
    mend: str


class Detached(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A detached signature as it was read: nothing is verified yet. `iat` in seconds since 1970."""

    header_b64: str
    kid: str
    alg: str
    aud: str
    iat: int
    signature: bytes


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    alg: Literal["Ed25519", "EdDSA"]
    b64: bool
    crit: tuple[Literal["b64"]]
    kid: Annotated[str, msgspec.Meta(min_length=43, max_length=43)]
    aud: Annotated[str, msgspec.Meta(min_length=1, max_length=ORIGIN_CHARACTERS_MAX)]
    iat: Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799)]


_DECODE_HEADER = msgspec.json.Decoder(_Header)
_MEND = (
    'the protected header must be {"alg":"Ed25519","b64":false,"crit":["b64"],"kid":"…","aud":"<origin>",'
    '"iat":<seconds>}, each member once and no other'
)


def sign_detached(key: SigningKey, body: bytes, *, audience: str, issued_at: int) -> str:
    """Sign `body` for the ledger of origin `audience`; gives the value of the header `Bloc-Signature`.

    `issued_at` is in seconds since 1970. Send the very bytes that were signed.
    """
    header = _Header(ALGORITHM, b64=False, crit=("b64",), kid=key.kid, aud=audience, iat=issued_at)
    header_b64 = base64url(msgspec.json.encode(header))
    return f"{header_b64}..{base64url(key.sign(header_b64.encode('ascii') + b'.' + body))}"


def parse_detached(text: str) -> Detached | SignatureFault:
    """Read a `Bloc-Signature` header strictly. Nothing is verified: that needs the body and the key."""
    if not text:
        return SignatureFault(
            "the submission is not signed", "send a detached JWS over the body in the header Bloc-Signature"
        )
    if len(text) > SIGNATURE_BYTES_MAX:
        return SignatureFault(
            f"the signature has {len(text)} characters, the limit is {SIGNATURE_BYTES_MAX}", _MEND
        )
    match = _DETACHED.fullmatch(text)
    if match is None:
        return SignatureFault(
            "the signature is not <header>..<signature of 64 bytes>, both base64url without padding",
            "send the detached form: header, two dots, signature; no payload between the dots",
        )
    header_b64, signature_b64 = match.groups()
    header = _parse_header(header_b64)
    if isinstance(header, SignatureFault):
        return header
    signature = urlsafe_b64decode(signature_b64 + "==")
    return Detached(header_b64, header.kid, header.alg, header.aud, header.iat, signature)


@lru_cache(maxsize=SIGNATURE_HEADERS_CACHED_MAX)
def _parse_header(header_b64: str) -> _Header | SignatureFault:
    """Decode one protected header. A pure function of its text, so the cache cannot grow stale."""
    try:
        raw = urlsafe_b64decode(header_b64 + "=" * (-len(header_b64) % 4))
        header = _DECODE_HEADER.decode(raw)
    except (ValueError, msgspec.ValidationError) as error:
        return SignatureFault(f"the protected header cannot be read: {error}", _MEND)
    if header.b64:
        return SignatureFault("`b64` must be false: the signature is over the raw body (RFC 7797)", _MEND)
    # msgspec keeps the last of two equal names and reads escapes. Neither may stand in a header: another
    # reader could see another `kid` in the same bytes.
    if b"\\" in raw or raw.count(b'"') != _QUOTES_IN_HEADER:
        return SignatureFault("the protected header holds a member twice, or an escape", _MEND)
    return header


def verify_detached(detached: Detached, body: bytes, key: VerifyingKey) -> bool:
    """Whether the signature is `key`'s over `body`: one Ed25519 check, nothing else.

    The caller has chosen the key by `detached.kid`, and checks `aud` and `iat` with `circumstance_fault`.
    """
    return key.verify(detached.signature, detached.header_b64.encode("ascii") + b"." + body)


def circumstance_fault(detached: Detached, *, audience: str, at_seconds: int) -> SignatureFault | None:
    """Say why a signature is not for this ledger (`audience`) at this time, or None when it is.

    `at_seconds` is the recording time, in seconds since 1970 (the clock, where nothing is recorded yet). The
    window is what makes a captured submission worthless a year later.
    """
    if detached.aud != audience:
        return SignatureFault(
            f"the signature is for the ledger {detached.aud!r}, this one is {audience!r}",
            f'sign again with "aud":"{audience}"',
        )
    if detached.iat > at_seconds + IAT_AHEAD_SECONDS_MAX:
        return SignatureFault(
            f"`iat` lies {detached.iat - at_seconds} s ahead, at most {IAT_AHEAD_SECONDS_MAX} s are allowed",
            "set the clock of the signing machine, then sign again",
        )
    if detached.iat < at_seconds - IAT_BEHIND_SECONDS_MAX:
        return SignatureFault(
            f"`iat` lies {at_seconds - detached.iat} s back, at most {IAT_BEHIND_SECONDS_MAX} s are allowed",
            "sign the same body again: the ids inside it make that safe",
        )
    return None
