"""Append-only for everybody: the triggers fire for the owner and the superuser, and in replica mode."""

import asyncpg
import pytest

from tests.migrations.schema import (
    FIRST_COLUMN,
    OWNER,
    PARTITIONS,
    SUPERUSER,
    TABLES,
    Database,
    entry_row,
)

CHANGED = (*((table, FIRST_COLUMN[table]) for table in TABLES), *((part, "position") for part in PARTITIONS))
REPLICATION_ROLES = ("origin", "replica")  # replica: ordinary triggers do not fire


@pytest.mark.parametrize("mode", REPLICATION_ROLES)
@pytest.mark.parametrize(("relation", "column"), CHANGED)
async def test_a_superuser_cannot_truncate(recorded: Database, relation: str, column: str, mode: str) -> None:
    """TRUNCATE is refused on every table and on every partition by itself, empty or not."""
    del column
    async with recorded.connect(SUPERUSER, session_replication_role=mode) as superuser:
        with pytest.raises(asyncpg.RestrictViolationError, match="TRUNCATE is refused"):
            await superuser.execute(f"TRUNCATE ledger.{relation}")


@pytest.mark.parametrize("mode", REPLICATION_ROLES)
@pytest.mark.parametrize(
    ("relation", "column"), [pair for pair in CHANGED if pair[0] not in {"entries_1", "entries_2"}]
)
async def test_a_superuser_cannot_update_or_delete(
    recorded: Database, relation: str, column: str, mode: str
) -> None:
    """UPDATE and DELETE are refused where there is a row, on tables and on the partition that holds it."""
    async with recorded.connect(SUPERUSER, session_replication_role=mode) as superuser:
        with pytest.raises(asyncpg.RestrictViolationError, match="UPDATE is refused"):
            await superuser.execute(f"UPDATE ledger.{relation} SET {column} = {column}")
        with pytest.raises(asyncpg.RestrictViolationError, match="DELETE is refused"):
            await superuser.execute(f"DELETE FROM ledger.{relation}")


async def test_a_refusal_tells_the_table_and_what_to_do_instead(recorded: Database) -> None:
    """The message names table and operation, the hint the right way."""
    async with recorded.connect(OWNER) as owner:
        with pytest.raises(asyncpg.RestrictViolationError) as refusal:
            await owner.execute("DELETE FROM ledger.seals")
    assert str(refusal.value).startswith("ledger.seals is append-only: DELETE is refused")
    assert "Record a further event" in str(refusal.value)


async def test_an_upsert_cannot_change_a_row(recorded: Database) -> None:
    """INSERT … ON CONFLICT DO UPDATE is an update."""
    async with recorded.connect(SUPERUSER) as superuser:
        with pytest.raises(asyncpg.RestrictViolationError, match="UPDATE is refused"):
            await superuser.execute(
                "INSERT INTO ledger.key_versions VALUES ('bloc', 1, 7) "
                "ON CONFLICT (key, version) DO UPDATE SET position = excluded.position"
            )


async def test_a_merge_cannot_change_a_row(recorded: Database) -> None:
    """MERGE … DELETE is a delete, through the partitioned table too."""
    async with recorded.connect(SUPERUSER) as superuser:
        with pytest.raises(asyncpg.RestrictViolationError, match="DELETE is refused"):
            await superuser.execute(
                "MERGE INTO ledger.entries AS e USING (SELECT 0 AS position) AS s ON e.position = s.position "
                "WHEN MATCHED THEN DELETE"
            )


async def test_a_fork_cannot_be_stored(fresh: Database) -> None:
    """Two batches that continue the same tree: the second is refused by seals.prev_size UNIQUE."""
    async with fresh.connect("ledger_app") as ledger:
        seal = "INSERT INTO ledger.seals VALUES ($1, $2, $3, $4, $5)"
        await ledger.execute(seal, 100, 0, bytes(32), b"", 1)
        with pytest.raises(asyncpg.UniqueViolationError, match="seals_prev_size_key"):
            await ledger.execute(seal, 101, 0, bytes(32), b"", 2)


async def test_one_version_of_a_key_is_made_once(recorded: Database) -> None:
    """Whatever the writer's lock did or did not do, a key's version belongs to one position."""
    async with recorded.connect("ledger_app") as ledger:
        with pytest.raises(asyncpg.UniqueViolationError):
            await ledger.execute("INSERT INTO ledger.key_versions VALUES ('bloc', 1, 1)")


async def test_an_entry_has_its_limits(recorded: Database) -> None:
    """A leaf has 32 bytes, an entry at most 65,535, a position is not negative: asserted once more at rest."""
    insert = "INSERT INTO ledger.entries VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    async with recorded.connect("ledger_app") as ledger:
        with pytest.raises(asyncpg.CheckViolationError, match="entries_entry_check"):
            await ledger.execute(insert, *entry_row(1, entry=bytes(65_536)))
        with pytest.raises(asyncpg.CheckViolationError, match="entries_leaf_check"):
            await ledger.execute(insert, *entry_row(1)[:6], bytes(31), b"")
        with pytest.raises(asyncpg.CheckViolationError, match="no partition"):
            await ledger.execute(insert, *entry_row(-1))
        with pytest.raises(asyncpg.CheckViolationError, match="no partition"):
            await ledger.execute(insert, *entry_row(3_000_000))


async def test_nothing_is_left_unguarded(recorded: Database) -> None:
    """ledger.unguarded, which an auditor may ask, lists no table."""
    async with recorded.connect("auditor") as auditor:
        assert await auditor.fetch("SELECT * FROM ledger.unguarded") == []
