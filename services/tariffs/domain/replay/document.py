"""The state document: a state written down as lines of canonical JSON, and its hash.

The first line says format and position; then comes one line for each thing, in order of family and name. A line is
JSON as RFC 8785 writes it (members sorted, no blanks; there are no fractions in it), UTF-8, without its LF. The hash
is that of a Merkle tree over the lines (RFC 6962 section 2.1), so one thing of the state can be proved to be part of
it, and the lines of things that did not change need not be written again for the next hash.

What is hashed is what was understood, never how this program holds it: a release may rename, split and index as it
likes, and a test with a recorded history keeps it to the same number. A change of the document is a new format.
"""

from collections.abc import Iterator
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
    """The things of a state, by family and name (in order of code points).

    Each family is sorted by itself, by one text instead of two, and no other thread goes on while something is sorted.
    """
    families: dict[str, list[Thing]] = {}
    for thing in things_of(state):
        families.setdefault(thing.family, []).append(thing)
    for family in sorted(families):
        yield from sorted(families[family], key=attrgetter("name"))


class _Written(Struct, frozen=True, gc=False):
    """What was hashed, and its leaf. It leads nowhere back, so the garbage collector need not look at it."""

    value: Any
    leaf: bytes


class StateHasher:
    """Hashes one state after the other, and writes only the lines of things that changed in between."""

    def __init__(self) -> None:
        self._leaves: dict[tuple[str, str], _Written] = {}

    def hash(self, state: WholeState) -> StateHash:
        """The hash of a state. Things are compared by identity: states share what did not change."""
        leaves = [leaf_hash(head_line(state.position))]
        known = self._leaves
        self._leaves = {}
        for thing in in_order(state):
            place = (thing.family, thing.name)
            held = known.get(place)
            if held is None or held.value is not thing.value:
                held = _Written(thing.value, leaf_hash(line_of(thing)))
            self._leaves[place] = held
            leaves.append(held.leaf)
        return StateHash(state.position, len(leaves) - 1, Frontier().append(leaves).root().hex())


def state_hash(state: WholeState) -> StateHash:
    """The hash of one state."""
    return StateHasher().hash(state)
