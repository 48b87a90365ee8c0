"""What the signer reads back: committed entries with all their columns, seals and nodes, by ranges of their keys.

A statement of its own connection each, so that it never waits for the writer and the writer never for it. Nothing
here is believed: `domain.rechecking` holds it against the bytes of the entries.
"""

from collections.abc import Mapping, Sequence

import asyncpg

from services.ledger.domain.growing import NodeRow
from services.ledger.domain.seal import Seal
from services.ledger.store.connecting import Connection

# One statement, one snapshot: an entry that no seal covers would otherwise look like one that was just committed.
_ENDS = """
SELECT (SELECT coalesce(max(s.size), 0) FROM ledger.seals AS s) AS sealed,
       (SELECT coalesce(max(e.position), -1) + 1 FROM ledger.entries AS e) AS entries
"""
_SEAL_COLUMNS = "size, prev_size, root, frontier, sequence"
_SEAL_AT = f"SELECT {_SEAL_COLUMNS} FROM ledger.seals WHERE size <= $1 ORDER BY size DESC LIMIT 1"
_SEALS = f"SELECT {_SEAL_COLUMNS} FROM ledger.seals WHERE size > $1 ORDER BY size LIMIT $2"
_ENTRIES = """
SELECT position, recorded_at, stream, version, type, party, leaf, entry
FROM ledger.entries WHERE position >= $1 AND position < $2 ORDER BY position
"""
_NODES = """
SELECT n.level, n.index, n.hash
FROM unnest($1::bigint[], $2::bigint[]) AS asked (level, index)
JOIN ledger.nodes AS n ON n.level = asked.level AND n.index = asked.index
"""


async def read_ends(connection: Connection) -> tuple[int, int]:
    """The size of the newest seal, and one more than the last position; they are equal in a sound record."""
    row = await connection.fetchrow(_ENDS)
    if row is None:
        raise AssertionError("a query over one row gave none")
    return row["sealed"], row["entries"]


async def seal_at(connection: Connection, size: int) -> Seal | None:
    """The newest seal that covers no more than `size` entries."""
    row = await connection.fetchrow(_SEAL_AT, size)
    return None if row is None else Seal(*row)


async def seals_after(connection: Connection, size: int, limit: int) -> Sequence[Seal]:
    """The next seals of more than `size` entries."""
    return [Seal(*row) for row in await connection.fetch(_SEALS, size, limit)]


async def entries_between(connection: Connection, first: int, end: int) -> Sequence[asyncpg.Record]:
    """The rows of the positions from `first` up to, not including, `end`: the columns of EntryRow in their order."""
    return await connection.fetch(_ENTRIES, first, end)


async def stored_nodes(connection: Connection, wanted: Sequence[NodeRow]) -> Mapping[tuple[int, int], bytes]:
    """Those of the wanted nodes that are stored, by level and index."""
    if not wanted:
        return {}
    rows = await connection.fetch(_NODES, [row[0] for row in wanted], [row[1] for row in wanted])
    return {(row["level"], row["index"]): row["hash"] for row in rows}
