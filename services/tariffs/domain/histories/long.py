"""Histories that grow for years: what a tuple is to a measure with five acts, to a series of daily prices.

Appending to a tuple copies all of it, and 20,000 prices of one line would be copied 200 million times over. So from
some length on a history is a row of full leaves and one that is being filled: an append copies the last leaf, and one
tuple of leaves whenever that is full. It cannot change, like a tuple, and is read like one; most histories never come
to that length and are tuples.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import overload

from services.tariffs.domain.state import History, Recorded

LEAF_ENTRIES = 128


class LongHistory(Sequence[Recorded]):
    """Entries in order of position, in leaves: `full` ones of LEAF_ENTRIES each, and a `last` one that has some."""

    __slots__ = ("_full", "_last")

    def __init__(self, full: tuple[tuple[Recorded, ...], ...], last: tuple[Recorded, ...]) -> None:
        self._full = full
        self._last = last

    def appended(self, entry: Recorded) -> "LongHistory":
        """This history and one more entry; self stays as it is."""
        if len(self._last) < LEAF_ENTRIES:
            return LongHistory(self._full, (*self._last, entry))
        return LongHistory((*self._full, self._last), (entry,))

    def __len__(self) -> int:
        return LEAF_ENTRIES * len(self._full) + len(self._last)

    def __iter__(self) -> Iterator[Recorded]:
        return chain(chain.from_iterable(self._full), self._last)

    def __reversed__(self) -> Iterator[Recorded]:
        leaves = (reversed(leaf) for leaf in reversed(self._full))
        return chain(reversed(self._last), chain.from_iterable(leaves))

    @overload
    def __getitem__(self, index: int) -> Recorded: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Recorded]: ...

    def __getitem__(self, index: int | slice) -> Recorded | Sequence[Recorded]:
        if isinstance(index, slice):
            return tuple(self)[index]
        place = index if index >= 0 else index + len(self)
        if place < 0:
            raise IndexError(index)
        behind = place - LEAF_ENTRIES * len(self._full)
        return self._last[behind] if behind >= 0 else self._full[place // LEAF_ENTRIES][place % LEAF_ENTRIES]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LongHistory) and (self._full, self._last) == (other._full, other._last)

    def __hash__(self) -> int:
        return hash((self._full, self._last))


def appended(history: History, entry: Recorded) -> History:
    """A history and one more entry; the history itself stays as it is."""
    if isinstance(history, LongHistory):
        return history.appended(entry)
    return (*history, entry) if len(history) < LEAF_ENTRIES else LongHistory((tuple(history),), (entry,))
