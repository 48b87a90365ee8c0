"""The physical limit: a raw COPY of the rows that a run recorded, into the same tables of an empty database.

Everything that costs the ledger something in Postgres costs COPY the same: column types, indexes, triggers, WAL,
durable commits of the same number of entries. What is left out is all of our own work: JetStream, signatures,
deciding, sealing.
"""

from time import perf_counter
from typing import Any

import asyncpg
from msgspec import Struct

TABLES = {
    "entries": "position",
    "ids": "position",
    "key_versions": "position",
    "outcomes": "sequence",
}
"""The tables that a batch fills, and the column by which the rows of a run are told from those before it."""


class CopyLimit(Struct, frozen=True):
    """How fast COPY was: `rows` entries, with the rows of the other tables that belong to them, in `seconds`."""

    rows: int
    other_rows: int
    seconds: float
    transactions: int
    bytes_of_entries: int
    indexes: list[str]

    @property
    def rows_per_second(self) -> float:
        """Entries a second; the rows of the other tables are part of the work and are not counted again."""
        return self.rows / self.seconds


async def measure_copy(
    source_url: str, empty_url: str, *, from_position: int, transactions: int
) -> CopyLimit:
    """COPY what stands in `source_url` from `from_position` on into `empty_url`, in as many transactions."""
    source = await asyncpg.connect(source_url)
    target = await asyncpg.connect(empty_url)
    try:
        first_sequence = await source.fetchval(
            "SELECT coalesce(min(sequence), 0) FROM ledger.outcomes WHERE first_position >= $1", from_position
        )
        rows: dict[str, list[tuple[Any, ...]]] = {}
        for table, column in TABLES.items():
            start = first_sequence if column == "sequence" else from_position
            query = f"SELECT * FROM ledger.{table} WHERE {column} >= $1 ORDER BY {column}"
            rows[table] = [tuple(row) for row in await source.fetch(query, start)]
        await _make_partitions(target, rows["entries"])
        started = perf_counter()
        for number in range(transactions):
            async with target.transaction():
                for table, records in rows.items():
                    share = records[
                        len(records) * number // transactions : len(records) * (number + 1) // transactions
                    ]
                    if share:
                        await target.copy_records_to_table(table, schema_name="ledger", records=share)
        seconds = perf_counter() - started
        indexes = await target.fetch(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'ledger' AND tablename = ANY($1)"
            " AND tablename NOT LIKE 'entries\\__%' ORDER BY tablename, indexname",
            list(TABLES),
        )
    finally:
        await source.close()
        await target.close()
    return CopyLimit(
        rows=len(rows["entries"]),
        other_rows=sum(len(rows[table]) for table in TABLES if table != "entries"),
        seconds=seconds,
        transactions=transactions,
        bytes_of_entries=sum(len(row[-1]) for row in rows["entries"]),
        indexes=[row["indexdef"].replace(" USING btree", "") for row in indexes],
    )


async def _make_partitions(target: "asyncpg.Connection[Any]", entries: list[Any]) -> None:
    """The tables of an empty database begin at position 0; the rows of a run may lie further on."""
    if entries:
        await target.execute("SELECT ledger.make_partitions($1)", 2)
