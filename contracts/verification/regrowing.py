"""The tree, grown again from the leaves of the entries, with every tile that a log of these entries must serve.

A verifier compares roots at the sizes that it holds checkpoints of, and the served tiles hash by hash: a tile that
contradicts says where, a root only that. Leaves come in order, in pieces of any length; what is kept in memory is a
tile of each level.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from contracts.tlog.tiles import TILE_WIDTH, Tile
from contracts.tlog.tree import Frontier


class Grown(Struct, frozen=True):
    """A hash tile as it must be served."""

    tile: Tile
    hashes: tuple[bytes, ...]


class Regrown:
    """A tree that grows by the leaves it is given. `wanted`: sizes whose roots are kept when they are passed."""

    __slots__ = ("_heights", "_upper", "_wanted", "roots", "size")

    def __init__(self, wanted: Iterable[int] = ()) -> None:
        self.size = 0
        self.roots: dict[int, bytes] = {}
        """Size → root, for the wanted sizes that were passed; and always for the empty tree."""
        self._wanted = sorted(set(wanted), reverse=True)
        self._heights: list[tuple[int, list[bytes]]] = [(0, [])]
        self._upper = Frontier()
        self._note_root()

    def append(self, leaves: Sequence[bytes]) -> list[Grown]:
        """Add leaf hashes; gives the tiles that became full, of all levels."""
        full: list[Grown] = []
        at = 0
        while at < len(leaves):
            room = TILE_WIDTH - len(self._heights[0][1])
            if self._wanted:
                room = min(room, self._wanted[-1] - self.size)
            piece = leaves[at : at + room]
            self._heights[0][1].extend(piece)
            self.size += len(piece)
            at += len(piece)
            if len(self._heights[0][1]) == TILE_WIDTH:
                self._fill(full)
            self._note_root()
        return full

    def root(self) -> bytes:
        """The root of what was grown so far."""
        rest = Frontier().append(self._heights[0][1])
        return Frontier(self.size, self._upper.nodes + rest.nodes).root()

    def partial(self) -> list[Grown]:
        """The tiles at the right edge that are not full."""
        return [
            Grown(Tile(level, index, len(hashes)), tuple(hashes))
            for level, (index, hashes) in enumerate(self._heights)
            if hashes
        ]

    def _fill(self, full: list[Grown]) -> None:
        """A tile of level 0 is full: hand its root to the level above, as long as that fills one there too."""
        level = 0
        while len(self._heights[level][1]) == TILE_WIDTH:
            index, hashes = self._heights[level]
            full.append(Grown(Tile(level, index), tuple(hashes)))
            self._heights[level] = (index + 1, [])
            above = Frontier().append(hashes).root()
            if level == 0:
                self._upper = self._upper.append((above,))
            level += 1
            if level == len(self._heights):
                self._heights.append((0, []))
            self._heights[level][1].append(above)

    def _note_root(self) -> None:
        while self._wanted and self._wanted[-1] <= self.size:
            self.roots[self._wanted.pop()] = self.root()
