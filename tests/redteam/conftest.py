"""One recorded ledger for all attacks of this process: each is undone after its audit."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from bloc.commands.nats import setup_streams
from bloc.embedded.nats import NatsServer
from bloc.embedded.postgres import Postgres
from bloc.witness.making import KEY_FILE
from contracts.identity.keys import SigningKey
from tests.ledger.running import Place
from tests.redteam.auditing import Bench
from tests.redteam.recording import Recorded, record
from tests.redteam.rewriting import disarm

DATABASE = "redteam"


@pytest.fixture(scope="session")
async def recorded(postgres: Postgres, template_database: str, work_folder: Path) -> AsyncIterator[Recorded]:
    """A record, its witnesses, and what the auditor kept."""
    folder = work_folder / DATABASE
    folder.mkdir()
    nats = NatsServer(folder / "nats", log=folder / "nats.log")
    await nats.start()
    await setup_streams(nats.url("setup"))
    administrator = await asyncpg.connect(postgres.dsn())
    try:
        await administrator.execute(f"CREATE DATABASE {DATABASE} TEMPLATE {template_database}")
        made = await record(Place(postgres, DATABASE, nats), folder)
        yield made
        for witness in made.witnesses:
            await witness.server.stop()
        await administrator.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    finally:
        await administrator.close()
        await nats.stop()


@pytest.fixture(scope="session")
async def opened_bench(recorded: Recorded) -> AsyncIterator[Bench]:
    """A connection in a transaction that is never committed, with every trigger off; in the end the record must be
    what it was, or some test did not clean up behind itself."""
    folder = recorded.witnesses[0].server.log.parent
    keys = {
        one.entry.name: SigningKey.from_pem((folder / one.entry.name / KEY_FILE).read_bytes())
        for one in recorded.witnesses
    }
    connection = await asyncpg.connect(recorded.place.url("postgres"))
    transaction = connection.transaction()
    await transaction.start()
    try:
        await disarm(connection)
        bench = Bench(recorded, connection, keys)
        await bench.look()
        before = await bench.served(bench.signed)
        yield bench
        assert await bench.served(bench.signed) == before
    finally:
        await transaction.rollback()
        await connection.close()


@pytest.fixture
async def bench(opened_bench: Bench) -> AsyncIterator[Bench]:
    """The record to attack; whatever a test does to it is undone."""
    edits = opened_bench.connection.transaction()
    await edits.start()
    yield opened_bench
    await edits.rollback()
