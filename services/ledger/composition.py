"""The composition root: builds the parts from the settings and runs them side by side until told to stop."""

import asyncio
import time
from datetime import UTC, datetime
from importlib.metadata import version

import structlog
from nats.aio.client import Client

from contracts.limits import (
    FOLLOW_POLL_SECONDS,
    LIVE_SUBSCRIBERS_MAX,
    PARTITIONS_CHECKED_SECONDS,
    RECONNECT_WAIT_SECONDS,
    STOP_SECONDS_MAX,
)
from services.ledger import connection
from services.ledger.api.http import create_app
from services.ledger.api.wiring import Wiring
from services.ledger.checkpoint_store import CheckpointStore
from services.ledger.facts import FactsFollower
from services.ledger.head import Head
from services.ledger.metrics import Metrics
from services.ledger.pipeline import Clock
from services.ledger.published import Published
from services.ledger.sequencer import Sequencer
from services.ledger.settings import Settings
from services.ledger.signer.memory import recall
from services.ledger.signer.signer import Signer
from services.ledger.store import connecting
from services.ledger.store.connecting import Pool, open_pool
from services.ledger.store.loading import CorruptRecordError
from services.ledger.store.nodes import fill_nodes
from services.ledger.store.partitions import make_partitions, partitions_ahead
from services.ledger.watermark import watch_stream
from services.ledger.witnessing.company import Company
from services.ledger.witnessing.metrics import WitnessMetrics
from services.serving.parent import watch_parent
from services.serving.server import HttpServer

_log = structlog.get_logger(__name__)


