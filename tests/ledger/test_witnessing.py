"""Witnesses over real HTTP, in every way wrong: each costs its own cosignature and nothing else, and comes back.

The ledger's record is real; its checkpoints are signed here by hand, so that a test says when there is a new one.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest
from prometheus_client import CollectorRegistry

from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.notes import Note, NoteKey, sign_note
from contracts.tlog.policy import Policy, PolicyLog, check_note
from contracts.tlog.tree import EMPTY_ROOT
from services.ledger.published import Published, SignedCheckpoint
from services.ledger.store.connecting import Pool
from services.ledger.store.tiles import root_at
from services.ledger.witnessing import asking, following
from services.ledger.witnessing.answers import Kind
from services.ledger.witnessing.company import Company
from services.ledger.witnessing.metrics import WitnessMetrics
from tests.ledger.drafting import LEDGER, ORIGIN
from tests.ledger.library import Library
from tests.ledger.witnesses import (
    SIZE,
    Manner,
    Witness,
    always_elsewhere,
    dripping,
    dying_after_keeping,
    forging,
    honest,
    policy_of,
    saying,
    slow,
    with_another_key,
    witnesses_named,
)

PATIENCE_SECONDS = 10
LOG = PolicyLog(NoteKey.of(ORIGIN, LEDGER.verifying))


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A witness that failed is asked again soon."""
    monkeypatch.setattr(following, "WITNESS_BACKOFF_SECONDS_MIN", 0.05)
    monkeypatch.setattr(following, "WITNESS_BACKOFF_SECONDS_MAX", 0.2)


class Log:
    """The published checkpoints of the library's record, and the company that has them cosigned."""

    def __init__(self, pool: Pool, policy: Policy) -> None:
        self._pool = pool
        self._registry = CollectorRegistry()
        self.published = Published(policy)
        metrics = WitnessMetrics(self._registry)
        self.company = Company(policy, pool=pool, published=self.published, metrics=metrics)

    async def sign(self, size: int) -> None:
        """Sign a checkpoint of the first `size` entries."""
        checkpoint = Checkpoint(ORIGIN, size, await root_at(self._pool, size))
        note = Note(checkpoint.body, (sign_note(checkpoint.body, ORIGIN, LEDGER),))
        self.published.move_signed(SignedCheckpoint(checkpoint, note, time.time_ns()))

    async def until_cosigned(self, size: int) -> None:
        """Wait for the quorum, and check what a reader gets as the reader would."""
        found = await self.published.wait_covering(size - 1, PATIENCE_SECONDS, cosigned=True)
        assert found is not None
        accepted = check_note(
            Policy(
                (LOG,),
                self.policy.witnesses,
                self.policy.groups,
                self.policy.quorum,
            ),
            self.published.note_of(found.checkpoint.size) or b"",
        )
        assert getattr(accepted, "quorum", accepted) is True

    @property
    def policy(self) -> Policy:
        assert self.published.policy is not None
        return self.published.policy

    async def stored(self, witness: Witness) -> list[int]:
        """The sizes with a stored cosignature of a witness."""
        query = "SELECT size FROM ledger.cosignatures WHERE witness = $1 ORDER BY size"
        return [row["size"] for row in await self._pool.fetch(query, witness.key_name)]

    async def until_stored(self, witness: Witness, size: int) -> None:
        async def is_there() -> bool:
            return size in await self.stored(witness)

        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await is_there():  # noqa: ASYNC110 # as a reader of the table does
                await asyncio.sleep(0.02)

    def failures(self, witness: Witness, kind: Kind) -> float:
        labels = {"witness": witness.key_name, "kind": kind}
        return self._registry.get_sample_value("bloc_ledger_witness_failures_total", labels) or 0

    def alarm(self, witness: Witness, kind: Kind) -> float:
        labels = {"witness": witness.key_name, "kind": kind}
        return self._registry.get_sample_value("bloc_ledger_witness_alarm", labels) or 0


@asynccontextmanager
async def asked(library: Library, policy: Policy) -> AsyncGenerator[Log]:
    """A log that asks the witnesses of a policy until the end of the block."""
    async with asyncpg.create_pool(library.place.url(), min_size=1, max_size=4) as pool:
        log = Log(pool, policy)
        task = asyncio.create_task(log.company.run())
        try:
            yield log
        finally:
            log.published.close()
            task.cancel()
            await asyncio.wait({task})


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110 # a metric tells nobody that it moved
            await asyncio.sleep(0.01)


async def test_honest_witnesses_cosign_checkpoint_after_checkpoint(library: Library):
    """Three of three, each from where it was; the note that is served verifies against the policy."""
    async with (
        witnesses_named("us1", "eu1", "jp1") as three,
        asked(library, policy_of(*three, quorum=3)) as log,
    ):
        for size in (2, 60, 61, library.size):
            await log.sign(size)
            await log.until_cosigned(size)
        assert [[request.old_size for request in one.asked] for one in three] == [[0, 2, 60, 61]] * 3
        assert await log.stored(three[0]) == [2, 60, 61, library.size]


async def test_two_of_three_reach_the_quorum_without_the_third(library: Library):
    """The third is not even there; once it is, it catches up with the newest, without the ones in between."""
    async with witnesses_named("us2", "eu2") as two:
        late = Witness("jp2")
        async with asked(library, policy_of(*two, late, quorum=2)) as log:
            for size in (10, 20, 30):
                await log.sign(size)
                await log.until_cosigned(size)
            await until(lambda: log.alarm(late, "away") == 1)
            await late.open()
            await log.until_stored(late, 30)
            await until(lambda: log.alarm(late, "away") == 0)
            assert await log.stored(late) == [30]
            await late.close()


