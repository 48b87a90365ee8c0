"""Inclusion and consistency: every proof of every tree up to 300 leaves, known answers, and what must fail.

The proofs come from the definition of RFC 6962 (naive_tree), so verification is never tested by its own twin.
"""

import random
from collections.abc import Iterator
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.limits import CONSISTENCY_HASHES_MAX, PROOF_HASHES_MAX, TREE_SIZE_MAX
from contracts.tlog.proofs import ProofFault, implied_roots, verify_consistency, verify_inclusion
from contracts.tlog.tree import EMPTY_ROOT, Frontier, leaf_hash
from tests.contracts.naive_tree import RFC_6962_LEAVES, NaiveTree

SIZE_OF_ALL_PROOFS = 300
SIZE_OF_ALL_BITS = 32
CHANCE = random.Random("which bit")

RFC_6962 = NaiveTree(RFC_6962_LEAVES)
ROOT_OF_3 = bytes.fromhex("aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")
ROOT_OF_7 = bytes.fromhex("ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")
ROOT_OF_8 = bytes.fromhex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
INCLUSION_OF_5_IN_8 = [
    bytes.fromhex("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
    bytes.fromhex("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
    bytes.fromhex("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
]
CONSISTENCY_OF_3_AND_7 = [
    bytes.fromhex("0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7"),
    bytes.fromhex("07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7"),
    bytes.fromhex("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    bytes.fromhex("837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e"),
]

any_hash = st.one_of(st.just(EMPTY_ROOT), st.binary(min_size=31, max_size=33))
sizes = st.one_of(st.integers(-2, 70), st.integers(0, TREE_SIZE_MAX + 2))


TREE = NaiveTree([b"event %d" % number for number in range(SIZE_OF_ALL_PROOFS)])
"""The first 300 entries of the large log of KAT-5."""


@pytest.fixture
def tree() -> NaiveTree:
    return TREE


def flipped(hashed: bytes, bit: int) -> bytes:
    return (int.from_bytes(hashed, "big") ^ 1 << bit).to_bytes(32, "big")


def damages(proof: list[bytes], size: int) -> Iterator[list[bytes]]:
    """The proof with one bit flipped: every bit in a small tree, one bit of each hash above."""
    for at, hashed in enumerate(proof):
        for bit in range(256) if size <= SIZE_OF_ALL_BITS else (CHANCE.randrange(256),):
            yield [*proof[:at], flipped(hashed, bit), *proof[at + 1 :]]


def misfits(proof: list[bytes]) -> Iterator[list[bytes]]:
    """The proof with a hash too many, too few, or out of its place."""
    yield [*proof, bytes(32)]
    yield [bytes(32), *proof]
    if proof:
        yield proof[:-1]
        yield proof[1:]
        yield [*proof, proof[-1]]
    if len(proof) > 1:
        yield proof[::-1]


def test_the_known_inclusion_proof_holds():
    """KAT-1: leaf 5 in the RFC 6962 tree of 8, from the given hashes and from the definition."""
    leaf = leaf_hash(RFC_6962_LEAVES[5])
    assert RFC_6962.inclusion(5, 8) == INCLUSION_OF_5_IN_8
    assert verify_inclusion(leaf, 5, 8, INCLUSION_OF_5_IN_8, ROOT_OF_8) is None
    assert verify_inclusion(leaf, 4, 8, INCLUSION_OF_5_IN_8, ROOT_OF_8) is not None


def test_the_known_consistency_proof_holds():
    """KAT-1: 3 is the beginning of 7 in the RFC 6962 tree."""
    assert RFC_6962.consistency(3, 7) == CONSISTENCY_OF_3_AND_7
    assert verify_consistency(3, ROOT_OF_3, 7, ROOT_OF_7, CONSISTENCY_OF_3_AND_7) is None
    assert verify_consistency(3, ROOT_OF_7, 7, ROOT_OF_3, CONSISTENCY_OF_3_AND_7) is not None


def test_the_large_log_grew_from_its_first_thousand():
    """KAT-5: 15 hashes lead from 1,000 entries to 70,000; the roots come from the frontier."""
    entries = [b"event %d" % number for number in range(70_000)]
    small = Frontier().append(leaf_hash(entry) for entry in entries[:1_000])
    large = small.append(leaf_hash(entry) for entry in entries[1_000:])
    proof = NaiveTree(entries).consistency(1_000, 70_000)
    assert len(proof) == 15
    assert verify_consistency(1_000, small.root(), 70_000, large.root(), proof) is None
    for damaged in (*damages(proof, 70_000), *misfits(proof)):
        assert verify_consistency(1_000, small.root(), 70_000, large.root(), damaged) is not None


@pytest.mark.parametrize("half", [0, 1])
def test_every_inclusion_proof_up_to_300_holds_and_a_flipped_bit_breaks_it(tree: NaiveTree, half: int):
    """Every leaf of every size; every bit up to size 32, one bit of each hash above."""
    for size in range(1 + half, SIZE_OF_ALL_PROOFS + 1, 2):  # in two halves, for two processes
        root = tree.root(size)
        for index in range(size):
            leaf, proof = tree.subtree(index, index + 1), tree.inclusion(index, size)
            assert verify_inclusion(leaf, index, size, proof, root) is None
            for damaged in damages(proof, size):
                assert verify_inclusion(leaf, index, size, damaged, root) is not None


@pytest.mark.parametrize("half", [0, 1])
def test_every_consistency_proof_up_to_300_holds_and_a_flipped_bit_breaks_it(tree: NaiveTree, half: int):
    """Every size with every smaller one; every bit up to size 32, one bit of each hash above."""
    for size in range(1 + half, SIZE_OF_ALL_PROOFS + 1, 2):
        root = tree.root(size)
        for old_size in range(size + 1):
            old_root, proof = tree.root(old_size), tree.consistency(old_size, size)
            assert verify_consistency(old_size, old_root, size, root, proof) is None
            for damaged in damages(proof, size):
                assert verify_consistency(old_size, old_root, size, root, damaged) is not None


def test_a_proof_is_for_its_own_leaf_place_and_size_only(tree: NaiveTree):
    """Up to 40 leaves: no proof passes with another index, another leaf, a flipped root, or a hash too many."""
    for size in range(1, 41):
        root = tree.root(size)
        for index in range(size):
            leaf, proof = tree.subtree(index, index + 1), tree.inclusion(index, size)
            for other in range(size):
                if other != index:
                    assert verify_inclusion(leaf, other, size, proof, root) is not None
                    assert (
                        verify_inclusion(tree.subtree(other, other + 1), index, size, proof, root) is not None
                    )
            for wrong in misfits(proof):
                assert verify_inclusion(leaf, index, size, wrong, root) is not None
            assert verify_inclusion(leaf, index, size, proof, flipped(root, 9)) is not None


def test_a_consistency_proof_is_for_its_own_two_trees_only(tree: NaiveTree):
    """Up to 40 leaves: neither another old size, nor swapped or flipped roots, nor a hash too many pass."""
    for size in range(1, 41):
        root = tree.root(size)
        for old_size in range(size + 1):
            old_root, proof = tree.root(old_size), tree.consistency(old_size, size)
            for other in range(size + 1):
                if other != old_size:
                    assert verify_consistency(other, old_root, size, root, proof) is not None
            for wrong in misfits(proof):
                assert verify_consistency(old_size, old_root, size, root, wrong) is not None
            assert verify_consistency(old_size, flipped(old_root, 9), size, root, proof) is not None
            if old_size:
                assert verify_consistency(old_size, old_root, size, flipped(root, 9), proof) is not None


def test_a_consistency_proof_implies_the_roots_of_both_its_trees(tree: NaiveTree):
    """Who knows neither root learns both; of a complete old tree, whose root is not in the proof, nothing."""
    for size in range(1, 41):
        for old_size in range(size + 1):
            proof = tree.consistency(old_size, size)
            implied = implied_roots(old_size, size, proof)
            if old_size in (0, size) or old_size.bit_count() == 1:
                assert isinstance(implied, ProofFault)
            else:
                assert implied == (tree.root(old_size), tree.root(size))
                for wrong in misfits(proof):
                    assert implied_roots(old_size, size, wrong) != implied
                assert isinstance(implied_roots(old_size, size, proof[:-1]), ProofFault)
                assert isinstance(implied_roots(old_size, size, [*proof, bytes(31)]), ProofFault)


def test_the_empty_tree_begins_every_tree_and_needs_no_proof():
    """C2SP tlog-witness: old size 0 comes with an empty proof; a hash more is refused, a wrong root too."""
    assert verify_consistency(0, EMPTY_ROOT, 8, ROOT_OF_8, []) is None
    assert verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, []) is None
    assert verify_consistency(0, EMPTY_ROOT, 8, ROOT_OF_8, [ROOT_OF_8]) is not None
    assert verify_consistency(0, ROOT_OF_8, 8, ROOT_OF_8, []) is not None
    assert verify_consistency(0, ROOT_OF_8, 0, ROOT_OF_8, []) is not None


def test_equal_sizes_have_equal_roots():
    """Two roots of one size are the one thing that a log must never sign."""
    assert verify_consistency(8, ROOT_OF_8, 8, ROOT_OF_8, []) is None
    assert verify_consistency(8, ROOT_OF_8, 8, ROOT_OF_7, []) == ProofFault(
        f"two trees of 8 leaves have the roots {ROOT_OF_8.hex()} and {ROOT_OF_7.hex()}"
    )
    assert verify_consistency(8, ROOT_OF_8, 8, ROOT_OF_8, [ROOT_OF_8]) is not None


def test_a_tree_cannot_shrink():
    """From 8 back to 7 there is no proof, whatever is offered."""
    for proof in ([], CONSISTENCY_OF_3_AND_7, RFC_6962.consistency(7, 8)):
        assert verify_consistency(8, ROOT_OF_8, 7, ROOT_OF_7, proof) is not None


def test_a_node_does_not_pass_for_a_leaf():
    """Second preimage: the node over leaves 4 and 5 is no leaf 2 of a tree of 4, once it is hashed as an entry."""
    node = RFC_6962.subtree(4, 5) + RFC_6962.subtree(5, 6)
    proof = [RFC_6962.subtree(6, 8), RFC_6962.subtree(0, 4)]
    assert verify_inclusion(leaf_hash(node), 2, 4, proof, ROOT_OF_8) is not None
    assert verify_inclusion(sha256(b"\x01" + node).digest(), 2, 4, proof, ROOT_OF_8) is None


def test_the_largest_tree_has_proofs_too():
    """2**63 - 1 leaves: 63 hashes lead from the first leaf to the root, in both kinds of proof."""
    sibling, root = leaf_hash(b"sibling"), leaf_hash(b"leaf")
    for _ in range(PROOF_HASHES_MAX):
        root = sha256(b"\x01" + root + sibling).digest()
    proof = [sibling] * PROOF_HASHES_MAX
    assert verify_inclusion(leaf_hash(b"leaf"), 0, TREE_SIZE_MAX, proof, root) is None
    assert verify_consistency(1, leaf_hash(b"leaf"), TREE_SIZE_MAX, root, proof) is None
    assert verify_inclusion(leaf_hash(b"leaf"), 0, TREE_SIZE_MAX + 1, proof, root) is not None
    assert verify_consistency(1, leaf_hash(b"leaf"), TREE_SIZE_MAX + 1, root, proof) is not None


def test_the_longest_consistency_proof_has_a_hash_more_than_the_tree_is_deep():
    """From 3 to a tree above 2**62: leaf 2, leaf 3, then 62 nodes on the way up. An inclusion proof has 63."""
    third, sibling = leaf_hash(b"third"), leaf_hash(b"sibling")
    old_root = sha256(b"\x01" + sibling + third).digest()
    root = sha256(b"\x01" + sibling + sha256(b"\x01" + third + sibling).digest()).digest()
    proof = [third, *[sibling] * 2]
    while len(proof) < CONSISTENCY_HASHES_MAX:
        proof.append(sibling)
        root = sha256(b"\x01" + root + sibling).digest()
    assert verify_consistency(3, old_root, TREE_SIZE_MAX, root, proof) is None
    assert verify_consistency(3, old_root, TREE_SIZE_MAX, root, [*proof, sibling]) is not None
    assert verify_consistency(3, old_root, TREE_SIZE_MAX, root, proof[:-1]) is not None


@given(any_hash, sizes, sizes, st.lists(any_hash, max_size=70), any_hash)
@example(b"", 0, 1, [], b"")
@example(EMPTY_ROOT, 1, 1, [], EMPTY_ROOT[:31])
def test_what_is_no_proof_is_never_accepted(
    one: bytes, number: int, size: int, proof: list[bytes], root: bytes
):
    """Arbitrary bytes and numbers give a fault, not an exception and not a yes."""
    trees = (len(one), len(root), proof) == (32, 32, [])
    if not (trees and one == root and (number, size) == (0, 1)):
        assert isinstance(verify_inclusion(one, number, size, proof, root), ProofFault)
    if not (trees and (number == 0 or (number == size and one == root))):
        assert isinstance(verify_consistency(number, one, size, root, proof), ProofFault)


@given(st.integers(1, 300), st.data())
def test_a_proof_of_one_size_is_none_of_another(size: int, data: st.DataObject):
    """A proof made for one tree does not pass for the same leaf under the root of another size."""
    index = data.draw(st.integers(0, size - 1), label="index")
    other = data.draw(st.integers(1, 300).filter(lambda drawn: drawn != size), label="other size")
    leaf, proof = TREE.subtree(index, index + 1), TREE.inclusion(index, size)
    assert verify_inclusion(leaf, index, other, proof, TREE.root(other)) is not None
