"""Running an audit: in this process, and in as many workers beside it as pay, each of which judges some of the drafts.

Deciding again is nearly all the work, and a decision needs the state that all drafts before it made. So every process
folds the whole record, which is cheap, and judges some stretches of it: nothing has to be shared, no draft waits for
another, and the findings are those of a single process. Workers get the entries through pipes, so the record is read
once and all of them see the same end. A stretch goes to a worker that is about to have nothing to judge, else this
process takes it: so none waits for another, and the seconds in which workers start are not lost.
"""

import gc
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Queue
from threading import Lock, Thread

from msgspec import Struct, msgpack

from bloc.auditing.refused import OwnKey, RefusedBodies
from bloc.auditing.report import Part, Report, joined
from bloc.history.bounds import check_reached
from bloc.history.shelf import DiskShelf
from bloc.history.sources import History, Lines, Progress, counted, dense
from bloc.trouble import Trouble
from contracts.entry import CorruptEntry, split_served
from contracts.limits import (
    AUDIT_PROCESSES_MAX,
    AUDIT_STRETCH_ENTRIES,
    AUDIT_STRETCHES_AHEAD_MAX,
    AUDIT_STRETCHES_OWED_MAX,
    AUDIT_SWITCH_SECONDS,
    TARIFFS_GARBAGE_THRESHOLDS,
    VERIFY_SERIAL_ENTRIES_MAX,
)
from services.tariffs.domain.auditing.audit import Audit
from services.tariffs.domain.auditing.recorded_drafts import BrokenRecord

_JUDGED, _FOLDED = b"judged", b"folded"
"""What is sent before each stretch: whether the worker judges it."""


class Task(Struct, frozen=True):
    """What is to be judged: drafts that begin from `first` to `last` (None: to the end). `refused`: a folder or ""."""

    first: int = 0
    last: int | None = None
    refused: str = ""
    own: OwnKey | None = None


class ShareAudit:
    """Audits what falls to this process; use as a context manager. What breaks is in the part."""

    def __init__(self, task: Task) -> None:
        self._shelf = DiskShelf()
        folder = Path(task.refused) if task.refused else None
        self._audit = Audit(
            refused=RefusedBodies(folder, task.own),
            shelf=self._shelf,
            first=task.first,
            last=task.last,
        )
        self._part = Part()

    def __enter__(self) -> "ShareAudit":
        return self

    def __exit__(self, *_: object) -> None:
        self._shelf.__exit__()

    def take(self, lines: Lines, *, judged: bool = True) -> None:
        """The next served entries; drafts that begin in them are judged here, or only folded. After something that
        cannot be read, the rest is passed over."""
        if self._part.broken:
            return
        try:
            for line in lines:
                for finding in self._audit.take(*split_served(line), mine=judged):
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
    """Audit a history. `workers`: processes beside this one; 0 for none, None for as many as pay.

    Raises NotRecorded when it ends before the drafts that are asked about: nothing judged is not without fault.
    """
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
        workers = min(os.cpu_count() or 1, AUDIT_PROCESSES_MAX) - 1 if is_long else 0
    part = _shared_out(chain(begun, batches), task, workers)
    part.broken = part.broken or broken
    if not part.broken:
        asked = task.first or None if task.last is None else task.last
        check_reached(history.name, asked, part.position)
    return Report(history.name, task.first, task.last, strict, part)


def _shared_out(batches: Iterator[Lines], task: Task, workers: int) -> Part:
    switching = sys.getswitchinterval()
    if workers:  # else threads that send would wait for their turns, and workers for them
        sys.setswitchinterval(AUDIT_SWITCH_SECONDS)
    team = [_Worker(task) for _ in range(workers)]
    try:
        with ShareAudit(task) as audit:
            while isinstance(read := _next(batches), list):
                _share_out(read, audit, team)
            for worker in team:
                worker.give(b"")
            part = joined([audit.finish(), *(worker.finish() for worker in team)])
    finally:
        sys.setswitchinterval(switching)
        for worker in team:
            worker.stop()
    part.broken = read or part.broken
    return part


def _next(batches: Iterator[Lines]) -> Lines | str:
    """The next entries; at their end why reading ended before it, "" if it did not."""
    try:
        return next(batches, "")
    except Trouble as trouble:
        return trouble.what


def _share_out(lines: Lines, audit: ShareAudit, team: Sequence["_Worker"]) -> None:
    """Give some entries to all, each stretch of them to one who judges it."""
    for start in range(0, len(lines), AUDIT_STRETCH_ENTRIES):
        stretch = lines[start : start + AUDIT_STRETCH_ENTRIES]
        judge = min(team, key=lambda worker: worker.owed, default=None)
        if judge is not None and judge.owed >= AUDIT_STRETCHES_OWED_MAX:
            judge = None
        if team:
            packed = b"\n".join(stretch)
            for worker in team:
                worker.give(packed, judged=worker is judge)
        audit.take(stretch, judged=judge is None)


class _Worker:
    """A process with its pipe. Fresh, not forked: it must not inherit connections.

    A pipe holds less than one stretch. So a thread sends what waits, some stretches ahead: else all would go at the
    pace of the slowest. `owed`: stretches to judge that the worker has not taken yet.
    """

    def __init__(self, task: Task) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=work, args=(theirs, msgpack.encode(task)), daemon=True
        )
        self._process.start()
        theirs.close()
        self.owed = 0
        self._counting = Lock()
        self._waiting: Queue[tuple[bytes, bool]] = Queue(AUDIT_STRETCHES_AHEAD_MAX)
        self._is_dead = False
        self._sender = Thread(target=self._send, daemon=True)
        self._sender.start()

    def give(self, packed: bytes, *, judged: bool = False) -> None:
        """Served entries, joined by LF, none after the last; waits while the worker is far behind."""
        if self._is_dead:
            raise _died()
        if judged:
            with self._counting:
                self.owed += 1
        self._waiting.put((packed, judged))

    def finish(self) -> Part:
        """After the last entries: wait for what was found."""
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
            self._waiting.put((b"", False))
            self._sender.join()
        self._pipe.close()
        self._process.join(timeout=5)
        if self._process.is_alive():
            self._process.terminate()

    def _send(self) -> None:
        """Send what waits until there is no more; once the process is dead, let it go, so that nobody waits."""
        packed = b"more"
        while packed:
            packed, judged = self._waiting.get()
            try:
                if not self._is_dead:
                    self._pipe.send_bytes(_JUDGED if judged else _FOLDED)
                    self._pipe.send_bytes(packed)
            except OSError:
                self._is_dead = True
            if judged:
                with self._counting:
                    self.owed -= 1


def _died() -> Trouble:
    return Trouble(
        "A worker process ended before its work was done (for want of memory?).",
        "Use fewer with --workers.",
    )


def work(pipe: Connection, task: bytes) -> None:
    """The life of a worker: entries until there are none, then the answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
    gc.set_threshold(*TARIFFS_GARBAGE_THRESHOLDS)
    with ShareAudit(msgpack.decode(task, type=Task)) as audit:
        judged = pipe.recv_bytes() == _JUDGED
        while packed := pipe.recv_bytes():
            audit.take(packed.split(b"\n"), judged=judged)
            judged = pipe.recv_bytes() == _JUDGED
        pipe.send_bytes(msgpack.encode(audit.finish()))
