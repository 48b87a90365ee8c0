"""The event triggers: whoever could change the schema must say so first, and even then may drop nothing."""

import asyncpg
import pytest

from tests.migrations.schema import AUDITOR, OWNER, SUPERUSER, Database

# Everything that would take facts away, hide them, let them be changed, or keep new ones out.
HARMFUL = (
    "DROP TABLE ledger.ids",
    "DROP TABLE ledger.entries_0",
    "DROP TABLE ledger.entries CASCADE",
    "DROP SCHEMA ledger CASCADE",
    "DROP OWNED BY bloc_owner CASCADE",
    "DROP TRIGGER refuse_change ON ledger.ids",
    "DROP TRIGGER refuse_truncate ON ledger.entries_0",
    "DROP FUNCTION ledger.refuse_change() CASCADE",
    "DROP VIEW ledger.unguarded",
    "DROP INDEX ledger.outcomes_digest",
    "ALTER TABLE ledger.entries DETACH PARTITION ledger.entries_0",
    "ALTER TABLE ledger.entries DETACH PARTITION ledger.entries_0 CONCURRENTLY",
    "ALTER TABLE ledger.entries DISABLE TRIGGER ALL",
    "ALTER TABLE ledger.entries_0 DISABLE TRIGGER refuse_change",
    "ALTER TABLE ledger.entries_0 ENABLE REPLICA TRIGGER refuse_truncate",
    "ALTER TABLE ledger.entries DROP COLUMN leaf CASCADE",
    "ALTER TABLE ledger.entries ALTER COLUMN entry TYPE bytea USING ''::bytea",
    "ALTER TABLE ledger.seals DROP CONSTRAINT seals_prev_size_key",
    "ALTER TABLE ledger.ids RENAME TO gone",
    "ALTER TABLE ledger.ids SET SCHEMA public",
    "ALTER TABLE ledger.ids OWNER TO ledger_app",
    "ALTER TABLE ledger.ids ENABLE ROW LEVEL SECURITY",
    "ALTER SCHEMA ledger RENAME TO gone",
    "ALTER FUNCTION ledger.refuse_change() RENAME TO gone",
    (
        "CREATE OR REPLACE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NEW; END'"
    ),
    "CREATE RULE lost AS ON INSERT TO ledger.ids DO INSTEAD NOTHING",
    "CREATE TRIGGER lost BEFORE INSERT ON ledger.ids FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change()",
    "CREATE TABLE ledger.entries_7 PARTITION OF ledger.entries FOR VALUES FROM (7000000) TO (8000000)",
    "CREATE TABLE elsewhere AS SELECT 1",
    "CREATE UNIQUE INDEX one_party ON ledger.attachments (party)",
    "GRANT UPDATE ON ledger.ids TO ledger_app",
    "REVOKE INSERT ON ledger.ids FROM ledger_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA ledger GRANT ALL ON TABLES TO ledger_app",
)


@pytest.mark.parametrize("role", [OWNER, SUPERUSER])
@pytest.mark.parametrize("statement", HARMFUL)
async def test_ddl_is_refused_to_those_who_could(recorded: Database, statement: str, role: str) -> None:
    """Owner and superuser are stopped before the command begins, in replica mode too."""
    settings = {"session_replication_role": "replica"} if role == SUPERUSER else {}
    async with recorded.connect(role, **settings) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="is guarded") as refusal:
            await connection.execute(statement)
    assert "bloc migrate" in str(refusal.value)


@pytest.mark.parametrize(
    "statement", [text for text in HARMFUL if text.startswith("DROP") or " DROP " in text]
)
async def test_the_escape_does_not_reach_to_dropping(recorded: Database, statement: str) -> None:
    """With the escape of migrations, dropping from schema ledger is refused all the same, CASCADE included."""
    async with recorded.connect(SUPERUSER) as superuser:
        await superuser.execute("SET bloc.migration = 'a migration that goes too far'")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match=r"dropping .* is refused"):
            await superuser.execute(statement)


