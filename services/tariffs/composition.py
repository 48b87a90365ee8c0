"""The composition root: builds the parts from the settings and runs them side by side until told to stop."""

import asyncio
import secrets
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic

import msgspec
import structlog
from nats.aio.msg import Msg

from contracts.identity.keys import SigningKey
from contracts.limits import (
    PARTIES_REMEMBERED_MAX,
    PARTY_REFUSALS_PER_MINUTE_MAX,
    PARTY_SUBMISSIONS_BURST_MAX,
    PARTY_SUBMISSIONS_PER_SECOND_MAX,
    STOP_SECONDS_MAX,
    STREAM_STATES_CACHED_MAX,
    SUBMISSIONS_QUEUED_MAX,
)
from contracts.subjects import COMMITTED, receipts_subject
from services.serving.parent import watch_parent
from services.serving.server import HttpServer
from services.tariffs.domain.world import StreamHead
from services.tariffs.doors.http import create_app
from services.tariffs.doors.nats_door import NatsDoor
from services.tariffs.doors.wiring import Wiring
from services.tariffs.following.follower import Follower
from services.tariffs.following.hashing import LiveHash
from services.tariffs.following.snapshot import Snapshots
from services.tariffs.following.starting import begun
from services.tariffs.following.streams import load_head
from services.tariffs.intake.budgets import Budget
from services.tariffs.intake.decider import Decider
from services.tariffs.intake.drafting import Drafter
from services.tariffs.intake.flights import Flights
from services.tariffs.intake.hallway import Hallway
from services.tariffs.intake.heads import Heads
from services.tariffs.intake.known import KnownSubmissions
from services.tariffs.intake.lanes import RulesLane
from services.tariffs.intake.proceedings import Proceedings
from services.tariffs.intake.publisher import Publisher
from services.tariffs.intake.standing import Standing
from services.tariffs.intake.state_hashes import Interval, StateHashes
from services.tariffs.metrics import Metrics
from services.tariffs.outside.ledger import LedgerClient
from services.tariffs.outside.nats import NatsPort
from services.tariffs.outside.proofs import ProofReader
from services.tariffs.settings import Settings

log = structlog.get_logger(__name__)


def now() -> datetime:
    """The one clock of the service."""
    return datetime.now(UTC)


