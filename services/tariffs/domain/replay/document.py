"""The state document: a state written down as lines of canonical JSON, and its hash.

The first line says format and position; then comes one line for each thing, in order of family and name. A line is
JSON as RFC 8785 writes it (members sorted, no blanks; there are no fractions in it), UTF-8, without its LF. The hash
is that of a Merkle tree over the lines (RFC 6962 section 2.1), so one thing of the state can be proved to be part of
it, and the lines of things that did not change need not be written again for the next hash.

What is hashed is what was understood, never how this program holds it: a release may rename, split and index as it
likes, and a test with a recorded history keeps it to the same number. A change of the document is a new format.
"""

from collections.abc import Iterator
from heapq import merge
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import Struct

from contracts.tlog.tree import Frontier, leaf_hash
from services.tariffs.domain.replay.families import Thing, things_of
from services.tariffs.domain.replay.whole_state import WholeState

FORMAT = "bloc.state.v1"
"""Name of this way of writing a state down; part of the first line."""

_ENCODER = msgspec.json.Encoder(order="sorted")
_NAME = attrgetter("name")

_SORTED_AT_ONCE = 1_000
"""Things; a step takes well under a millisecond."""
_TAKEN_AT_ONCE = 256
"""Leaves taken into the tree, likewise."""


class StateHash(Struct, frozen=True):
    """The hash of the state after the entry at `position`: `root` in hexadecimal, over a head and `things` lines."""

    position: int
    things: int
    root: str
    format: str = FORMAT


def document(state: WholeState) -> Iterator[bytes]:
    """The lines of a state, without LF. A million of them are one at a time in memory, but for their names."""
    yield head_line(state.position)
    for thing in in_order(state):
        yield line_of(thing)


def head_line(position: int) -> bytes:
    """The first line."""
    return _ENCODER.encode({"format": FORMAT, "position": position})


def line_of(thing: Thing) -> bytes:
    """The line of one thing."""
    state: dict[str, Any] = thing.write(thing.value)
    return _ENCODER.encode({"family": thing.family, "name": thing.name, "state": state})


def in_order(state: WholeState) -> Iterator[Thing]:
    """The things of a state, by family and name (in order of code points)."""
    return (thing for thing in _in_order(state) if thing is not None)


def _in_order(state: WholeState) -> Iterator[Thing | None]:
    """Likewise, and None wherever somebody else may have a turn: nothing is sorted that takes long."""
    families: dict[str, list[list[Thing]]] = {}
    for thing in things_of(state):
        stretches = families.setdefault(thing.family, [[]])
        if len(stretches[-1]) == _SORTED_AT_ONCE:
            stretches[-1].sort(key=_NAME)
            stretches.append([])
        stretches[-1].append(thing)
        yield None
    for family in sorted(families):
        stretches = families.pop(family)
        stretches[-1].sort(key=_NAME)
        yield from merge(*stretches, key=_NAME)


class _Written(Struct, frozen=True, gc=False):
    """What was hashed, and its leaf. It leads nowhere back, so the garbage collector need not look at it."""

    value: Any
    leaf: bytes


class StateHasher:
    """Hashes one state after the other, and writes only the lines of things that changed in between."""

    def __init__(self) -> None:
        self._leaves: dict[tuple[str, str], _Written] = {}

    def hash(self, state: WholeState) -> StateHash:
        """The hash of a state, in one go."""
        return next(step for step in self.steps(state) if step is not None)

    def steps(self, state: WholeState) -> Iterator[StateHash | None]:
        """The hash of a state in steps of a few microseconds, one thing each: None after each of them, and the hash
        in the end. Things are compared by identity: states share what did not change."""
        frontier, leaves, things = Frontier(), [leaf_hash(head_line(state.position))], 0
        for thing in _in_order(state):
            if thing is not None:
                things += 1
                leaves.append(self._leaf(thing))
                if len(leaves) == _TAKEN_AT_ONCE:
                    frontier, leaves = frontier.append(leaves), []
            yield None
        if things < len(self._leaves):
            self._forget(state)
        yield StateHash(state.position, things, frontier.append(leaves).root().hex())

    def _leaf(self, thing: Thing) -> bytes:
        place = (thing.family, thing.name)
        held = self._leaves.get(place)
        if held is None or held.value is not thing.value:
            held = self._leaves[place] = _Written(thing.value, leaf_hash(line_of(thing)))
        return held.leaf

    def _forget(self, state: WholeState) -> None:
        """Things that there are no more: a state before the last one was asked about."""
        there = {(thing.family, thing.name) for thing in things_of(state)}
        self._leaves = {place: held for place, held in self._leaves.items() if place in there}


def state_hash(state: WholeState) -> StateHash:
    """The hash of one state."""
    return StateHasher().hash(state)
