"""From drafts to committed batches: while batch N commits, batch N+1 is pulled, verified, admitted and sealed.

At most one commit is under way and one sealed batch waits for it, so memory is bounded and the order is plain.
State in memory runs ahead of the database by that one batch. Whatever goes wrong, the whole pipeline is dropped
with its memory and a new one begins from what Postgres holds; nothing in here tries to mend itself.
"""

import asyncio
from collections.abc import Callable, Mapping
from time import perf_counter

from nats.aio.client import Client

from contracts.limits import (
    BATCH_BYTES_MAX,
    BATCH_DRAFTS_MAX,
    BATCH_ENTRIES_MAX,
    CLOCK_AHEAD_SECONDS_MAX,
    PULL_HEARTBEAT_SECONDS,
)
from services.ledger.announce import announce
from services.ledger.domain.admission import NewerReleaseNeededError
from services.ledger.domain.divergence import Guard, divergence, falls_short
from services.ledger.domain.fold import Fold, SealedBatch
from services.ledger.domain.knowledge import NOTHING, EventKey, Known, KnownEvent
from services.ledger.domain.plan import plan_lookups
from services.ledger.domain.reading import ReadDraft, Unreadable, read_draft
from services.ledger.domain.state import LedgerState
from services.ledger.domain.verify import verify_batch
from services.ledger.drafts import NANOSECONDS, DraftFeed
from services.ledger.head import Head
from services.ledger.metrics import Metrics
from services.ledger.store.connecting import Connection, is_there
from services.ledger.store.lookups import key_versions, known_ids
from services.ledger.store.writing import commit_batch
from services.ledger.versions import VersionCache

_SLICE_SECONDS = 0.0005
"""How long the fold may keep the loop: the commit under way and the readers need it too."""

Clock = Callable[[], int]
"""The time in nanoseconds since 1970."""


class DivergedError(Exception):
    """The draft stream gives other entries than those that were signed, or too few."""


class Taken:
    """Drafts taken from the feed for one batch, read; in the same order where each is answered and acknowledged."""

    __slots__ = ("acks", "drafts", "replies")

    def __init__(self) -> None:
        self.drafts: list[ReadDraft | Unreadable] = []
        self.replies: list[str] = []
        self.acks: list[str] = []

    def cut(self, count: int) -> None:
        """Keep the first `count` drafts only."""
        del self.drafts[count:], self.replies[count:], self.acks[count:]


