"""Duty expressions as a tariff prints them: percentages, amounts per unit, differences to a price, and their operators.

A duty is a row of components that is read from left to right: the first is what the others add to, take from or bound.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.decimals import DecimalText
from contracts.schedules import Schedule
from contracts.shapes import FieldFault
from contracts.trade import Currency, Substance, Unit
from contracts.values import Price, check_content_of_metric_ton_unit

PriceBasis = Literal["free_at_frontier_before_duty", "cif_before_duty", "cif_plus_duty", "declared_price"]
"""Which value of an item a price is compared with (TARIC conditions F, N, G and M)."""
DutyOperator = Literal["+", "-", "at_least", "at_most"]


class AdValorem(
    Struct, frozen=True, gc=False, forbid_unknown_fields=True, tag_field="kind", tag="ad_valorem"
):
    """A share of the customs value; `percent` as printed in the law ("3.7" is 3.7 %)."""

    op: DutyOperator
    percent: DecimalText
    kind: ClassVar[Literal["ad_valorem"]] = "ad_valorem"


class Specific(Struct, frozen=True, gc=False, forbid_unknown_fields=True, tag_field="kind", tag="specific"):
    """An amount per unit of the goods, or of a substance in them."""

    op: DutyOperator
    amount: DecimalText
    currency: Currency
    per: Unit
    content: Substance | UnsetType = UNSET
    kind: ClassVar[Literal["specific"]] = "specific"

    def __post_init__(self) -> None:
        check_content_of_metric_ton_unit(self.per, self.content)


class DifferenceToPrice(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="difference_to_price"
):
    """What is missing between the value that `price_basis` reads and the price; nothing at or above it."""

    op: DutyOperator
    price: Price
    price_basis: PriceBasis
    schedule: Schedule | UnsetType = UNSET
    kind: ClassVar[Literal["difference_to_price"]] = "difference_to_price"


DutyComponent = AdValorem | Specific | DifferenceToPrice
Duty = Annotated[tuple[DutyComponent, ...], Meta(min_length=1)]
"""Components evaluated from left to right; `at_least` is TARIC 15 (MIN), `at_most` TARIC 17/35 (MAX)."""


def check_duty(duty: tuple[DutyComponent, ...]) -> None:
    """The first component of a duty is what the others add to, so its op is "+"."""
    if duty[0].op != "+":
        raise FieldFault(
            ".duty[0].op", f'the first component of a duty has op "+", not "{duty[0].op}"', 'write "op":"+"'
        )
