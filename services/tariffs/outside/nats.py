"""The one place where this service touches NATS: connect, publish drafts, listen, answer requests.

Raw nats-py behind our own few verbs. Nothing is buffered while the connection is down (`pending_size=0`): a
draft that leaves minutes after its asker was told "not published" helps nobody. Reconnecting never gives up: where the
library does (a server that sent us away, since a password was changed, say), a new client takes over (`keep`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import uuid4

import msgspec
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from contracts.batch import PublishRefused, batch_headers, read_publish_ack
from contracts.limits import (
    NATS_CONNECT_SECONDS_MAX,
    NATS_PING_SECONDS,
    PUBLISH_ACK_SECONDS_MAX,
    RECONNECT_WAIT_SECONDS,
)
from contracts.subjects import INBOX_TARIFFS

log = structlog.get_logger(__name__)

Handler = Callable[[Msg], Awaitable[None]]


class NatsAway(Exception):
    """NATS cannot be reached, did not answer in time, or refused: nothing may be assumed about the messages."""


class Message(msgspec.Struct, frozen=True):
    """A draft on its way out."""

    subject: str
    payload: bytes
    headers: dict[str, str]


class NatsPort:
    """A connection that mends itself, while `keep` is running."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = Client()
        self._closed = asyncio.Event()
        self._listening: list[tuple[str, Handler, str]] = []

    @property
    def connected(self) -> bool:
        return self._client.is_connected

    async def connect(self) -> None:
        """Connect, waiting for the server as long as it takes."""
        while True:
            self._client = Client()
            try:
                await self._client.connect(
                    self._url,
                    name="bloc.tariffs",
                    inbox_prefix=INBOX_TARIFFS.encode(),
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=RECONNECT_WAIT_SECONDS,
                    connect_timeout=NATS_CONNECT_SECONDS_MAX,
                    ping_interval=NATS_PING_SECONDS,
                    max_outstanding_pings=2,
                    pending_size=0,
                    allow_reconnect=True,
                    error_cb=_on_error,
                    disconnected_cb=_on_disconnected,
                    reconnected_cb=_on_reconnected,
                    closed_cb=self._on_closed,
                )
                return
            except (TimeoutError, OSError, NatsError) as error:
                log.warning("nats_not_reached", reason=repr(error))
                await asyncio.sleep(RECONNECT_WAIT_SECONDS)

    async def keep(self) -> None:
        """Connect anew whenever the client has closed for good, and listen to what was listened to; until cancelled."""
        while True:
            await self._closed.wait()
            self._closed.clear()
            log.warning("nats_closed", reason=repr(self._client.last_error))
            await asyncio.sleep(RECONNECT_WAIT_SECONDS)
            await self.connect()
            try:
                for subject, handler, queue in self._listening:
                    await self._subscribe(subject, handler, queue)
            except NatsError as error:
                log.warning("nats_not_listening", reason=repr(error))
                self._closed.set()

    async def _on_closed(self) -> None:
        self._closed.set()

    async def publish(self, messages: Sequence[Message]) -> range:
        """Put messages on the stream together or not at all. Returns their sequences, in order.

        Every message but the last is only sent: the server takes them in order and judges the whole batch
        when the last arrives, so one wait is enough.
        """
        if not self._client.is_connected:
            raise NatsAway("the connection to NATS is down")
        *firsts, last = messages
        batch: list[dict[str, str]] = batch_headers(len(messages), uuid4().hex) if firsts else [{}]
        try:
            for message, extra in zip(firsts, batch, strict=False):
                headers = {**message.headers, **extra}
                await self._client.publish(message.subject, message.payload, headers=headers)
            answer = await self._client.request(
                last.subject,
                last.payload,
                timeout=PUBLISH_ACK_SECONDS_MAX,
                headers={**last.headers, **batch[-1]},
            )
        except (TimeoutError, OSError, NatsError) as error:
            raise NatsAway(f"publishing failed: {error!r}") from error
        ack = read_publish_ack(answer.data)
        if isinstance(ack, PublishRefused):
            raise NatsAway(f"JetStream refused the drafts: {ack.description} ({ack.code})")
        return ack.sequences

    async def listen(self, subject: str, handler: Handler, *, queue: str = "") -> None:
        """Call `handler` for each message on `subject`, one after the other; survives reconnects."""
        self._listening.append((subject, handler, queue))
        await self._subscribe(subject, handler, queue)

    async def _subscribe(self, subject: str, handler: Handler, queue: str) -> None:
        # nats-py does not say what its parameter `future` is a future of.
        await self._client.subscribe(subject, queue=queue, cb=handler)  # pyright: ignore[reportUnknownMemberType]

    async def reply(self, request: Msg, payload: bytes, headers: dict[str, str]) -> None:
        """Answer a request. An asker that hung up or a connection that broke is the asker's to notice."""
        try:
            await self._client.publish(request.reply, payload, headers=headers)
        except (OSError, NatsError) as error:
            log.info("nats_reply_not_sent", reason=repr(error))

    async def flush(self) -> None:
        """Wait until the server has seen everything sent so far (subscriptions too)."""
        await self._client.flush()

    async def close(self) -> None:
        """Stop listening, let running handlers end, disconnect."""
        if self._client.is_closed:
            return
        await self._client.close()


async def _on_error(error: Exception) -> None:
    log.warning("nats_error", reason=repr(error))


async def _on_disconnected() -> None:
    log.warning("nats_disconnected")


async def _on_reconnected() -> None:
    log.info("nats_reconnected")
