"""Plan, read once, prove: what the ledger proves from tile hashes is what RFC 6962 defines, hash for hash.

That every such proof verifies, and fails with any bit flipped, is tested where proofs are checked
(tests/contracts/test_tlog_proofs.py), over the very proofs that these are compared with.
"""

import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.limits import CONSISTENCY_HASHES_MAX, TREE_SIZE_MAX
from contracts.tlog.proofs import verify_consistency, verify_inclusion
from contracts.tlog.tiles import TILE_WIDTH
from contracts.tlog.tree import Frontier, leaf_hash
from services.ledger.domain.growing import grow
from services.ledger.domain.proving import (
    Plan,
    leaf_in,
    plan_consistency,
    plan_inclusion,
    plan_root,
    prove,
)
from tests.contracts.naive_tree import RFC_6962_LEAVES, NaiveTree

SIZE_OF_ALL_PROOFS = 300
LARGE = 70_000

sizes = st.one_of(st.integers(1, 70_000), st.integers(1, TREE_SIZE_MAX))


class Stored:
    """The tree as the tables hold it: leaves, and the nodes that growing gave."""

    def __init__(self, entries: Iterable[bytes]) -> None:
        leaves = [leaf_hash(entry) for entry in entries]
        self.frontier, nodes = grow(Frontier(), leaves)
        self._levels = {0: leaves}
        for level, index, node in nodes:
            assert index == len(self._levels.setdefault(level, []))
            self._levels[level].append(node)

    def read(self, plan: Plan) -> list[bytes]:
        """What the one query gives."""
        return [b"".join(self._levels[span.level][span.first : span.end]) for span in plan.spans]

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        plan = plan_inclusion(index, size)
        return prove(plan, self.read(plan))

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        plan = plan_consistency(old, new)
        return prove(plan, self.read(plan))

    def root(self, size: int) -> bytes:
        plan = plan_root(size)
        (root,) = prove(plan, self.read(plan))
        return root


@pytest.fixture(scope="module")
def events() -> list[bytes]:
    """The large log of KAT-5."""
    return [b"event %d" % number for number in range(LARGE)]


@pytest.fixture(scope="module")
def large(events: list[bytes]) -> Stored:
    return Stored(events)


def test_every_inclusion_proof_up_to_300_is_that_of_the_rfc(large: Stored, events: list[bytes]) -> None:
    """Every leaf of every size: PATH(index, D[size]), and the leaf's own hash is read along."""
    tree = NaiveTree(events[:SIZE_OF_ALL_PROOFS])
    for size in range(1, SIZE_OF_ALL_PROOFS + 1):
        for index in range(size):
            plan = plan_inclusion(index, size)
            read = large.read(plan)
            assert list(prove(plan, read)) == tree.inclusion(index, size)
            assert leaf_in(index, plan, read) == tree.subtree(index, index + 1)


def test_every_consistency_proof_up_to_300_is_that_of_the_rfc(large: Stored, events: list[bytes]) -> None:
    """Every size with every smaller one: PROOF(old, D[new]), empty from 0 and between equals."""
    tree = NaiveTree(events[:SIZE_OF_ALL_PROOFS])
    for new in range(SIZE_OF_ALL_PROOFS + 1):
        for old in range(new + 1):
            assert list(large.consistency(old, new)) == tree.consistency(old, new)


def test_every_root_up_to_300_is_that_of_the_rfc(large: Stored, events: list[bytes]) -> None:
    """The empty tree included."""
    tree = NaiveTree(events[:SIZE_OF_ALL_PROOFS])
    assert [large.root(size) for size in range(SIZE_OF_ALL_PROOFS + 1)] == [
        tree.root(size) for size in range(SIZE_OF_ALL_PROOFS + 1)
    ]


def test_the_known_answers_come_out_of_nodes() -> None:
    """KAT-1: the proofs of the RFC 6962 test tree."""
    stored = Stored(RFC_6962_LEAVES)
    assert [hashed.hex() for hashed in stored.inclusion(5, 8)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [hashed.hex() for hashed in stored.consistency(3, 7)] == [
        "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
        "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e",
    ]


def test_a_large_log_is_proved_across_three_levels(large: Stored, events: list[bytes]) -> None:
    """At sizes around every border of tiles, of random leaves and older sizes: the proofs of the RFC, and they
    verify."""
    tree = NaiveTree(events)
    chance = random.Random("across three levels")
    for size in (255, 256, 257, 511, 65_535, 65_536, 65_537, 65_792, 66_000, LARGE):
        root = tree.root(size)
        assert large.root(size) == root
        for index in {0, size - 1, *(chance.randrange(size) for _ in range(40))}:
            proof = large.inclusion(index, size)
            assert list(proof) == tree.inclusion(index, size)
            assert verify_inclusion(tree.subtree(index, index + 1), index, size, proof, root) is None
        for old in {1, size - 1, *(chance.randrange(size) for _ in range(40))}:
            proof = large.consistency(old, size)
            assert list(proof) == tree.consistency(old, size)
            assert verify_consistency(old, tree.root(old), size, root, proof) is None


@given(sizes, st.data())
def test_a_plan_stays_small_and_reads_no_hash_that_the_tree_lacks(size: int, data: st.DataObject) -> None:
    """However large the tree: at most two tiles' worth of hashes to a level, side by side, complete at this size."""
    index = data.draw(st.integers(0, size - 1), label="index")
    old = data.draw(st.integers(0, size), label="old size")
    for plan in (plan_inclusion(index, size), plan_consistency(old, size), plan_root(size)):
        assert len(plan.hashes) <= CONSISTENCY_HASHES_MAX
        for span in plan.spans:
            assert 0 <= span.first < span.end <= size >> 8 * span.level
        for level in range(8):
            counts = [span.count for span in plan.spans if span.level == level]
            assert len(counts) <= 3
            assert sum(counts) <= 2 * TILE_WIDTH


def test_what_cannot_be_proved_is_not_planned() -> None:
    """A leaf beyond the tree and a tree that shrinks are errors of ours: the callers check first."""
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(ValueError, match="no leaf"):
            plan_inclusion(index, size)
    for old, new in ((4, 3), (-1, 3)):
        with pytest.raises(ValueError, match="cannot continue"):
            plan_consistency(old, new)


def test_hashes_that_were_not_planned_are_refused(large: Stored) -> None:
    """A piece too short or too long is never made into a proof."""
    plan = plan_inclusion(300, 1_000)
    read = large.read(plan)
    for wrong in ([read[0][:-32], *read[1:]], [read[0] + bytes(32), *read[1:]]):
        with pytest.raises(AssertionError, match="bytes were read for"):
            prove(plan, wrong)
        with pytest.raises(AssertionError, match="bytes were read for"):
            leaf_in(300, plan, wrong)
    with pytest.raises(ValueError):
        prove(plan, read[:-1])
