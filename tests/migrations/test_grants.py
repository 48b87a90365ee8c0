"""Who may do what: every role against every table, by what PostgreSQL says and by trying it."""

import asyncpg
import pytest

from tests.migrations.schema import (
    AUDITOR,
    FIRST_COLUMN,
    FIRST_ROWS,
    LEDGER,
    OWNER,
    PARTITIONS,
    SUPERUSER,
    TABLES,
    TARIFFS,
    Database,
)

PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
GRANTED = {
    LEDGER: {"SELECT", "INSERT"},
    AUDITOR: {"SELECT"},
    TARIFFS: set[str](),
}
VIEWS = ("entries_json", "unguarded")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", GRANTED)
async def test_a_role_has_exactly_its_privileges_on_a_table(
    recorded: Database, role: str, table: str
) -> None:
    """The ledger adds and reads, the auditor reads, tariffs may do nothing; nobody may do more."""
    async with recorded.connect(SUPERUSER) as superuser:
        held = {
            privilege
            for privilege in PRIVILEGES
            if await superuser.fetchval(
                "SELECT has_table_privilege($1, $2, $3)", role, f"ledger.{table}", privilege
            )
        }
        assert held == GRANTED[role]
        grantable = await superuser.fetchval(
            "SELECT bool_or(has_table_privilege($1, $2, privilege || ' WITH GRANT OPTION')) "
            "FROM unnest($3::text[]) AS privilege",
            role,
            f"ledger.{table}",
            PRIVILEGES,
        )
        assert grantable is False


@pytest.mark.parametrize("relation", PARTITIONS)
@pytest.mark.parametrize("role", GRANTED)
async def test_partitions_are_reached_through_their_parent_only(
    recorded: Database, role: str, relation: str
) -> None:
    """Nobody has any privilege on a partition itself: rows go in and come out where all checks are."""
    async with recorded.connect(SUPERUSER) as superuser:
        for privilege in PRIVILEGES:
            assert not await superuser.fetchval(
                "SELECT has_table_privilege($1, $2, $3)", role, f"ledger.{relation}", privilege
            )


@pytest.mark.parametrize("view", VIEWS)
async def test_views_are_for_reading_and_not_for_tariffs(recorded: Database, view: str) -> None:
    """The ledger and the auditor may read the views; tariffs may not."""
    async with recorded.connect(SUPERUSER) as superuser:
        for role, granted in GRANTED.items():
            held = {
                privilege
                for privilege in PRIVILEGES
                if await superuser.fetchval(
                    "SELECT has_table_privilege($1, $2, $3)", role, f"ledger.{view}", privilege
                )
            }
            assert held == granted & {"SELECT"}


async def test_no_table_of_the_schema_escapes_this_matrix(recorded: Database) -> None:
    """A table or view that a later migration adds must be added to these tests too."""
    async with recorded.connect(SUPERUSER) as superuser:
        rows = await superuser.fetch(
            "SELECT relname FROM pg_class "
            "WHERE relnamespace = 'ledger'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
        )
    assert {row["relname"] for row in rows} == {*TABLES, *PARTITIONS, *VIEWS}


def statements(table: str) -> dict[str, str]:
    """One harmless-looking statement for each privilege."""
    column = FIRST_COLUMN[table]
    return {
        "SELECT": f"SELECT count(*) FROM ledger.{table}",
        "INSERT": f"INSERT INTO ledger.{table} SELECT * FROM ledger.{table} WHERE false",
        "UPDATE": f"UPDATE ledger.{table} SET {column} = {column}",
        "DELETE": f"DELETE FROM ledger.{table}",
        "TRUNCATE": f"TRUNCATE ledger.{table}",
        "MERGE": f"MERGE INTO ledger.{table} AS t USING (SELECT 1) AS s ON true WHEN MATCHED THEN DELETE",
        "LOCK": f"LOCK TABLE ledger.{table} IN ACCESS EXCLUSIVE MODE",
        "DDL": f"ALTER TABLE ledger.{table} DISABLE TRIGGER ALL",
        "DROP": f"DROP TABLE ledger.{table}",
    }


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", GRANTED)
async def test_what_was_not_granted_is_refused(recorded: Database, role: str, table: str) -> None:
    """The matrix again, but by trying: privileges on paper are not yet a refusal."""
    async with recorded.connect(role, default_transaction_read_only="off") as connection:
        for privilege, statement in statements(table).items():
            if privilege in GRANTED[role]:
                await connection.execute(statement)
                continue
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with connection.transaction():
                    await connection.execute(statement)


@pytest.mark.parametrize("role", GRANTED)
async def test_services_cannot_change_the_schema(recorded: Database, role: str) -> None:
    """No role of a service can make tables, functions or schemas in ledger, public or the database."""
    async with recorded.connect(role, default_transaction_read_only="off") as connection:
        for statement in (
            "CREATE TABLE ledger.rumours (text text)",
            "CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
            "CREATE TABLE public.rumours (text text)",
            "CREATE SCHEMA rumours",
            "ALTER ROLE ledger_app SUPERUSER",
            f"SET ROLE {OWNER}",
            "SET session_replication_role = replica",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)


@pytest.mark.parametrize("role", [LEDGER, TARIFFS, AUDITOR])
async def test_only_the_ledger_makes_partitions(recorded: Database, role: str) -> None:
    """ledger.make_partitions works with the owner's rights, so that only its one caller may call it."""
    async with recorded.connect(SUPERUSER) as superuser:
        may = await superuser.fetchval(
            "SELECT has_function_privilege($1, 'ledger.make_partitions(integer)', 'EXECUTE')", role
        )
    assert may is (role == LEDGER)


@pytest.mark.parametrize("function", ["refuse_change()", "guard_table(regclass)"])
async def test_what_guards_the_tables_is_nobodys_to_call(recorded: Database, function: str) -> None:
    """The functions behind the triggers cannot be called by services."""
    async with recorded.connect(SUPERUSER) as superuser:
        for role in GRANTED:
            assert not await superuser.fetchval(
                "SELECT has_function_privilege($1, $2, 'EXECUTE')", role, f"ledger.{function}"
            )


async def test_tariffs_keeps_projections_in_a_schema_of_its_own(fresh: Database) -> None:
    """tariffs_app may make and drop what it likes in schema tariffs, event triggers or not: it holds no facts."""
    async with fresh.connect(TARIFFS) as tariffs:
        await tariffs.execute("CREATE TABLE tariffs.floors (line text PRIMARY KEY)")
        await tariffs.execute("ALTER TABLE tariffs.floors ADD COLUMN price numeric")
        await tariffs.execute("DROP TABLE tariffs.floors")


async def test_the_auditor_cannot_write_even_where_a_grant_slipped(recorded: Database) -> None:
    """An auditor's transactions are read-only from the start."""
    async with recorded.connect(AUDITOR) as auditor:
        assert await auditor.fetchval("SHOW transaction_read_only") == "on"


def test_every_table_has_a_first_row_to_try_with() -> None:
    """The test data names every table once."""
    assert set(FIRST_ROWS) == set(FIRST_COLUMN)
