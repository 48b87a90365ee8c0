"""The texts of the language: names, codes, dates and instants, each with its pattern and its plain words.

One place, so that `line` means the same in a floor, a declaration and a stream name, and so that a refusal
can say what the text should have looked like. Structs made of them are in `values`.
"""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from contracts.countries import COUNTRIES
from contracts.currencies import MINOR_UNIT_DIGITS
from contracts.shapes import code_list, text

_LABEL = "[a-z0-9][a-z0-9-]{0,30}"
_SLUG = "[a-z0-9][a-z0-9_]{0,39}"
_STAGES = "ore_concentrate|intermediate|oxide_compound|unwrought_metal|alloy|derivative_product"
_LINE = rf"{_SLUG}\.(?:{_STAGES})\.{_SLUG}"
_UNSEEN = r"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"  # control and bidi characters
_DAY = "(?:0[1-9]|[12][0-9]|3[01])"

# --- who -----------------------------------------------------------------------------------------------------
Party = Annotated[
    str,
    text(
        "Party",
        rf"{_LABEL}\.{_LABEL}",
        what="a party: exactly two labels of lower-case letters, digits and '-', joined by a dot",
        mend="write it like us.customs; a label has at most 31 characters and starts with a letter or digit",
        max_length=63,
    ),
]
Source = Annotated[
    str,
    text(
        "Source",
        rf"/parties/{_LABEL}\.{_LABEL}",
        what="the source of an event: /parties/ and the party that signs",
        mend="write it like /parties/us.customs; it must be the party whose key signs",
        max_length=72,
    ),
]
Role = Literal[
    "secretariat",
    "trade_ministry",
    "investigating_authority",
    "customs",
    "rate_publisher",
    "reserve_operator",
    "company",
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
        max_length=200,
    ),
]
KeyId = Annotated[
    str,
    text(
        "KeyId",
        "[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]",
        what="a key id: the RFC 7638 thumbprint of the key, 43 characters of base64url",
        mend="compute SHA-256 over the JWK in RFC 7638 form and write it in base64url without padding",
        max_length=43,
    ),
]
PublicKeyText = Annotated[
    str,
    text(
        "PublicKey",
        "[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]",
        what="an Ed25519 public key: 32 bytes as 43 characters of base64url",
        mend="take the last 32 bytes of the DER public key and write them in base64url without padding",
        max_length=43,
    ),
]
DetachedSignature = Annotated[
    str,
    text(
        "DetachedSignature",
        r"[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]{85}[AQgw]",
        what="a compact detached JWS with an Ed25519 signature: header, two dots, 86 characters of base64url",
        mend="sign as posting an event does, over the bytes '<origin> <party> <kid>'",
        max_length=1024,
    ),
]

# --- where ---------------------------------------------------------------------------------------------------
Country = Annotated[
    str,
    code_list(
        "Country",
        COUNTRIES,
        what="a country: ISO 3166-1 alpha-2, upper case",
        mend="write the two-letter code such as CN (EU is a member, not a country)",
    ),
]
Member = Annotated[
    str,
    code_list(
        "Member",
        COUNTRIES | {"EU"},
        what="a member: ISO 3166-1 alpha-2, upper case, or EU",
        mend="write the two-letter code such as US, or EU",
    ),
]
Territory = Annotated[
    str,
    code_list(
        "Territory",
        COUNTRIES | {"EU", "BLOC"},
        what="a territory where goods are imported: ISO 3166-1 alpha-2, EU, or BLOC for all members",
        mend="write the two-letter code such as US, or EU, or BLOC",
    ),
]
OriginElement = Annotated[
    str,
    code_list(
        "OriginElement",
        COUNTRIES | {"ERGA_OMNES", "BLOC"},
        what="an origin of goods: ISO 3166-1 alpha-2, ERGA_OMNES for everywhere, or BLOC for the members",
        mend="write the two-letter code such as CN, or ERGA_OMNES, or BLOC",
    ),
]
TimeZone = Annotated[
    str,
    text(
        "TimeZone",
        r"[A-Z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}",
        what="an IANA time zone",
        mend="write it like America/New_York",
        max_length=40,
    ),
]

# --- when ----------------------------------------------------------------------------------------------------
Day = Annotated[date, Meta(title="Day", description="A civil day, YYYY-MM-DD.")]
"""A civil day of the territory that applies the rule."""

Instant = Annotated[
    str,
    text(
        "Instant",
        rf"[0-9]{{4}}-(?:0[1-9]|1[0-2])-{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{1,6}})?"
        r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])",
        what="an instant: RFC 3339 with an offset, at most microseconds",
        mend="write it like 2026-06-30T23:30:00-04:00 or 2026-07-01T03:30:00Z; a time without offset is refused",
        max_length=32,
    ),
]