async def test_detaching_needs_the_escape_alone(fresh: Database) -> None:
    """What is known of DETACH: no drop to PostgreSQL, so that it is stopped before it begins or not at all."""
    detach = "ALTER TABLE ledger.entries DETACH PARTITION ledger.entries_2"
    async with fresh.connect(OWNER) as owner:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="ALTER TABLE is refused"):
            await owner.execute(detach)
        async with owner.transaction():
            await owner.execute("SET LOCAL bloc.migration = 'moving old entries to another disk'")
            await owner.execute(detach)
    async with fresh.connect(AUDITOR) as auditor:
        # Detaching takes the cloned row trigger away, and then the view tells.
        assert [tuple(row) for row in await auditor.fetch("SELECT * FROM ledger.unguarded")] == [
            ("ledger.entries_2", "refuse_change")
        ]


async def test_the_second_word_lets_drop(fresh: Database) -> None:
    """The documented way out for a person who means it."""
    async with fresh.connect(OWNER) as owner, owner.transaction():
        await owner.execute("SET LOCAL bloc.migration = 'drop: the partition was made by mistake'")
        await owner.execute("DROP TABLE ledger.entries_2")
    async with fresh.connect(OWNER) as owner:
        assert await owner.fetchval("SELECT to_regclass('ledger.entries_2')") is None
        assert await owner.fetchval("SELECT current_setting('bloc.migration', true)") is None


async def test_a_table_given_to_another_owner_stays_guarded(fresh: Database) -> None:
    """No event trigger sees REASSIGN OWNED; the new owner is stopped all the same, and ledger.unguarded tells."""
    async with fresh.connect(SUPERUSER) as superuser:
        await superuser.execute("CREATE ROLE thief LOGIN")
        await superuser.execute(f'GRANT CONNECT ON DATABASE "{fresh.name}" TO thief')
        await superuser.execute("REASSIGN OWNED BY bloc_owner TO thief")
        stolen = await superuser.fetch(
            "SELECT relation FROM ledger.unguarded WHERE lacks = 'owner bloc_owner'"
        )
        assert "ledger.entries_0" in {row["relation"] for row in stolen}
    async with fresh.connect("thief") as thief:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="is guarded"):
            await thief.execute("DROP TABLE ledger.ids")


async def test_the_escape_ends_with_its_transaction(recorded: Database) -> None:
    """SET LOCAL leaves nothing behind for the next statement of the connection."""
    async with recorded.connect(OWNER) as owner:
        async with owner.transaction():
            await owner.execute("SET LOCAL bloc.migration = 'once'")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="is guarded"):
            await owner.execute("COMMENT ON TABLE ledger.ids IS 'open again?'")


async def test_making_partitions_does_not_open_the_escape_for_its_caller(fresh: Database) -> None:
    """The function carries the escape for itself only."""
    async with fresh.connect(SUPERUSER) as superuser, superuser.transaction():
        await superuser.fetchval("SELECT ledger.make_partitions(4)")
        assert not await superuser.fetchval("SELECT current_setting('bloc.migration', true)")


async def test_reindexing_stays_allowed(recorded: Database) -> None:
    """Repairing an index changes no fact and must not need an escape at three in the morning."""
    async with recorded.connect(OWNER) as owner:
        await owner.execute("REINDEX TABLE ledger.ids")


async def test_an_auditor_may_make_temporary_tables_when_the_database_lets_him(recorded: Database) -> None:
    """Roles that own nothing in the ledger are not the guard's business; here PostgreSQL's own grants refuse."""
    async with recorded.connect(AUDITOR, default_transaction_read_only="off") as auditor:
        with pytest.raises(
            asyncpg.InsufficientPrivilegeError, match="permission denied to create temporary tables"
        ):
            await auditor.execute("CREATE TEMP TABLE findings (position bigint)")
