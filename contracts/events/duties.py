"""What the tariffs service derives from a declaration: one assessment for each item, and undercut alerts.

One event an item and not one a declaration: with its trace an assessment has about 2.3 kB, so a whole
declaration would pass the largest event from about 33 items on.
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.decimals import DecimalText, SignedDecimalText
from contracts.duty_expressions import DutyComponent
from contracts.events.payload import Payload, check_day
from contracts.events.quotas import QuotaShare
from contracts.shapes import FieldFault
from contracts.texts import Day, EventId, LongText, Number, Position, RecordId
from contracts.trade import Currency, LineName, Member, Slug, Unit
from contracts.values import Citation, LegalCitation, Money, Price

DutyLineKind = Literal[
    "base",
    "preference",
    "autonomous_suspension",
    "anti_dumping",
    "countervailing",
    "safeguard",
    "price_floor",
]


class DutyBasis(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What a duty line was computed on: a value of the item in a currency, or its net mass in a unit.

    A specific duty is taken on mass, and 24750 kg in US dollars would be nonsense: so one of the two is there.
    """

    name: Slug
    amount: DecimalText
    currency: Currency | UnsetType = UNSET
    unit: Unit | UnsetType = UNSET

    def __post_init__(self) -> None:
        if (self.currency is UNSET) == (self.unit is UNSET):
            raise FieldFault(
                "", "a basis is in a currency or in a unit", 'give either "currency" or "unit", not both'
            )


class DutyLine(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """One duty on one item: `exact` before rounding, `amount` after, and the entry and law it rests on."""

    line_no: Number
    kind: DutyLineKind
    component: DutyComponent
    basis: DutyBasis
    exact: DecimalText
    amount: DecimalText
    cites: LegalCitation


class TraceStep(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """One step of the calculation in plain words: what was looked at, what applied and why, what came out."""

    step: Slug
    input: dict[Slug, LongText] | UnsetType = UNSET
    measure: RecordId | UnsetType = UNSET
    floor: LineName | UnsetType = UNSET
    applies: bool | UnsetType = UNSET
    because: LongText | UnsetType = UNSET
    formula: LongText | UnsetType = UNSET
    rule: RecordId | UnsetType = UNSET
    exact: SignedDecimalText | UnsetType = UNSET
    result: LongText | UnsetType = UNSET
    results: tuple[LongText, ...] | UnsetType = UNSET
    position: Position | UnsetType = UNSET


class AssessedDuty(Payload, frozen=True, kw_only=True):
    """The duties on one item, as the rules stood at `known_position`; `declaration_event` gave its terms."""

    member: Member
    reference: RecordId
    declaration_event: EventId
    item_no: Number
    status: Literal["final", "provisional"]
    ruleset: RecordId
    known_position: Position
    governing_date: Day
    currency: Currency
    lines: tuple[DutyLine, ...]
    total: DecimalText
    trace: Annotated[tuple[TraceStep, ...], Meta(min_length=1)]
    quota: QuotaShare | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        check_day(".governing_date", self.governing_date)


def cited_by(duty: AssessedDuty) -> tuple[int, ...]:
    """Positions of all entries that an assessment names: those of its lines, and those of its trace."""
    of_lines = {line.cites.position for line in duty.lines}
    return tuple(sorted(of_lines | {step.position for step in duty.trace if step.position is not UNSET}))


class DutyAssessed(AssessedDuty, frozen=True, kw_only=True):
    """bloc.duty.assessed.v1: derived; the first assessment of an item."""


class PriceUndercutDetected(Payload, frozen=True, kw_only=True):
    """bloc.price_undercut.detected.v1: derived; an item below the floor that no floor duty reaches."""

    member: Member
    reference: RecordId
    declaration_event: EventId
    item_no: Number
    line: LineName
    declared_value: Money
    floor_value: Money
    gap: Money
    gap_per_unit: Price
    cites: Citation
