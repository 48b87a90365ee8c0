"""A database that somebody gave us: prepared as far as its login may, used with the ledger's rights only."""

import asyncpg
import pytest

from bloc.embedded.postgres import Postgres
from bloc.given_database import prepare
from bloc.trouble import Trouble


@pytest.fixture(scope="module")
async def empty_database(postgres: Postgres) -> str:
    """The superuser's address of a database that holds nothing."""
    connection = await asyncpg.connect(postgres.dsn())
    await connection.execute("CREATE DATABASE given")
    await connection.close()
    return postgres.dsn(database="given")


async def test_a_superuser_prepares_it_and_the_ledger_connects_with_less(empty_database: str) -> None:
    """One address is enough to start: schema and guards are made, and the ledger still cannot change a table."""
    ledgers = await prepare(empty_database)
    connection = await asyncpg.connect(ledgers)
    assert await connection.fetchval("SELECT current_user") == "ledger_app"
    assert await connection.fetchval("SELECT count(*) FROM ledger.entries") == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("ALTER TABLE ledger.entries ADD COLUMN opinion text")
    await connection.close()


async def test_preparing_again_changes_nothing(empty_database: str) -> None:
    """Every start prepares: a database that is ready stays as it is."""
    assert await prepare(empty_database) == await prepare(empty_database)


async def test_the_ledgers_own_login_is_taken_as_it_is(postgres: Postgres, empty_database: str) -> None:
    """A login that may only add is what the ledger should have: nothing is prepared with it."""
    await prepare(empty_database)
    own = postgres.dsn("ledger_app", "given")
    assert await prepare(own) == own


async def test_an_address_that_leads_nowhere_is_told_plainly(postgres: Postgres) -> None:
    """The message names the variable to mend."""
    with pytest.raises(Trouble, match="BLOC_DATABASE_URL cannot be reached"):
        await prepare(postgres.dsn(database="nowhere"))
