"""A real NATS server under deploy/nats/nats.conf, with the streams of a bloc."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bloc.commands.nats import setup_streams
from bloc.embedded.nats import NatsServer


@pytest.fixture(scope="session")
async def deployed_nats(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[NatsServer]:
    """A server with DRAFTS and FACTS, for all tests that leave no mess."""
    folder = tmp_path_factory.mktemp("nats")
    server = NatsServer(folder / "nats", log=folder / "nats.log")
    await server.start()
    await setup_streams(server.url("setup"))
    yield server
    await server.stop()


@pytest.fixture
async def empty_server(tmp_path: Path) -> AsyncGenerator[NatsServer]:
    """A server without streams."""
    server = NatsServer(tmp_path / "nats", log=tmp_path / "nats.log")
    await server.start()
    yield server
    await server.stop()
