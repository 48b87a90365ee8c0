"""Rows that grow for years: what a tuple is to a measure with five acts, to a series of daily prices.

Appending to a tuple copies all of it, and 20,000 prices of one line would be copied 200 million times over. So from
some length on a row is made of full leaves and one that is being filled: an append copies the last leaf, and one
tuple of leaves whenever that is full. It cannot change, like a tuple, and is read like one; most histories never come
to that length and are tuples.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TypeVar, cast, overload

LEAF_ENTRIES = 128

T = TypeVar("T")


class LongRow(Sequence[T]):
    """Values in leaves: `full` ones of LEAF_ENTRIES each, and a `last` one that has some."""

    __slots__ = ("_full", "_last")

    def __init__(self, full: tuple[tuple[T, ...], ...], last: tuple[T, ...]) -> None:
        self._full = full
        self._last = last

    def appended(self, value: T) -> "LongRow[T]":
        """This row and one value more; self stays as it is."""
        if len(self._last) < LEAF_ENTRIES:
            return LongRow(self._full, (*self._last, value))
        return LongRow((*self._full, self._last), (value,))

    def __len__(self) -> int:
        return LEAF_ENTRIES * len(self._full) + len(self._last)

    def __iter__(self) -> Iterator[T]:
        return chain(chain.from_iterable(self._full), self._last)

    def __reversed__(self) -> Iterator[T]:
        leaves = (reversed(leaf) for leaf in reversed(self._full))
        return chain(reversed(self._last), chain.from_iterable(leaves))

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...

    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return tuple(self)[index]
        place = index if index >= 0 else index + len(self)
        if place < 0:
            raise IndexError(index)
        behind = place - LEAF_ENTRIES * len(self._full)
        return self._last[behind] if behind >= 0 else self._full[place // LEAF_ENTRIES][place % LEAF_ENTRIES]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LongRow):
            return False
        row = cast("LongRow[T]", other)
        return (self._full, self._last) == (row._full, row._last)

    def __hash__(self) -> int:
        return hash((self._full, self._last))


def appended(row: Sequence[T], value: T) -> Sequence[T]:
    """A row and one value more; the row itself stays as it is."""
    if isinstance(row, LongRow):
        return row.appended(value)
    return (*row, value) if len(row) < LEAF_ENTRIES else LongRow((tuple(row),), (value,))
