"""Inclusion and consistency proofs, in two steps: plan which hashes are needed, then prove from them.

Between the two the shell reads once (`store.tiles`). Every hash of a proof is the root of a range of entries; a
range is the complete subtrees that it is made of, and a complete subtree is computed from at most 128 hashes that
stand side by side at one tile level. So a plan is a handful of spans of stored hashes, never more than a tile's
width for each level, and nothing else of the tree has to be kept than what tlog-tiles serves anyway.

RFC 6962 section 2.1 and RFC 9162 section 2.1.3 (inclusion) and 2.1.4 (consistency); levels as in C2SP tlog-tiles.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from hashlib import sha256

from msgspec import Struct

from contracts.limits import SUBTREE_ROOTS_CACHED_MAX
from contracts.tlog.tree import EMPTY_ROOT, HASH_BYTES, node_hash

TILE_HEIGHT = 8
"""Each hash of a level covers 2^8 hashes of the level below."""

EntryRange = tuple[int, int]
"""Entries from the first position up to, not including, the second."""


class Span(Struct, frozen=True):
    """`count` hashes side by side at a tile level, the first of them number `first` of that level. Level 0 holds
    the leaf hashes, level L the roots of 256^L entries each."""

    level: int
    first: int
    count: int

    @property
    def end(self) -> int:
        """The number of the first hash behind the span."""
        return self.first + self.count


class Plan(Struct, frozen=True):
    """What a proof needs. `spans` is what to read; `hashes` says of which complete subtrees, largest first, each
    hash of the proof is put together, each subtree as the span of stored hashes below it."""

    spans: tuple[Span, ...]
    hashes: tuple[tuple[Span, ...], ...]


def plan_inclusion(index: int, size: int) -> Plan:
    """What proves that the leaf `index` is in the tree of `size` entries: PATH(index, D[size]).

    The leaf's own hash is read along (it lies between its neighbours), see `leaf_in`. Raises ValueError when there
    is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    first, end = 0, size
    siblings: list[EntryRange] = []
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((first, middle))
            first = middle
    return _plan(reversed(siblings), also=[Span(0, index, 1)])


def plan_consistency(old: int, new: int) -> Plan:
    """What proves that the tree of `new` entries continues the tree of `old`: PROOF(old, D[new]).

    Empty when `old` is 0 or `new`: then there is nothing to prove. Raises ValueError when the sizes are none.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} cannot continue one of {old}")
    if old in (0, new):
        return _plan([])
    first, end = 0, new
    ranges: list[EntryRange] = []
    while old < end:
        middle = first + _split(end - first)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((first, middle))
            first = middle
    if first:  # else the old tree is itself a complete subtree, whose root the verifier holds
        ranges.append((first, end))
    return _plan(reversed(ranges))


def plan_root(size: int) -> Plan:
    """What the root of the tree of `size` entries is computed from; `prove` then gives that one hash."""
    return _plan([(0, size)])


def prove(plan: Plan, read: Sequence[bytes]) -> tuple[bytes, ...]:
    """Compute the hashes of a proof; `read` holds, for each of `plan.spans`, its hashes in one piece.

    Raises AssertionError when a piece has another length than was planned.
    """
    _check_lengths(plan, read)
    return tuple(_range_root(subtrees, plan.spans, read) for subtrees in plan.hashes)


def leaf_in(index: int, plan: Plan, read: Sequence[bytes]) -> bytes:
    """The hash of the leaf that an inclusion plan is about, from what was read for it."""
    _check_lengths(plan, read)
    return _cut(Span(0, index, 1), plan.spans, read)


@lru_cache(maxsize=SUBTREE_ROOTS_CACHED_MAX)
def complete_root(hashes: bytes) -> bytes:
    """The root above 2^n hashes that stand side by side, 32 bytes each.

    Remembered by its input, so that the large subtrees that nearly all proofs share are hashed once.
    """
    while len(hashes) > HASH_BYTES:
        pairs = range(0, len(hashes), 2 * HASH_BYTES)
        # As `node_hash`, without cutting each pair in two first: this is where the time of a proof goes.
        hashes = b"".join([sha256(b"\x01" + hashes[at : at + 2 * HASH_BYTES]).digest() for at in pairs])
    return hashes


def _split(count: int) -> int:
    """The largest power of two below `count` (RFC 6962: k < n <= 2k)."""
    return 1 << (count - 1).bit_length() - 1


def _subtrees(entries: EntryRange) -> tuple[Span, ...]:
    """The complete subtrees of a range, largest first, each as the stored hashes directly below or at its root.

    The range begins at a multiple of its largest subtree, as every range of a proof does.
    """
    first, end = entries
    found: list[Span] = []
    while first < end:
        height = (end - first).bit_length() - 1
        level, above = divmod(height, TILE_HEIGHT)
        found.append(Span(level, first >> TILE_HEIGHT * level, 1 << above))
        first += 1 << height
    return tuple(found)


def _plan(ranges: Iterable[EntryRange], also: Iterable[Span] = ()) -> Plan:
    hashes = tuple(_subtrees(entries) for entries in ranges)
    needed = sorted(
        {*also, *(span for subtrees in hashes for span in subtrees)},
        key=lambda span: (span.level, span.first),
    )
    spans: list[Span] = []
    for span in needed:
        last = spans[-1] if spans else None
        # A gap of one is the path's own subtree: one hash more costs less than one span more.
        if last is not None and last.level == span.level and span.first <= last.end + 1:
            spans[-1] = Span(last.level, last.first, max(last.end, span.end) - last.first)
        else:
            spans.append(span)
    return Plan(tuple(spans), hashes)


def _range_root(subtrees: tuple[Span, ...], spans: tuple[Span, ...], read: Sequence[bytes]) -> bytes:
    if not subtrees:
        return EMPTY_ROOT
    roots = [complete_root(_cut(subtree, spans, read)) for subtree in subtrees]
    return reduce(lambda right, left: node_hash(left, right), reversed(roots))


def _cut(wanted: Span, spans: tuple[Span, ...], read: Sequence[bytes]) -> bytes:
    """The hashes of one span out of those that were read for the merged spans."""
    for span, hashes in zip(spans, read, strict=True):
        if span.level == wanted.level and span.first <= wanted.first and wanted.end <= span.end:
            start = wanted.first - span.first
            return hashes[start * HASH_BYTES : (start + wanted.count) * HASH_BYTES]
    raise AssertionError(f"{wanted} was not planned")


def _check_lengths(plan: Plan, read: Sequence[bytes]) -> None:
    for span, hashes in zip(plan.spans, read, strict=True):
        if len(hashes) != span.count * HASH_BYTES:
            raise AssertionError(f"{len(hashes)} bytes were read for {span}")
