"""Bringing the stored tree in order: read it whole, add the nodes that are missing, replace what is wrong.

Adding is what the ledger itself may do. Replacing is not: the tables are append-only for everybody, so it takes the
escape of migrations (deploy/postgres/guards.sql), as their owner, in one transaction that puts the guards back and
looks at them before it commits. Nothing at all is written when the entries do not give what was sealed and signed.
"""

from collections.abc import Callable, Sequence

from bloc.rebuilding.examining import Examination, Findings, WrongLeaf, WrongNode
from contracts.limits import NODES_FILLED_MAX
from contracts.tlog.tiles import TILE_WIDTH
from services.ledger.domain.growing import NodeRow
from services.ledger.store.connecting import Connection
from services.ledger.store.nodes import add_nodes
from services.ledger.store.rechecking import stored_nodes

_SIZES = """
SELECT (SELECT coalesce(max(size), 0) FROM ledger.seals) AS sealed,
       (SELECT coalesce(max(size), 0) FROM ledger.checkpoints) AS signed
"""
_ENTRIES = """
SELECT position, leaf, entry FROM ledger.entries WHERE position >= $1 AND position < $2 ORDER BY position
"""
_ROOTS = """
SELECT size, 'seal' AS kind, root FROM ledger.seals WHERE size > $1 AND size <= $2
UNION ALL
SELECT size, 'checkpoint', root FROM ledger.checkpoints WHERE size > $1 AND size <= $2
ORDER BY size, kind DESC
"""
# The size of this very statement, as the ledger may be writing on.
_SURPLUS = """
SELECT n.level, n.index, n.hash
FROM ledger.nodes AS n, (SELECT coalesce(max(size), 0) AS size FROM ledger.seals) AS sealed
WHERE n.index >= sealed.size >> (8 * n.level)::integer
ORDER BY n.level, n.index
"""
_ESCAPE = "SET LOCAL bloc.migration = 'bloc ledger rebuild-tiles --replace'"
_REPLACE_NODE = "UPDATE ledger.nodes SET hash = $3 WHERE level = $1 AND index = $2"
_DELETE_NODE = "DELETE FROM ledger.nodes WHERE level = $1 AND index = $2"
_REPLACE_LEAF = "UPDATE ledger.entries SET leaf = $2 WHERE position = $1"
_PARTITIONS = """
SELECT DISTINCT tableoid::regclass::text AS name FROM ledger.entries WHERE position = ANY ($1::bigint[])
"""
_UNGUARDED = "SELECT relation, lacks FROM ledger.unguarded"

Advance = Callable[[int, int], None]
"""Told after each stretch: entries done, entries in all."""


async def examine(connection: Connection, advance: Advance) -> Findings:
    """Compute the whole tree from the entry bytes and compare: a tile's width of entries in memory at a time.

    Findings are kept in memory: some 200 bytes for each row that is missing or wrong.
    """
    examination = Examination()
    size = await _size(connection, examination.findings)
    completed: list[NodeRow] = []
    for first in range(0, size, TILE_WIDTH):
        end = min(first + TILE_WIDTH, size)
        rows = await connection.fetch(_ENTRIES, first, end)
        if len(rows) != end - first:
            examination.findings.fault = (
                f"{len(rows)} entries are stored at the positions {first} to {end - 1}"
            )
            return examination.findings
        roots = await connection.fetch(_ROOTS, first, end)
        completed += examination.take([tuple(row) for row in rows], [tuple(row) for row in roots])
        if len(completed) >= NODES_FILLED_MAX or end == size:
            examination.compare_nodes(completed, await stored_nodes(connection, completed))
            completed = []
        advance(end, size)
    surplus = await connection.fetch(_SURPLUS)
    examination.findings.nodes += [
        WrongNode(row["level"], row["index"], row["hash"], None) for row in surplus
    ]
    return examination.findings


async def _size(connection: Connection, findings: Findings) -> int:
    """How many entries are sealed; fewer than were signed is a fault."""
    row = await connection.fetchrow(_SIZES)
    if row is None:
        raise AssertionError("a query over one row gave none")
    sealed: int = row["sealed"]
    if row["signed"] > sealed:
        findings.fault = f"{row['signed']} entries were signed, and only {sealed} are sealed"
    return sealed


async def add_missing(connection: Connection, findings: Findings) -> int:
    """Add the nodes that are not there; gives how many, which is fewer when a ledger that starts does the same."""
    return await add_nodes(connection, findings.missing)


async def replace_wrong(connection: Connection, findings: Findings) -> None:
    """Replace wrong leaves and nodes, remove nodes that no tree has: all in one transaction, guards included.

    `connection` must be of bloc_owner or a superuser. Raises AssertionError when a guard is not back in its place.
    """
    async with connection.transaction():
        await connection.execute(_ESCAPE)
        await _replace_nodes(connection, findings.nodes)
        await _replace_leaves(connection, findings.leaves)
        if unguarded := await connection.fetch(_UNGUARDED):
            raise AssertionError(f"tables would be left unguarded: {unguarded}")


async def _replace_nodes(connection: Connection, nodes: Sequence[WrongNode]) -> None:
    if not nodes:
        return
    await _open_guard(connection, "ledger.nodes")
    for node in nodes:
        if node.right is None:
            await connection.execute(_DELETE_NODE, node.level, node.index)
        else:
            await connection.execute(_REPLACE_NODE, node.level, node.index, node.right)
    await _close_guard(connection, "ledger.nodes")


async def _replace_leaves(connection: Connection, leaves: Sequence[WrongLeaf]) -> None:
    partitions = [
        row["name"] for row in await connection.fetch(_PARTITIONS, [leaf.position for leaf in leaves])
    ]
    for partition in partitions:
        await _open_guard(connection, partition)
    for leaf in leaves:
        await connection.execute(_REPLACE_LEAF, leaf.position, leaf.right)
    for partition in partitions:
        await _close_guard(connection, partition)


async def _open_guard(connection: Connection, table: str) -> None:
    await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER refuse_change")


async def _close_guard(connection: Connection, table: str) -> None:
    await connection.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER refuse_change")
