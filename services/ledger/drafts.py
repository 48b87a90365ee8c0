"""The draft stream as the ledger sees it: how it stands, one draft of it, and a feed from a sequence on.

The feed is a raw pull through a callback inbox: three times as fast as the library's `fetch`, and without any
memory of its own. Its consumer is made anew at every start, because where to go on is for the cursor in Postgres
to say, never for JetStream. Whatever goes wrong with it, the feed is thrown away and made again.
"""

import asyncio
import re
from collections import deque
from uuid import uuid4

import structlog
from msgspec import DecodeError, Struct, json
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from contracts.limits import (
    ACK_WAIT_SECONDS,
    BATCH_BYTES_MAX,
    CONSUMER_IDLE_SECONDS_MAX,
    PULL_DRAFTS_MAX,
    PULL_HEARTBEAT_SECONDS,
    PULL_WAIT_SECONDS_MAX,
)
from contracts.subjects import (
    ACK_SUBJECTS,
    DRAFTS,
    INCARNATION_METADATA,
    REPLY_HEADER,
    STREAM_HEADER,
    consumer_subject,
    direct_get_subject,
    pull_subject,
    stream_info_subject,
)
from services.ledger.connection import AWAY
from services.ledger.domain.reading import DraftMessage

NANOSECONDS = 1_000_000_000
_SILENCE_SECONDS_MAX = 3 * PULL_HEARTBEAT_SECONDS
# It becomes part of every stamp, which is written without escapes.
_INCARNATION = re.compile("[A-Za-z0-9-]{1,64}", re.ASCII)
_ACK_PREFIX = ACK_SUBJECTS.removesuffix(">")
_log = structlog.get_logger(__name__)


class FeedLostError(Exception):
    """The feed cannot go on; a fresh one from the cursor may."""


class StreamMissingError(Exception):
    """There is no draft stream, or it carries no incarnation: deployment has to make it."""


class StreamNow(Struct, frozen=True):
    """How the stream stands: its incarnation, its first and last sequence (`first` is `last` + 1 when it is
    empty), and the server's own time of the answer (RFC 3339)."""

    incarnation: str
    first: int
    last: int
    time: str


class _Config(Struct, frozen=True):
    metadata: dict[str, str] = {}


class _State(Struct, frozen=True):
    messages: int = 0
    first_seq: int = 0
    last_seq: int = 0


class _Error(Struct):
    code: int = 0
    description: str = ""


class _Answer(Struct):
    error: _Error | None = None


class _Info(_Answer):
    config: _Config = _Config()
    state: _State = _State()
    ts: str = ""


async def stream_now(client: Client) -> StreamNow:
    """Ask the server how the draft stream stands. Raises StreamMissingError, or what AWAY lists."""
    answer = await client.request(stream_info_subject(DRAFTS), b"")
    try:
        info = json.decode(answer.data, type=_Info)
    except DecodeError as error:
        raise FeedLostError(f"the answer about the stream {DRAFTS} cannot be read: {error}") from error
    if info.error is not None:
        raise StreamMissingError(f"stream {DRAFTS}: {info.error.description}; run `bloc nats setup`")
    incarnation = info.config.metadata.get(INCARNATION_METADATA, "")
    if _INCARNATION.fullmatch(incarnation) is None:
        raise StreamMissingError(f"stream {DRAFTS} has no {INCARNATION_METADATA}; run `bloc nats setup`")
    first = info.state.first_seq if info.state.messages else info.state.last_seq + 1
    return StreamNow(incarnation, first, info.state.last_seq, info.ts)


async def draft_at(client: Client, sequence: int) -> DraftMessage | None:
    """The draft at a sequence, None when the stream does not hold it (any more)."""
    answer = await client.request(direct_get_subject(DRAFTS), json.encode({"seq": sequence}))
    headers = answer.headers or {}
    if STREAM_HEADER in headers:
        return DraftMessage(sequence, 0, answer.data)
    if headers.get("Status") == "404":
        return None
    raise FeedLostError(f"JetStream answered {headers} to the question for draft {sequence}")


class Delivered(Struct, frozen=True):
    """A draft, and where its delivery is acknowledged."""

    message: DraftMessage
    ack: str


