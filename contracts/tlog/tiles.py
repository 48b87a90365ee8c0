"""Tiles and entry bundles: how a log serves its tree as files (C2SP tlog-tiles).

A tile is up to 256 hashes of one level, a bundle the up to 256 entries below one tile of level 0. Both are
named by a path that has exactly one spelling, so a cache, a folder of downloads and a server agree on what
a name means; a path that no tree could have is refused before anybody looks for it. Decoding is written
for bulk: a verifier passes every entry of the ledger through `decode_bundle`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from struct import Struct as Layout
from typing import Any

from msgspec import Struct

from contracts.limits import ENTRY_BYTES_MAX, TREE_SIZE_MAX
from contracts.tlog.tree import HASH_BYTES

TILE_WIDTH = 256
"""Hashes of a full tile, entries of a full bundle (C2SP tlog-tiles)."""
ENTRIES = -1
"""The "level" of an entry bundle, one below the leaf hashes."""

_HEIGHT_BITS = 8  # a tile covers 8 levels of the binary tree: 256 = 2**8
_LEVEL_MAX = 63
_LENGTH_BYTES = 2
_PATH = re.compile(
    r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6})([0-9]{3})(?:\.p/([0-9]{1,3}))?", re.ASCII
)


class TileFault(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a path names no tile, or bytes are not the tile that they were asked for as."""

    reason: str


class Tile(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One tile (level 0 and up) or one entry bundle (level ENTRIES), full or the first `width` of it.

    Raises ValueError for numbers that no tile has.
    """

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if not (ENTRIES <= self.level <= _LEVEL_MAX and self.index >= 0 and 1 <= self.width <= TILE_WIDTH):
            raise ValueError(f"there is no tile {self.index} of level {self.level} and width {self.width}")

    @property
    def path(self) -> str:
        """The path below the log's prefix, as `tile/0/x001/x234/067.p/112`."""
        level = "entries" if self.level == ENTRIES else self.level
        last, rest = f"{self.index % 1000:03d}", self.index // 1000
        while rest:
            last, rest = f"x{rest % 1000:03d}/{last}", rest // 1000
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{last}{partial}"

    @property
    def end(self) -> int:
        """The size of the smallest tree that has this tile: where the entries below its last hash end."""
        return (self.index * TILE_WIDTH + self.width) << _HEIGHT_BITS * max(self.level, 0)


def parse_tile_path(path: str) -> Tile | TileFault:
    """Read a path as `Tile.path` writes it, and no other spelling; no tree needs a tile beyond TREE_SIZE_MAX."""
    match = _PATH.fullmatch(path)
    if match is None:
        return TileFault(
            "this is no path of a tile: tile/<level>/<index>, tile/entries/<index>, each with .p/<width>"
        )
    level, higher, lowest, width = match.groups()
    index = int(higher.replace("x", "").replace("/", "") + lowest)
    number = TILE_WIDTH if width is None else int(width)
    level_number = ENTRIES if level == "entries" else int(level)
    if level_number > _LEVEL_MAX or not 1 <= number <= TILE_WIDTH:
        return TileFault(
            f"levels go from 0 to {_LEVEL_MAX}, widths of partial tiles from 1 to {TILE_WIDTH - 1}"
        )
    tile = Tile(level_number, index, number)
    if tile.path != path:
        return TileFault(f"this tile has one path only: {tile.path}")
    if tile.end > TREE_SIZE_MAX:
        return TileFault(f"no tree is large enough for the tile {path}")
    return tile


def width_at(level: int, index: int, size: int) -> int:
    """How many hashes (or entries) tile `index` of `level` has in a tree of `size` leaves; 0: there is none."""
    hashes = size >> _HEIGHT_BITS * max(level, 0)
    return min(max(hashes - index * TILE_WIDTH, 0), TILE_WIDTH)


def tiles_of(size: int) -> Iterator[Tile]:
    """All hash tiles of a tree of `size` leaves: level by level, in each from left to right, a partial one last."""
    level = 0
    while hashes := size >> _HEIGHT_BITS * level:
        yield from _row(level, hashes, 0)
        level += 1


def bundles_of(size: int, first: int = 0) -> Iterator[Tile]:
    """The entry bundles that hold the entries from position `first` to the end of a tree of `size` leaves."""
    yield from _row(ENTRIES, size, first // TILE_WIDTH) if first < size else ()


def _row(level: int, hashes: int, index: int) -> Iterator[Tile]:
    for full in range(index, hashes // TILE_WIDTH):
        yield Tile(level, full)
    if rest := hashes % TILE_WIDTH:
        yield Tile(level, hashes // TILE_WIDTH, rest)


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Write a bundle: before each entry its length as big-endian uint16.

    Raises ValueError when an entry is longer than ENTRY_BYTES_MAX, or when there are none or more than 256.
    """
    pieces: list[bytes] = []
    for entry in entries:
        if len(entry) > ENTRY_BYTES_MAX:
            raise ValueError(f"an entry of {len(entry)} bytes does not fit into a bundle")
        pieces += (len(entry).to_bytes(_LENGTH_BYTES, "big"), entry)
    if not 1 <= len(pieces) // 2 <= TILE_WIDTH:
        raise ValueError(f"a bundle cannot hold {len(pieces) // 2} entries")
    return b"".join(pieces)


def decode_bundle(raw: bytes, width: int) -> tuple[bytes, ...] | TileFault:
    """Read a bundle of exactly `width` entries (1 to 256); any byte too few or too many is a fault."""
    entries: list[bytes] = []
    add = entries.append
    at = 0
    try:
        for _ in range(width):
            start = at + _LENGTH_BYTES
            at = start + (raw[at] << 8 | raw[at + 1])
            add(raw[start:at])
    except IndexError:
        return TileFault(f"the bundle ends in entry {len(entries)} of {width}")
    if at != len(raw) or not 1 <= width <= TILE_WIDTH:
        return TileFault(f"the bundle of {width} entries should have {at} bytes, it has {len(raw)}")
    return tuple(entries)


def decode_hashes(raw: bytes, width: int) -> tuple[bytes, ...] | TileFault:
    """Read a hash tile of exactly `width` hashes (1 to 256)."""
    if len(raw) != width * HASH_BYTES or not 1 <= width <= TILE_WIDTH:
        return TileFault(
            f"a tile of {width} hashes should have {width * HASH_BYTES} bytes, it has {len(raw)}"
        )
    return _unpack_hashes(width)(raw)


@lru_cache(maxsize=TILE_WIDTH)
def _unpack_hashes(width: int) -> Callable[[bytes], tuple[Any, ...]]:
    return Layout(f"{HASH_BYTES}s" * width).unpack
