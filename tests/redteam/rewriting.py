"""Making the database say what an operator wants, with superuser rights and no trigger in the way.

Four kinds of operator, each of whom can do what the one before can. `EDITS` changes rows and nothing else. `HASHES`
also writes every hash that follows from them: leaves, nodes, seals with their frontiers. `SIGNS` also signs every
checkpoint again with the log's own keys. `COLLUDES` also has two of the three witnesses on his side, who cosign
whatever he likes.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

import asyncpg

from contracts.entry import CorruptEntry, Stamp, split_entry
from contracts.identity.keys import SigningKey
from contracts.tlog.checkpoints import Checkpoint, cosign
from contracts.tlog.notes import Note, sign_note
from contracts.tlog.tree import Frontier, leaf_hash
from services.ledger.domain.growing import grow
from services.ledger.store.connecting import Connection
from tests.ledger.drafting import ORIGIN
from tests.redteam.recording import LOG_KEYS

TABLES = (
    "entries_0",
    "nodes",
    "seals",
    "checkpoints",
    "cosignatures",
    "ids",
    "key_versions",
    "outcomes",
    "attachments",
)
_WRITTEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_MEMBERS = re.compile(rb'"source":"/parties/([a-z.]{3,40})","type":"([a-z_.0-9]{3,60})"')
_COLUMNS = ("position", "recorded_at", "stream", "version", "type", "party", "leaf", "entry")
_VERSION_MAX = 2**31 - 1


class Operator(StrEnum):
    """What the operator can do besides editing rows."""

    EDITS = "edits"
    HASHES = "hashes"
    SIGNS = "signs"
    COLLUDES = "colludes"


async def disarm(connection: Connection) -> None:
    """Switch off what refuses changes, in the running transaction."""
    await connection.execute("SET LOCAL bloc.migration = 'nobody will notice'")
    for table in TABLES:
        await connection.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER refuse_change")


async def rewrite_entries(
    connection: Connection, entries: Sequence[bytes], first: int, *, hashed: bool
) -> None:
    """Replace all rows from a position on; unless `hashed`, each position keeps the leaf hash that it had."""
    old: list[asyncpg.Record] = await connection.fetch(
        "SELECT leaf FROM ledger.entries WHERE position >= $1 ORDER BY position", first
    )
    await connection.execute("DELETE FROM ledger.entries WHERE position >= $1", first)
    rows: list[tuple[object, ...]] = []
    for position in range(first, len(entries)):
        entry = entries[position]
        kept = not hashed and position - first < len(old)
        leaf = old[position - first]["leaf"] if kept else leaf_hash(entry)
        rows.append((position, *_columns_of(entry), leaf, entry))
    await connection.copy_records_to_table("entries", schema_name="ledger", columns=_COLUMNS, records=rows)


def _columns_of(entry: bytes) -> tuple[object, ...]:
    """recorded_at, stream, version, type and party as far as the entry has any that the table takes."""
    found = _MEMBERS.search(entry)
    party, type_name = (found[1].decode(), found[2].decode()) if found else ("no.party", "bloc.none.v1")
    stamp: Stamp | None = None
    try:
        stamp, _ = split_entry(entry)
    except CorruptEntry:
        return datetime(2026, 1, 1, tzinfo=UTC), "none/none", 1, type_name, party
    at = stamp.recorded_at if _WRITTEN.fullmatch(stamp.recorded_at) else "2026-01-01T00:00:00.000000Z"
    version = min(max(stamp.version, 1), _VERSION_MAX)
    return datetime.fromisoformat(at), stamp.stream or "none/none", version, type_name, party


async def rewrite_hashes(connection: Connection, entries: Sequence[bytes]) -> None:
    """Write all nodes and seals that follow from the entries; batches end where they ended, as far as there are
    entries, and one more ends at the end."""
    leaves = [leaf_hash(entry) for entry in entries]
    seals = await connection.fetch("SELECT size, sequence FROM ledger.seals ORDER BY size")
    await connection.execute("DELETE FROM ledger.nodes")
    await connection.execute("DELETE FROM ledger.seals")
    nodes = grow(Frontier(), leaves)[1]
    await connection.copy_records_to_table("nodes", schema_name="ledger", records=nodes)
    sequences = {row["size"]: row["sequence"] for row in seals if row["size"] < len(leaves)}
    sequences[len(leaves)] = seals[-1]["sequence"]
    frontier, rows = Frontier(), list[tuple[object, ...]]()
    for size, sequence in sequences.items():
        grown = frontier.append(leaves[frontier.size : size])
        rows.append((size, frontier.size, grown.root(), grown.encode(), sequence))
        frontier = grown
    columns = ("size", "prev_size", "root", "frontier", "sequence")
    await connection.copy_records_to_table("seals", schema_name="ledger", columns=columns, records=rows)


async def sign_again(
    connection: Connection, entries: Sequence[bytes], colluding: Sequence[tuple[str, SigningKey]] = ()
) -> None:
    """Sign a checkpoint of all entries with both keys of the log, and those of each earlier size; throw away what
    witnesses said about the true ones. `colluding`: names and keys of witnesses who sign along."""
    old = [row["size"] for row in await connection.fetch("SELECT size FROM ledger.checkpoints")]
    await connection.execute("DELETE FROM ledger.cosignatures")
    await connection.execute("DELETE FROM ledger.checkpoints")
    leaves = [leaf_hash(entry) for entry in entries]
    for size in sorted({*(size for size in old if size < len(entries)), len(entries)}):
        root = Frontier().append(leaves[:size]).root()
        body = Checkpoint(ORIGIN, size, root).body
        note = Note(body, tuple(sign_note(body, ORIGIN, key) for key in LOG_KEYS)).encode()
        await connection.execute(
            "INSERT INTO ledger.checkpoints VALUES ($1, $2, $3, now())", size, root, note
        )
        at = int(datetime.now(UTC).timestamp())
        for name, key in colluding if size == len(entries) else ():
            line = cosign(body, name, key, at).line
            await connection.execute(
                "INSERT INTO ledger.cosignatures VALUES ($1, $2, $3, $4)", size, name, line, at
            )
