"""The texts of trade: places, lines of the catalogue, and the codes that customs know goods by.

`territory` is where goods are imported, an origin where they come from; they are different types here so
that one can never be put into the other's field.
"""

from typing import Annotated, Literal

from contracts.countries import COUNTRIES
from contracts.currencies import MINOR_UNIT_DIGITS
from contracts.shapes import code_list, text

_SLUG = "[a-z0-9][a-z0-9_]{0,39}"
_STAGES = "ore_concentrate|intermediate|oxide_compound|unwrought_metal|alloy|derivative_product"
_AREA = "[0-9]{4}"
_LINE = rf"{_SLUG}\.(?:{_STAGES})\.{_SLUG}"

# --- where ----------------------------------------------------------------------------------------
BLOC = "BLOC"
"""The territory of all members together, and goods of their origin."""
EVERYWHERE = "ERGA_OMNES"
"""Goods of every origin (TARIC area 1011)."""
ALL_MINERALS = "*"
"""All minerals, in the place of names of some."""

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
        COUNTRIES | {"EU", BLOC},
        what="a territory where goods are imported: ISO 3166-1 alpha-2, EU, or BLOC for all members",
        mend="write the two-letter code such as US, or EU, or BLOC",
    ),
]
AreaCode = Annotated[
    str,
    text(
        "Area",
        _AREA,
        what="an area, a group of countries of origin: four digits, as in TARIC",
        mend="write its four digits such as 2005",
    ),
]
OriginElement = Annotated[
    str,
    code_list(
        "OriginElement",
        COUNTRIES | {EVERYWHERE, BLOC},
        or_pattern=_AREA,
        what="an origin of goods: ISO 3166-1 alpha-2, ERGA_OMNES for everywhere, BLOC for the members, or an area",
        mend="write the two-letter code such as CN, or ERGA_OMNES, or BLOC, or the four digits of an area",
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

# --- minerals, lines, measures --------------------------------------------------------------------
Slug = Annotated[
    str,
    text(
        "Slug",
        _SLUG,
        what="a slug: lower-case letters, digits and '_'",
        mend="write it like ndpr; at most 40 characters",
    ),
]
MineralScope = Annotated[
    str,
    text(
        "MineralScope",
        rf"\*|{_SLUG}",
        what="a mineral's slug, or * for all",
        mend="write the slug of a listed mineral such as ndpr, or *",
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
    ),
]
ActName = Annotated[
    str,
    text(
        "Act",
        r"(?:[a-z]{2}|bloc)\.[A-Za-z0-9][A-Za-z0-9._-]{0,58}",
        what="a legal act: its territory in lower case, a dot, and a name",
        mend="write it like eu.2025-2351 or bloc.council.decision.2026-3",
    ),
]
UndertakingName = Annotated[
    str,
    text(
        "Undertaking",
        r"[a-z]{2}\.[A-Za-z0-9][A-Za-z0-9._-]{0,58}",
        what="a price undertaking: its territory in lower case, a dot, and a name",
        mend="write it like eu.tungsten.ganzhou",
    ),
]
OrderNumber = Annotated[
    str,
    text(
        "OrderNumber",
        "[A-Za-z0-9][A-Za-z0-9.-]{0,31}",
        what="the order number of a tariff quota",
        mend="write it like 09.8601; it becomes part of the name of a stream",
    ),
]
# --- customs --------------------------------------------------------------------------------------
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
    ),
]
HsEdition = Annotated[
    str,
    text("HsEdition", "HS[12][0-9]{3}", what="an edition of the HS", mend="write it like HS2022"),
]
HS6_DIGITS = 6
"""Digits of a subheading of the Harmonized System, which all customs territories share."""
Hs6 = Annotated[
    str,
    text("Hs6", "[0-9]{6}", what="an HS-6 code: six digits", mend="write it like 284690"),
]
HsPrefix = Annotated[
    str,
    text(
        "HsPrefix",
        "[0-9]{2,10}",
        what="the first 2 to 10 digits of a commodity code",
        mend="write digits only, such as 284690, without dots or blanks",
    ),
]
CommodityCode = Annotated[
    str,
    text(
        "CommodityCode",
        "[0-9]{6,10}",
        what="a commodity code of 6 to 10 digits",
        mend="write digits only, such as 2846904000, without dots or blanks",
    ),
]
AdditionalCode = Annotated[
    str,
    text(
        "AdditionalCode",
        "[A-Z0-9]{1,8}",
        what="an additional code: upper-case letters and digits",
        mend="write it like 2200",
    ),
]
Incoterm = Annotated[
    str,
    text("Incoterm", "[A-Z]{3}", what="an Incoterm", mend="write three letters such as FOB"),
]
IdentifierScheme = Annotated[
    str,
    text(
        "IdentifierScheme",
        "[a-z0-9][a-z0-9._-]{0,31}",
        what="the scheme of an identifier: lower-case letters, digits, '.', '_' and '-'",
        mend="write it like eori, lei or us.irs",
    ),
]
DocumentNumber = Annotated[
    str,
    text(
        "DocumentNumber",
        "[A-Za-z0-9][A-Za-z0-9./_-]{0,63}",
        what="the number of a document (an invoice, a proof of origin), without blanks",
        mend="write it as on the document, without blanks, such as INV-2026-0611",
    ),
]
IdentifierText = Annotated[
    str,
    text(
        "RegisteredNumber",
        "[A-Za-z0-9][A-Za-z0-9./_-]{0,63}",
        what="the registered number of an organisation, without blanks",
        mend="write its EORI, tax number or LEI; no name, and never a natural person",
    ),
]
