"""How much of a gap to a price becomes duty: all of it, or a share that grows with the gap.

A graduated schedule is printed in bands of the price, as in Article 3 of Regulation (EC) No 504/2007: nothing on a
fall of up to 10 %, 30 % of what lies above 10 %, 50 % of what lies above 40 %, and so on. The bands are kept as
printed, so that a reader finds in the record the figures of the act.
"""

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.decimals import DecimalText
from contracts.limits import SCHEDULE_BANDS_MAX
from contracts.shapes import FieldFault


class Band(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Of the part of the gap above `above_percent` of the price (up to the next band), `share_percent` is duty."""

    above_percent: DecimalText
    share_percent: DecimalText


class Schedule(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """How much of the gap becomes duty; what lies below the first band is free of it."""

    kind: Literal["full_gap", "graduated"]
    bands: Annotated[tuple[Band, ...], Meta(min_length=1, max_length=SCHEDULE_BANDS_MAX)] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if (self.kind == "graduated") == (self.bands is UNSET):
            raise FieldFault(
                ".bands",
                f"a {self.kind} schedule has {'no bands' if self.bands is UNSET else 'bands'}",
                "give bands to a graduated schedule, and to no other",
            )
        if self.bands is not UNSET:
            _check_bands(self.bands)


def _check_bands(bands: tuple[Band, ...]) -> None:
    """Bands rise within the price, and no share is more than all of the gap."""
    last = Decimal(-1)
    for index, band in enumerate(bands):
        above = Decimal(band.above_percent)
        if not last < above < 100:
            raise FieldFault(
                f".bands[{index}].above_percent",
                f"{band.above_percent} does not rise, or is not below 100",
                "order the bands by the percentage of the price that they begin at",
            )
        if Decimal(band.share_percent) > 100:
            raise FieldFault(
                f".bands[{index}].share_percent",
                f"{band.share_percent} is more than the whole gap",
                "give the share of the gap as a percentage, 0 to 100",
            )
        last = above
