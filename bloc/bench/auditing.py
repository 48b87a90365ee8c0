"""`bloc bench audit`: grow a ledger through its own front door, then decide all of it again, alone and shared out.

Beside it stands what reading the same entries over HTTP takes with nothing done to them: the limit of this source.
"""

import asyncio
import os
from collections.abc import Callable
from time import perf_counter

from msgspec import Struct

from bloc.auditing.running import Task, run
from bloc.bench.growing import EVENTS_EACH, grow
from bloc.demo.play import Stage
from bloc.history.sources import dense, open_history
from bloc.stack import Stack


class Audited(Struct, frozen=True):
    """Auditing `entries` entries, recorded `events_each` to a submission; `reading_seconds` without the audit.

    `alone_seconds` in one process, `shared_seconds` by `workers` beside the reader. `faults` must be 0.
    """

    entries: int
    events_each: int
    reading_seconds: float
    alone_seconds: float
    shared_seconds: float
    workers: int
    faults: int


async def measure(stack: Stack, stage: Stage, entries: int, say: Callable[[str], None]) -> Audited:
    """Grow the ledger to at least `entries`, and audit it twice."""
    await grow(stack, stage, entries, say)
    say(f"Auditing {entries:,} entries")
    return await asyncio.to_thread(_measured, stack.ledger_url)


def _measured(url: str) -> Audited:
    workers = max(os.cpu_count() or 1, 2)
    started = perf_counter()
    entries = _read(url)
    reading = perf_counter() - started
    faults, alone = _audited(url, 0)
    also, shared = _audited(url, workers)
    return Audited(entries, EVENTS_EACH, reading, alone, shared, workers, faults + also)


def _read(url: str) -> int:
    history = open_history(url)
    try:
        return sum(len(lines) for lines in dense(history))
    finally:
        history.close()


def _audited(url: str, workers: int) -> tuple[int, float]:
    history = open_history(url)
    started = perf_counter()
    try:
        report = run(history, Task(), workers=workers, strict=False, progress=lambda _: None)
    finally:
        history.close()
    return report.faults + bool(report.part.broken), perf_counter() - started
