"""Consumes the draft stream for as long as the process lives: read back, compare, pull, commit; and again.

There is one way to begin, after a first start as after a kill, a lost race or a restored backup: read the state
back from Postgres, make sure that the draft stream goes on where it ends, make a fresh consumer at cursor + 1.
Three kinds of trouble: something is away (wait, and begin again), the stream is not the one that was consumed
(stop, and say so), an invariant of ours is broken (stop, and say so). Nothing is ever skipped.
"""

import asyncio
from contextlib import AsyncExitStack, suppress

import structlog
from msgspec.structs import replace
from nats.aio.client import Client
from nats.errors import OutboundBufferLimitError

from contracts.limits import RECONNECT_WAIT_SECONDS
from services.ledger import connection
from services.ledger.checkpoint_store import CheckpointStore
from services.ledger.domain.continuity import Broken, StreamFacts, continues
from services.ledger.domain.divergence import Guard, falls_short
from services.ledger.domain.reading import read_draft
from services.ledger.domain.signing import SignedCheckpoint
from services.ledger.domain.state import LedgerState
from services.ledger.drafts import DraftFeed, FeedLostError, StreamMissingError, draft_at, stream_now
from services.ledger.head import Head
from services.ledger.metrics import Metrics
from services.ledger.pipeline import Clock, DivergedError, Pipeline
from services.ledger.store import connecting
from services.ledger.store.checkpoints import newest_checkpoint
from services.ledger.store.connecting import Connection, connect_lookups, connect_writer
from services.ledger.store.loading import Remembered, load
from services.ledger.store.writing import AnotherWriterError, adopt_incarnation

_AWAY = (
    *connecting.AWAY,
    *connection.AWAY,
    FeedLostError,
    StreamMissingError,
    AnotherWriterError,
)
_log = structlog.get_logger(__name__)


class StreamBrokenError(Exception):
    """The draft stream does not go on where the ledger stopped."""


