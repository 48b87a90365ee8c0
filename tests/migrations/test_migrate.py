"""`bloc migrate` and `bloc bootstrap`: all or nothing, harmless when repeated, safe when several start at
once."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path

import asyncpg
import pytest

from bloc.commands.bootstrap import bootstrap
from bloc.commands.migrate import migrate
from bloc.embedded.postgres import Postgres
from bloc.trouble import Trouble
from migrations import FOLDER, SQL_FOLDER
from tests.migrations.schema import (
    EVENT,
    LEDGER,
    OWNER,
    STAMP,
    SUPERUSER,
    TARIFFS,
    Database,
    entry_row,
    insert,
)

Prepare = Callable[[], Awaitable[Database]]


async def shape_of(database: Database) -> list[tuple[object, ...]]:
    """Everything that a migration could have changed, as rows to compare."""
    async with database.connect(SUPERUSER) as superuser:
        rows = await superuser.fetch(
            "SELECT oid, relname, relowner, relacl::text FROM pg_class "
            "WHERE relnamespace IN ('ledger'::regnamespace, 'migrations'::regnamespace) "
            "UNION ALL SELECT oid, tgname, tgfoid, tgenabled::text FROM pg_trigger "
            "UNION ALL SELECT oid, proname, proowner, proacl::text FROM pg_proc "
            "WHERE pronamespace = 'ledger'::regnamespace ORDER BY 1"
        )
    return [tuple(row) for row in rows]


async def test_migrating_and_bootstrapping_again_changes_nothing(fresh: Database, postgres: Postgres) -> None:
    """Both may run at every start."""
    before = await shape_of(fresh)
    await bootstrap(postgres.dsn(), None, database=fresh.name)
    await migrate(fresh.url(OWNER))
    assert await shape_of(fresh) == before


async def test_several_who_start_at_once_migrate_once(prepare: Prepare) -> None:
    """Those who come second wait for the first in the database, and find nothing to do."""
    database = await prepare()
    async with database.connect(OWNER) as first, first.transaction():
        # Another process that is migrating: it holds the lock, and has not committed yet.
        await first.execute("SELECT pg_advisory_xact_lock(hashtextextended('bloc migrate', 0))")
        waiting = asyncio.gather(*(migrate(database.url(OWNER)) for _ in range(3)))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        assert await first.fetchval("SELECT to_regclass('ledger.entries')") is None
    await waiting
    async with database.connect(OWNER) as owner:
        assert await owner.fetchval("SELECT count(*) FROM migrations.alembic_version") == 1


async def test_several_who_bootstrap_at_once_do_not_collide(postgres: Postgres) -> None:
    """One makes the database, the others find it."""
    await asyncio.gather(*(bootstrap(postgres.dsn(), None, database="bloc_at_once") for _ in range(3)))
    await migrate(postgres.dsn(OWNER, "bloc_at_once"))


async def test_objects_belong_to_the_owner_whoever_migrates(prepare: Prepare) -> None:
    """A superuser who migrates leaves nothing that belongs to him."""
    database = await prepare()
    await migrate(database.url(SUPERUSER))
    async with database.connect(SUPERUSER) as superuser:
        owners = await superuser.fetch(
            "SELECT DISTINCT relowner::regrole::text AS owner FROM pg_class "
            "WHERE relnamespace = 'ledger'::regnamespace"
        )
    assert [row["owner"] for row in owners] == [OWNER]


async def test_a_migration_that_leaves_a_table_unguarded_is_undone(prepare: Prepare) -> None:
    """All or nothing: not even the tables of the revisions before are there afterwards."""
    database = await prepare()
    async with database.connect(OWNER) as owner:
        await owner.execute("SET bloc.migration = 'a table that somebody made by hand'")
        await owner.execute("CREATE TABLE ledger.rumours (text text)")
    with pytest.raises(RuntimeError, match=r"ledger\.rumours lacks refuse_change, .* lacks refuse_truncate"):
        await migrate(database.url(OWNER))
    async with database.connect(OWNER) as owner:
        assert await owner.fetchval("SELECT to_regclass('ledger.entries')") is None


async def test_an_error_names_its_file(prepare: Prepare) -> None:
    """Whoever reads the error knows where to look."""
    database = await prepare()
    async with database.connect(OWNER) as owner:
        await owner.execute("SET bloc.migration = 'in the way of a migration'")
        await owner.execute("CREATE TABLE ledger.seals (size bigint)")
    with pytest.raises(asyncpg.DuplicateTableError) as error:
        await migrate(database.url(OWNER))
    assert error.value.__notes__ == ["in migrations/sql/0005_seals.sql"]


async def test_a_database_without_bootstrap_is_told_so(postgres: Postgres) -> None:
    """Without the event triggers nothing is migrated."""
    with pytest.raises(Trouble, match="bloc bootstrap"):
        await migrate(postgres.dsn(SUPERUSER, "postgres"))


@pytest.mark.parametrize("role", [LEDGER, TARIFFS])
async def test_a_service_cannot_migrate(fresh: Database, role: str) -> None:
    """The roles of services are told to leave it to the owner."""
    with pytest.raises(Trouble, match="bloc_owner"):
        await migrate(fresh.url(role))


def test_there_is_no_way_back() -> None:
    """Every revision's downgrade raises."""
    revisions = sorted(path.stem for path in (FOLDER / "versions").glob("[0-9]*.py"))
    assert revisions
    for name in revisions:
        with pytest.raises(NotImplementedError, match="append-only"):
            import_module(f"migrations.versions.{name}").downgrade()


def test_every_sql_file_is_run_by_exactly_one_revision_in_reading_order() -> None:
    """A file that no revision names would be dead; one named twice would fail on the second run."""
    named = [
        name
        for path in sorted((FOLDER / "versions").glob("[0-9]*.py"))
        for name in re.findall(r'"(\d{4}_\w+\.sql)"', path.read_text())
    ]
    assert named == sorted(path.name for path in Path(SQL_FOLDER).glob("*.sql"))


async def test_entries_are_readable_as_json(fresh: Database) -> None:
    """ledger.entries_json gives stamp and event of an entry to people with SQL."""
    async with fresh.connect(LEDGER) as ledger:
        await insert(ledger, "entries", entry_row(0, entry=STAMP + b"\n" + EVENT))
    async with fresh.connect("auditor") as auditor:
        row = await auditor.fetchrow(
            "SELECT stamp ->> 'recorded_at' AS recorded_at, event -> 'data' ->> 'name' AS name "
            "FROM ledger.entries_json"
        )
    assert row is not None
    assert tuple(row) == ("2026-02-04T14:00:00.000000Z", "Critical minerals bloc")


async def test_an_event_that_jsonb_cannot_hold_does_not_stop_the_view(fresh: Database) -> None:
    r"""JSON allows \u0000 and lone surrogates, jsonb does not: null there, and the other rows are served."""
    async with fresh.connect(LEDGER) as ledger:
        await insert(ledger, "entries", entry_row(0, entry=STAMP + b'\n{"note":"\\u0000"}'))
        await insert(ledger, "entries", entry_row(1, entry=STAMP + b'\n{"note":"\\ud800"}'))
        await insert(ledger, "entries", entry_row(2))
        rows = await ledger.fetch(
            "SELECT event IS NULL AS unreadable FROM ledger.entries_json ORDER BY position"
        )
    assert [row["unreadable"] for row in rows] == [True, True, False]
