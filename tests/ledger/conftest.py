"""A place of its own for each test that runs a ledger: an empty migrated database, a NATS server, streams."""

import time
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from bloc.commands.bootstrap import bootstrap
from bloc.commands.migrate import migrate
from bloc.commands.nats import setup_streams
from bloc.embedded.nats import NatsServer
from bloc.embedded.postgres import SUPERUSER, Postgres
from tests.ledger.drafting import Drafter
from tests.ledger.running import Place, RunningLedger, Tariffs, ledger_at, tariffs_at

_numbers = count(1)


@pytest.fixture
async def place(postgres: Postgres, template_database: str, work_folder: Path) -> AsyncIterator[Place]:
    """An empty database and a NATS server with empty streams."""
    name = f"ledger_{next(_numbers)}"
    nats = NatsServer(work_folder / name, log=work_folder / f"{name}.log")
    await nats.start()
    await setup_streams(nats.url("setup"))
    administrator = await asyncpg.connect(postgres.dsn())
    try:
        await administrator.execute(f"CREATE DATABASE {name} TEMPLATE {template_database}")
        yield Place(postgres, name, nats)
        await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await administrator.close()
        await nats.stop()


@pytest.fixture
async def own_postgres(work_folder: Path) -> AsyncIterator[Postgres]:
    """A cluster of its own for a test that kills it, with a migrated database `bloc`."""
    name = f"cluster_{next(_numbers)}"
    server = Postgres(work_folder / name, log=work_folder / f"{name}.log")
    await server.start()
    await bootstrap(server.dsn(), None, database="bloc")
    await migrate(server.dsn(SUPERUSER, "bloc"))
    yield server
    await server.stop()


@pytest.fixture
async def tariffs(place: Place) -> AsyncIterator[Tariffs]:
    """Publishes drafts, hears receipts."""
    async with tariffs_at(place) as connected:
        yield connected


@pytest.fixture
def drafter() -> Drafter:
    """Makes drafts of this very moment, since JetStream stamps them with it."""
    return Drafter(now_ns=time.time_ns())


@pytest.fixture
async def ledger(place: Place) -> AsyncIterator[RunningLedger]:
    """A running ledger, not founded yet."""
    async with ledger_at(place) as running:
        yield running
