"""The Merkle tree of RFC 6962 section 2.1, as far as writing needs it: leaf, node, frontier, root.

A tree of n leaves is written down by the roots of its complete subtrees, largest first, one for each 1-bit
of n (the "compact range" or frontier). That is all a writer needs to append and to know the root, 64 hashes
at the very most, so the ledger stores it beside each seal and never reads old leaves to go on. Pure functions
over bytes; proofs and tiles are made from stored rows elsewhere.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Self

import msgspec

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
_SIZE_BYTES = 8


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry): the prefix keeps a leaf from ever passing for a node."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The roots of the complete subtrees of a tree of `size` leaves, largest and leftmost first."""

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def append(self, leaves: Iterable[bytes]) -> Self:
        """Give the frontier after `leaves` (leaf hashes, in order); self stays as it is.

        One node hash per leaf on average: as many merges as the new size has trailing 1-bits turned to 0.
        """
        nodes = list(self.nodes)
        push, pop = nodes.append, nodes.pop
        size = self.size
        for leaf in leaves:
            carry = size
            while carry & 1:
                leaf = sha256(b"\x01" + pop() + leaf).digest()
                carry >>= 1
            push(leaf)
            size += 1
        return type(self)(size, tuple(nodes))

    def root(self) -> bytes:
        """The root hash of the tree (RFC 6962): subtrees folded from the smallest to the largest."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for left in reversed(self.nodes[:-1]):
            root = node_hash(left, root)
        return root

    def encode(self) -> bytes:
        """Write the frontier for storage: size as big-endian uint64, then its hashes."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.nodes)

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read what `encode` wrote. Raises ValueError when the bytes do not fit the size they name."""
        size = int.from_bytes(raw[:_SIZE_BYTES], "big")
        hashes = raw[_SIZE_BYTES:]
        if len(raw) < _SIZE_BYTES or len(hashes) != size.bit_count() * HASH_BYTES:
            raise ValueError(f"a frontier of size {size} cannot have {len(raw)} bytes")
        return cls(size, tuple(hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)))
