"""The catalogue: which minerals are listed, and the lines (mineral, stage, specification) that floors name.

An HS-6 code does not identify a mineral (15 of the 60 share 284690), so everything that has a price is keyed
by line, and a line only remembers which codes it falls under.
"""

from typing import Literal

from msgspec import UNSET, UnsetType

from contracts.events.payload import Payload
from contracts.shapes import FieldFault
from contracts.texts import Day, Text
from contracts.trade import AdditionalCode, Hs6, HsEdition, LineName, Slug, Stage, Substance, Unit
from contracts.values import NationalCode


class MineralListed(Payload, frozen=True, kw_only=True):
    """bloc.mineral.listed.v1: `list` names the list and its year, such as USGS-2025."""

    mineral: Slug
    name: Text
    symbol: Text
    list: Text
    effective_from: Day


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
        mineral, stage, _ = self.line.split(".")
        if (mineral, stage) != (self.mineral, self.stage):
            raise FieldFault(
                ".line",
                f"{self.line} does not begin with the mineral and stage of this event",
                f"name the line {self.mineral}.{self.stage}.<specification>",
            )
        if self.unit == "mtu" and self.content is UNSET:
            raise FieldFault(
                ".content",
                "a metric ton unit is 10 kg of a content, and the content is missing",
                'name the substance, such as "content":"WO3"',
            )
