"""Copies of a record taken before it was lost, to hold the restored one against: every row of every table that the
draft stream determines. Seals are left out: they show how drafts were batched, and only their roots say what."""

from collections.abc import Iterable, Mapping

import asyncpg
from msgspec import Struct

from bloc.stack import Stack
from tests.flow.audit import Audited, leaf_of, tree_hash

TABLES: Mapping[str, str] = {
    "entries": "position < bound.size",
    "outcomes": "sequence <= bound.drafts",
    "ids": "position < bound.size",
    "key_versions": "position < bound.size",
    "attachments": "position < bound.size",
    # A node of level n stands for 256^n leaves, and is there as soon as all of them are.
    "nodes": "(index + 1) * power(256, level) <= bound.size",
}
"""Table → its rows that belong to a record of so many entries and drafts."""


class Copy(Struct, frozen=True):
    """The rows of each table, the size of the tree and its root, and the drafts that had been consumed."""

    rows: Mapping[str, set[tuple[object, ...]]]
    size: int
    root: bytes
    sequence: int


async def copy_of(stack: Stack, size: int | None = None, sequence: int | None = None) -> Copy:
    """Read one moment of the record, while it may be growing; or as much of it as `size` entries and `sequence`
    drafts are."""
    connection = await asyncpg.connect(stack.database_url("auditor"))
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            entries: int = size or await connection.fetchval("SELECT max(size) FROM ledger.seals")
            drafts: int = sequence or await connection.fetchval("SELECT max(sequence) FROM ledger.outcomes")
            bound = f"(SELECT {entries} AS size, {drafts} AS drafts) AS bound"
            rows = {
                table: await connection.fetch(f"SELECT t.* FROM ledger.{table} AS t, {bound} WHERE {which}")
                for table, which in TABLES.items()
            }
    finally:
        await connection.close()
    leaves = [
        leaf_of(entry) for _, entry in sorted((row["position"], row["entry"]) for row in rows["entries"])
    ]
    root = tree_hash(leaves, 0, entries, {})
    return Copy(
        {table: {tuple(row) for row in found} for table, found in rows.items()}, entries, root, drafts
    )


async def signed_roots(stack: Stack) -> dict[int, bytes]:
    """Root by size of every checkpoint that has a row."""
    connection = await asyncpg.connect(stack.database_url("auditor"))
    try:
        rows = await connection.fetch("SELECT size, root FROM ledger.checkpoints")
    finally:
        await connection.close()
    return {row["size"]: row["root"] for row in rows}


def roots_at(record: Audited, sizes: Iterable[int]) -> dict[int, bytes]:
    """The roots of the first entries of a record that was read whole."""
    leaves = [leaf_of(entry) for entry in record.entries]
    known: dict[tuple[int, int], bytes] = {}
    return {size: tree_hash(leaves, 0, size, known) for size in sizes}
