"""Holding everything that is stored of the tree against the bytes of the entries: leaves, nodes, seals, checkpoints.

Two kinds of trouble are told apart, because they are mended in opposite ways. Leaves and nodes can be computed again,
so a wrong one is named with what it should be. Roots were sealed and signed: where the entries do not give them, the
entries are what was changed, and nothing may be computed from them; only a backup helps. Pure: rows in, findings out.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from contracts.tlog.tree import Frontier, leaf_hash
from services.ledger.domain.growing import NodeRow, grow

StoredEntry = tuple[int, bytes, bytes]
"""position, leaf, entry"""
StoredRoot = tuple[int, str, bytes]
"""size, `seal` or `checkpoint`, root"""


class WrongLeaf(Struct, frozen=True):
    """The column `leaf` of an entry is not the hash of its bytes, `right`."""

    position: int
    stored: bytes
    right: bytes

    def __str__(self) -> str:
        return f"leaf {self.position}: it is {self.stored.hex()}, the entry hashes to {self.right.hex()}"


class WrongNode(Struct, frozen=True):
    """A node is not the root of its entries, `right`; None when the tree is not large enough to have it."""

    level: int
    index: int
    stored: bytes
    right: bytes | None

    def __str__(self) -> str:
        said = "no tree has it yet" if self.right is None else f"the entries give {self.right.hex()}"
        return f"node {self.level}/{self.index}: it is {self.stored.hex()}, {said}"


class Findings(Struct):
    """What is wrong with what is stored of a tree of `size` entries. `fault` says why the entries themselves are
    not to be trusted; None when they give every root that was sealed or signed."""

    size: int = 0
    fault: str | None = None
    leaves: list[WrongLeaf] = []
    nodes: list[WrongNode] = []
    missing: list[NodeRow] = []

    @property
    def wrong(self) -> Sequence[WrongLeaf | WrongNode]:
        """All rows that are there and wrong."""
        return [*self.leaves, *self.nodes]


class Examination:
    """Takes a whole record in order of position, in stretches; `findings` grows along."""

    def __init__(self) -> None:
        self.findings = Findings()
        self._frontier = Frontier()

    def take(self, rows: Sequence[StoredEntry], roots: Sequence[StoredRoot]) -> list[NodeRow]:
        """Compute the next stretch; gives the nodes that it completes, for `compare_nodes`.

        `roots` are those that were stored for sizes beyond the stretch's beginning, up to its end, in order.
        """
        leaves = self._leaves_of(rows)
        nodes: list[NodeRow] = []
        start = 0
        for size, kind, root in roots:
            end = start + size - self._frontier.size
            nodes += self._grow(leaves[start:end])
            start = end
            if self.findings.fault is None and self._frontier.root() != root:
                self.findings.fault = (
                    f"the entries below {size} give the root {self._frontier.root().hex()}, and the {kind} of "
                    f"{size} entries says {root.hex()}: one of them was changed after it was recorded"
                )
        return nodes + self._grow(leaves[start:])

    def compare_nodes(self, computed: Sequence[NodeRow], stored: Mapping[tuple[int, int], bytes]) -> None:
        """Hold stored nodes, by level and index, against computed ones."""
        for level, index, right in computed:
            found = stored.get((level, index))
            if found is None:
                self.findings.missing.append((level, index, right))
            elif found != right:
                self.findings.nodes.append(WrongNode(level, index, found, right))

    def _leaves_of(self, rows: Sequence[StoredEntry]) -> list[bytes]:
        leaves: list[bytes] = []
        for expected, (position, stored, entry) in enumerate(rows, self._frontier.size):
            if position != expected and self.findings.fault is None:
                self.findings.fault = f"there is no entry at position {expected}"
            right = leaf_hash(entry)
            if stored != right:
                self.findings.leaves.append(WrongLeaf(position, stored, right))
            leaves.append(right)
        return leaves

    def _grow(self, leaves: Sequence[bytes]) -> list[NodeRow]:
        self._frontier, nodes = grow(self._frontier, leaves)
        self.findings.size = self._frontier.size
        return nodes
