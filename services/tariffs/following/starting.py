"""Where a start goes on from: a snapshot that proves to be what the ledger says, or the first entry.

The number that decides stands in the ledger, in an entry that this service signed; the snapshot's own note is only
where to look it up. Every reason to throw a snapshot away is said in the log, since each is somebody's mistake or
somebody's doing; the start merely takes longer.
"""

import asyncio

import msgspec
import structlog

from contracts.entry import CorruptEntry
from contracts.events import StateHashPublished
from services.tariffs.domain.replay.document import FORMAT, state_hash
from services.tariffs.following.folding import Folding
from services.tariffs.following.garbage import without_looks_for_garbage
from services.tariffs.following.recorded import BrokenHistory, UnknownEventType, event_in
from services.tariffs.following.snapshot import Snapshot, Snapshots
from services.tariffs.outside.ledger import LedgerClient

log = structlog.get_logger(__name__)


async def begun(snapshots: Snapshots, ledger: LedgerClient) -> Folding:
    """The fold to go on with; its lines are kept for the next snapshot. Raises LedgerAway."""
    read = snapshots.read()
    if isinstance(read, Snapshot):
        said = await _published(read, ledger)
        found = said if isinstance(said, str) else await asyncio.to_thread(_folded, read, said, snapshots)
        if isinstance(found, Folding):
            snapshots.cut(read.note.length_bytes)
            log.info("snapshot_taken", position=found.rules.position, state_hash=read.note.state_hash)
            return found
        read = found
    if read is not None:
        log.warning("snapshot_discarded", reason=read)
    snapshots.cut(0)
    return Folding(snapshots.keep)


async def _published(snapshot: Snapshot, ledger: LedgerClient) -> StateHashPublished | str:
    """The recorded hash of the snapshot's state, or why there is none."""
    note = snapshot.note
    line = await ledger.entry_if_there(note.published_at)
    if line is None:
        return f"the ledger has no entry {note.published_at}, in which its hash was published"
    try:
        data = event_in(line).data
    except UnknownEventType as unknown:
        return f"its hash is not where its note says: {unknown}"
    if not isinstance(data, StateHashPublished) or data.known_position != note.position:
        return f"entry {note.published_at} is not the hash of the state at {note.position}"
    if data.format != FORMAT:
        return f"its hash is of format {data.format}, and this release writes {FORMAT}"
    return data


def _folded(snapshot: Snapshot, said: StateHashPublished, snapshots: Snapshots) -> Folding | str:
    """The fold of its lines, if it has the recorded hash."""
    try:
        with without_looks_for_garbage():
            folding = Folding.restored(snapshot.lines, said.known_position, snapshot.totals, snapshots.keep)
            found = state_hash(folding.state)
    except (BrokenHistory, CorruptEntry, msgspec.DecodeError, KeyError, ValueError) as error:
        return f"its lines cannot be folded: {error!r}"
    if (found.root, found.things) != (said.state_hash, said.things):
        return f"its state has the hash {found.root}, and {said.state_hash} was published"
    return folding
