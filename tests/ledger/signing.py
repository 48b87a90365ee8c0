"""A signer at work on a real database and a real folder, without the rest of the service: tests say what time it is,
what is committed, and what somebody has changed behind its back."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from bloc.embedded.postgres import Postgres
from contracts.identity.keys import SigningKey
from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.notes import Note, sign_note
from contracts.tlog.policy import Policy
from services.ledger.checkpoint_store import CheckpointStore
from services.ledger.domain.fold import SealedBatch
from services.ledger.domain.signing import SignedCheckpoint
from services.ledger.head import Head
from services.ledger.published import Published
from services.ledger.signer.signer import Signer
from services.ledger.store.writing import commit_batch
from tests.ledger.drafting import LEDGER, ORIGIN, SECOND_NS, STORY_NS, Drafter
from tests.ledger.forest import tamper_at
from tests.ledger.record import Record, messages_of

PATIENCE_SECONDS = 20
SIGNED_NS = STORY_NS + 60 * SECOND_NS
"""When the tests begin to sign."""
KEYS = (LEDGER,)


def recorded(*, last_together: bool = False) -> Record:
    """Six batches: the founding, then 260, 2, 40, 20 and 20 entries: sizes 2, 262, 264, 304, 324, 344. The same
    entries in four batches when the last three are taken together."""
    drafter, record = Drafter(), Record()
    counts = (130, 1, 20, 10, 10)
    drafts = [drafter.bloc()]
    drafts += [drafter.declarations(*[f"D{d}-{n}" for n in range(count)]) for d, count in enumerate(counts)]
    messages = messages_of(drafts)
    batches = [[message] for message in messages]
    if last_together:
        batches[3:] = [messages[3:]]
    for batch in batches:
        record.fold(batch)
    return record


@asynccontextmanager
async def copy_of(original: "Desk", name: str, folder: Path) -> AsyncGenerator["Desk"]:
    """Another database with the same rows, and a folder."""
    administrator = await asyncpg.connect(original.postgres.dsn())
    try:
        await administrator.execute(f"CREATE DATABASE {name} TEMPLATE {original.database}")
        yield Desk(original.postgres, name, folder, original.record)
        await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await administrator.close()


class Desk:
    """A database, a folder for checkpoints and a clock: what a signer has. `at_ns` is what the clock shows."""

    def __init__(self, postgres: Postgres, database: str, folder: Path, record: Record) -> None:
        self.postgres = postgres
        self.database = database
        self.folder = folder
        self.record = record
        self.head = Head()
        self.at_ns = SIGNED_NS

    def url(self, role: str = "ledger_app") -> str:
        return self.postgres.dsn(role, self.database)

    async def commit(self, *batches: SealedBatch) -> None:
        """Commit batches as the sequencer does."""
        connection = await asyncpg.connect(self.url())
        try:
            for batch in batches:
                await commit_batch(connection, batch)
                after = batch.after
                self.head.move(
                    size=after.size, cursor=after.cursor, recorded_at_ns=after.recorded_at_ns, incarnation="x"
                )
        finally:
            await connection.close()

    async def tamper(self, *statements: str) -> None:
        await tamper_at(self.url("postgres"), *statements)

    async def checkpoints(self) -> list[tuple[int, bytes]]:
        """Size and note of every recorded checkpoint."""
        connection = await asyncpg.connect(self.url("auditor"))
        try:
            rows = await connection.fetch("SELECT size, note FROM ledger.checkpoints ORDER BY size")
        finally:
            await connection.close()
        return [(row["size"], row["note"]) for row in rows]

    @property
    def store(self) -> CheckpointStore:
        return CheckpointStore(self.folder, ORIGIN)

    @asynccontextmanager
    async def signer(
        self, *, keys: Sequence[SigningKey] = KEYS, policy: Policy | None = None
    ) -> AsyncGenerator[Published]:
        """A signer at work until the end of the block."""
        published = Published(policy)
        signer = Signer(
            database_url=self.url(),
            origin=ORIGIN,
            keys={key.kid: key for key in keys},
            store=self.store,
            head=self.head,
            published=published,
            clock=lambda: self.at_ns,
        )
        task = asyncio.create_task(signer.run())
        try:
            yield published
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def signed(self, size: int, *, keys: Sequence[SigningKey] = KEYS) -> Published:
        """Let a signer work until it has signed a checkpoint of `size`, then end it."""
        async with self.signer(keys=keys) as published:
            await until(lambda: published.size == size, published)
        return published

    def keep(self, checkpoint: Checkpoint, key: SigningKey = LEDGER) -> SignedCheckpoint:
        """Write a checkpoint into the folder, signed with a key."""
        line = sign_note(checkpoint.body, checkpoint.origin, key)
        signed = SignedCheckpoint(checkpoint, Note(checkpoint.body, (line,)), SIGNED_NS)
        store = self.store
        assert store.lock()
        store.write(signed)
        store.unlock()
        return signed

    def root(self, batch: int) -> bytes:
        """The root of the tree after a batch."""
        return self.record.batches[batch].after.frontier.root()

    async def refused(
        self, *, keys: Sequence[SigningKey] = KEYS, policy: Policy | None = None
    ) -> tuple[str, str]:
        """Let a signer work until it refuses; gives kind and reason."""
        async with self.signer(keys=keys, policy=policy) as published:
            await until(lambda: published.refusal is not None, published)
            assert published.refusal is not None
            return published.refusal.kind, published.refusal.reason


async def until(holds: Callable[[], bool], published: Published) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"size {published.size}, {published.refusal}"
        await asyncio.sleep(0.005)
