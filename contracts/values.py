"""The values of the language: money, prices, quantities, legal bases, keys, goods and origins.

Each is a frozen struct with exactly the fields of the wire. Decimals stay the text their author wrote, with
a property beside them for the value; a value whose parts contradict each other cannot be made at all, so no
rule has to ask again. Optional fields are left out (`UNSET`), never null.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.currencies import MINOR_UNIT_DIGITS
from contracts.decimals import EXACT, DecimalText, scale_of
from contracts.shapes import FieldFault
from contracts.texts import DetachedSignature, Party, Position, PublicKeyText, StreamName, Text, Uri
from contracts.trade import (
    AdditionalCode,
    Currency,
    HsEdition,
    HsPrefix,
    IdentifierScheme,
    IdentifierText,
    LineName,
    OriginElement,
    Substance,
    Territory,
    Unit,
)

KILOGRAMS_PER_UNIT: Mapping[str, Decimal] = MappingProxyType(
    {
        "kg": Decimal(1),
        "t": Decimal(1000),
        "g": Decimal("0.001"),
        "lb": Decimal("0.45359237"),
        "ozt": Decimal("0.0311034768"),
        "stn": Decimal("907.18474"),
        "mtu": Decimal(10),
    }
)
"""Exact kilograms of one unit; for `mtu`, kilograms of the content that it names."""


def check_minor_unit(amount: str, currency: str) -> None:
    """An amount has no more decimals than its currency (a JPY amount none, a USD amount two)."""
    digits = MINOR_UNIT_DIGITS[currency]
    if scale_of(amount) > digits:
        raise FieldFault(
            ".amount",
            f"{amount} has more decimals than {currency}, which has {digits}",
            f"round it to {digits} decimals before you sign",
        )


class Money(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An amount in a currency, with no more decimals than the currency has (ISO 4217 minor unit)."""

    amount: DecimalText
    currency: Currency

    def __post_init__(self) -> None:
        check_minor_unit(self.amount, self.currency)

    @property
    def value(self) -> Decimal:
        """The amount as a number."""
        return Decimal(self.amount)


class Price(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An amount per one unit, of goods or, when `content` is named, of a substance in them."""

    amount: DecimalText
    currency: Currency
    per: Unit
    content: Substance | UnsetType = UNSET

    def __post_init__(self) -> None:
        check_content_of_metric_ton_unit(self.per, self.content)

    @property
    def value(self) -> Decimal:
        """The amount per unit as a number."""
        return Decimal(self.amount)

    @property
    def kilograms_per_unit(self) -> Decimal:
        """Kilograms of the unit that the price is for."""
        return KILOGRAMS_PER_UNIT[self.per]

    @property
    def per_kilogram(self) -> Decimal:
        """The amount per kilogram, to 34 digits: for comparing prices, never for computing a duty."""
        return EXACT.divide(self.value, self.kilograms_per_unit)


class Quantity(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A mass in one of the seven units, of goods or, when `content` is named, of a substance in them."""

    value: DecimalText
    unit: Unit
    content: Substance | UnsetType = UNSET

    def __post_init__(self) -> None:
        check_content_of_metric_ton_unit(self.unit, self.content)

    @property
    def number(self) -> Decimal:
        """The quantity in its own unit."""
        return Decimal(self.value)

    @property
    def kilograms(self) -> Decimal:
        """The quantity in kilograms, exactly (at most 34 digits)."""
        return EXACT.multiply(Decimal(self.value), KILOGRAMS_PER_UNIT[self.unit])


def check_content_of_metric_ton_unit(unit: str, content: str | UnsetType) -> None:
    """A metric ton unit is always one of a content, which is named (1 mtu WO3)."""
    if unit == "mtu" and content is UNSET:
        raise FieldFault(
            ".content",
            "a metric ton unit is 10 kg of a content, and the content is missing",
            'name the substance, such as "content":"WO3"',
        )


class LegalBasis(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The act and article that a rule rests on; `article` may be "whole act"."""

    act: Text
    article: Text
    uri: Uri


class Identifier(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An organisation by its registered number (EORI, LEI, tax number). Never a natural person."""

    scheme: IdentifierScheme
    id: IdentifierText


class Jwk(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An Ed25519 public key (RFC 8037)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: PublicKeyText


class ProvenKey(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A party's key with the proof that the party holds its private half."""

    party: Party
    jwk: Jwk
    proof: DetachedSignature


class ServiceKey(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """As `ProvenKey`, with the service that the key acts for."""

    party: Party
    role: Literal["tariffs", "ledger"]
    jwk: Jwk
    proof: DetachedSignature


class Origins(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Where goods come from: `include` less `exclude`. Never where they are imported (`territory`)."""

    include: Annotated[tuple[OriginElement, ...], Meta(min_length=1)]
    exclude: tuple[OriginElement, ...] | UnsetType = UNSET


class Goods(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Goods by prefixes of commodity codes, by lines of the catalogue, or by both; at least one of them."""

    hs_edition: HsEdition
    prefixes: Annotated[tuple[HsPrefix, ...], Meta(min_length=1)] | UnsetType = UNSET
    lines: Annotated[tuple[LineName, ...], Meta(min_length=1)] | UnsetType = UNSET
    additional_codes: Annotated[tuple[AdditionalCode, ...], Meta(min_length=1)] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.prefixes is UNSET and self.lines is UNSET:
            raise FieldFault(
                "",
                "goods need at least one of prefixes or lines",
                'add "prefixes":["284690"] or "lines":["ndpr.oxide_compound.oxide_99"]',
            )


class ValueRounding(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """How the base of an ad valorem duty is rounded, to a multiple of `unit` (19 CFR 159.3: "1")."""

    unit: DecimalText
    mode: Literal["half_up", "half_even", "down"]

    def __post_init__(self) -> None:
        _check_rounding_unit(self.unit)


class DutyRounding(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """How a duty is rounded, to a multiple of `unit`: each line, or only the total."""

    unit: DecimalText
    mode: Literal["half_up", "half_even", "down"]
    per: Literal["line", "total"]

    def __post_init__(self) -> None:
        _check_rounding_unit(self.unit)


def _check_rounding_unit(unit: str) -> None:
    if not Decimal(unit):
        raise FieldFault(".unit", "nothing is a multiple of 0", 'write the unit, such as "0.01" for cents')


class NationalCode(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The code that a territory's own tariff has for a line."""

    territory: Territory
    code: HsPrefix


class Content(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """How much of a substance goods hold, in percent of their mass."""

    substance: Substance
    percent: DecimalText

    def __post_init__(self) -> None:
        if Decimal(self.percent) > 100:
            raise FieldFault(
                ".percent",
                f"{self.percent} is more than 100 %",
                "give the percentage of the net mass, 0 to 100",
            )


class Citation(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The entry that an amount rests on."""

    stream: StreamName
    position: Position


class LegalCitation(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The entry that an amount rests on, and its legal basis."""

    stream: StreamName
    position: Position
    legal_basis: LegalBasis
