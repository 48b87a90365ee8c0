"""Databases for the tests of the schema, bootstrapped and migrated, in the cluster of tests/conftest.py."""

from collections.abc import Awaitable, Callable
from itertools import count

import pytest

from bloc.commands.bootstrap import bootstrap
from bloc.commands.migrate import migrate
from bloc.embedded.postgres import Postgres
from tests.migrations.schema import FIRST_ROWS, LEDGER, OWNER, Database, insert

_numbers = count(1)


@pytest.fixture(scope="session")
def prepare(postgres: Postgres) -> Callable[[], Awaitable[Database]]:
    """Makes a database of its own for a test, bootstrapped but not yet migrated."""

    async def prepared() -> Database:
        database = Database(postgres, f"bloc_{next(_numbers)}")
        await bootstrap(postgres.dsn(), None, database=database.name)
        return database

    return prepared


@pytest.fixture(scope="session")
async def recorded(prepare: Callable[[], Awaitable[Database]]) -> Database:
    """A migrated database with one row in each table, for tests that change nothing."""
    database = await prepare()
    await migrate(database.url(OWNER))
    async with database.connect(LEDGER) as ledger:
        for table, row in FIRST_ROWS.items():
            await insert(ledger, table, row)
    return database


@pytest.fixture
async def fresh(prepare: Callable[[], Awaitable[Database]]) -> Database:
    """A migrated, empty database that the test may use up."""
    database = await prepare()
    await migrate(database.url(OWNER))
    return database
