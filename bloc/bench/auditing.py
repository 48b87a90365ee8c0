"""`bloc bench audit`: grow a ledger through its own front door, then decide all of it again, alone and shared out.

The audits read an export, as an auditor on another machine does: a ledger that serves beside them would take their
cores. Beside them stands what fetching that export took, and what reading it takes with nothing done to it.
"""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from msgspec import Struct

from bloc.auditing.running import Task, run
from bloc.bench.growing import EVENTS_EACH, grow
from bloc.demo.play import Stage
from bloc.history.sources import dense, open_history
from bloc.stack import Stack


class Audited(Struct, frozen=True):
    """Auditing an export of `entries` entries, recorded `events_each` to a submission: `fetching_seconds` from the
    ledger into the file, `reading_seconds` from the file without the audit.

    `alone_seconds` in one process, `shared_seconds` with `workers` beside it, each with the CPU seconds of all
    processes: what the wall clock says more than these, others on the machine took. `faults` must be 0.
    """

    entries: int
    events_each: int
    fetching_seconds: float
    reading_seconds: float
    alone_seconds: float
    alone_cpu_seconds: float
    shared_seconds: float
    shared_cpu_seconds: float
    workers: int
    faults: int


async def measure(stack: Stack, stage: Stage, entries: int, say: Callable[[str], None]) -> Audited:
    """Grow the ledger to at least `entries`, and audit it twice."""
    await grow(stack, stage, entries, say)
    say(f"Auditing {entries:,} entries")
    return await asyncio.to_thread(_measured, stack.ledger_url)


def _measured(url: str) -> Audited:
    workers = max(os.cpu_count() or 1, 2) - 1
    with TemporaryDirectory(prefix="bloc-audit-") as folder:
        export = Path(folder, "entries.ndjson")
        started = perf_counter()
        entries = _exported(url, export)
        fetching = perf_counter() - started
        reading = _read(export)
        faults, alone, alone_cpu = _audited(export, 0)
        also, shared, shared_cpu = _audited(export, workers)
    return Audited(
        entries,
        EVENTS_EACH,
        fetching,
        reading,
        alone,
        alone_cpu,
        shared,
        shared_cpu,
        workers,
        faults + also,
    )


def _exported(url: str, to: Path) -> int:
    """Keep what the ledger serves, as `bloc entries` does; how many entries that are."""
    history, entries = open_history(url), 0
    try:
        with to.open("wb") as file:
            for lines in dense(history):
                entries += len(lines)
                file.writelines(line + b"\n" for line in lines)
    finally:
        history.close()
    return entries


def _read(export: Path) -> float:
    history, started = open_history(str(export)), perf_counter()
    try:
        for _ in dense(history):
            pass
    finally:
        history.close()
    return perf_counter() - started


def _audited(export: Path, workers: int) -> tuple[int, float, float]:
    """Faults, seconds, and CPU seconds of this process and its workers."""
    history, started, busy = open_history(str(export)), perf_counter(), _busy_seconds()
    try:
        report = run(history, Task(), workers=workers, strict=False, progress=lambda _: None)
    finally:
        history.close()
    return report.faults + bool(report.part.broken), perf_counter() - started, _busy_seconds() - busy


def _busy_seconds() -> float:
    """CPU seconds of this process and of those of its children that have ended."""
    return sum(os.times()[:4])
