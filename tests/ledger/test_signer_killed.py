"""Killed between any two steps of a signature, the ledger goes on with what it signed, and never signs otherwise."""

import asyncio
import errno
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from bloc.embedded.services import Service
from services.ledger.checkpoint_store import CheckpointStore
from services.ledger.domain.signing import SignedCheckpoint
from services.ledger.published import Published
from services.ledger.signer.signer import Signer
from tests.ledger.drafting import LEDGER, ORIGIN, Drafter
from tests.ledger.running import Place, Tariffs
from tests.ledger.signing import Desk
from tests.ledger.test_process import service_at

PATIENCE_SECONDS = 20


@pytest.fixture
async def process(place: Place, tmp_path: Path) -> AsyncIterator[Service]:
    """A ledger as a process, to be killed."""
    service = service_at(place, tmp_path)
    await service.start()
    yield service
    await service.stop()


async def rows(place: Place) -> dict[int, bytes]:
    async with place.connection() as connection:
        found = await connection.fetch("SELECT size, note FROM ledger.checkpoints")
    return {row["size"]: row["note"] for row in found}


async def until_signed(process: Service, size: int) -> bytes:
    """The note of the newest checkpoint, once it has so many entries."""
    async with httpx.AsyncClient(base_url=process.url, trust_env=False) as client:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                answer = await client.get("/checkpoint")
                if answer.is_success and int(answer.text.split("\n")[1]) >= size:
                    return answer.content
                await asyncio.sleep(0.02)


def kept(place: Place) -> SignedCheckpoint | None:
    found = CheckpointStore(place.checkpoints, ORIGIN).read()
    assert found is None or isinstance(found, SignedCheckpoint)
    return found


async def test_killed_between_folder_and_row(
    place: Place, process: Service, tariffs: Tariffs, drafter: Drafter
) -> None:
    """The folder has a checkpoint that no row has: it is recorded as it was signed, and stands for ever."""
    await tariffs.record(drafter.bloc())
    await until_signed(process, 2)
    superuser = await asyncpg.connect(place.url("postgres"))
    holding = superuser.transaction()
    await holding.start()
    # Whoever wants to add a row waits here, with the folder written already.
    await superuser.execute("LOCK TABLE ledger.checkpoints IN SHARE MODE")
    await tariffs.record(drafter.declarations("ABC-1"))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (signed := kept(place)) is None or signed.checkpoint.size < 4:  # noqa: ASYNC110 # another process writes it
            await asyncio.sleep(0.01)
    await process.kill()
    # Postgres does not look whether anybody still waits for a statement that waits for a lock.
    await superuser.fetch(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'bloc-ledger-signer'"
    )
    await holding.rollback()
    await superuser.close()
    assert list(await rows(place)) == [2]
    await process.start()
    assert await until_signed(process, 4) == signed.note.encode()
    assert (await rows(place))[4] == signed.note.encode()
    await tariffs.record(drafter.declarations("ABC-2"))
    await until_signed(process, 6)
    assert sorted(await rows(place)) == [2, 4, 6]


async def test_killed_between_row_and_publication(
    place: Place, process: Service, tariffs: Tariffs, drafter: Drafter
) -> None:
    """The row is there and nobody has heard of it: the next start publishes it, and does not sign again."""
    await tariffs.record(drafter.bloc())
    async with asyncio.timeout(PATIENCE_SECONDS):
        while 2 not in (recorded := await rows(place)):  # noqa: ASYNC110 # another process writes it
            await asyncio.sleep(0.005)
    await process.kill()
    await process.start()
    assert await until_signed(process, 2) == recorded[2]
    assert await rows(place) == recorded


async def test_killed_at_any_moment(
    place: Place, process: Service, tariffs: Tariffs, drafter: Drafter
) -> None:
    """Under load, three times: what is in the folder, in the rows and published never contradicts itself."""
    await tariffs.record(drafter.bloc())
    seen: dict[int, bytes] = {}
    for number in range(3):
        await tariffs.publish([drafter.declarations(f"ABC-{number}-{n}") for n in range(30)])
        note = await until_signed(process, 2 + 60 * number)
        seen[int(note.split(b"\n")[1])] = note
        await asyncio.sleep(0.3 * number)
        await process.kill()
        signed = kept(place)
        assert signed is not None
        assert max(await rows(place)) <= signed.checkpoint.size
        await process.start()
    await until_signed(process, 182)
    recorded = await rows(place)
    assert seen.items() <= recorded.items()


async def test_a_write_that_fails_at_the_end_does_not_keep_the_signer_going(desk: Desk) -> None:
    """Cancelled while the folder is written to, it waits for the disk, and ends, whatever the disk says then."""
    begun, said = threading.Event(), threading.Event()

    class FullFolder(CheckpointStore):
        def write(self, signed: SignedCheckpoint) -> None:
            del signed
            begun.set()
            said.wait(PATIENCE_SECONDS)
            raise OSError(errno.ENOSPC, "no space left")

    signer = Signer(
        database_url=desk.url(),
        origin=ORIGIN,
        keys={LEDGER.kid: LEDGER},
        store=FullFolder(desk.folder, ORIGIN),
        head=desk.head,
        published=Published(),
        clock=lambda: desk.at_ns,
    )
    task = asyncio.create_task(signer.run())
    await asyncio.to_thread(begun.wait, PATIENCE_SECONDS)
    task.cancel()
    await asyncio.sleep(0)
    said.set()
    done, _ = await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
    assert done == {task}
    assert task.cancelled()
