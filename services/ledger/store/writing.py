"""One transaction per batch: lock, look, append, seal. What is committed here is the ledger; all else is a hint.

The lock is taken inside the transaction, on the connection that writes, and the head is read in a statement
after it: read in the same statement it would be of a snapshot from before the wait. Should all of that fail,
`seals.prev_size` is unique, and a second history from the same size cannot be stored.

A crash before COMMIT leaves nothing; after it, everything. When the answer to COMMIT is lost the caller does not
know which, drops its memory and reads back (`loading.load`): the cursor tells.
"""

from collections.abc import Sequence

from services.ledger.domain.fold import SealedBatch
from services.ledger.domain.state import LedgerState
from services.ledger.store.connecting import Connection

WRITER_LOCK = 0x626C6F63
"""Advisory lock of the one writer ("bloc" in ASCII)."""

_LOCK = "SELECT pg_advisory_xact_lock($1)"
_HEAD = """
SELECT (SELECT coalesce(max(size), 0) FROM ledger.seals) AS size,
       (SELECT coalesce(max(sequence), 0) FROM ledger.outcomes) AS cursor
"""
_SEAL = "INSERT INTO ledger.seals (size, prev_size, root, frontier, sequence) VALUES ($1, $2, $3, $4, $5)"
_INCARNATION = "INSERT INTO ledger.incarnations (incarnation, first_sequence) VALUES ($1, $2)"

_ENTRIES = ("position", "recorded_at", "stream", "version", "type", "party", "leaf", "entry")
_IDS = ("source", "id", "position")
_KEY_VERSIONS = ("key", "version", "position")
_OUTCOMES = ("sequence", "digest", "outcome", "first_position", "count", "recorded_at", "detail")
_NODES = ("level", "index", "hash")
_ATTACHMENTS = ("digest", "position", "party", "body", "signature")


class AnotherWriterError(Exception):
    """The head is not where this writer left it: somebody else has written. Read back and go on from there."""


async def commit_batch(connection: Connection, batch: SealedBatch) -> None:
    """Append a batch, with its outcomes, its seal and the nodes of the tree that it completes, or nothing of it.

    Raises AnotherWriterError when the database is not at `batch.before`. After any exception the connection
    must be closed, and the state read back.
    """
    rows = batch.rows
    async with connection.transaction():
        await connection.execute(_LOCK, WRITER_LOCK)
        await _check_head(connection, batch.before)
        if batch.seal is not None:
            await _copy(connection, "entries", _ENTRIES, rows.entries)
            await _copy(connection, "ids", _IDS, rows.ids)
            await _copy(connection, "key_versions", _KEY_VERSIONS, rows.key_versions)
            if rows.attachments:
                await _copy(connection, "attachments", _ATTACHMENTS, rows.attachments)
            if rows.nodes:
                await _copy(connection, "nodes", _NODES, rows.nodes)
        await _copy(connection, "outcomes", _OUTCOMES, batch.outcomes)
        if batch.seal is not None:
            seal = batch.seal
            await connection.execute(
                _SEAL, seal.size, seal.prev_size, seal.root, seal.frontier, seal.sequence
            )


async def adopt_incarnation(
    connection: Connection, before: LedgerState, incarnation: str, first_sequence: int
) -> None:
    """Note that drafts from `first_sequence` on come from another making of the draft stream."""
    async with connection.transaction():
        await connection.execute(_LOCK, WRITER_LOCK)
        await _check_head(connection, before)
        await connection.execute(_INCARNATION, incarnation, first_sequence)


async def _check_head(connection: Connection, before: LedgerState) -> None:
    head = await connection.fetchrow(_HEAD)
    if head is None or (head["size"], head["cursor"]) != (before.size, before.cursor):
        raise AnotherWriterError(f"expected size {before.size} and cursor {before.cursor}, found {head}")


async def _copy(
    connection: Connection, table: str, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]
) -> None:
    await connection.copy_records_to_table(table, schema_name="ledger", columns=columns, records=rows)
