"""One stretch of the record, examined in whatever process: fetched, hashed, compared with the served leaves, read.

A chunk owns the drafts that begin in its stretch; where the last of them ends beyond it, the worker reads on, and
where its first entries belong to a draft that began earlier, they are left to the chunk before. So chunks need
nothing of each other, and the fold sees at once when they do not join.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct, msgpack

from bloc.verifying.sources import Missing, Source, open_source, read_tile
from contracts.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, TileFault, width_at
from contracts.tlog.tree import leaf_hash
from contracts.verification.drafts import (
    Draft,
    DraftFacts,
    MoreNeeded,
    begins_draft,
    cut_draft,
    read_draft,
)
from contracts.verification.fault import Fault, earliest, sharpened
from contracts.verification.standing import keys_in


class Ground(Struct, frozen=True):
    """What all chunks of one run share. `copy` is the auditor's own older download of `copy_size` entries ("" if
    there is none); `tiles`: whether hash tiles are there to compare; `files`: into how many files marks go, a power
    of two; `secret` keys the marks."""

    where: str
    size: int
    origin: str
    tiles: bool
    copy: str
    copy_size: int
    files: int
    secret: bytes


class Chunk(Struct, frozen=True, array_like=True):
    """What examining a stretch gave. `start`: position of the first draft that begins in it (-1: none does);
    `next`: the position behind its last draft; `leaves`: the leaf hashes of the stretch, joined; `beyond`: those of the
    entries behind the stretch that its last draft took, so that the fold can hold them against the next stretch: a
    server could show one entry to whoever reads and another to whoever hashes. Marks are by file."""

    start: int
    next: int
    drafts: tuple[DraftFacts, ...]
    fault: Fault | None
    missing: Missing | None
    leaves: bytes
    beyond: bytes
    id_marks: dict[int, bytes]
    version_marks: dict[int, bytes]
    expected_marks: dict[int, bytes]
    compared: int


class Examiner:
    """Examines chunks of one record, one after the other."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._source: Source = open_source(ground.where)
        self._copy: Source | None = open_source(ground.copy) if ground.copy else None

    def examine(self, first: int, bundles: int, keys: Mapping[str, bytes]) -> Chunk:
        """Examine `bundles` bundles, the first of which begins at position `first`; `keys` by kid, as far as known."""
        stretch = _Stretch(self._ground, self._source, self._copy, first)
        while len(stretch.entries) < bundles * TILE_WIDTH and stretch.read_bundle(compare=True):
            continue
        return stretch.examined(dict(keys))

    def close(self) -> None:
        """Close the sources."""
        for source in filter(None, (self._source, self._copy)):
            source.close()