class Service:
    """All parts of one running instance. `run` serves until a signal, or the end of the parent process."""

    def __init__(self, settings: Settings, key: SigningKey) -> None:
        self._settings = settings
        self._reply = receipts_subject(secrets.token_hex(8))
        self._metrics = Metrics()
        self._ledger = LedgerClient(settings.ledger_url)
        self._proofs = ProofReader(settings.ledger_url)
        self._nats = NatsPort(settings.nats_url)
        self._heads = Heads(self._load_head, streams_max=STREAM_STATES_CACHED_MAX)
        self._snapshots = Snapshots(Path(settings.snapshot)) if settings.snapshot else None
        begin = None if self._snapshots is None else partial(begun, self._snapshots, self._ledger)
        self._follower = Follower(self._ledger, seen=self._heads.seen, begin=begin)
        self._flights = Flights(
            ledger_sequence=self._ledger_sequence, ledger_receipt=self._ledger.receipt_of_draft
        )
        self._publisher = Publisher(self._nats.publish)
        self._hallway = self._build_hallway(key)
        live_hash = LiveHash(lambda: self._follower.state, monotonic)
        self._state_hashes = StateHashes(
            key=key,
            origin=settings.origin,
            follower=self._follower,
            hallway=self._hallway,
            interval=Interval(settings.state_hash_entries, settings.state_hash_seconds),
            clock=now,
            live_hash=live_hash,
            snapshots=self._snapshots,
        )
        self._door = NatsDoor(self._hallway, self._nats)
        wiring = Wiring(
            hallway=self._hallway,
            follower=self._follower,
            ledger=self._ledger,
            metrics=self._metrics,
            connected=lambda: self._nats.connected,
            clock=now,
            live_hash=live_hash,
        )
        self._server = HttpServer(
            create_app(wiring),
            host=settings.tariffs_host,
            port=settings.tariffs_port,
            # Askers wait for receipts; what bounds them is the hallway, which says 503 instead of going silent.
            backpressure=2 * SUBMISSIONS_QUEUED_MAX,
        )
        self._stopping = asyncio.Event()
        self._watch_numbers()

    def _build_hallway(self, key: SigningKey) -> Hallway:
        settings = self._settings
        refusal_budget = Budget(
            burst=PARTY_REFUSALS_PER_MINUTE_MAX,
            per_second=PARTY_REFUSALS_PER_MINUTE_MAX / 60,
            parties_max=PARTIES_REMEMBERED_MAX,
        )
        budget = Budget(
            burst=PARTY_SUBMISSIONS_BURST_MAX,
            per_second=PARTY_SUBMISSIONS_PER_SECOND_MAX,
            parties_max=PARTIES_REMEMBERED_MAX,
        )
        decider = Decider(
            follower=self._follower,
            heads=self._heads,
            drafter=Drafter(key, origin=settings.origin, reply=self._reply),
            flights=self._flights,
            publisher=self._publisher,
            refusal_budget=refusal_budget,
            clock=now,
        )
        proceedings = Proceedings(
            follower=self._follower,
            decider=decider,
            known=KnownSubmissions(self._ledger, self._flights),
            lane=RulesLane(self._follower),
        )
        return Hallway(
            origin=settings.origin,
            trust_anchor=settings.trust_anchor,
            standing=Standing(origin=settings.origin, trust_anchor=settings.trust_anchor, kid=key.kid),
            follower=self._follower,
            proceedings=proceedings,
            publisher_full=lambda: self._publisher.full,
            budget=budget,
            metrics=self._metrics,
            clock=now,
            proofs=self._proofs.proofs_of,
        )

    async def _load_head(self, stream: str) -> StreamHead:
        return await load_head(self._ledger, stream)

    async def _ledger_sequence(self) -> int:
        return (await self._ledger.head()).sequence

    def _watch_numbers(self) -> None:
        watch: Callable[[str, str, Callable[[], float]], None] = self._metrics.watch
        watch("bloc_position", "Last position folded", lambda: self._follower.position)
        watch(
            "bloc_ledger_away", "1 while the ledger cannot be read", lambda: self._follower.away is not None
        )
        watch(
            "bloc_waiting_for_entries",
            "Readers and decisions that wait for an entry",
            lambda: self._follower.waiting,
        )
        watch("bloc_nats_connected", "1 while NATS is reached", lambda: self._nats.connected)
        watch("bloc_submissions_under_way", "Submissions not answered yet", lambda: self._hallway.courses)
        watch("bloc_drafts_under_way", "Drafts without a receipt", lambda: len(self._flights))
        watch("bloc_stream_states", "Streams kept in memory", lambda: len(self._heads))

    async def run(self) -> None:
        """Serve until told to stop; an exception of any part ends the whole service."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        async with asyncio.TaskGroup() as parts:
            serving = parts.create_task(self._server.run())
            background = [
                parts.create_task(self._follower.run()),
                parts.create_task(self._publisher.run()),
                parts.create_task(self._flights.run()),
                parts.create_task(self._listen()),
                parts.create_task(self._state_hashes.run()),
                parts.create_task(watch_parent(self._settings.parent_pid, self._stopping.set)),
            ]
            await self._stopping.wait()
            log.info("stopping")
            await self._hallway.stop(STOP_SECONDS_MAX)
            await self._door.close(STOP_SECONDS_MAX)
            self._server.stop()
            await serving
            for task in background:
                task.cancel()
        await self._nats.close()
        await self._ledger.close()
        if self._snapshots is not None:
            self._snapshots.close()
        await self._proofs.close()
        log.info("stopped")

    async def _listen(self) -> None:
        """Receipts before submissions: nothing may be published whose receipt would not be heard."""
        await self._nats.connect()
        await self._nats.listen(self._reply, self._receipts_came)
        await self._nats.listen(COMMITTED, self._entries_came)
        await self._nats.flush()
        await self._door.open()
        await self._nats.keep()

    async def _receipts_came(self, message: Msg) -> None:
        self._flights.arrive(message.data)

    async def _entries_came(self, message: Msg) -> None:
        if msgspec.json.decode(message.data, type=_Committed).size > self._follower.position + 1:
            self._follower.wake()


class _Committed(msgspec.Struct, frozen=True):
    size: int