class Sequencer:
    """The one that writes. `run` it as a task; once `stopping` is set it lets the batch under way end."""

    def __init__(
        self,
        *,
        database_url: str,
        client: Client,
        origin: str,
        anchor: str,
        head: Head,
        metrics: Metrics,
        clock: Clock,
        stopping: asyncio.Event,
        checkpoints: CheckpointStore,
        release: str,
    ) -> None:
        self._database_url = database_url
        self._client = client
        self._origin = origin
        self._anchor = anchor
        self._head = head
        self._metrics = metrics
        self._clock = clock
        self._stopping = stopping
        self._checkpoints = checkpoints
        self._release = release
        self._feed: DraftFeed | None = None

    def wake(self) -> None:
        """`stopping` was set: look at it now, and not only when the next draft comes."""
        if self._feed is not None:
            self._feed.wake()

    def connection_changed(self) -> None:
        """NATS was lost or is back: the consumer, and what was on its way, may be gone."""
        if self._feed is not None:
            self._feed.lose("the connection to NATS was lost or made again")

    async def run(self) -> None:
        """Consume drafts until stopped, or until only an operator can help; then `head` says why."""
        while not self._stopping.is_set():
            try:
                await self._consume()
            except _AWAY as error:
                self._head.set_phase("waiting", _said(error))
                _log.warning("sequencer_waits", reason=_said(error))
                await self._pause()
            except Exception as error:  # noqa: BLE001 # whatever it is, the ledger must not write on past it
                self._head.set_phase("stopped", _said(error))
                _log.exception("sequencer_stopped", reason=_said(error))
                return

    async def _consume(self) -> None:
        async with AsyncExitStack() as stack:
            writer = await self._open(stack, writing=True)
            lookups = await self._open(stack, writing=False)
            self._metrics.resumed()
            state = await self._resume(writer)
            self._head.move(
                size=state.size,
                cursor=state.cursor,
                recorded_at_ns=state.recorded_at_ns,
                incarnation=state.incarnation,
            )
            feed = self._feed = DraftFeed(self._client, state.cursor + 1)
            stack.push_async_callback(feed.close)
            await feed.open()
            _log.info("sequencer_runs", size=state.size, cursor=state.cursor, incarnation=state.incarnation)
            pipeline = Pipeline(
                state,
                feed,
                writer=writer,
                lookups=lookups,
                client=self._client,
                head=self._head,
                metrics=self._metrics,
                clock=self._clock,
                guard=await self._guard(writer, state),
                release=self._release,
            )
            try:
                await pipeline.run(self._stopping)
            except FeedLostError:
                await self._explain_gap()
                raise

    async def _open(self, stack: AsyncExitStack, *, writing: bool) -> Connection:
        connect = connect_writer if writing else connect_lookups
        opened = await connect(self._database_url)
        # Not closed politely: after a failure nobody knows what it is in the middle of.
        stack.callback(opened.terminate)
        return opened

    async def _resume(self, writer: Connection) -> LedgerState:
        """Read the state back, and make sure that the draft stream goes on where it ends."""
        remembered = await load(writer, origin=self._origin, anchor=self._anchor)
        stream = await self._compare(remembered)
        state = remembered.state
        if stream.incarnation != state.incarnation:
            await adopt_incarnation(writer, state, stream.incarnation, state.cursor + 1)
            _log.info("incarnation_adopted", incarnation=stream.incarnation, first_sequence=state.cursor + 1)
        return replace(state, incarnation=stream.incarnation)

    async def _compare(self, remembered: Remembered) -> StreamFacts:
        """Raises StreamBrokenError when the stream is not the one that the ledger has been reading."""
        state = remembered.state
        now = await stream_now(self._client)
        self._head.stream_last = now.last
        digest: bytes | None = None
        if now.first <= state.cursor <= now.last:
            draft = await draft_at(self._client, state.cursor)
            digest = None if draft is None else bytes.fromhex(read_draft(draft).digest)
        facts = StreamFacts(now.incarnation, now.first, now.last, digest)
        answer = continues(facts, state, remembered.last_digest, remembered.incarnations)
        if isinstance(answer, Broken):
            raise StreamBrokenError(answer.reason)
        return facts

    async def _guard(self, writer: Connection, state: LedgerState) -> Guard | None:
        """What was signed beyond what the database holds: it was put back to an earlier day, and must become again
        what it was. A folder that cannot be read guards nothing; the signer says so, and readiness with it.

        Raises DivergedError when that cannot be, with the drafts that there are.
        """
        kept = self._checkpoints.read()
        if not isinstance(kept, SignedCheckpoint) or kept.checkpoint.size <= state.size:
            return None
        recorded = await newest_checkpoint(writer)
        _log.warning("catching_up", size=state.size, signed=kept.checkpoint.size)
        # Asked after the folder was read: what was signed meanwhile came from drafts that are in it by now.
        stream_end = (await stream_now(self._client)).last
        guard = Guard(kept.checkpoint, 0 if recorded is None else min(recorded.size, state.size), stream_end)
        if reason := falls_short(guard, state.size, state.cursor, self._release):
            raise DivergedError(reason)
        return guard

    async def _explain_gap(self) -> None:
        """A draft that did not come may have been lost on its way: then the stream still has it, and a fresh
        feed brings it. If the stream does not, it was deleted or trimmed, and must not be skipped."""
        expected = self._head.cursor + 1
        now = await stream_now(self._client)
        if now.last >= expected and await draft_at(self._client, expected) is None:
            raise StreamBrokenError(
                f"draft {expected} is missing from the draft stream, which goes on to {now.last}: it was deleted "
                "or trimmed before the ledger consumed it. Restore it; the ledger will not skip it"
            )

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(RECONNECT_WAIT_SECONDS):
                await self._stopping.wait()


def _said(error: Exception) -> str:
    if isinstance(error, OutboundBufferLimitError):
        # What nats-py says when nothing may be buffered for a server that is away.
        return "NATS cannot be reached"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