class DraftFeed:
    """Drafts from one sequence on, in order, without a gap, none twice; or FeedLostError."""

    def __init__(self, client: Client, first_sequence: int) -> None:
        self._client = client
        self._next = first_sequence
        self._consumer = f"ledger-{uuid4().hex}"
        self._inbox = client.new_inbox()
        self._held: deque[Delivered] = deque()
        self._arrived = asyncio.Event()
        self._lost: Exception | None = None
        self._subscription: Subscription | None = None
        self._pull_number = 0
        self._wanted = 0
        self._heard_at = 0.0

    async def open(self) -> None:
        """Make the consumer and ask for the first drafts."""
        config = {
            "name": self._consumer,
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": self._next,
            "ack_policy": "all",
            "ack_wait": ACK_WAIT_SECONDS * NANOSECONDS,
            "max_ack_pending": -1,
            "inactive_threshold": CONSUMER_IDLE_SECONDS_MAX * NANOSECONDS,
            "mem_storage": True,
            "num_replicas": 1,
        }
        answer = await self._client.request(
            consumer_subject("CREATE", DRAFTS, self._consumer),
            json.encode({"stream_name": DRAFTS, "config": config, "action": "create"}),
        )
        error = json.decode(answer.data, type=_Answer).error
        if error is not None:
            raise FeedLostError(f"JetStream makes no consumer: {error.description}")
        # nats-py does not say what its parameter `future` is a future of.
        self._subscription = await self._client.subscribe(  # pyright: ignore[reportUnknownMemberType]
            f"{self._inbox}.*", cb=self._receive, pending_bytes_limit=4 * BATCH_BYTES_MAX
        )
        await self._pull()

    @property
    def held(self) -> deque[Delivered]:
        """What has arrived and is not taken yet; the taker pops from the left."""
        return self._held

    def lose(self, reason: str) -> None:
        """Give the feed up: whoever waits for it gets FeedLostError."""
        self._lost = self._lost or FeedLostError(reason)
        self._arrived.set()

    def wake(self) -> None:
        """Let whoever waits look again."""
        self._arrived.set()

    async def wait(self, seconds: float) -> None:
        """Wait until something arrives, or `seconds` have passed; asks for more when there is room.

        Raises FeedLostError once the feed is lost and all that came before it was lost has been taken.
        """
        self._raise_if_lost()
        # Cleared before the last look: what arrives during `refill` must not be slept through.
        self._arrived.clear()
        await self.refill()
        if self._held or self._lost is not None:
            return
        try:
            # Not wait_for: it may lose a cancellation that comes together with what it waits for.
            async with asyncio.timeout(seconds):
                await self._arrived.wait()
        except TimeoutError:
            silent = asyncio.get_running_loop().time() - self._heard_at
            if self._wanted and silent > _SILENCE_SECONDS_MAX:
                self.lose(f"JetStream has said nothing for {silent:.0f} s")
        self._raise_if_lost()

    async def refill(self) -> None:
        """Ask for more, if nothing is asked for and there is room; so that it comes while a batch is sealed."""
        if not self._wanted and len(self._held) < PULL_DRAFTS_MAX // 2 and self._lost is None:
            await self._pull()

    async def acknowledge(self, ack: str) -> None:
        """Tell JetStream how far the ledger is, for the eyes of operators. Nothing is decided by it, so nobody
        waits for an answer, and a connection that is away is no fault here."""
        try:
            await self._client.publish(ack, b"+ACK")
        except AWAY as error:
            _log.info("drafts_not_acknowledged", reason=repr(error))

    async def close(self) -> None:
        """Forget the consumer. It is no fault when the server has forgotten it first."""
        try:
            if self._subscription is not None and not self._client.is_closed:
                await self._subscription.unsubscribe()
            if self._client.is_connected:
                await self._client.request(consumer_subject("DELETE", DRAFTS, self._consumer), b"")
        except AWAY as error:
            _log.info("consumer_left_behind", reason=repr(error))

    def _raise_if_lost(self) -> None:
        if self._lost is not None and not self._held:
            raise self._lost

    async def _pull(self) -> None:
        """Ask for the next drafts, as many and as large as may be held."""
        self._pull_number += 1
        self._wanted = PULL_DRAFTS_MAX
        self._heard_at = asyncio.get_running_loop().time()
        request = {
            "batch": PULL_DRAFTS_MAX,
            "max_bytes": BATCH_BYTES_MAX,
            "expires": PULL_WAIT_SECONDS_MAX * NANOSECONDS,
            "idle_heartbeat": PULL_HEARTBEAT_SECONDS * NANOSECONDS,
        }
        await self._client.publish(
            pull_subject(DRAFTS, self._consumer), json.encode(request), f"{self._inbox}.{self._pull_number}"
        )

    async def _receive(self, message: Msg) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        headers = message.headers or {}
        # Told by where it wants to be acknowledged, not by its headers: those of a draft are its sender's.
        if not message.reply.startswith(_ACK_PREFIX):
            self._hear(headers.get("Status", ""), headers.get("Description", ""), message.subject)
            return
        sequence, stamped_ns = _metadata_of(message.reply)
        self._wanted -= 1
        if sequence > self._next:
            self.lose(f"expected draft {self._next}, received {sequence}")
        if self._lost is not None or sequence < self._next:
            return
        self._next += 1
        draft = DraftMessage(sequence, stamped_ns, message.data, headers.get(REPLY_HEADER, ""))
        self._held.append(Delivered(draft, message.reply))
        self._arrived.set()

    def _hear(self, status: str, description: str, subject: str) -> None:
        """A status ends the pull (404, 408, 409) or says that it is alive (100); it may be an old one's."""
        if status == "100" or subject != f"{self._inbox}.{self._pull_number}":
            return
        self._wanted = 0
        if status not in ("404", "408") and "MaxBytes" not in description and "Batch" not in description:
            self.lose(f"JetStream ended the pull: {status} {description}")
        self._arrived.set()


def _metadata_of(reply: str) -> tuple[int, int]:
    """Sequence and timestamp (ns) from an ack subject: `$JS.ACK.<stream>.<consumer>.<delivered>.<sequence>.
    <consumer sequence>.<timestamp>.<pending>`, with domain and account before the stream in the newer form."""
    tokens = reply.split(".")
    offset = 0 if len(tokens) == 9 else 2
    return int(tokens[5 + offset]), int(tokens[7 + offset])
