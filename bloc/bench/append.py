"""`bloc bench append`: from signed submissions to sealed, committed entries and receipts.

(a) the ledger alone: drafts of 100 events wait in JetStream, then the ledger is started and drains them;
(b) end to end over HTTP, submissions of 100 events; (c) single-event submissions, 64 in flight, on streams of their
own; (c, hot) the same on one stock stream, where each one must see the one before. Every figure stands beside a raw
COPY of the very rows that it recorded.
"""

import asyncio
from collections.abc import Callable
from time import perf_counter
from uuid import uuid4

import asyncpg
from msgspec import Struct

from bloc.bench import load
from bloc.bench.limit import CopyLimit, measure_copy
from bloc.commands.bootstrap import bootstrap
from bloc.commands.migrate import migrate
from bloc.demo.play import Stage
from bloc.stack import Stack

IN_FLIGHT_BATCHES = 8
IN_FLIGHT_SINGLES = 64
POLL_SECONDS = 0.01


class Measured(Struct, frozen=True):
    """One scenario: what was recorded in how long, and how fast COPY did the same.

    `events` are those that partners authored, `entries` all that were recorded, derived ones included.
    """

    scenario: str
    events: int
    entries: int
    seconds: float
    p50_ms: float
    p99_ms: float
    transactions: int
    copy: CopyLimit

    @property
    def ratio(self) -> float:
        """Entries a second, as a share of what COPY did with the same rows."""
        return self.entries / self.seconds / self.copy.rows_per_second


class Run(Struct, frozen=True):
    """What the scenarios share: a prepared bloc and how much of everything to post."""

    stack: Stack
    stage: Stage
    submissions: int
    singles: int
    say: Callable[[str], None]

    def requests_of_100(self, submissions: int) -> list[bytes]:
        """Signed submissions of 100 declarations."""
        key = self.stage.keys["us.customs"]
        return load.declarations(key, self.stage.bloc.origin, uuid4().hex[:12], submissions, 100)


async def ledger_alone(run: Run) -> Measured:
    """(a) Drafts wait in JetStream; what is measured begins with the ledger's first commit."""
    run.say("(a) the ledger alone: signing and queueing drafts")
    requests = [request.replace(b"wait=30", b"wait=0", 1) for request in run.requests_of_100(run.submissions)]
    size_before = (await run.stage.bloc.head())["size"]
    await run.stack.stop("ledger")
    await load.post_all(run.stack.tariffs_url, requests, in_flight=IN_FLIGHT_BATCHES, expected=202)
    await run.stack.stop("tariffs")
    run.say("(a) the ledger alone: draining")
    watching = asyncio.create_task(_watch_drain(run, size_before, 2 * 100 * len(requests)))
    await run.stack.start("ledger")
    marks = await watching
    await run.stack.start("tariffs")
    (first_at, first_size), (last_at, last_size) = marks[0], marks[-1]
    half = next(at for at, size in marks if size - size_before >= (last_size - size_before) / 2)
    return Measured(
        scenario="a    ledger alone, drafts of 100",
        events=(last_size - first_size) // 2,
        entries=last_size - first_size,
        seconds=last_at - first_at,
        p50_ms=1000 * (half - first_at),
        p99_ms=1000 * (last_at - first_at),
        transactions=await _transactions(run, size_before),
        copy=await _copy(run, size_before),
    )


async def _watch_drain(run: Run, size_before: int, expected: int) -> list[tuple[float, int]]:
    """Times and sizes at which commits were seen, from the first to the last."""
    marks: list[tuple[float, int]] = []
    connection = await asyncpg.connect(run.stack.database_url())
    try:
        while not marks or marks[-1][1] < size_before + expected:
            size = await connection.fetchval("SELECT coalesce(max(size), 0) FROM ledger.seals")
            if size > (marks[-1][1] if marks else size_before):
                marks.append((perf_counter(), size))
            await asyncio.sleep(POLL_SECONDS)
    finally:
        await connection.close()
    return marks


async def end_to_end(run: Run) -> Measured:
    """(b) Submissions of 100 events over HTTP, to the receipt."""
    run.say("(b) end to end, submissions of 100 events: signing")
    requests = run.requests_of_100(run.submissions)
    run.say("(b) end to end, submissions of 100 events: posting")
    scenario = "b    to receipt, 100 events each"
    return await _posted(run, scenario, requests, in_flight=IN_FLIGHT_BATCHES, events_each=100)


async def singles(run: Run) -> Measured:
    """(c) Single-event submissions, each on a stream of its own."""
    run.say("(c) single-event submissions: signing")
    key = run.stage.keys["us.customs"]
    requests = load.declarations(key, run.stage.bloc.origin, uuid4().hex[:12], run.singles, 1)
    run.say("(c) single-event submissions: posting")
    scenario = "c    to receipt, 1 event each"
    return await _posted(run, scenario, requests, in_flight=IN_FLIGHT_SINGLES, events_each=1)


async def hot_key(run: Run) -> Measured:
    """(c) Single-event submissions, all on one stock stream."""
    run.say("(c) on one hot key: signing")
    key = run.stage.keys["us.vault"]
    requests = load.drawdowns(key, run.stage.bloc.origin, uuid4().hex[:12], run.singles)
    run.say("(c) on one hot key: posting")
    scenario = "hot  the same on one key"
    return await _posted(run, scenario, requests, in_flight=IN_FLIGHT_SINGLES, events_each=1)


async def _posted(
    run: Run, scenario: str, requests: list[bytes], *, in_flight: int, events_each: int
) -> Measured:
    size_before = (await run.stage.bloc.head())["size"]
    posted = await load.post_all(run.stack.tariffs_url, requests, in_flight=in_flight)
    size_after = (await run.stage.bloc.head())["size"]
    return Measured(
        scenario=scenario,
        events=posted.submissions * events_each,
        entries=size_after - size_before,
        seconds=posted.seconds,
        p50_ms=posted.percentile_ms(50),
        p99_ms=posted.percentile_ms(99),
        transactions=await _transactions(run, size_before),
        copy=await _copy(run, size_before),
    )


async def _transactions(run: Run, size_before: int) -> int:
    connection = await asyncpg.connect(run.stack.database_url())
    try:
        return await connection.fetchval("SELECT count(*) FROM ledger.seals WHERE size > $1", size_before)
    finally:
        await connection.close()


async def _copy(run: Run, size_before: int) -> CopyLimit:
    """COPY the rows from position `size_before` on into a database of their own, in as many transactions."""
    run.say("the limit: COPY of the same rows")
    name = f"copy_{uuid4().hex[:8]}"
    await bootstrap(run.stack.database_url("postgres"), None, database=name)
    await migrate(run.stack.database_url("bloc_owner", name))
    return await measure_copy(
        run.stack.database_url(),
        run.stack.database_url("ledger_app", name),
        from_position=size_before,
        transactions=await _transactions(run, size_before),
    )
