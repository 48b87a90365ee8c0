"""How far the ledger is: the committed head, the watermark, and what the sequencer is doing, for all to see.

One object, written by the sequencer and the watermark, read by the API, health and metrics. It is a copy of what
Postgres and JetStream say: nothing is decided by it, and a reader who missed a move finds the next one.
"""

import asyncio
from contextlib import suppress
from typing import Literal

from contracts.entry import recorded_at_text

Phase = Literal["starting", "running", "held", "waiting", "stopped"]
"""starting: reading back · running · held: the next draft is stamped in the future · waiting: Postgres or NATS is
away · stopped: only an operator can help."""


class Head:
    """The head of the ledger as this process knows it."""

    def __init__(self) -> None:
        self.phase: Phase = "starting"
        self.reason = ""
        self.size = 0
        self.cursor = 0
        self.incarnation = ""
        self.stream_last = 0
        self._recorded_at_ns = 0
        self._watermark_ns = 0
        self.closing = False
        self._moved = asyncio.Event()

    @property
    def watermark_ns(self) -> int:
        """The draft stream is consumed up to here: whatever is recorded later is stamped no earlier."""
        return max(self._watermark_ns, self._recorded_at_ns)

    @property
    def watermark(self) -> str | None:
        """The watermark as the stamp writes times; None before anything is known."""
        return recorded_at_text(self.watermark_ns) if self.watermark_ns else None

    @property
    def is_ready(self) -> bool:
        """Whether drafts are being consumed."""
        return self.phase == "running"

    @property
    def drafts_waiting(self) -> int:
        """Drafts in the stream that are not consumed yet, as of the last look at it."""
        return max(0, self.stream_last - self.cursor)

    def set_phase(self, phase: Phase, reason: str = "") -> None:
        """Say what the sequencer is doing, and why if it is not running."""
        self.phase, self.reason = phase, reason

    def move(self, *, size: int, cursor: int, recorded_at_ns: int, incarnation: str) -> None:
        """A batch was committed, or the state was read back."""
        self.size, self.cursor, self.incarnation = size, cursor, incarnation
        self._recorded_at_ns = recorded_at_ns
        self._wake()

    def close(self) -> None:
        """The service ends: whoever waits here stops waiting."""
        self.closing = True
        self._wake()

    def consumed_until(self, nanoseconds: int) -> None:
        """The stream was found consumed at this time of the server."""
        self._watermark_ns = max(self._watermark_ns, nanoseconds)

    async def wait_for_size(self, size: int, seconds: float) -> bool:
        """Wait until the ledger has at least `size` entries; False when `seconds` have passed, or the end has
        come."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.size < size and not self.closing:
                    await self._moved.wait()
        return self.size >= size

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()
