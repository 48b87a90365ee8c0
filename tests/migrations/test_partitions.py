"""Partitions are made ahead by the ledger itself, guarded from their first moment."""

import asyncio

import asyncpg
import pytest

from tests.migrations.schema import (
    ENTRIES_A_PARTITION,
    LEDGER,
    SUPERUSER,
    Database,
    entry_row,
    insert,
)


async def names_of_partitions(database: Database) -> list[str]:
    async with database.connect(SUPERUSER) as superuser:
        rows = await superuser.fetch(
            "SELECT c.relname FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid "
            "WHERE inhparent = 'ledger.entries'::regclass ORDER BY length(c.relname), c.relname"
        )
    return [row["relname"] for row in rows]


async def test_position_zero_has_its_partition_before_any_service_started(fresh: Database) -> None:
    """The migration makes the first partition and two ahead."""
    assert await names_of_partitions(fresh) == ["entries_0", "entries_1", "entries_2"]
    async with fresh.connect(LEDGER) as ledger:
        assert await ledger.fetchval("SELECT ledger.partitions_ahead()") == 2


async def test_the_ledger_makes_partitions_ahead_of_its_writing(fresh: Database) -> None:
    """As positions move into the next partition, one more is made; asking twice makes nothing twice."""
    async with fresh.connect(LEDGER) as ledger:
        await insert(ledger, "entries", entry_row(ENTRIES_A_PARTITION - 2))
        assert await ledger.fetchval("SELECT ledger.make_partitions(2)") == 0
        await insert(ledger, "entries", entry_row(ENTRIES_A_PARTITION - 1))
        assert await ledger.fetchval("SELECT ledger.partitions_ahead()") == 1
        assert await ledger.fetchval("SELECT ledger.make_partitions(2)") == 1
        assert await ledger.fetchval("SELECT ledger.make_partitions(2)") == 0
        assert await ledger.fetchval("SELECT ledger.partitions_ahead()") == 2
        await insert(ledger, "entries", entry_row(3 * ENTRIES_A_PARTITION))
    assert await names_of_partitions(fresh) == [f"entries_{number}" for number in range(4)]


async def test_a_new_partition_is_guarded_and_indexed(fresh: Database) -> None:
    """It has both triggers ENABLE ALWAYS, both indexes, no leftover range check, and the owner of the others."""
    async with fresh.connect(LEDGER) as ledger:
        await ledger.fetchval("SELECT ledger.make_partitions(3)")
    async with fresh.connect(SUPERUSER) as superuser:
        assert await superuser.fetch("SELECT * FROM ledger.unguarded") == []
        indexes = await superuser.fetchval(
            "SELECT count(*) FROM pg_index WHERE indrelid = 'ledger.entries_3'::regclass"
        )
        owner = await superuser.fetchval(
            "SELECT relowner::regrole::text FROM pg_class WHERE relname = 'entries_3'"
        )
        checks = await superuser.fetch(
            "SELECT conrelid::regclass::text AS partition, array_agg(conname::text ORDER BY conname) AS names "
            "FROM pg_constraint WHERE contype = 'c' AND connamespace = 'ledger'::regnamespace "
            "AND conrelid IN ('ledger.entries'::regclass, 'ledger.entries_3'::regclass) GROUP BY 1 ORDER BY 1"
        )
        assert (indexes, owner) == (2, "bloc_owner")
        assert checks[0]["names"] == checks[1]["names"]
        with pytest.raises(asyncpg.RestrictViolationError, match="TRUNCATE is refused"):
            await superuser.execute("TRUNCATE ledger.entries_3")


async def test_a_long_reader_does_not_stop_the_making_of_partitions(fresh: Database) -> None:
    """Someone who reads entries in an open transaction must not block the writer behind DDL."""
    async with fresh.connect("auditor") as auditor, fresh.connect(LEDGER) as ledger, auditor.transaction():
        await auditor.fetch("SELECT position FROM ledger.entries")
        async with asyncio.timeout(5):
            assert await ledger.fetchval("SELECT ledger.make_partitions(3)") == 1


async def test_two_who_make_partitions_at_once_do_not_collide(fresh: Database) -> None:
    """The second waits for the first and finds them made."""

    async def make() -> int:
        async with fresh.connect(LEDGER) as ledger:
            return await ledger.fetchval("SELECT ledger.make_partitions(6)")

    assert sorted(await asyncio.gather(make(), make(), make())) == [0, 0, 4]


@pytest.mark.parametrize("ahead", [0, -1, 101, None])
async def test_a_senseless_number_of_partitions_is_refused(fresh: Database, ahead: int | None) -> None:
    """One to a hundred."""
    async with fresh.connect(LEDGER) as ledger:
        with pytest.raises(asyncpg.InvalidParameterValueError, match="1 to 100"):
            await ledger.fetchval("SELECT ledger.make_partitions($1)", ahead)


async def test_a_caller_cannot_slip_functions_into_it(fresh: Database) -> None:
    """It runs with the owner's rights, so its search path is pinned, the caller's temporary schema coming last."""
    async with fresh.connect(SUPERUSER) as superuser:
        settings = await superuser.fetchval(
            "SELECT proconfig FROM pg_proc WHERE oid = 'ledger.make_partitions(integer)'::regprocedure"
        )
    assert "search_path=pg_catalog, pg_temp" in settings
