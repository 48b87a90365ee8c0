"""Up to which time the ledger is complete: the draft stream is consumed, and nothing can be stamped earlier.

A time is settled when JetStream said so before an answer in which nothing was left to consume: whatever came
later was stamped later. So each look uses the time of the look before it. (Should the server's clock be set
back, the recorded time does not go back with it; `recorded_at` never does.)
"""

import asyncio
from datetime import datetime

import structlog
from nats.aio.client import Client

from contracts.limits import WATERMARK_MILLISECONDS
from services.ledger.connection import AWAY
from services.ledger.drafts import NANOSECONDS, FeedLostError, StreamMissingError, stream_now
from services.ledger.head import Head

_log = structlog.get_logger(__name__)


async def watch_stream(client: Client, head: Head) -> None:
    """Keep the watermark and the last sequence of the stream current, until cancelled."""
    seen_ns: int | None = None
    while True:
        try:
            now = await stream_now(client)
        except (*AWAY, FeedLostError, StreamMissingError) as error:
            _log.info("watermark_stands", reason=repr(error))
            seen_ns = None
        else:
            head.stream_last = now.last
            if seen_ns is not None and now.incarnation == head.incarnation and now.last <= head.cursor:
                head.consumed_until(seen_ns)
            seen_ns = _nanoseconds_of(now.time)
        await asyncio.sleep(WATERMARK_MILLISECONDS / 1_000)


def _nanoseconds_of(time: str) -> int:
    """RFC 3339 with up to nine digits to whole microseconds, in nanoseconds."""
    moment = datetime.fromisoformat(time)
    return int(moment.replace(microsecond=0).timestamp()) * NANOSECONDS + moment.microsecond * 1_000