class _Stretch:
    """A stretch while it is worked on."""

    def __init__(self, ground: Ground, source: Source, copy: Source | None, first: int) -> None:
        self._ground, self._source, self._copy = ground, source, copy
        self.first = first
        self.entries: list[bytes] = []
        self._leaves: list[bytes] = []
        self._fault: Fault | None = None
        self._missing: Missing | None = None
        self._compared = 0
        self._ids: dict[int, bytearray] = {}
        self._versions: dict[int, bytearray] = {}
        self._expected: dict[int, bytearray] = {}

    def read_bundle(self, *, compare: bool) -> bool:
        """Add the next bundle; False when there is none, or it cannot be had or read."""
        position = self.first + len(self.entries)
        width = width_at(ENTRIES, position // TILE_WIDTH, self._ground.size)
        if position >= self._ground.size or self._fault is not None or self._missing is not None:
            return False
        tile = Tile(ENTRIES, position // TILE_WIDTH, width)
        entries = read_tile(self._source, tile)
        if isinstance(entries, Missing):
            self._missing = entries
            return False
        if isinstance(entries, TileFault):
            self._fault = Fault(position, tile.path, entries.reason, position + width - 1)
            return False
        self.entries += entries
        if compare:
            leaves = [leaf_hash(entry) for entry in entries]
            self._leaves += leaves
            self._fault = self._fault_of_leaves(position, leaves)
        return True

    def examined(self, keys: dict[str, bytes]) -> Chunk:
        """Read the drafts that begin in the stretch."""
        end = self.first + len(self._leaves)
        of_leaf = self._fault
        self._fault = None
        start = self._first_draft(end)
        drafts: list[DraftFacts] = []
        at = end if start is None else start
        fault: Fault | None = None
        # Also where something is missing: a server could withhold the end so that nobody looks at the beginning.
        while at < end:
            draft = self._draft_at(at, keys)
            if not isinstance(draft, Draft):
                fault = draft
                break
            self._take(draft, keys)
            drafts.append(draft.facts)
            at += draft.facts.count
        return Chunk(
            -1 if start is None else start,
            at,
            tuple(drafts),
            sharpened(earliest(fault, self._fault), of_leaf),
            self._missing,
            b"".join(self._leaves),
            b"".join(map(leaf_hash, self.entries[len(self._leaves) : at - self.first])),
            _as_bytes(self._ids),
            _as_bytes(self._versions),
            _as_bytes(self._expected),
            self._compared,
        )

    def _first_draft(self, end: int) -> int | None:
        return next(
            (at for at in range(self.first, end) if begins_draft(self.entries[at - self.first], at)), None
        )

    def _draft_at(self, at: int, keys: Mapping[str, bytes]) -> Draft | Fault | None:
        """The draft that begins at a position, reading on where it needs that; None when the source fails."""
        while isinstance(cut := cut_draft(self.entries[at - self.first :], at), MoreNeeded):
            if not self.read_bundle(compare=False):
                if self._fault is not None or self._missing is not None:
                    return self._fault
                end = self.first + len(self.entries)
                return Fault(end - 1, "stamp.lines", f"the record ends within the draft that begins at {at}")
        if isinstance(cut, Fault):
            return cut
        own = self.entries[at - self.first : at - self.first + cut.count]
        ground = self._ground
        return read_draft(own, at, keys=keys, origin=ground.origin, secret=ground.secret)

    def _take(self, draft: Draft, keys: dict[str, bytes]) -> None:
        if draft.facts.standing:
            keys.update(keys_in(draft.facts.standing))
        files = self._ground.files - 1
        ids, versions = self._ids, self._versions
        for part in draft.parts:
            for id_mark, version_mark in part.marks:
                ids.setdefault(_file_of(id_mark) & files, bytearray()).extend(id_mark)
                versions.setdefault(_file_of(version_mark) & files, bytearray()).extend(version_mark)
            for mark in part.advances:
                versions.setdefault(_file_of(mark) & files, bytearray()).extend(mark)
        for mark in draft.expected:
            self._expected.setdefault(_file_of(mark) & files, bytearray()).extend(mark)

    def _fault_of_leaves(self, position: int, leaves: Sequence[bytes]) -> Fault | None:
        """Compare the leaves of a bundle with the tile that is served, and with the auditor's own copy."""
        index = position // TILE_WIDTH
        faults: list[Fault | None] = []
        if self._ground.tiles:
            faults.append(self._compare(self._source, Tile(0, index, len(leaves)), leaves, "served"))
        copied = width_at(0, index, self._ground.copy_size)
        if self._copy is not None and copied:
            faults.append(self._compare_copy(self._copy, Tile(0, index, min(copied, len(leaves))), leaves))
        return earliest(*faults)

    def _compare_copy(self, copy: Source, tile: Tile, leaves: Sequence[bytes]) -> Fault | None:
        """The copy may hold hash tiles or entry bundles, and need not hold all."""
        hashes = read_tile(copy, tile)
        if isinstance(hashes, Missing):
            entries = read_tile(copy, Tile(ENTRIES, tile.index, tile.width))
            hashes = tuple(map(leaf_hash, entries)) if isinstance(entries, tuple) else entries
        if not isinstance(hashes, tuple):
            return None
        return self._contradiction(copy.name_of(tile.path), tile, hashes, leaves, "in your own copy")

    def _compare(self, source: Source, tile: Tile, leaves: Sequence[bytes], which: str) -> Fault | None:
        hashes = read_tile(source, tile)
        if isinstance(hashes, Missing):
            self._missing = self._missing or hashes
            return None
        if isinstance(hashes, TileFault):
            first = tile.index * TILE_WIDTH
            return Fault(first, tile.path, hashes.reason, first + tile.width - 1)
        return self._contradiction(tile.path, tile, hashes, leaves, which)

    def _contradiction(
        self, name: str, tile: Tile, hashes: Sequence[bytes], leaves: Sequence[bytes], which: str
    ) -> Fault | None:
        self._compared += 1
        if tuple(leaves[: tile.width]) == tuple(hashes):
            return None
        for line, (leaf, hashed) in enumerate(zip(leaves, hashes, strict=False)):
            if leaf != hashed:
                reason = f"the entry hashes to {leaf.hex()}, the leaf {which} is {hashed.hex()}"
                return Fault(tile.index * TILE_WIDTH + line, name, reason)
        return None


def _as_bytes(marks: Mapping[int, bytearray]) -> dict[int, bytes]:
    return {file: bytes(held) for file, held in marks.items()}


def _file_of(mark: bytes) -> int:
    """Marks of one name share their beginning, and so their file."""
    return int.from_bytes(mark[:2], "big")


_ENCODER = msgpack.Encoder()
_DECODER = msgpack.Decoder(Chunk)
_examiners: dict[bytes, Examiner] = {}


def examine_encoded(ground: bytes, first: int, bundles: int, keys: dict[str, bytes]) -> bytes:
    """`Examiner.examine` for worker processes: bytes in and out are the cheapest to hand over. The examiner (and its
    connection) is kept from one call to the next."""
    examiner = _examiners.get(ground)
    if examiner is None:
        close_examiners()
        examiner = _examiners[ground] = Examiner(msgpack.decode(ground, type=Ground))
    return _ENCODER.encode(examiner.examine(first, bundles, keys))


def close_examiners() -> None:
    """Close what `examine_encoded` keeps in this process."""
    for examiner in _examiners.values():
        examiner.close()
    _examiners.clear()


def decode_chunk(raw: bytes) -> Chunk:
    """What `examine_encoded` gave."""
    return _DECODER.decode(raw)
