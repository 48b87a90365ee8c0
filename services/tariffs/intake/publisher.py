"""Puts decided drafts on JetStream, in the order of decision, many at a time.

Drafts that are decided while a publish is under way are collected and go together as the next one: one atomic
batch (ADR-50) costs one round trip and one fsync, however many drafts are in it. Only one publish is under way
at a time: were a second one to overtake the first, chained drafts would reach the ledger in the wrong order.

An acknowledgement is never a receipt. A publish that fails says only that we do not know: its drafts may be in
the stream after all, so the asker is told to post again, and the ids make that safe.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import structlog
from msgspec import Struct

from contracts.limits import PUBLISH_BATCH_BYTES_MAX, PUBLISH_BATCH_DRAFTS_MAX, PUBLISH_QUEUED_BYTES_MAX
from services.tariffs.intake.flights import Flight
from services.tariffs.outside.nats import Message, NatsAway

log = structlog.get_logger(__name__)


class _Waiting(Struct, frozen=True):
    message: Message
    flight: Flight


class Publisher:
    """Collects messages and publishes them in order; `run` must be running.

    `publish` takes the messages of one batch and returns their sequences in the stream; it raises NatsAway.
    """

    def __init__(self, publish: Callable[[Sequence[Message]], Awaitable[range]]) -> None:
        self._publish = publish
        self._queue: deque[_Waiting] = deque()
        self._queue_bytes = 0
        self._wake = asyncio.Event()

    @property
    def full(self) -> bool:
        """True while so much waits that nothing more should be decided (the asker gets 503)."""
        return self._queue_bytes >= PUBLISH_QUEUED_BYTES_MAX

    def hand_over(self, message: Message, flight: Flight) -> None:
        """Queue a draft behind all earlier ones. The flight is told what became of it."""
        self._queue.append(_Waiting(message, flight))
        self._queue_bytes += len(message.payload)
        self._wake.set()

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                await self._publish_one_batch(self._take_batch())

    def _take_batch(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        size_bytes = 0
        while self._queue and len(batch) < PUBLISH_BATCH_DRAFTS_MAX:
            size_bytes += len(self._queue[0].message.payload)
            if batch and size_bytes > PUBLISH_BATCH_BYTES_MAX:
                break
            batch.append(self._queue.popleft())
        self._queue_bytes -= sum(len(waiting.message.payload) for waiting in batch)
        return batch

    async def _publish_one_batch(self, batch: list[_Waiting]) -> None:
        try:
            sequences = await self._publish([waiting.message for waiting in batch])
        except NatsAway as away:
            log.warning("publish_failed", drafts=len(batch), reason=str(away))
            for waiting in batch:
                waiting.flight.failed(away)
            return
        for sequence, waiting in zip(sequences, batch, strict=True):
            waiting.flight.published(sequence)
