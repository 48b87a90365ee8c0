"""The tree of RFC 6962 section 2.1 word for word: slow, recursive, and without a thought of its own.

MTH, PATH and SUBPROOF stand here as the RFC defines them, so that what is clever elsewhere (frontiers, tiles,
iterative verification) is held against something that can be checked by reading. Roots are remembered, as a
proof of every leaf at every size would otherwise take hours.
"""

from hashlib import sha256

RFC_6962_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The test tree that every Certificate Transparency log is checked with (KAT-1)."""


class NaiveTree:
    """A tree over entries; every method takes a size and looks at the first so many only."""

    def __init__(self, entries: list[bytes]) -> None:
        self._entries = entries
        self._roots: dict[tuple[int, int], bytes] = {}

    def root(self, size: int) -> bytes:
        """MTH(D[0:size])."""
        return self.subtree(0, size)

    def subtree(self, start: int, end: int) -> bytes:
        """MTH(D[start:end])."""
        known = self._roots.get((start, end))
        if known is None:
            known = self._roots[start, end] = self._hash(start, end)
        return known

    def _hash(self, start: int, end: int) -> bytes:
        if start == end:
            return sha256(b"").digest()
        if end - start == 1:
            return sha256(b"\x00" + self._entries[start]).digest()
        split = start + largest_power_below(end - start)
        return sha256(b"\x01" + self.subtree(start, split) + self.subtree(split, end)).digest()

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """PATH(index, D[0:size])."""
        return self._path(index, 0, size)

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        split = start + largest_power_below(end - start)
        if index < split:
            return [*self._path(index, start, split), self.subtree(split, end)]
        return [*self._path(index, split, end), self.subtree(start, split)]

    def consistency(self, old_size: int, size: int) -> list[bytes]:
        """PROOF(old_size, D[0:size]); empty where the old tree is empty, as C2SP says."""
        return self._subproof(old_size, 0, size, whole=True) if old_size else []

    def _subproof(self, old_end: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if old_end == end:
            return [] if whole else [self.subtree(start, end)]
        split = start + largest_power_below(end - start)
        if old_end <= split:
            return [*self._subproof(old_end, start, split, whole=whole), self.subtree(split, end)]
        return [*self._subproof(old_end, split, end, whole=False), self.subtree(start, split)]


def largest_power_below(count: int) -> int:
    """k of RFC 6962: the largest power of two smaller than `count` (at least 2)."""
    return 1 << (count - 1).bit_length() - 1