class Pipeline:
    """One run from a state that was read back, until something fails or it is told to stop."""

    def __init__(
        self,
        state: LedgerState,
        feed: DraftFeed,
        *,
        writer: Connection,
        lookups: Connection,
        client: Client,
        head: Head,
        metrics: Metrics,
        clock: Clock,
        guard: Guard | None,
        release: str,
    ) -> None:
        """`guard`: what was signed beyond `state`, if anything; `release` is this one, for the reason of a stop."""
        self._state = state
        self._feed = feed
        self._writer = writer
        self._lookups = lookups
        self._client = client
        self._head = head
        self._metrics = metrics
        self._clock = clock
        self._guard = guard
        self._release = release
        self._versions = VersionCache()
        self._uncommitted = NOTHING
        self._commit: asyncio.Task[None] | None = None
        self._newer: NewerReleaseNeededError | None = None
        self._slice_began = perf_counter()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set. Raises whatever went wrong, after the commit under way has ended."""
        try:
            while not stopping.is_set():
                await self._step()
        finally:
            await self._commit_ended()

    async def _step(self) -> None:
        if not self._feed.held:
            # Nothing to overlap with: so hear first how the commit ended.
            await self._commit_ended()
            self._head.set_phase("running")
            await self._feed.wait(PULL_HEARTBEAT_SECONDS)
        taken = await self._take()
        if not taken.drafts:
            await self._commit_ended()
            # A database that was lost and put back to an earlier day is behind, though no draft is new.
            await is_there(self._writer)
            return
        self._head.set_phase("running")
        await self._feed.refill()
        batch = await self._seal(taken)
        await self._commit_ended()
        self._state, self._uncommitted = batch.after, batch.learned
        self._commit = asyncio.create_task(self._write(batch, taken))
        if self._newer is not None:
            await self._commit_ended()
            raise self._newer

    async def _take(self) -> Taken:
        """Take what has arrived, up to the bounds of a batch, and no draft from the future."""
        taken = Taken()
        held = self._feed.held
        size = entries = 0
        latest_ns = self._clock() + CLOCK_AHEAD_SECONDS_MAX * NANOSECONDS
        while held and len(taken.drafts) < BATCH_DRAFTS_MAX and entries < BATCH_ENTRIES_MAX:
            message = held[0].message
            size += len(message.body)
            if taken.drafts and size > BATCH_BYTES_MAX:
                break
            if message.stamped_ns > latest_ns:
                if not taken.drafts:
                    await self._hold(message.sequence, message.stamped_ns - latest_ns)
                break
            delivered = held.popleft()
            draft = read_draft(message)
            taken.drafts.append(draft)
            taken.replies.append(message.reply)
            taken.acks.append(delivered.ack)
            entries += 0 if isinstance(draft, Unreadable) else len(draft.ids)
            await self._yield()
        return taken

    async def _hold(self, sequence: int, ahead_ns: int) -> None:
        """Wait for a draft stamped in the future. Not refused: it is the clocks that are wrong, not its author."""
        seconds = ahead_ns / NANOSECONDS + CLOCK_AHEAD_SECONDS_MAX
        self._head.set_phase(
            "held",
            f"draft {sequence} is stamped {seconds:.1f} s ahead of this machine's clock: compare the clocks of "
            "the ledger and of NATS",
        )
        await asyncio.sleep(min(ahead_ns / NANOSECONDS, PULL_HEARTBEAT_SECONDS))

    async def _seal(self, taken: Taken) -> SealedBatch:
        """Verify, look up, admit and seal, in memory only. Before a draft for a newer release the batch is cut."""
        drafts = tuple(taken.drafts)
        plan = plan_lookups(drafts)
        cached, unknown = self._versions.split(plan.keys)
        verdicts, (ids, versions) = await asyncio.gather(
            # A thread of its own: Ed25519 lets other threads run, so it costs the loop nothing.
            asyncio.to_thread(verify_batch, drafts, self._state.ring, self._state.origin),
            self._look_up(plan.ids, unknown),
        )
        self._versions.learn(versions)
        fold = Fold(self._state, Known(ids, {**cached, **versions}, self._uncommitted))
        for number, (draft, verdict) in enumerate(zip(drafts, verdicts, strict=True)):
            try:
                fold.take(draft, verdict)
            except NewerReleaseNeededError as newer:
                if not number:
                    raise
                # What came before it is recorded, wherever the batch ends; then the ledger stops.
                self._newer = newer
                taken.cut(number)
                break
            await self._yield()
        batch = fold.seal()
        if self._guard is not None:
            after = batch.after
            reason = divergence(self._guard, batch.before.frontier, batch.rows, self._release)
            if reason := reason or falls_short(self._guard, after.size, after.cursor, self._release):
                raise DivergedError(reason)
        self._versions.learn(batch.learned.versions)
        return batch

    async def _look_up(
        self, ids: frozenset[EventKey], keys: list[str]
    ) -> tuple[Mapping[EventKey, KnownEvent], Mapping[str, int]]:
        found = await known_ids(self._lookups, ids)
        return found, await key_versions(self._lookups, keys)

    async def _write(self, batch: SealedBatch, taken: Taken) -> None:
        """Commit, then tell. What is told is true: it comes after the commit, and never without it."""
        began = perf_counter()
        await commit_batch(self._writer, batch)
        self._metrics.committed(len(batch.rows.entries), perf_counter() - began)
        self._metrics.consumed(batch.receipts)
        after = batch.after
        self._head.move(
            size=after.size,
            cursor=after.cursor,
            recorded_at_ns=after.recorded_at_ns,
            incarnation=after.incarnation,
        )
        await announce(self._client, batch.receipts, taken.replies, after, self._metrics)
        await self._feed.acknowledge(taken.acks[-1])

    async def _commit_ended(self) -> None:
        """Wait for the commit under way, if any; raises what it raised."""
        commit, self._commit = self._commit, None
        if commit is not None:
            await commit

    async def _yield(self) -> None:
        """Let others have the loop when this slice is used up."""
        if perf_counter() - self._slice_began > _SLICE_SECONDS:
            await asyncio.sleep(0)
            self._slice_began = perf_counter()
