"""The few that a row names of the many that it counts: those with most at stake, whatever order they came in."""

from bisect import insort
from decimal import Decimal
from typing import Generic, TypeVar

from msgspec import Struct

from contracts.decimals import plain_text

from .imports import Import

_T = TypeVar("_T")


class Named(Struct, frozen=True):
    """A declaration's item that a report points at, the position of its assessment, and what is at stake."""

    item: str
    position: int
    amount: str

    @classmethod
    def of(cls, one: Import, amount: Decimal) -> "Named":
        """An item and an amount."""
        return cls(one.name, one.position, plain_text(amount))


class Weightiest(Generic[_T]):
    """Keeps the `limit` things of most weight; of equal weight those with the lower position."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: list[tuple[Decimal, int, _T]] = []

    def add(self, weight: Decimal, position: int, thing: _T) -> None:
        """Take one in, and let the lightest go when there are too many."""
        insort(self._kept, (-weight, position, thing), key=lambda kept: kept[:2])
        del self._kept[self._limit :]

    def all(self) -> tuple[_T, ...]:
        """What is kept, the weightiest first."""
        return tuple(thing for _, _, thing in self._kept)
