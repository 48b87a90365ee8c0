"""Filling in nodes that are missing: a database that an older release wrote has entries, but no nodes for them.

The ledger runs this at every start, before it signs anything, so that what is served under a checkpoint is always
there. Nodes are only ever added here: one that is there and wrong is not this module's to mend (see
`rebuilding`). Level by level, because a node is made of 256 hashes of the level below; a bounded number in a
transaction, so that it may be cut off at any moment and goes on at the next start where it was.
"""

from collections.abc import Sequence

from contracts.limits import NODES_FILLED_MAX
from services.ledger.domain.growing import NodeRow
from services.ledger.domain.proving import TILE_HEIGHT, Span, complete_root
from services.ledger.store.connecting import AnyConnection, Pool
from services.ledger.store.tiles import read_spans

_FILLING_LOCK = 0x6E6F6465
"""Advisory lock ("node" in ASCII): two that fill at once would both find a node missing."""

_LOCK = "SELECT pg_advisory_xact_lock($1)"
_SIZE = "SELECT coalesce(max(size), 0) FROM ledger.seals"
_COUNT = "SELECT count(*) FROM ledger.nodes WHERE level = $1 AND index < $2"
_MISSING = """
SELECT wanted.index FROM generate_series(0, $2::bigint - 1) AS wanted (index)
WHERE NOT EXISTS (SELECT FROM ledger.nodes AS n WHERE n.level = $1 AND n.index = wanted.index)
ORDER BY wanted.index LIMIT $3
"""
_ADD = """
INSERT INTO ledger.nodes (level, index, hash)
SELECT given.level, given.index, given.hash
FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS given (level, index, hash)
WHERE NOT EXISTS (SELECT FROM ledger.nodes AS n WHERE n.level = given.level AND n.index = given.index)
RETURNING level
"""


async def fill_nodes(pool: Pool) -> int:
    """Add every node that the sealed entries complete and that is not there; gives how many were added.

    Safe beside the sequencer: the nodes of a batch that is committed meanwhile come with it.
    """
    filled = 0
    size: int = await pool.fetchval(_SIZE)
    level = 1
    while size >> level * TILE_HEIGHT:
        while added := await _fill_some(pool, level, size >> level * TILE_HEIGHT):
            filled += added
        level += 1
    return filled


async def _fill_some(pool: Pool, level: int, complete: int) -> int:
    """Add some of the `complete` nodes of a level that are missing; 0 when none is."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_LOCK, _FILLING_LOCK)
        if await connection.fetchval(_COUNT, level, complete) == complete:
            return 0
        missing = await connection.fetch(_MISSING, level, complete, NODES_FILLED_MAX)
        return await _add(connection, await _computed(connection, level, [row["index"] for row in missing]))


async def add_nodes(connection: AnyConnection, rows: Sequence[NodeRow]) -> int:
    """Add those of these nodes that are not there; gives how many were not."""
    async with connection.transaction():
        await connection.execute(_LOCK, _FILLING_LOCK)
        return await _add(connection, rows)


async def _add(connection: AnyConnection, rows: Sequence[NodeRow]) -> int:
    """Under the lock: whoever else adds nodes adds those of entries that are not committed yet."""
    if not rows:
        return 0
    levels, indexes, hashes = zip(*rows, strict=True)
    return len(await connection.fetch(_ADD, levels, indexes, hashes))


async def _computed(connection: AnyConnection, level: int, indexes: Sequence[int]) -> list[NodeRow]:
    width = 1 << TILE_HEIGHT
    below = await read_spans(connection, [Span(level - 1, index * width, width) for index in indexes])
    return [(level, index, complete_root(hashes)) for index, hashes in zip(indexes, below, strict=True)]
