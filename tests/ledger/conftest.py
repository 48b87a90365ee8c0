"""A place of its own for each test that runs a ledger: an empty migrated database, a NATS server, streams."""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
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
from tests.ledger.library import Library, fill
from tests.ledger.running import Place, RunningLedger, Tariffs, ledger_at, tariffs_at
from tests.ledger.signing import Desk, copy_of, recorded

_numbers = count(1)


@asynccontextmanager
async def new_place(postgres: Postgres, template: str, folder: Path) -> AsyncGenerator[Place]:
    """An empty database and a NATS server with empty streams."""
    name = f"ledger_{next(_numbers)}"
    nats = NatsServer(folder / name, log=folder / f"{name}.log")
    await nats.start()
    await setup_streams(nats.url("setup"))
    administrator = await asyncpg.connect(postgres.dsn())
    try:
        await administrator.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield Place(postgres, name, nats)
        await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await administrator.close()
        await nats.stop()


@pytest.fixture
async def place(postgres: Postgres, template_database: str, work_folder: Path) -> AsyncIterator[Place]:
    """A place for this test alone."""
    async with new_place(postgres, template_database, work_folder) as made:
        yield made


@pytest.fixture(scope="module")
async def library(postgres: Postgres, template_database: str, work_folder: Path) -> AsyncIterator[Library]:
    """A ledger with something to read in it, for the tests of one module that only read."""
    async with (
        new_place(postgres, template_database, work_folder) as made,
        tariffs_at(made) as tariffs,
        ledger_at(made) as running,
    ):
        yield await fill(Library(made, running, tariffs))


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


@pytest.fixture(scope="module")
async def committed(postgres: Postgres, template_database: str, work_folder: Path) -> AsyncIterator[Desk]:
    """A database with three sealed batches, 264 entries, of which nothing is signed: for tests to copy."""
    template = Desk(postgres, template_database, work_folder, recorded())
    async with copy_of(template, f"signing_{next(_numbers)}", work_folder) as made:
        await made.commit(*made.record.batches[:3])
        yield made


@pytest.fixture
async def desk(committed: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """A copy of it for this test alone, and an empty folder for checkpoints. Its signer pauses for less than a
    second: how long it does is tried in `test_signer`."""
    monkeypatch.setattr("services.ledger.signer.signer.RECONNECT_WAIT_SECONDS", 0.05)
    monkeypatch.setattr("services.ledger.signer.signer.SIGNATURE_PAUSE_SECONDS_MIN", 0.05)
    async with copy_of(committed, f"signing_{next(_numbers)}", tmp_path / "checkpoints") as made:
        yield made
