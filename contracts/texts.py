"""The general texts of the language: parties, instants, ids and free text, each with its plain words.

One place, so that a stream means the same in an envelope and in a citation, and so that a refusal can say
what the text should have looked like. Places, lines and codes of goods are in `trade`.
"""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from contracts.limits import (
    LONG_TEXT_CHARACTERS_MAX,
    ORIGIN_CHARACTERS_MAX,
    SIGNATURE_BYTES_MAX,
    TEXT_CHARACTERS_MAX,
    URI_CHARACTERS_MAX,
)
from contracts.shapes import text

_LABEL = "[a-z0-9][a-z0-9-]{0,30}"
_UNSEEN = r"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"  # control and bidi characters
_DAY = "(?:0[1-9]|[12][0-9]|3[01])"

# --- who ------------------------------------------------------------------------------------------
Party = Annotated[
    str,
    text(
        "Party",
        rf"{_LABEL}\.{_LABEL}",
        what="a party: exactly two labels of lower-case letters, digits and '-', joined by a dot",
        mend="write it like us.customs; a label has at most 31 characters and starts with a letter or digit",
    ),
]
Source = Annotated[
    str,
    text(
        "Source",
        rf"/parties/{_LABEL}\.{_LABEL}",
        what="the source of an event: /parties/ and the party that signs",
        mend="write it like /parties/us.customs; it must be the party whose key signs",
    ),
]
Role = Literal[
    "secretariat",
    "trade_ministry",
    "investigating_authority",
    "customs",
    "rate_publisher",
    "reserve_operator",
    "approver",
    "company",
    "court",
    "tariffs",
    "auditor",
]
Origin = Annotated[
    str,
    text(
        "LedgerOrigin",
        r"[a-z0-9][a-z0-9.-]*(?:/[A-Za-z0-9._~-]+)*",
        what="the ledger's origin: a host name and an optional path, without scheme",
        mend="write it like bloc.example/ledger",
        max_length=ORIGIN_CHARACTERS_MAX,
    ),
]
KeyId = Annotated[
    str,
    text(
        "KeyId",
        "[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]",
        what="a key id: the RFC 7638 thumbprint of the key, 43 characters of base64url",
        mend="compute SHA-256 over the JWK in RFC 7638 form and write it in base64url without padding",
    ),
]
PublicKeyText = Annotated[
    str,
    text(
        "PublicKey",
        "[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]",
        what="an Ed25519 public key: 32 bytes as 43 characters of base64url",
        mend="take the last 32 bytes of the DER public key and write them in base64url without padding",
    ),
]
DetachedSignature = Annotated[
    str,
    text(
        "DetachedSignature",
        r"[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]{85}[AQgw]",
        what="a compact detached JWS with an Ed25519 signature: header, two dots, 86 characters of base64url",
        mend="sign as posting an event does: a proof over the bytes '<origin> <party> <kid>', a consent over its terms",
        max_length=SIGNATURE_BYTES_MAX,
    ),
]

# --- when -----------------------------------------------------------------------------------------
Day = Annotated[date, Meta(title="Day", description="A civil day, YYYY-MM-DD.")]
"""A civil day of the territory that applies the rule."""

Instant = Annotated[
    str,
    text(
        "Instant",
        rf"(?:19|20|21)[0-9]{{2}}-(?:0[1-9]|1[0-2])-{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{1,6}})?"
        r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])",
        what="an instant: RFC 3339 with an offset, at most microseconds",
        mend="write it like 2026-06-30T23:30:00-04:00 or 2026-07-01T03:30:00Z; an offset is needed",
    ),
]

# --- which ----------------------------------------------------------------------------------------
RateAuthority = Annotated[
    str,
    text(
        "RateAuthority",
        "[a-z0-9][a-z0-9-]{0,30}",
        what="an authority that publishes rates of exchange: lower-case letters, digits and '-'",
        mend="write it like ecb or hmrc, as the member's exchange rate rule names it",
    ),
]
RecordId = Annotated[
    str,
    text(
        "RecordId",
        "[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
        what="an identifier: letters, digits, '.', '_' and '-', starting with a letter or digit",
        mend="use at most 64 of these characters; it becomes part of the name of a stream",
    ),
]
StreamName = Annotated[
    str,
    text(
        "Stream",
        r"[a-z][a-z0-9_]*(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,63}){1,2}",
        what="a stream: <kind>/<id> or <kind>/<id>/<id>",
        mend="write it like floor/ndpr.oxide_compound.oxide_99",
        max_length=160,
    ),
]
EventId = Annotated[
    str,
    text(
        "EventId",
        "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        what="an event id: a UUID of version 7 in lower case (RFC 9562)",
        mend="make a UUIDv7 once, when the event happens, and keep it for every retry",
    ),
]
EventTypeName = Annotated[
    str,
    text(
        "EventType",
        r"bloc\.(?:founded|[a-z_]+\.[a-z_]+)\.v[1-9][0-9]{0,2}",
        what="an event type: bloc.<family>.<past participle>.v<n>",
        mend="write it like bloc.price_floor.set.v1",
        max_length=100,
    ),
]
EventTypePattern = Annotated[
    str,
    text(
        "EventTypePattern",
        r"bloc\.(?:founded\.v[1-9][0-9]{0,2}|[a-z_]+\.(?:\*|[a-z_]+\.v[1-9][0-9]{0,2}))",
        what="an event type, or a whole family",
        mend="write it like bloc.price_floor.set.v1 or bloc.measure.*",
        max_length=100,
    ),
]
DigestText = Annotated[
    str,
    text(
        "Digest",
        "[0-9a-f]{64}",
        what="a SHA-256 digest in lower-case hexadecimal",
        mend="write the 64 characters that sha256sum prints",
    ),
]
Text = Annotated[
    str,
    text(
        "Text",
        rf"[^{_UNSEEN}]+",
        what=f"a text of 1 to {TEXT_CHARACTERS_MAX} characters, none of control or direction, no line break",
        mend=f"write 1 to {TEXT_CHARACTERS_MAX} characters on one line; cite longer papers by digest or address",
        max_length=TEXT_CHARACTERS_MAX,
    ),
]
LongText = Annotated[
    str,
    text(
        "LongText",
        rf"[^{_UNSEEN}]+",
        what=f"a text of 1 to {LONG_TEXT_CHARACTERS_MAX} characters without line breaks, control or direction "
        "characters",
        mend=f"write 1 to {LONG_TEXT_CHARACTERS_MAX} characters on one line",
        max_length=LONG_TEXT_CHARACTERS_MAX,
    ),
]
Uri = Annotated[
    str,
    text(
        "Uri",
        r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+",
        what=f"an absolute URI of at most {URI_CHARACTERS_MAX} characters (RFC 3986)",
        mend="write it with its scheme, such as https://bloc.example/acts/2026-3, percent-encode the rest",
        max_length=URI_CHARACTERS_MAX,
    ),
]

# --- how many -------------------------------------------------------------------------------------
Position = Annotated[int, Meta(title="Position", ge=0, le=2**53 - 1)]
Count = Annotated[int, Meta(title="Count", ge=0, le=2**31 - 1)]
Number = Annotated[int, Meta(title="Number", ge=1, le=2**31 - 1)]
