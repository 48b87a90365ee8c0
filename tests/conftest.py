"""Real servers for the tests: nothing here imitates PostgreSQL, NATS or a service.

Each pytest process (each worker of `-n`) starts its own cluster once and gives every test module a database of its
own, copied from a migrated template. A NATS server starts in 40 ms, so that every module has one to itself. The
whole system is started once and shared by the flow tests; those that kill servers start their own.
"""

import asyncio
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from bloc.commands.bootstrap import bootstrap
from bloc.commands.migrate import migrate
from bloc.commands.nats import setup_streams
from bloc.embedded.folders import temporary_folder
from bloc.embedded.nats import NatsServer
from bloc.embedded.postgres import SUPERUSER, Postgres
from bloc.stack import Stack

TEMPLATE = "bloc_template"

# A property is about every input, not about how busy the machine is: no test is timed.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# A shell that runs the tests in the background has them ignore Ctrl-C, and what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

_numbers = count(1)


@pytest.fixture(scope="session")
def work_folder() -> Iterator[Path]:
    """A folder with a short path that another user can walk through; pytest's own temporary folders are closed."""
    with temporary_folder("test") as folder:
        yield folder


@pytest.fixture(scope="session")
async def postgres(work_folder: Path) -> AsyncIterator[Postgres]:
    """An embedded PostgreSQL server, with all its durability."""
    server = Postgres(work_folder / "postgres", log=work_folder / "postgres.log")
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(scope="session")
async def template_database(postgres: Postgres) -> str:
    """The name of a bootstrapped and migrated database that nobody is connected to."""
    await bootstrap(postgres.dsn(), None, database=TEMPLATE)
    await migrate(postgres.dsn(SUPERUSER, TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="module")
async def database_url(postgres: Postgres, template_database: str) -> AsyncIterator[Callable[[str], str]]:
    """A fresh, migrated database for this module: `database_url("ledger_app")` is its address for a role."""
    name = f"test_{next(_numbers)}"
    administrator = await asyncpg.connect(postgres.dsn())
    try:
        await administrator.execute(f"CREATE DATABASE {name} TEMPLATE {template_database}")
        yield lambda role: postgres.dsn(role, name)
        await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await administrator.close()


@pytest.fixture(scope="module")
async def nats_server(work_folder: Path) -> AsyncIterator[NatsServer]:
    """An embedded NATS server for this module, without streams."""
    name = f"nats_{next(_numbers)}"
    server = NatsServer(work_folder / name, log=work_folder / f"{name}.log")
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(scope="module")
async def nats_urls(nats_server: NatsServer) -> Callable[[str], str]:
    """The server's streams are set up; `nats_urls("ledger")` is its address for a user."""
    await setup_streams(nats_server.url("setup"))
    return nats_server.url


@pytest.fixture(scope="session")
async def stack(work_folder: Path) -> AsyncIterator[Stack]:
    """The whole system, founded, shared by the flow tests of this process: each takes names of its own."""
    async with Stack(work_folder / "stack") as running:
        yield running


@pytest.fixture
async def own_stack(work_folder: Path) -> AsyncIterator[Stack]:
    """A whole founded system for one test alone, to be killed in."""
    folder = work_folder / f"stack_{next(_numbers)}"
    async with Stack(folder) as running:
        yield running
    await asyncio.to_thread(shutil.rmtree, folder)
