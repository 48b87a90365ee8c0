"""Whether a rule reaches an item: by its goods, and by where they come from.

`BLOC` is not a list that somebody keeps: it is whoever is a member on the governing day, for the mineral of
the goods, and the European Union stands for each of its countries. So the same floor reaches Australian
goods on 30 June and spares them on 1 July without any change to the floor. Areas are groups of the same kind.
"""

from datetime import date
from typing import Protocol

import msgspec
from msgspec import UNSET, UnsetType

from contracts.trade import BLOC, EVERYWHERE
from contracts.values import Goods, Origins
from services.tariffs.domain.members.membership import BlocOrigin


class Cover(msgspec.Struct, frozen=True, gc=False):
    """Whether goods are covered, and why or why not, in words."""

    covers: bool
    because: str
    lacks_code: bool = False
    """Not covered only because none of the additional codes is on the item."""


class Classified(Protocol):
    """Goods by their codes, as an item of a declaration says them."""

    @property
    def hs_edition(self) -> str:
        """The edition of the HS that the code is of."""
        ...

    @property
    def commodity_code(self) -> str:
        """Six to ten digits."""
        ...

    @property
    def line(self) -> str | UnsetType:
        """The line of the catalogue, "none" for goods of no line."""
        ...

    @property
    def additional_codes(self) -> tuple[str, ...] | UnsetType:
        """Additional codes of the member's tariff."""
        ...


def goods_cover(goods: Goods, item: Classified) -> Cover:
    """Decide whether an item is among `goods`.

    Prefixes and lines are alternatives; additional codes, where there are any, narrow both. The longest
    prefix is named, because it is the one that a reader finds in the tariff.
    """
    if goods.hs_edition != item.hs_edition:
        return Cover(False, f"its goods are in {goods.hs_edition}, the item is in {item.hs_edition}")
    code = item.commodity_code
    prefixes = () if goods.prefixes is UNSET else goods.prefixes
    longest = max((prefix for prefix in prefixes if code.startswith(prefix)), key=len, default="")
    if longest:
        because = f"{longest} is a prefix of {code}"
    elif goods.lines is not UNSET and item.line is not UNSET and item.line in goods.lines:
        because = f"line {item.line} is named"
    else:
        return Cover(False, f"neither {code} nor its line is among the goods")
    if goods.additional_codes is UNSET:
        return Cover(True, because)
    declared = () if item.additional_codes is UNSET else item.additional_codes
    for additional in declared:
        if additional in goods.additional_codes:
            return Cover(True, f"{because}, additional code {additional}")
    return Cover(False, f"{because}, but none of its additional codes is on the item", lacks_code=True)


class Reach(msgspec.Struct, frozen=True, gc=False):
    """Whether the origin is reached, and why or why not, in words."""

    covers: bool
    because: str
    spares_the_bloc: bool = False
    """Not reached only because the goods are of the bloc: then an undercut is an alert, not a duty."""


def reach(origins: Origins, country: str, bloc: BlocOrigin, day: date) -> Reach:
    """Decide whether `origins` reach goods of `country`; `bloc` is its standing on `day`."""
    named = _element_with(origins.include, country, bloc)
    if named is None:
        return Reach(False, f"origin {country} is not in {_listed(origins.include)} on {day}")
    exclude = origins.exclude
    if exclude is UNSET or not exclude:
        return Reach(
            True, f"{named} contains {country}" if named != country else f"origin {country} is named"
        )
    spared = _element_with(exclude, country, bloc)
    if spared is not None:
        return Reach(False, f"origin {country} is excluded, being in {spared} on {day}", spared == BLOC)
    return Reach(True, f"{country} is not in {_listed(exclude)}")


def _element_with(elements: tuple[str, ...], country: str, bloc: BlocOrigin) -> str | None:
    if country in elements:
        return country
    if bloc.belongs and BLOC in elements:
        return BLOC
    for area, _ in bloc.areas:
        if area in elements:
            return area
    return EVERYWHERE if EVERYWHERE in elements else None


def _listed(elements: tuple[str, ...]) -> str:
    """Name the elements, or count them: a reason is a sentence, not a gazetteer."""
    return ", ".join(elements) if len(elements) <= 4 else f"the {len(elements)} origins that it names"
