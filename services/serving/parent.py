"""Stopping with one's launcher: one that died cannot stop its services any more, so they stop themselves."""

import asyncio
import os
from collections.abc import Callable

import structlog

from contracts.limits import PARENT_WATCH_SECONDS

_log = structlog.get_logger(__name__)


async def watch_parent(parent_pid: int, stop: Callable[[], None]) -> None:
    """Call `stop` once the process is nobody's child any more; 0 for a service that was not launched by us."""
    while not parent_pid or os.getppid() == parent_pid:  # noqa: ASYNC110 # the system tells nobody
        await asyncio.sleep(PARENT_WATCH_SECONDS)
    _log.warning("parent_gone", parent=parent_pid)
    stop()
