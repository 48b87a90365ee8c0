"""Checking Merkle proofs: that a leaf is in a tree, and that a tree is the beginning of a larger one.

The two algorithms of RFC 9162 (sections 2.1.3.2 and 2.1.4.2), which walk from the leaf to the root and use
up the proof exactly: a hash too few or too many is a fault like a wrong one. Everything is an answer and
nothing raises, because proofs come from strangers.
"""

from collections.abc import Sequence
from hmac import compare_digest

from msgspec import Struct

from contracts.limits import CONSISTENCY_HASHES_MAX, PROOF_HASHES_MAX, TREE_SIZE_MAX
from contracts.tlog.tree import EMPTY_ROOT, HASH_BYTES, node_hash


class ProofFault(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a proof shows nothing."""

    reason: str


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> ProofFault | None:
    """Check that `leaf` (a leaf hash) is leaf `index` (from 0) of the tree of `size` leaves with this `root`.

    `proof` goes from the leaf's sibling to a child of the root. None when it holds (RFC 9162, 2.1.3.2).
    """
    if not 0 <= index < size <= TREE_SIZE_MAX:
        return ProofFault(f"a tree of {size} leaves has no leaf {index}")
    if (fault := _misshapen(PROOF_HASHES_MAX, proof, leaf, root)) is not None:
        return fault
    node, last, got = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return ProofFault("the inclusion proof is longer than the path from the leaf to the root")
        if node & 1 or node == last:
            got = node_hash(sibling, got)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            got = node_hash(got, sibling)
        node >>= 1
        last >>= 1
    if last:
        return ProofFault("the inclusion proof is shorter than the path from the leaf to the root")
    if not compare_digest(got, root):
        return ProofFault(
            f"the inclusion proof of leaf {index} leads to {got.hex()}, not to the root {root.hex()}"
        )
    return None


def verify_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> ProofFault | None:
    """Check that the tree of `old_size` leaves is the beginning of the tree of `size` leaves.

    An empty old tree and an equal one need no proof, so `proof` must be empty for them; the root of an empty
    tree is EMPTY_ROOT, an equal tree has an equal root. None when it holds (RFC 9162, 2.1.4.2).
    """
    if not 0 <= old_size <= size <= TREE_SIZE_MAX:
        return ProofFault(f"a tree of {old_size} leaves cannot be the beginning of one of {size}")
    if (fault := _misshapen(CONSISTENCY_HASHES_MAX, proof, old_root, root)) is not None:
        return fault
    for named, hashed in ((old_size, old_root), (size, root)):
        if named == 0 and hashed != EMPTY_ROOT:
            return ProofFault(f"an empty tree cannot have the root {hashed.hex()}")
    if old_size in (0, size):
        if proof:
            return ProofFault("an empty or equal tree needs no consistency proof, yet hashes were given")
        if old_size == size and old_root != root:
            return ProofFault(f"two trees of {size} leaves have the roots {old_root.hex()} and {root.hex()}")
        return None
    return _walk(old_size, old_root, size, root, proof)


def implied_roots(old_size: int, size: int, proof: Sequence[bytes]) -> tuple[bytes, bytes] | ProofFault:
    """The roots of the old tree and of the new one that a consistency proof leads to by itself.

    Whoever gives a proof whose second root is the one that a log signed has shown the first one too, be it the
    one that the log signed earlier or not. An old tree that is complete (a power of two) is not in its proof,
    so nothing is implied about it: a fault, like every misshapen proof. For 0 < old_size < size.
    """
    if not 0 < old_size < size <= TREE_SIZE_MAX:
        return ProofFault(f"no proof leads from a tree of {old_size} leaves to one of {size}")
    if old_size & (old_size - 1) == 0:
        return ProofFault(f"the proof from a complete tree of {old_size} leaves does not hold its root")
    return _misshapen(CONSISTENCY_HASHES_MAX, proof) or _climb(old_size, size, tuple(proof))


def _walk(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> ProofFault | None:
    """RFC 9162, 2.1.4.2, from its second step on: 0 < old_size < size."""
    # A complete old tree is itself the first node of the proof, and is left out of it.
    complete = old_size & (old_size - 1) == 0
    got = _climb(old_size, size, (old_root, *proof) if complete else tuple(proof))
    if isinstance(got, ProofFault):
        return got
    for at, reached, expected in ((old_size, got[0], old_root), (size, got[1], root)):
        if not compare_digest(reached, expected):
            return ProofFault(
                f"the consistency proof leads to {reached.hex()} at {at}, not to {expected.hex()}"
            )
    return None


def _climb(old_size: int, size: int, hashes: Sequence[bytes]) -> tuple[bytes, bytes] | ProofFault:
    """RFC 9162, 2.1.4.2, steps three to six: the old root and the new one, from the nodes of the proof."""
    node, last = old_size - 1, size - 1
    while node & 1:
        node >>= 1
        last >>= 1
    if not hashes:
        return ProofFault("the consistency proof is empty")
    old_got = got = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return ProofFault("the consistency proof is longer than the path to the root")
        if node & 1 or node == last:
            old_got = node_hash(sibling, old_got)
            got = node_hash(sibling, got)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            got = node_hash(got, sibling)
        node >>= 1
        last >>= 1
    if last:
        return ProofFault("the consistency proof is shorter than the path to the root")
    return old_got, got


def _misshapen(hashes_max: int, proof: Sequence[bytes], *ends: bytes) -> ProofFault | None:
    """What is wrong with the form of a proof, or of the hashes at its two ends."""
    if len(proof) > hashes_max:
        return ProofFault(f"the proof has {len(proof)} hashes; no tree needs more than {hashes_max}")
    if any(len(hashed) != HASH_BYTES for hashed in (*proof, *ends)):
        return ProofFault(f"a hash of the proof, or of what it leads to, does not have {HASH_BYTES} bytes")
    return None
