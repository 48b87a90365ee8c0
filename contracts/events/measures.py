"""Tariff measures: a duty on goods from origins, imported into a territory, for some days.

The name of a measure begins with its territory in lower case (`us.base.284690`), so that an event about it
says whose it is even when it carries no territory. The price floor is no kind of measure: see `floors`.
"""

from typing import Literal

from msgspec import UNSET, UnsetType

from contracts.duty_expressions import Duty, check_duty
from contracts.events.payload import LegalPayload
from contracts.events.quotas import MeasureQuota
from contracts.shapes import FieldFault
from contracts.texts import Day
from contracts.trade import MeasureName, Territory
from contracts.values import Goods, Origins

MeasureKind = Literal[
    "base", "preference", "autonomous_suspension", "anti_dumping", "countervailing", "safeguard"
]
KINDS_BY_PRICE = frozenset({"anti_dumping", "safeguard"})
"""Kinds whose duty may be the difference to a price."""


class MeasureCreated(LegalPayload, frozen=True, kw_only=True):
    """bloc.measure.created.v1"""

    measure: MeasureName
    kind: MeasureKind
    territory: Territory
    goods: Goods
    origins: Origins
    duty: Duty
    effective_from: Day
    effective_to: Day | UnsetType = UNSET
    quota: MeasureQuota | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        prefix = f"{self.territory.lower()}."
        if not self.measure.startswith(prefix):
            raise FieldFault(
                ".measure",
                f"{self.measure} does not begin with its territory",
                f"begin its name with {prefix}",
            )
        check_duty(self.duty)
        for index, component in enumerate(self.duty):
            if component.kind == "difference_to_price" and self.kind not in KINDS_BY_PRICE:
                raise FieldFault(
                    f".duty[{index}].kind",
                    f"a {self.kind} measure cannot be a difference to a price",
                    "only safeguard and anti_dumping can; a floor is set by bloc.price_floor.set.v1",
                )


class MeasureAmended(LegalPayload, frozen=True, kw_only=True):
    """bloc.measure.amended.v1: the complete new terms, not a patch."""

    measure: MeasureName
    goods: Goods
    origins: Origins
    duty: Duty
    effective_from: Day
    effective_to: Day | UnsetType = UNSET
    quota: MeasureQuota | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        check_duty(self.duty)


class MeasureSuspended(LegalPayload, frozen=True, kw_only=True):
    """bloc.measure.suspended.v1"""

    measure: MeasureName
    effective_from: Day
    effective_to: Day | UnsetType = UNSET


class MeasureResumed(LegalPayload, frozen=True, kw_only=True):
    """bloc.measure.resumed.v1: ends an open or longer suspension."""

    measure: MeasureName
    effective_from: Day


class MeasureTerminated(LegalPayload, frozen=True, kw_only=True):
    """bloc.measure.terminated.v1: `effective_from` is the first day not in force."""

    measure: MeasureName
    effective_from: Day
