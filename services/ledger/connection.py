"""The connection to NATS: one per process, made again for ever, its troubles said aloud.

nats-py gives up after sixty attempts by default, and a missing permission shows up only as a timeout whose
reason goes to a callback; both are settled here. Where it gives up all the same (a server that sent us away, since a
password was changed, say), `on_closed` is told, and the caller connects anew. Nothing is buffered while the server is
away: whoever uses the connection resumes from its own cursor, and what it said in between is said again or not needed.
"""

import asyncio
from collections.abc import Callable

import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError

from contracts.limits import NATS_CONNECT_SECONDS_MAX, NATS_PING_SECONDS, RECONNECT_WAIT_SECONDS
from contracts.subjects import INBOX_LEDGER

AWAY = (OSError, TimeoutError, NatsError)
"""What is raised when NATS is away or restarting: wait and try again."""


class ConnectionClosedForGood(Exception):
    """The client will not connect again: a new one has to."""


_log = structlog.get_logger(__name__)


async def connect(url: str, *, on_change: Callable[[], None], on_closed: Callable[[], None]) -> Client:
    """Connect, however long it takes. `on_change` is called after each loss and each reconnection: consumers,
    and what was on its way, may be gone. `on_closed` is called when the client will not connect again."""

    async def disconnected() -> None:
        _log.warning("nats_disconnected")
        on_change()

    async def reconnected() -> None:
        _log.info("nats_reconnected")
        on_change()

    async def failed(error: Exception) -> None:
        _log.warning("nats_error", reason=repr(error))

    async def closed() -> None:
        on_closed()

    while True:
        client = Client()
        try:
            await client.connect(
                url,
                name="bloc.ledger",
                inbox_prefix=INBOX_LEDGER.encode(),
                max_reconnect_attempts=-1,
                reconnect_time_wait=RECONNECT_WAIT_SECONDS,
                connect_timeout=NATS_CONNECT_SECONDS_MAX,
                ping_interval=NATS_PING_SECONDS,
                max_outstanding_pings=2,
                pending_size=0,
                disconnected_cb=disconnected,
                reconnected_cb=reconnected,
                closed_cb=closed,
                error_cb=failed,
            )
            return client
        except AWAY as error:
            _log.warning("nats_not_reached", reason=repr(error))
            await asyncio.sleep(RECONNECT_WAIT_SECONDS)


async def watch(closed: asyncio.Event) -> None:
    """Wait for the end of a connection. Raises ConnectionClosedForGood."""
    await closed.wait()
    raise ConnectionClosedForGood


async def close(client: Client, *, flush_seconds: float = 2) -> None:
    """Send what is pending and close; a server that is away is not waited for."""
    if client.is_connected:
        try:
            async with asyncio.timeout(flush_seconds):
                await client.flush()
        except AWAY as error:
            _log.warning("nats_flush_failed", reason=repr(error))
    await client.close()
