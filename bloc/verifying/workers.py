"""Who examines chunks: this process, or others beside it. Chunks come back in the order in which they were asked for.

Processes and not threads, because most of the work is Python's own. They are started fresh (not forked), ignore
Ctrl-C (the parent ends them) and are handed a few chunks more than there are of them, so that memory stays flat
however far the fold lags behind.
"""

import os
import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Self

from contracts.limits import VERIFY_SERIAL_ENTRIES_MAX


class Workers:
    """Runs functions of bytes, in `count` processes or (0) at once in this one; use as a context manager."""

    def __init__(self, count: int) -> None:
        self._pool = (
            ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_ignore_interrupts)
            if count
            else None
        )
        self.ahead = 2 * count + 1 if count else 1
        """How many calls to have under way at a time."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def submit(self, work: Callable[..., bytes], *arguments: Any) -> "Future[bytes]":
        """Have `work` done; its answer, or its exception, comes with the future."""
        if self._pool is not None:
            return self._pool.submit(work, *arguments)
        done: Future[bytes] = Future()
        done.set_result(work(*arguments))
        return done


def workers_for(size: int) -> int:
    """How many processes pay for a record of this size."""
    return 0 if size <= VERIFY_SERIAL_ENTRIES_MAX else max(os.cpu_count() or 1, 1)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
