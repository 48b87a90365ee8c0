"""NATS as we start it: one address over restarts, and acknowledged messages that survive a kill."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError

from bloc.commands.nats import setup_streams
from bloc.embedded.nats import NatsServer
from bloc.trouble import Trouble
from contracts.subjects import DRAFTS, drafts_subject


async def connected(
    server: NatsServer, user: str, heard: Callable[[Exception], Awaitable[None]] | None = None
) -> Client:
    """A connection as one of the users, with the inbox that the user may read."""
    client = Client()
    await client.connect(server.url(user), inbox_prefix=f"_INBOX_{user}".encode(), error_cb=heard)
    return client


async def test_the_address_stays_the_same_over_restarts(work_folder: Path) -> None:
    """Partners write the address down: a restarted server, and the next launcher, take the same port."""
    server = NatsServer(work_folder / "kept", log=work_folder / "kept.log")
    await server.start()
    address = server.url("partner")
    await server.stop()
    again = NatsServer(work_folder / "kept", log=work_folder / "kept.log")
    await again.start()
    assert again.url("partner") == address
    await again.stop()


async def test_a_port_that_was_cut_off_is_chosen_anew(work_folder: Path) -> None:
    """A power failure may leave the note of the port empty: the server starts all the same."""
    home = work_folder / "cut"
    home.mkdir()
    (home / "port").write_text("")
    server = NatsServer(home, log=work_folder / "cut.log")
    await server.start()
    assert (home / "port").read_text() == f"{server.port}\n"
    await server.stop()


async def test_a_taken_port_is_named(nats_server: NatsServer, work_folder: Path) -> None:
    """A port that was asked for and is in use is an error that says which option to change."""
    second = NatsServer(work_folder / "second", log=work_folder / "second.log", port=nats_server.port)
    with pytest.raises(Trouble, match="--nats-port"):
        await second.start()


async def test_an_acknowledged_draft_survives_kill_9(work_folder: Path) -> None:
    """`sync_interval: always` is in force: what JetStream acknowledged is on the disk."""
    server = NatsServer(work_folder / "killed", log=work_folder / "killed.log")
    await server.start()
    await setup_streams(server.url("setup"))
    client = await connected(server, "tariffs")
    acknowledged = json.loads((await client.request(drafts_subject("us.customs"), b"a draft")).data)
    await client.close()
    await server.kill()
    await server.start()
    client = await connected(server, "ledger")
    kept = json.loads((await client.request(f"$JS.API.STREAM.INFO.{DRAFTS}")).data)
    await client.close()
    assert kept["state"]["last_seq"] == acknowledged["seq"] == 1
    await server.stop()


async def test_a_stranger_is_turned_away(nats_server: NatsServer) -> None:
    """There is no anonymous user, on a development machine neither."""
    client = Client()
    with pytest.raises(NatsError, match="Authorization Violation"):
        await client.connect(f"nats://127.0.0.1:{nats_server.port}", allow_reconnect=False)
    await client.close()


async def test_the_permissions_are_those_of_a_deployment(nats_server: NatsServer) -> None:
    """A partner cannot make a stream: the configuration is the one that compose runs under."""
    complaints: list[Exception] = []

    async def heard(error: Exception) -> None:
        complaints.append(error)

    client = await connected(nats_server, "partner", heard)
    with pytest.raises(NatsTimeoutError):
        await client.request(
            "$JS.API.STREAM.CREATE.MINE", b'{"name":"MINE","subjects":["mine.>"]}', timeout=0.3
        )
    await client.close()
    assert "permissions violation" in str(complaints)