WRONG: dict[str, tuple[Manner, Kind]] = {
    "says nothing": (slow(60), "slow"),
    "says it one byte at a time": (dripping, "slow"),
    "hangs up": (dying_after_keeping, "away"),
    "is overloaded": (saying(503), "away"),
    "signs something else": (forging, "forged"),
    "signs with another key": (with_another_key, "garbled"),
    "says garbage": (saying(200, bytes(range(256))), "garbled"),
    "says too much": (saying(200, b"x" * 20_000_000), "garbled"),
    "does not know this log": (saying(404), "refused"),
    "sends elsewhere": (saying(302), "refused"),
    "is stubborn": (saying(422), "inconsistent"),
    "is ahead of us": (saying(409, b"1000000\n", SIZE), "ahead"),
    "names another size each time": (always_elsewhere, "garbled"),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_witness_that_is_wrong_costs_its_own_cosignature_only(
    library: Library, wrong: str, monkeypatch: pytest.MonkeyPatch
):
    """The others meet the quorum, an alarm names what is wrong, nothing false is stored; and it may come back."""
    manner, kind = WRONG[wrong]
    if kind == "slow":
        monkeypatch.setattr(asking, "WITNESS_ANSWER_SECONDS_MAX", 0.4)
    name = f"w{list(WRONG).index(wrong)}"
    async with witnesses_named(name, f"{name}-honest") as (bad, good):
        bad.manner = manner
        async with asked(library, policy_of(bad, good, quorum=1)) as log:
            for size in (20, 40):
                await log.sign(size)
                await log.until_cosigned(size)
            await until(lambda: log.failures(bad, kind) >= 2 and log.alarm(bad, kind) == 1)
            assert await log.stored(bad) == []
            bad.manner = honest
            await log.until_stored(bad, 40)
            await until(lambda: log.alarm(bad, kind) == 0)


async def test_an_answer_that_was_lost_is_asked_for_again(library: Library):
    """It cosigned, kept it and died: 409 names our own size, and the same checkpoint is cosigned once more."""
    async with witnesses_named("us3") as (witness,), asked(library, policy_of(witness, quorum=1)) as log:
        witness.manner = dying_after_keeping
        await log.sign(50)
        await until(lambda: witness.size == 50)
        witness.manner = honest
        await log.until_cosigned(50)
        assert [(request.old_size, len(request.proof)) for request in witness.asked][-1] == (50, 0)


async def test_a_witness_that_forgot_begins_again_and_an_alarm_says_so(library: Library):
    """409 with a smaller size: start again from there. It may cosign a fork now, so somebody has to look."""
    async with witnesses_named("us4") as (witness,), asked(library, policy_of(witness, quorum=1)) as log:
        for size in (30, 60):
            await log.sign(size)
            await log.until_cosigned(size)
        root = await root_of(library, 30)
        for memory, remembered in ((30, root), (0, EMPTY_ROOT)):
            witness.size, witness.root = memory, remembered
            size = log.published.size + 1
            await log.sign(size)
            await log.until_cosigned(size)
            assert witness.asked[-1].old_size == memory
        assert log.failures(witness, "went_back") == 2


async def test_a_ledger_that_forgot_goes_on_from_where_the_witness_is(library: Library):
    """After a restart the sizes are in the table; without them the witness says where it is."""
    async with witnesses_named("us5", "eu5") as both:
        policy = policy_of(*both, quorum=2)
        async with asked(library, policy) as log:
            await log.sign(20)
            await log.until_cosigned(20)
        both[1].size, both[1].root = 40, await root_of(library, 40)
        async with asked(library, policy) as log:
            await log.sign(60)
            await log.until_cosigned(60)
            assert [request.old_size for request in both[0].asked] == [0, 20]
            assert [request.old_size for request in both[1].asked] == [0, 20, 40]


async def root_of(library: Library, size: int) -> bytes:
    async with library.place.connection() as connection:
        return await root_at(connection, size)


async def test_a_witness_may_restart_between_two_requests(library: Library):
    """The connection that was kept is dead: the next checkpoint finds a new one."""
    async with witnesses_named("us6") as (witness,), asked(library, policy_of(witness, quorum=1)) as log:
        for size in (20, 40, 60):
            await log.sign(size)
            await log.until_cosigned(size)
            await witness.close()
            await witness.open()


async def test_two_slow_witnesses_reach_a_quorum_together(library: Library):
    """Each takes longer than the next checkpoint; they are not let pass each other for ever."""
    async with witnesses_named("us7", "eu7") as both, asked(library, policy_of(*both, quorum=2)) as log:
        both[0].manner, both[1].manner = slow(0.30), slow(0.37)
        for size in range(10, 110, 5):
            await log.sign(size)
            await asyncio.sleep(0.08)
        settled = log.published.cosigned
        assert settled is not None
        assert settled.checkpoint.size >= 40
        await log.until_cosigned(105)


async def test_the_first_cosignature_of_a_size_is_the_one_that_is_kept(library: Library):
    """Two ledgers ask the same witness about one size: both serve what is stored."""
    async with witnesses_named("us8") as (witness,):
        policy = policy_of(witness, quorum=1)
        async with asked(library, policy) as first, asked(library, policy) as second:
            for log in (first, second):
                await log.sign(70)
            for log in (first, second):
                await log.until_cosigned(70)
            assert first.published.note_of(70) == second.published.note_of(70)
            assert await first.stored(witness) == [70]