# --- what ----------------------------------------------------------------------------------------------------
Slug = Annotated[
    str,
    text(
        "Slug",
        _SLUG,
        what="a slug: lower-case letters, digits and '_'",
        mend="write it like ndpr; at most 40 characters",
        max_length=40,
    ),
]
MineralScope = Annotated[
    str,
    text(
        "MineralScope",
        rf"\*|{_SLUG}",
        what="a mineral's slug, or * for all",
        mend="write the slug of a listed mineral such as ndpr, or *",
        max_length=40,
    ),
]
LineName = Annotated[
    str,
    text(
        "Line",
        _LINE,
        what="a line: <mineral>.<stage>.<specification>, the stage one of the six stages of production",
        mend="write it like ndpr.oxide_compound.oxide_99; stages: " + _STAGES.replace("|", ", "),
        max_length=64,
    ),
]
LineOrNone = Annotated[
    str,
    text(
        "LineOrNone",
        rf"none|{_LINE}",
        what='a line of the catalogue, or "none"',
        mend="write it like ndpr.oxide_compound.oxide_99, or none when the goods are of no line",
        max_length=64,
    ),
]
Stage = Literal[
    "ore_concentrate", "intermediate", "oxide_compound", "unwrought_metal", "alloy", "derivative_product"
]
MeasureName = Annotated[
    str,
    text(
        "Measure",
        r"(?:[a-z]{2}|bloc)\.[A-Za-z0-9][A-Za-z0-9._-]{0,58}",
        what="a measure: its territory in lower case, a dot, and a name",
        mend="write it like us.base.284690",
        max_length=64,
    ),
]
RecordId = Annotated[
    str,
    text(
        "RecordId",
        "[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
        what="an identifier: letters, digits, '.', '_' and '-', starting with a letter or digit",
        mend="use at most 64 of these characters; it becomes part of the name of a stream",
        max_length=64,
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
        max_length=36,
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
        max_length=64,
    ),
]
Text = Annotated[
    str,
    text(
        "Text",
        rf"[^{_UNSEEN}]+",
        what="a text of 1 to 280 characters without line breaks, control or direction characters",
        mend="shorten it to 280 characters; put longer papers elsewhere and cite their digest or address",
        max_length=280,
    ),
]
LongText = Annotated[
    str,
    text(
        "LongText",
        rf"(?:[^{_UNSEEN}]+)",
        what="a text of 1 to 1000 characters without line breaks, control or direction characters",
        mend="shorten it to 1000 characters",
        max_length=1000,
    ),
]
Uri = Annotated[
    str,
    text(
        "Uri",
        r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+",
        what="an absolute URI of at most 500 characters (RFC 3986)",
        mend="write it with its scheme, such as https://bloc.example/acts/2026-3, and percent-encode the rest",
        max_length=500,
    ),
]

# --- customs and trade ---------------------------------------------------------------------------------------
Currency = Annotated[
    str,
    code_list(
        "Currency",
        MINOR_UNIT_DIGITS,
        what="a currency: ISO 4217, upper case",
        mend="write the three-letter code such as USD",
    ),
]
Unit = Literal["kg", "t", "g", "lb", "ozt", "stn", "mtu"]
Substance = Annotated[
    str,
    text(
        "Substance",
        "[A-Z][A-Za-z0-9+]{0,23}",
        what="a chemical symbol or formula",
        mend="write it like W, WO3 or Nd2O3",
        max_length=24,
    ),
]
HsEdition = Annotated[
    str,
    text(
        "HsEdition", "HS[12][0-9]{3}", what="an edition of the HS", mend="write it like HS2022", max_length=6
    ),
]
Hs6 = Annotated[
    str,
    text("Hs6", "[0-9]{6}", what="an HS-6 code: six digits", mend="write it like 284690", max_length=6),
]
HsPrefix = Annotated[
    str,
    text(
        "HsPrefix",
        "[0-9]{2,10}",
        what="the first 2 to 10 digits of a commodity code",
        mend="write digits only, such as 284690, without dots or blanks",
        max_length=10,
    ),
]
CommodityCode = Annotated[
    str,
    text(
        "CommodityCode",
        "[0-9]{6,10}",
        what="a commodity code of 6 to 10 digits",
        mend="write digits only, such as 2846904000, without dots or blanks",
        max_length=10,
    ),
]
AdditionalCode = Annotated[
    str,
    text(
        "AdditionalCode",
        "[A-Z0-9]{1,8}",
        what="an additional code: upper-case letters and digits",
        mend="write it like 2200",
        max_length=8,
    ),
]
Incoterm = Annotated[
    str,
    text("Incoterm", "[A-Z]{3}", what="an Incoterm", mend="write three letters such as FOB", max_length=3),
]
IdentifierScheme = Annotated[
    str,
    text(
        "IdentifierScheme",
        "[a-z0-9][a-z0-9._-]{0,31}",
        what="the scheme of an identifier: lower-case letters, digits, '.', '_' and '-'",
        mend="write it like eori, lei or us.irs",
        max_length=32,
    ),
]
IdentifierText = Annotated[
    str,
    text(
        "Identifier",
        "[A-Za-z0-9][A-Za-z0-9./_-]{0,63}",
        what="the registered number of an organisation, without blanks",
        mend="write its EORI, tax number or LEI; no name, and never a natural person",
        max_length=64,
    ),
]

# --- numbers -------------------------------------------------------------------------------------------------
Position = Annotated[int, Meta(title="Position", ge=0, le=2**53 - 1)]
Count = Annotated[int, Meta(title="Count", ge=0, le=2**31 - 1)]
Number = Annotated[int, Meta(title="Number", ge=1, le=2**31 - 1)]