class Service:
    """All parts of one running ledger. `run` serves until `stop`, or the end of the parent process."""

    def __init__(self, settings: Settings, *, clock: Clock = time.time_ns) -> None:
        self._settings = settings
        self._clock = clock
        self._stopping = asyncio.Event()
        self._recalled = asyncio.Event()
        self._client: Client | None = None
        self._sequencer: Sequencer | None = None
        self._checkpoints = CheckpointStore(settings.checkpoint_store, settings.origin)
        self.head = Head()
        self.published = Published(settings.witness_policy)
        self.metrics = Metrics(self.head, self.published)

    def stop(self) -> None:
        """Let the batch under way end, then let `run` return."""
        self._stopping.set()

    async def run(self) -> None:
        """Serve until told to stop; an exception of any part ends the whole service."""
        pool = await open_pool(self._settings.database_url)
        try:
            await self._run_parts(pool)
        finally:
            # Connections of readers that hung up may never come back to the pool: it is not waited for.
            pool.terminate()
            if self._client is not None:
                await connection.close(self._client)
        _log.info("stopped")

    async def _run_parts(self, pool: Pool) -> None:
        wiring = Wiring(
            pool=pool,
            head=self.head,
            published=self.published,
            metrics=self.metrics,
            origin=self._settings.origin,
            connected=lambda: self._client is not None and self._client.is_connected,
            clock=lambda: datetime.fromtimestamp(self._clock() / 1e9, UTC),
        )
        settings = self._settings
        server = HttpServer(
            create_app(wiring),
            host=settings.ledger_host,
            port=settings.ledger_port,
            # Live feeds stay open, and must leave room for everybody else.
            backpressure=2 * LIVE_SUBSCRIBERS_MAX,
        )
        async with asyncio.TaskGroup() as parts:
            serving = parts.create_task(server.run())
            recording = parts.create_task(self._record(pool))
            background = [
                parts.create_task(self._recall()),
                parts.create_task(self._keep_partitions(pool)),
                parts.create_task(self._prove(pool)),
                parts.create_task(watch_parent(settings.parent_pid, self.stop)),
            ]
            await self._stopping.wait()
            _log.info("stopping")
            self.head.close()
            self.published.close()
            if self._sequencer is not None:
                self._sequencer.wake()
                # What is cut off after this is not committed and was promised to nobody.
                await asyncio.wait({recording}, timeout=STOP_SECONDS_MAX)
            server.stop()
            for task in (recording, *background):
                task.cancel()
            await asyncio.wait({serving}, timeout=STOP_SECONDS_MAX)
            serving.cancel()

    async def _recall(self) -> None:
        """Hear once from the witnesses whether more was signed than is known here, before anything is recorded."""
        settings = self._settings
        try:
            await recall(
                self._checkpoints,
                origin=settings.origin,
                policy=self.published.policy,
                keys=tuple(key.verifying for key in settings.checkpoint_keys),
                now_ns=self._clock(),
            )
        except OSError as error:
            # The signer will meet the same, refuse, and say so for as long as it lasts.
            _log.warning("checkpoint_not_recalled", reason=repr(error))
        self._recalled.set()

    async def _record(self, pool: Pool) -> None:
        """Reach NATS, however long it takes, and record over that connection; over a new one when it is closed."""
        await self._recalled.wait()
        while not self._stopping.is_set():
            self.head.set_phase("waiting", "NATS has not been reached yet")
            closed = asyncio.Event()
            client = self._client = await connection.connect(
                self._settings.nats_url, on_change=self._connection_changed, on_closed=closed.set
            )
            try:
                await self._record_over(client, closed, pool)
            except* connection.ConnectionClosedForGood:
                self._sequencer = None
                _log.warning("nats_closed", reason=repr(client.last_error))
                await asyncio.sleep(RECONNECT_WAIT_SECONDS)

    async def _record_over(self, client: Client, closed: asyncio.Event, pool: Pool) -> None:
        """Consume drafts, follow with facts, keep the watermark."""
        self._sequencer = Sequencer(
            database_url=self._settings.database_url,
            client=client,
            origin=self._settings.origin,
            anchor=self._settings.trust_anchor,
            head=self.head,
            metrics=self.metrics,
            clock=self._clock,
            stopping=self._stopping,
            checkpoints=self._checkpoints,
            release=version("bloc"),
        )
        async with asyncio.TaskGroup() as parts:
            others = [
                parts.create_task(connection.watch(closed)),
                parts.create_task(FactsFollower(client, pool, self.head, self.metrics).run()),
                parts.create_task(watch_stream(client, self.head)),
            ]
            await self._sequencer.run()
            # It returns when it is told to stop, or when only an operator can help: then reading goes on.
            await self._stopping.wait()
            for task in others:
                task.cancel()

    async def _prove(self, pool: Pool) -> None:
        """Add the nodes that an older release did not write; then sign, and have it cosigned."""
        await self._recalled.wait()
        await self._fill_nodes(pool)
        settings, policy = self._settings, self.published.policy
        signer = Signer(
            database_url=settings.database_url,
            origin=settings.origin,
            keys={key.kid: key for key in settings.checkpoint_keys},
            store=self._checkpoints,
            head=self.head,
            published=self.published,
            clock=self._clock,
        )
        async with asyncio.TaskGroup() as parts:
            parts.create_task(signer.run())
            if policy is not None:
                witnesses = WitnessMetrics(self.metrics.registry)
                company = Company(policy, pool=pool, published=self.published, metrics=witnesses)
                parts.create_task(company.run())

    async def _fill_nodes(self, pool: Pool) -> None:
        while True:
            try:
                if filled := await fill_nodes(pool):
                    _log.info("nodes_filled", filled=filled)
            except connecting.AWAY as error:
                _log.warning("nodes_not_filled", reason=repr(error))
                await asyncio.sleep(FOLLOW_POLL_SECONDS)
            except CorruptRecordError as error:
                # Without entries there is nothing to fill from. What is signed is recomputed from its own part of the
                # record, and whoever asks for what is missing is told; so nothing else has to end for it.
                _log.error("nodes_not_filled", reason=str(error))
                return
            else:
                return

    def _connection_changed(self) -> None:
        if self._sequencer is not None:
            self._sequencer.connection_changed()

    async def _keep_partitions(self, pool: Pool) -> None:
        """Room for entries is made before it is needed."""
        while True:
            try:
                if made := await make_partitions(pool):
                    _log.info("partitions_made", made=made)
                self.metrics.partitions_ahead.set(await partitions_ahead(pool))
            except connecting.AWAY as error:
                _log.warning("partitions_not_checked", reason=repr(error))
                await asyncio.sleep(FOLLOW_POLL_SECONDS)
            else:
                await asyncio.sleep(PARTITIONS_CHECKED_SECONDS)
