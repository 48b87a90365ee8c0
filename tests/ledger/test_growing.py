"""The tree grows tile by tile: whatever the batches, the frontier of the RFC and exactly the nodes of tlog-tiles."""

import itertools
import random
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, tiles_of, width_at
from contracts.tlog.tree import Frontier, leaf_hash
from services.ledger.domain.growing import NodeRow, grow
from services.ledger.domain.seal import EntryRow, Rows, moment, seal_batch
from tests.contracts.naive_tree import NaiveTree
from tests.ledger.drafting import STORY_NS

LARGE = 70_000
ROOT_AT_1000 = b64decode("zzutuPVe00TYre4V0ypbVRktq+Kiw9Chfh5LGuaOApE=")
ROOT_AT_70000 = b64decode("B6rPSxNrAZk0gbEpB9Svpy2XvHzHmxx8SR3/TgZuFTA=")


@pytest.fixture(scope="module")
def tree() -> NaiveTree:
    """The large log of KAT-5, by the definition."""
    return NaiveTree([b"event %d" % number for number in range(LARGE)])


@pytest.fixture(scope="module")
def leaves(tree: NaiveTree) -> list[bytes]:
    return [tree.subtree(position, position + 1) for position in range(LARGE)]


def grown_in(batches: list[list[bytes]]) -> tuple[Frontier, list[NodeRow]]:
    frontier, nodes = Frontier(), list[NodeRow]()
    for batch in batches:
        frontier, completed = grow(frontier, batch)
        nodes += completed
    return frontier, nodes


def test_the_large_log_has_the_known_roots_and_nodes(tree: NaiveTree, leaves: list[bytes]) -> None:
    """KAT-5, in batches of odd sizes: both roots, and each node is the root of its 256^level entries."""
    frontier, before = grown_in([leaves[at : min(at + 137, 1_000)] for at in range(0, 1_000, 137)])
    assert frontier.root() == ROOT_AT_1000
    nodes = before
    for at in range(1_000, LARGE, 3_989):
        frontier, completed = grow(frontier, leaves[at : at + 3_989])
        nodes += completed
    assert frontier.root() == ROOT_AT_70000
    assert [row[:2] for row in sorted(nodes)] == [*((1, index) for index in range(273)), (2, 0)]
    for level, index, node in nodes:
        entries = TILE_WIDTH**level
        assert node == tree.subtree(index * entries, (index + 1) * entries)


def test_the_tiles_of_size_70000_have_the_widths_of_the_specification(
    tree: NaiveTree, leaves: list[bytes]
) -> None:
    """273 full tiles and .p/112 of level 0, one full and .p/17 of level 1, .p/1 of level 2; byte for byte the
    hashes that the definition of tile (level, index) asks for."""
    _, nodes = grow(Frontier(), leaves)
    stored = {0: leaves, **{level: [row[2] for row in nodes if row[0] == level] for level in (1, 2)}}
    tiles = list(tiles_of(LARGE))
    assert [tile.path for tile in tiles if tile.width < TILE_WIDTH] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert [sum(tile.level == level for tile in tiles) for level in range(4)] == [274, 2, 1, 0]
    for level, index, width in ((tile.level, tile.index, tile.width) for tile in tiles):
        first = index * TILE_WIDTH
        entries = TILE_WIDTH**level
        assert stored[level][first : first + width] == [
            tree.subtree(number * entries, (number + 1) * entries) for number in range(first, first + width)
        ]
        assert width == width_at(level, index, LARGE)
    assert Tile(ENTRIES, 273, width_at(ENTRIES, 273, LARGE)).path == "tile/entries/273.p/112"


@given(st.lists(st.one_of(st.integers(0, 5), st.sampled_from([255, 256, 257, 700])), max_size=8))
def test_where_a_batch_ends_leaves_no_trace(counts: list[int]) -> None:
    """Any cutting gives the frontier of appending leaf by leaf, and the same nodes in the same order per level."""
    numbers = itertools.count()
    batches = [[leaf_hash(b"%d" % next(numbers)) for _ in range(count)] for count in counts]
    together = [leaf for batch in batches for leaf in batch]
    frontier, nodes = grown_in(batches)
    assert frontier == Frontier().append(together)
    assert sorted(nodes) == grow(Frontier(), together)[1]


def test_a_frontier_of_any_size_goes_on(leaves: list[bytes]) -> None:
    """From a frontier that was read back, as after a restart: the nodes completed later do not depend on it."""
    _, all_nodes = grow(Frontier(), leaves)
    for size in (1, 255, 256, 300, 65_535, 65_536, 65_537, random.Random(3).randrange(LARGE)):
        frontier = Frontier.decode(Frontier().append(leaves[:size]).encode())
        grown, later = grow(frontier, leaves[size:])
        _, earlier = grow(Frontier(), leaves[:size])
        assert grown.root() == ROOT_AT_70000
        assert sorted(earlier + later) == all_nodes


def test_sealing_writes_the_nodes_that_the_batch_completes(leaves: list[bytes]) -> None:
    """Into the rows of the batch; none when no tile became full, and no seal when there was no entry."""
    rows = Rows(entries=[entry_row(position, leaf) for position, leaf in enumerate(leaves[:600])])
    frontier, seal = seal_batch(Frontier(), rows, 1)
    assert seal is not None
    assert [row[:2] for row in rows.nodes] == [(1, 0), (1, 1)]
    few = Rows(entries=[entry_row(600, leaves[600])])
    seal_batch(frontier, few, 2)
    assert few.nodes == []
    assert seal_batch(frontier, Rows(), 3) == (frontier, None)


def entry_row(position: int, leaf: bytes) -> EntryRow:
    """A row of which only the leaf matters here."""
    recorded_at = moment(STORY_NS)
    return (
        position,
        recorded_at,
        "bloc/charter",
        position + 1,
        "bloc.founded.v1",
        "bloc.secretariat",
        leaf,
        b"",
    )
