"""Verifying a whole record, from the founding to the served checkpoint: what `bloc verify` runs.

Workers examine stretches of the record, the fold takes their drafts in order, the tree is grown again beside it, and
marks go into files for what only the whole can tell. The first fault ends the reading; then everything that was read
is still asked the questions that come last, since the smallest position wins.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from os import urandom

from msgspec import Struct, msgpack

from bloc.verifying.chunks import Chunk, Ground, close_examiners, decode_chunk, examine_encoded
from bloc.verifying.holding import Held
from bloc.verifying.sources import Missing, Source, read_tile
from bloc.verifying.spool import Spool, files_for
from bloc.verifying.whole import faults_of_marks
from bloc.verifying.workers import Workers, workers_for
from contracts.entry import Stamp
from contracts.limits import VERIFY_CHUNK_BUNDLES, VERIFY_REMARKS_MAX
from contracts.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, TileFault, width_at
from contracts.tlog.tree import HASH_BYTES
from contracts.verification.checkpoints import fault_of_root, fault_of_signer, is_vouched_for
from contracts.verification.fault import Fault, Remark, earliest
from contracts.verification.folding import RecordFold
from contracts.verification.opening import open_entry
from contracts.verification.regrowing import Grown, Regrown
from contracts.verification.report import Report
from contracts.verification.suspicion import MARK_BYTES as SIGNATURE_MARK_BYTES
from contracts.verification.suspicion import Signers, remarks_on

_STRIDE = VERIFY_CHUNK_BUNDLES * TILE_WIDTH
Progress = Callable[[int, int], None]
"""Called with the entries that are verified so far, and with all that there are."""


class Outcome(Struct):
    """What has been found so far."""

    fault: Fault | None = None
    missing: Missing | None = None
    drafts: int = 0
    stated: int = 0
    tiles_compared: int = 0
    remarks: list[Remark] = []
    remarks_count: int = 0

    def remark(self, remarks: Sequence[Remark]) -> None:
        """Keep the first of them, count all."""
        self.remarks += remarks[: VERIFY_REMARKS_MAX - len(self.remarks)]
        self.remarks_count += len(remarks)


class RecordVerification:
    """One run over one record; `run` once."""

    def __init__(
        self, source: Source, held: Held, trust_anchor: str | None, *, workers: int | None = None
    ) -> None:
        """`source` serves the record, `held` are its checkpoint and those to compare with; `trust_anchor` is the kid
        of the founding key (None: as the record says); `workers` processes, as many as pay when None."""
        self._source = source
        self._held = held
        self._size = held.served.checkpoint.size
        self._anchor_compared = trust_anchor is not None
        self._workers_count = workers_for(self._size) if workers is None else workers
        self._fold = RecordFold(trust_anchor)
        self._tree = Regrown([claim.checkpoint.size for claim in held.claims])
        self._signers = Signers()
        self._beyond = b""
        self._outcome = Outcome(fault=held.fault)
        self._tiles = held.has_tiles
        self._secret = urandom(32)
        self._ground = msgpack.encode(
            Ground(
                where=held.where,
                size=self._size,
                origin=held.served.checkpoint.origin,
                tiles=self._tiles,
                copy=held.copy,
                copy_size=held.copy_size,
                files=files_for(self._size),
                secret=self._secret,
            )
        )

    def run(self, progress: Progress) -> Report:
        """Verify everything."""
        try:
            with Workers(self._workers_count) as workers, Spool(files_for(self._size)) as spool:
                for first, chunk in self._chunks(workers):
                    going_on = self._take(first, chunk, spool)
                    progress(self._fold.position, self._size)
                    if not going_on:
                        break
                spool.flush()
                self._judge_marks(workers, spool)
        except BrokenProcessPool:
            reason = "it ended before its work was done (for want of memory?); use fewer with --workers"
            self._outcome.missing = Missing("a worker process", reason)
        finally:
            close_examiners()
        if self._tree.size == self._size and self._tiles and self._outcome.fault is None:
            self._compare(self._tree.partial())
        misused = self._judge_checkpoints()
        return self._report(misused)

    def _chunks(self, workers: Workers) -> Iterator[tuple[int, Chunk]]:
        """The chunks in order. Keys are handed along as the fold learns them; the first chunk goes alone, as most
        keys are registered in the beginning."""
        under_way: deque[tuple[int, Future[bytes]]] = deque()
        firsts = iter(range(0, self._size, _STRIDE))
        begun = False
        while True:
            room = workers.ahead - len(under_way) if begun else 1
            for _, first in zip(range(room), firsts, strict=False):
                under_way.append((first, self._submit(workers, first)))
            begun = True
            if not under_way:
                return
            first, future = under_way.popleft()
            chunk = decode_chunk(future.result())
            needed = {kid for draft in chunk.drafts for kid in draft.unchecked}
            if any(self._fold.ring.find(kid) is not None for kid in needed):
                chunk = decode_chunk(self._submit(workers, first).result())
            yield first, chunk

    def _submit(self, workers: Workers, first: int) -> "Future[bytes]":
        keys = {kid: key.key.public for kid, key in self._fold.ring.keys.items()}
        return workers.submit(examine_encoded, self._ground, first, VERIFY_CHUNK_BUNDLES, keys)

    def _take(self, first: int, chunk: Chunk, spool: Spool) -> bool:
        """Take a chunk in; False when nothing behind it needs to be read."""
        fault = self._fault_of_second_reading(first, chunk)
        if fault is None:  # else the drafts of the two readings need not even join
            fault = earliest(self._fold_drafts(first, chunk, spool), chunk.fault)
        leaves = [chunk.leaves[at : at + HASH_BYTES] for at in range(0, len(chunk.leaves), HASH_BYTES)]
        if fault is not None:
            leaves = leaves[: max(fault.order - first, 0)]
        grown = self._tree.append(leaves)
        for file, marks in chunk.id_marks.items():
            spool.add("ids", file, marks)
        for file, marks in chunk.version_marks.items():
            spool.add("versions", file, marks)
        for file, marks in chunk.expected_marks.items():
            spool.add("expected", file, marks)
        self._outcome.tiles_compared += chunk.compared
        self._outcome.missing = chunk.missing
        self._note(fault)
        if self._tiles and fault is None:
            self._compare(grown)
        return self._outcome.fault is self._held.fault and self._outcome.missing is None

    def _fault_of_second_reading(self, first: int, chunk: Chunk) -> Fault | None:
        """Entries at the border of two chunks are read for both: for their draft, and for their hashes. Both readings
        must be of the same bytes."""
        read, self._beyond = self._beyond, self._beyond[len(chunk.leaves) :] + chunk.beyond
        for at in range(0, min(len(read), len(chunk.leaves)), HASH_BYTES):
            if read[at : at + HASH_BYTES] != chunk.leaves[at : at + HASH_BYTES]:
                position = first + at // HASH_BYTES
                return Fault(position, "entry", "it was served in two ways, one to read and one to hash")
        return None

    def _fold_drafts(self, first: int, chunk: Chunk, spool: Spool) -> Fault | None:
        """Fold the drafts that begin in the chunk, if they join those before it."""
        end = first + len(chunk.leaves) // HASH_BYTES
        joins = end if chunk.start < 0 else chunk.start
        if joins > self._fold.position:
            return Fault(
                self._fold.position, "stamp.line", f"it belongs to no draft; the next begins at {joins}"
            )
        if 0 <= chunk.start < self._fold.position:
            raise AssertionError(f"two chunks read the draft at {chunk.start}")
        for draft in chunk.drafts:
            if fault := self._fold.take(draft):
                return fault
            spool.add("signatures", 0, self._signers.mark(draft))
            self._outcome.drafts += 1
            self._outcome.stated += draft.states
        self._outcome.remark(self._fold.remarks)
        self._fold.remarks.clear()
        return None

    def _note(self, fault: Fault | None) -> None:
        self._outcome.fault = earliest(self._outcome.fault, fault)

    def _compare(self, grown: Sequence[Grown]) -> None:
        """Compare served tiles with the ones that the entries make; those of level 0 were, beside the entries."""
        for each in (each for each in grown if each.tile.level):
            tile, first = each.tile, each.tile.index * TILE_WIDTH << 8 * each.tile.level
            served = read_tile(self._source, tile)
            if isinstance(served, Missing):
                self._outcome.missing = self._outcome.missing or served
            elif isinstance(served, TileFault):
                self._note(Fault(first, tile.path, served.reason, tile.end - 1))
            else:
                self._outcome.tiles_compared += 1
                self._note(_contradiction(each, served))

    def _judge_marks(self, workers: Workers, spool: Spool) -> None:
        """Every event once, every stream without a gap, every draft on what it was decided on, in all that was read."""
        for fault in faults_of_marks(workers, spool, self._secret, self._stamp_at):
            self._note(fault)
        suspects = self._signers.suspects(self._fold.ring)
        for marks in spool.records("signatures", SIGNATURE_MARK_BYTES) if suspects else ():
            self._outcome.remark(list(remarks_on(marks, suspects)))

    def _stamp_at(self, position: int) -> Stamp | None:
        """The stamp of an entry that was read before, for people; None when it cannot be had any more."""
        index, line = divmod(position, TILE_WIDTH)
        entries = read_tile(self._source, Tile(ENTRIES, index, width_at(ENTRIES, index, self._size)))
        opened = open_entry(entries[line], position) if isinstance(entries, tuple) else None
        return opened[0] if isinstance(opened, tuple) else None

    def _judge_checkpoints(self) -> str | None:
        """Every checkpoint against the record, as far as it was read. Gives what makes one unusable, if anything."""
        ring, read = self._fold.ring, self._tree.size
        misused: str | None = None
        for claim in self._held.claims:
            size = claim.checkpoint.size
            if size > read or size not in self._tree.roots:
                continue
            self._note(fault_of_root(claim, self._tree.roots[size]))
            if size > self._fold.position:
                continue
            self._note(fault_of_signer(claim, ring))
            if not is_vouched_for(claim, ring):
                misused = misused or (
                    f"{claim.name}: nobody says who must have signed it; name the log's key with --policy"
                )
        return misused

    def _report(self, misused: str | None) -> Report:
        outcome, held, ring = self._outcome, self._held, self._fold.ring
        entries = min(self._fold.position, self._tree.size)
        return Report(
            origin=held.served.checkpoint.origin,
            size=self._size,
            entries=entries,
            drafts=outcome.drafts,
            stated=outcome.stated,
            root=self._tree.root().hex(),
            anchor=ring.anchor,
            anchor_compared=self._anchor_compared,
            recorded_at=self._fold.recorded_at,
            checkpoints=held.compared,
            quorum=held.quorum,
            tiles_compared=outcome.tiles_compared,
            fault=outcome.fault,
            missing=None if outcome.missing is None else f"{outcome.missing.name}: {outcome.missing.reason}",
            misused=misused,
            remarks=tuple(outcome.remarks),
            remarks_count=outcome.remarks_count,
        )


def _contradiction(grown: Grown, served: Sequence[bytes]) -> Fault | None:
    """Where a served tile differs from what the entries make, if it does."""
    tile = grown.tile
    for number, (made, hashed) in enumerate(zip(grown.hashes, served, strict=True)):
        if made != hashed:
            first = tile.index * TILE_WIDTH + number << 8 * tile.level
            last = first + (1 << 8 * tile.level) - 1
            reason = f"hash {number} of the tile is {hashed.hex()}, the entries below it make {made.hex()}"
            return Fault(first, tile.path, reason, last)
    return None
