"""The catalogue: which minerals are listed, and the lines (mineral, stage, specification) that floors name.

An HS-6 code does not identify a mineral (15 of the 60 share 284690), so everything that has a price is keyed
by line, and a line only remembers which codes it falls under.
"""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from contracts.events.payload import LegalPayload, Payload
from contracts.shapes import FieldFault
from contracts.texts import Day, Text
from contracts.trade import AdditionalCode, Hs6, HsEdition, LineName, Slug, Stage, Substance, Unit
from contracts.values import NationalCode, check_content_of_metric_ton_unit


class MineralListed(Payload, frozen=True, kw_only=True):
    """bloc.mineral.listed.v1: `list` names the list and its year, such as USGS-2025."""

    mineral: Slug
    name: Text
    symbol: Text
    list: Text
    effective_from: Day


class MineralDelisted(LegalPayload, frozen=True, kw_only=True):
    """bloc.mineral.delisted.v1: `effective_from` is the first day off the list; what is there stays."""

    mineral: Slug
    effective_from: Day
    reason: Text


class StageLineDefined(Payload, frozen=True, kw_only=True):
    """bloc.stage_line.defined.v1: one line; `confidence` says how surely the HS-6 holds this mineral."""

    line: LineName
    mineral: Slug
    stage: Stage
    specification: Text
    hs_edition: HsEdition
    hs6: Hs6
    national_codes: tuple[NationalCode, ...]
    additional_code: AdditionalCode | UnsetType = UNSET
    unit: Unit
    content: Substance | UnsetType = UNSET
    effective_from: Day
    source: Text
    confidence: Literal["A", "B", "C"]

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_line(self)


class Classification(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Where goods stand in an edition of the Harmonized System."""

    hs_edition: HsEdition
    hs6: Hs6


class StageLineReclassified(LegalPayload, frozen=True, kw_only=True):
    """bloc.stage_line.reclassified.v1: the goods of a line have other codes, the complete new terms of the line.

    `was` is what these codes replace. `correlation` says whether the goods were the `whole` of the former subheading
    or a `part` of it, which correlation tables mark with "ex" (WCO, correlation tables between HS editions).
    """

    line: LineName
    mineral: Slug
    stage: Stage
    specification: Text
    hs_edition: HsEdition
    hs6: Hs6
    national_codes: tuple[NationalCode, ...]
    additional_code: AdditionalCode | UnsetType = UNSET
    unit: Unit
    content: Substance | UnsetType = UNSET
    was: Classification
    correlation: Literal["whole", "part"]
    effective_from: Day
    source: Text
    confidence: Literal["A", "B", "C"]

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_line(self)


LineTerms = StageLineDefined | StageLineReclassified
"""What says which goods a line holds, in what they are measured, and under which codes they are declared."""


def _check_line(terms: LineTerms) -> None:
    mineral, stage, _ = terms.line.split(".")
    if (mineral, stage) != (terms.mineral, terms.stage):
        raise FieldFault(
            ".line",
            f"{terms.line} does not begin with the mineral and stage of this event",
            f"name the line {terms.mineral}.{terms.stage}.<specification>",
        )
    check_content_of_metric_ton_unit(terms.unit, terms.content)
