"""A real ledger for tests: its own database and NATS server, the service in this process, drafts published to it.

`Place` is where a ledger lives (what survives its end); `RunningLedger` the service itself, which can be ended
and begun again on the same place. A clock can be given, so that a test need not wait for time to pass.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
from nats.aio.client import Client
from nats.aio.msg import Msg

from bloc.embedded.nats import NatsServer
from bloc.embedded.ports import chosen_port
from bloc.embedded.postgres import Postgres
from contracts.batch import Published, batch_headers, read_publish_ack
from contracts.receipt import Receipt, decode_receipts
from contracts.subjects import INBOX_TARIFFS, REPLY_HEADER, drafts_subject, receipts_subject
from services.ledger.composition import Service
from services.ledger.settings import Settings
from services.ledger.store.connecting import Connection
from tests.ledger.drafting import ANCHOR, LEDGER, ORIGIN

PATIENCE_SECONDS = 60


class Place:
    """A database, a NATS server with streams, and the folder for checkpoints.

    The folder goes with the draft stream, since that is what a record is a function of: a backup that is restored
    beside it finds the checkpoints that were signed after it was taken.
    """

    def __init__(self, postgres: Postgres, database: str, nats: NatsServer) -> None:
        self.postgres = postgres
        self.database = database
        self.nats = nats
        self.checkpoints = nats.home.with_name(f"{nats.home.name}_checkpoints")

    def settings(self, port: int, **more: str) -> Settings:
        """Settings of a ledger that lives here."""
        chosen: dict[str, Any] = {
            "database_url": self.url(),
            "nats_url": self.nats.url("ledger"),
            "origin": ORIGIN,
            "trust_anchor": ANCHOR,
            "checkpoint_key": LEDGER.to_pem().decode(),
            "checkpoint_store": self.checkpoints,
            "ledger_port": port,
            **more,
        }
        return Settings(**chosen)

    def url(self, role: str = "ledger_app") -> str:
        return self.postgres.dsn(role, self.database)

    @asynccontextmanager
    async def connection(self, role: str = "auditor") -> AsyncGenerator[Connection]:
        connection = await asyncpg.connect(self.url(role))
        try:
            yield connection
        finally:
            await connection.close()

    async def entries(self) -> list[bytes]:
        async with self.connection() as connection:
            rows = await connection.fetch("SELECT entry FROM ledger.entries ORDER BY position")
        return [row["entry"] for row in rows]

    async def outcomes(self) -> list[tuple[int, str]]:
        async with self.connection() as connection:
            rows = await connection.fetch("SELECT sequence, outcome FROM ledger.outcomes ORDER BY sequence")
        return [(row["sequence"], row["outcome"]) for row in rows]

    async def root(self) -> bytes:
        async with self.connection() as connection:
            return await connection.fetchval("SELECT root FROM ledger.seals ORDER BY size DESC LIMIT 1")


class Tariffs:
    """Publishes drafts as tariffs does, and hears the receipts."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._reply = receipts_subject("test")
        self.receipts: dict[int, Receipt] = {}
        self.messages = 0
        self._came = asyncio.Event()

    async def listen(self) -> None:
        # nats-py does not say what its parameter `future` is a future of.
        await self._client.subscribe(  # pyright: ignore[reportUnknownMemberType]
            self._reply, cb=self._hear
        )
        await self._client.flush()

    async def until_connected(self) -> None:
        """Wait until the connection is there again."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self._client.is_connected:  # noqa: ASYNC110 # nats-py tells nobody
                await asyncio.sleep(0.02)

    async def publish(self, bodies: Sequence[bytes], *, party: str = "us.customs") -> range:
        """Publish drafts as one atomic batch; gives their sequences."""
        batch: list[dict[str, str]] = batch_headers(len(bodies), uuid4().hex) if len(bodies) > 1 else [{}]
        answer: Msg | None = None
        for number, (body, headers) in enumerate(zip(bodies, batch, strict=True), 1):
            headers[REPLY_HEADER] = self._reply
            if number == len(bodies):
                answer = await self._ask(drafts_subject(party), body, headers)
            else:
                await self._client.publish(drafts_subject(party), body, headers=headers)
        assert answer is not None
        ack = read_publish_ack(answer.data)
        assert isinstance(ack, Published), ack
        return ack.sequences

    async def publish_oddly(self, body: bytes, headers: dict[str, str]) -> int:
        """Publish what tariffs never would; gives its sequence."""
        headers = {REPLY_HEADER: self._reply, **headers}
        answer = await self._ask(drafts_subject("us.customs"), body, headers)
        ack = read_publish_ack(answer.data)
        assert isinstance(ack, Published), ack
        return ack.sequences[0]

    async def receipt(self, sequence: int) -> Receipt:
        """The receipt of a draft, when it comes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while sequence not in self.receipts:
                self._came.clear()
                await self._came.wait()
        return self.receipts[sequence]

    async def record(self, *bodies: bytes) -> list[Receipt]:
        """Publish drafts and wait for all their receipts."""
        return [await self.receipt(sequence) for sequence in await self.publish(bodies)]

    async def _ask(self, subject: str, body: bytes, headers: dict[str, str]) -> Msg:
        return await self._client.request(subject, body, timeout=PATIENCE_SECONDS, headers=headers)

    async def _hear(self, message: Msg) -> None:
        self.messages += 1
        for receipt in decode_receipts(message.data):
            self.receipts[receipt.sequence] = receipt
        self._came.set()


@asynccontextmanager
async def tariffs_at(place: Place) -> AsyncGenerator[Tariffs]:
    """A connection of the user `tariffs`."""
    client = Client()
    await client.connect(place.nats.url("tariffs"), inbox_prefix=INBOX_TARIFFS.encode())
    tariffs = Tariffs(client)
    await tariffs.listen()
    try:
        yield tariffs
    finally:
        await client.close()


class RunningLedger:
    """The service in this process."""

    def __init__(self, service: Service, url: str) -> None:
        self.service = service
        self.head = service.head
        self.url = url
        self.http = httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS, trust_env=False)

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.http.get(path, params=params)

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < deadline, f"{what}: {self.head.phase} {self.head.reason}"
            await asyncio.sleep(0.01)

    async def until_phase(self, phase: str) -> None:
        await self.until(lambda: self.head.phase == phase, f"waiting for phase {phase}")

    async def until_cursor(self, sequence: int) -> None:
        await self.until(lambda: self.head.cursor >= sequence, f"waiting for draft {sequence}")


@asynccontextmanager
async def ledger_at(
    place: Place, *, clock: Callable[[], int] = time.time_ns, phase: str = "running", **settings: str
) -> AsyncGenerator[RunningLedger]:
    """A ledger on a place, running (or in another `phase`) when it is handed out; `settings` beside the usual."""
    port = chosen_port(0, "")
    service = Service(place.settings(port, **settings), clock=clock)
    task = asyncio.create_task(service.run())
    running = RunningLedger(service, f"http://127.0.0.1:{port}")
    try:
        await running.until(lambda: task.done() or running.head.phase == phase, f"starting to {phase}")
        assert not task.done(), task
        yield running
    finally:
        await running.http.aclose()
        service.stop()
        await asyncio.wait_for(task, PATIENCE_SECONDS)
