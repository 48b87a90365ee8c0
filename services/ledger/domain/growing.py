"""Growing the tree tile by tile: what `tlog-tiles` needs of the levels above the leaves, beside the new frontier.

The frontier of a tree is, level by level, the frontiers of its last, partial tiles (8 bits of the size to each
level). So the tree grows by filling the partial tile of level 0; each time it is full its root is a hash of
level 1, with which the tile there grows, and so on. That is the same hashing as appending leaf by leaf, one node
hash a leaf, and the hashes that tiles are made of fall out on the way.
"""

from collections.abc import Sequence

from contracts.tlog.tree import Frontier
from services.ledger.domain.proving import TILE_HEIGHT

NodeRow = tuple[int, int, bytes]
"""level (from 1), index within the level, hash"""

_WIDTH = 1 << TILE_HEIGHT


def grow(frontier: Frontier, leaves: Sequence[bytes]) -> tuple[Frontier, list[NodeRow]]:
    """Append leaf hashes; gives the frontier after them, and the hashes of levels 1 and above that they
    completed, in order of level and index."""
    nodes: list[NodeRow] = []
    tails: list[tuple[bytes, ...]] = []
    before = list(frontier.nodes)
    size, level, added = frontier.size, 0, leaves
    while size or added:
        taken = (size % _WIDTH).bit_count()
        tail = tuple(before[len(before) - taken :])
        del before[len(before) - taken :]
        filling, roots = _fill(Frontier(size % _WIDTH, tail), added)
        tails.append(filling.nodes)
        level, size = level + 1, size >> TILE_HEIGHT
        nodes += [(level, index, root) for index, root in enumerate(roots, size)]
        added = roots
    grown = tuple(node for tail in reversed(tails) for node in tail)
    return Frontier(frontier.size + len(leaves), grown), nodes


def _fill(tile: Frontier, hashes: Sequence[bytes]) -> tuple[Frontier, list[bytes]]:
    """Fill one partial tile after the other; gives the last one, and the roots of those that became full."""
    roots: list[bytes] = []
    start = 0
    while start < len(hashes):
        end = start + _WIDTH - tile.size
        tile = tile.append(hashes[start:end])
        start = end
        if tile.size == _WIDTH:
            roots.append(tile.nodes[0])
            tile = Frontier()
    return tile, roots
