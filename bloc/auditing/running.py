"""Running an audit: one reader, and as many workers as pay, each of which judges its share of the drafts.

Deciding again is nearly all the work, and a decision needs the state that all drafts before it made. So every worker
folds the whole record, which is cheap, and judges every n-th stretch of it: nothing has to be shared, no draft waits
for another, and the findings are those of a single worker. They get the entries through pipes, so the record is read
once and all of them see the same end.
"""

import gc
import os
import signal
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Queue
from threading import Thread

from msgspec import Struct, msgpack

from bloc.auditing.refused import OwnKey, RefusedBodies
from bloc.auditing.report import Part, Report, joined
from bloc.history.shelf import DiskShelf
from bloc.history.sources import History, Lines, Progress, counted, dense
from bloc.trouble import Trouble
from contracts.entry import CorruptEntry, split_served
from contracts.limits import (
    AUDIT_CHUNKS_AHEAD_MAX,
    AUDIT_WORKERS_MAX,
    TARIFFS_GARBAGE_THRESHOLDS,
    VERIFY_SERIAL_ENTRIES_MAX,
)
from services.tariffs.domain.auditing.audit import Audit
from services.tariffs.domain.auditing.recorded_drafts import BrokenRecord


class Task(Struct, frozen=True):
    """What is to be judged: drafts that begin from `first` to `last` (None: to the end). `refused`: a folder or ""."""

    first: int = 0
    last: int | None = None
    refused: str = ""
    own: OwnKey | None = None


class ShareAudit:
    """Audits the share number `share[0]` of `share[1]`; use as a context manager. What breaks is in the part."""

    def __init__(self, task: Task, share: tuple[int, int] = (0, 1)) -> None:
        self._shelf = DiskShelf()
        folder = Path(task.refused) if task.refused else None
        self._audit = Audit(
            refused=RefusedBodies(folder, task.own),
            shelf=self._shelf,
            first=task.first,
            last=task.last,
            share=share,
        )
        self._part = Part()

    def __enter__(self) -> "ShareAudit":
        return self

    def __exit__(self, *_: object) -> None:
        self._shelf.__exit__()

    def take(self, lines: Lines) -> None:
        """The next served entries. After something that cannot be read, the rest is passed over."""
        if self._part.broken:
            return
        try:
            for line in lines:
                for finding in self._audit.take(*split_served(line)):
                    self._part.note(finding)
        except (BrokenRecord, CorruptEntry) as error:
            self._part.broken = str(error)
        except Trouble as trouble:
            self._part.broken = trouble.what

    def finish(self) -> Part:
        """At the end of the record: what was found."""
        part, audit = self._part, self._audit
        if not part.broken:
            if not audit.is_whole:
                part.broken = f"position {audit.position}: the record ends within a draft"
            part.due(audit.aftermath())
        part.tally, part.lags, part.position = audit.tally, audit.lags.by_issuer(), audit.position
        return part


def run(history: History, task: Task, *, workers: int | None, strict: bool, progress: Progress) -> Report:
    """Audit a history. `workers`: processes beside this one; 0 for none, None for as many as pay."""
    gc.set_threshold(*TARIFFS_GARBAGE_THRESHOLDS)  # as in the service that decided
    batches = counted(dense(history), progress)
    broken = ""
    begun: list[Lines] = []
    entries = 0
    try:
        while workers is None and entries <= VERIFY_SERIAL_ENTRIES_MAX and (lines := next(batches, None)):
            begun.append(lines)
            entries += len(lines)
    except Trouble as trouble:
        broken, batches = trouble.what, iter(())
    if workers is None:
        is_long = entries > VERIFY_SERIAL_ENTRIES_MAX
        workers = min(os.cpu_count() or 1, AUDIT_WORKERS_MAX) if is_long else 0
    part = _serially(begun, batches, task) if workers < 2 else _in_processes(begun, batches, task, workers)
    part.broken = part.broken or broken
    return Report(history.name, task.first, task.last, strict, part)


def _fed(begun: list[Lines], batches: Iterator[Lines], give: Callable[[Lines], None]) -> str:
    """Hand everything out; why reading ended before its end, if it did."""
    for lines in begun:
        give(lines)
    try:
        for lines in batches:
            give(lines)
    except Trouble as trouble:
        return trouble.what
    return ""


def _serially(begun: list[Lines], batches: Iterator[Lines], task: Task) -> Part:
    with ShareAudit(task) as audit:
        broken = _fed(begun, batches, audit.take)
        part = joined([audit.finish()])
    part.broken = broken or part.broken
    return part


def _in_processes(begun: list[Lines], batches: Iterator[Lines], task: Task, workers: int) -> Part:
    team = [_Worker(task, (number, workers)) for number in range(workers)]
    try:

        def give(lines: Lines) -> None:
            packed = b"\n".join(lines)
            for worker in team:
                worker.give(packed)

        broken = _fed(begun, batches, give)
        part = joined([worker.finish() for worker in team])
    finally:
        for worker in team:
            worker.stop()
    part.broken = broken or part.broken
    return part


class _Worker:
    """A process with its pipe. Fresh, not forked: it must not inherit connections.

    A pipe holds less than one chunk, and the shares of two workers in a chunk are seldom equal. So a thread sends what
    waits, some chunks ahead: else all would go at the pace of whoever has most to judge in each chunk.
    """

    def __init__(self, task: Task, share: tuple[int, int]) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=work, args=(theirs, msgpack.encode(task), share), daemon=True
        )
        self._process.start()
        theirs.close()
        self._waiting: Queue[bytes] = Queue(AUDIT_CHUNKS_AHEAD_MAX)
        self._is_dead = False
        self._sender = Thread(target=self._send, daemon=True)
        self._sender.start()

    def give(self, packed: bytes) -> None:
        """Served entries, joined by LF; waits while the worker is far behind."""
        if self._is_dead:
            raise _died()
        self._waiting.put(packed)

    def finish(self) -> Part:
        """No more entries: wait for what was found."""
        self._waiting.put(b"")
        self._sender.join()
        if self._is_dead:
            raise _died()
        try:
            return msgpack.decode(self._pipe.recv_bytes(), type=Part)
        except (OSError, EOFError) as error:
            raise _died() from error

    def stop(self) -> None:
        """End the process if it has not ended by itself."""
        if self._sender.is_alive():  # reading broke off: what waits is for nobody
            self._is_dead = True
            self._waiting.put(b"")
            self._sender.join()
        self._pipe.close()
        self._process.join(timeout=5)
        if self._process.is_alive():
            self._process.terminate()

    def _send(self) -> None:
        """Send what waits until there is no more; once the process is dead, let it go, so that nobody waits."""
        packed = b"more"
        while packed:
            packed = self._waiting.get()
            try:
                if not self._is_dead:
                    self._pipe.send_bytes(packed)
            except OSError:
                self._is_dead = True


def _died() -> Trouble:
    return Trouble(
        "A worker process ended before its work was done (for want of memory?).",
        "Use fewer with --workers.",
    )


def work(pipe: Connection, task: bytes, share: tuple[int, int]) -> None:
    """The life of a worker: entries until there are none, then the answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
    gc.set_threshold(*TARIFFS_GARBAGE_THRESHOLDS)
    with ShareAudit(msgpack.decode(task, type=Task), share) as audit:
        while packed := pipe.recv_bytes():
            audit.take(packed.split(b"\n"))
        pipe.send_bytes(msgpack.encode(audit.finish()))
