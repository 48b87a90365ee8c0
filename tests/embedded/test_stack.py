"""A whole bloc started by one object: founded once, on servers of its own or on given ones."""

import signal
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

import asyncpg
import httpx
import pytest

from bloc.embedded.nats import server_program
from bloc.embedded.ports import free_port
from bloc.embedded.postgres import Postgres
from bloc.embedded.processes import spawn
from bloc.stack import Stack
from bloc.trouble import Trouble


async def size_of(stack: Stack) -> int:
    """How many entries its ledger holds."""
    async with httpx.AsyncClient(base_url=stack.ledger_url) as client:
        return int((await client.get("/head")).json()["size"])


@pytest.fixture
async def given_servers(postgres: Postgres, work_folder: Path) -> AsyncGenerator[Mapping[str, str]]:
    """Settings that name a database and a message server which somebody else runs."""
    connection = await asyncpg.connect(postgres.dsn())
    await connection.execute("CREATE DATABASE somebodys")
    await connection.close()
    port = free_port()
    options = ["-js", "-sd", work_folder / "somebodys_nats", "-a", "127.0.0.1", "-p", str(port)]
    server = await spawn(
        "nats",
        [server_program(), *options],
        log=work_folder / "somebodys_nats.log",
        die_signal=signal.SIGKILL,
    )
    yield {
        "BLOC_DATABASE_URL": postgres.dsn(database="somebodys"),
        "BLOC_NATS_URL": f"nats://127.0.0.1:{port}",
    }
    await server.stop((signal.SIGTERM, 10.0))


async def test_servers_that_are_given_are_used(given_servers: Mapping[str, str], work_folder: Path) -> None:
    """BLOC_DATABASE_URL and BLOC_NATS_URL replace the embedded servers; the bloc is founded there."""
    async with Stack(work_folder / "on_given", environment=given_servers) as stack:
        assert stack.names == ("ledger", "tariffs")
        assert await size_of(stack) == 1
        with pytest.raises(Trouble, match="Unset BLOC_DATABASE_URL"):
            stack.database_url("bloc_owner")
    assert not (work_folder / "on_given" / "postgres").exists()


async def test_a_bloc_is_founded_once(work_folder: Path) -> None:
    """Started again on its folder, with other ports, it is the same bloc with the same trust anchor."""
    async with Stack(work_folder / "founded_once") as stack:
        assert await size_of(stack) == 1
        anchor = stack.trust_anchor
    async with Stack(work_folder / "founded_once") as stack:
        assert await size_of(stack) == 1
        assert stack.trust_anchor == anchor


async def test_a_taken_port_is_told_before_anything_starts(work_folder: Path) -> None:
    """The message names the option to change, and nothing is left running."""
    async with Stack(work_folder / "first_on_port") as stack:
        taken = int(stack.tariffs_url.rpartition(":")[2])
        with pytest.raises(Trouble, match=f"Port {taken} is in use"):
            await Stack(work_folder / "second_on_port", port=taken).__aenter__()
