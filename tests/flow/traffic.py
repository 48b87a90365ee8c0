"""Partners who go on posting while servers die, and who keep every receipt.

Each of them posts what it has, and moves on whatever the answer: what was not answered with a receipt is kept to be
posted again afterwards, byte for byte, as docs/posting.md says.
"""

import asyncio
import json
from types import TracebackType
from typing import Self

import httpx
from msgspec import Struct

from tests.flow.audit import Audited
from tests.flow.partner import SECRETARIAT, Told, digest_of
from tests.flow.scene import PORT, VAULT, Said, Scene
from tests.flow.telling import declared, listed, lot

PAUSE_SECONDS = 0.01
PAUSE_AFTER_FAULT_SECONDS = 0.8
_UNANSWERED = (202, 429, 500, 502, 503, 504)


class Sent(Struct):
    """A submission and the last answer to it; None while there was none."""

    party: str
    body: bytes
    said: Said | None = None

    @property
    def has_receipt(self) -> bool:
        """Whether the service said that it is recorded."""
        return self.said is not None and self.said.status in (200, 201)


class Traffic:
    """`async with Traffic(scene) as traffic`: events of three kinds are posted until the block ends."""

    def __init__(self, scene: Scene, *, in_flight: int = 24) -> None:
        self._scene = scene
        self._in_flight = in_flight
        self._name = scene.name("load")
        self._stopping = False
        self._came = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.sent: list[Sent] = []

    @property
    def receipts(self) -> int:
        """Submissions with a receipt so far."""
        return sum(sent.has_receipt for sent in self.sent)

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._post_on(number)) for number in range(self._in_flight)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping = True
        await asyncio.gather(*self._tasks)

    async def more_receipts(self, number: int, *, within_seconds: float = 30) -> None:
        """Wait until so many further receipts have come."""
        wanted = self.receipts + number
        async with asyncio.timeout(within_seconds):
            while self.receipts < wanted:
                self._came.clear()
                await self._came.wait()

    async def _post_on(self, number: int) -> None:
        while not self._stopping:
            party, told = self._next(number)
            sent = Sent(party, self._scene[party].body(told))
            self.sent.append(sent)
            await self._post(sent, wait=2)
            await asyncio.sleep(PAUSE_SECONDS if sent.has_receipt else PAUSE_AFTER_FAULT_SECONDS)

    def _next(self, number: int) -> tuple[str, Told]:
        """Mostly declarations, each on a stream of its own; some lots, all on one hot stream; and some minerals,
        which pass through the rules one after the other."""
        name = f"{self._name}.{len(self.sent)}."
        if number % 6 == 0:
            return SECRETARIAT, listed(_slug(name))
        if number % 3 == 0:
            return VAULT, lot(f"{name}lot", quantity=1)
        return PORT, declared(f"{name}mrn")

    async def _post(self, sent: Sent, *, wait: int) -> None:
        try:
            said = await self._scene.post(sent.body, self._scene[sent.party], wait=wait)
        except (httpx.TransportError, json.JSONDecodeError):
            return  # killed under the request: nobody knows, so it stays unanswered
        assert said.status in (200, 201, *_UNANSWERED), said
        sent.said = said
        self._came.set()

    async def settle(self) -> None:
        """Post again whatever has no receipt, until it has one: nobody is refused for repeating himself."""
        async with asyncio.timeout(60):
            while waiting := [sent for sent in self.sent if not sent.has_receipt]:
                await asyncio.gather(*(self._post(sent, wait=10) for sent in waiting[:64]))

    def check(self, record: Audited) -> None:
        """Every receipt is true, everything sent is recorded once, and nothing else of this party is."""
        assert all(sent.has_receipt for sent in self.sent)
        marks = (f"{self._name}.".encode(), _slug(f"{self._name}.").encode())
        recorded = [
            (event["source"], event["id"])
            for event, line in zip(record.events, record.lines, strict=True)
            if event["source"] != "/parties/bloc.tariffs" and any(mark in line for mark in marks)
        ]
        assert len(recorded) == len(set(recorded))
        assert set(recorded) == {
            (e["source"], e["id"]) for e in (json.loads(sent.body) for sent in self.sent)
        }
        positions = record.positions
        for sent in self.sent:
            assert sent.said is not None
            receipt = sent.said.document
            event = json.loads(sent.body)
            place = positions[event["source"], event["id"]]
            assert receipt["first_position"] == place
            assert receipt["submission"] == digest_of(sent.body)
            assert record.lines[place] == sent.body
            assert record.stamps[place]["recorded_at"] == receipt["recorded_at"]


def _slug(name: str) -> str:
    """A name as minerals are written."""
    return name.replace("-", "_").replace(".", "_")
