"""`bloc bench replay`: grow a ledger to a size through its own front door, then fold all of it.

Every entry was signed, decided and recorded like any other; recording a million takes minutes, folding them seconds.
"""

import asyncio
import sys
from collections.abc import Callable
from uuid import uuid4

import msgspec

from bloc.bench import load
from bloc.bench.append import IN_FLIGHT_BATCHES
from bloc.bench.fold import Folded
from bloc.demo.play import Stage
from bloc.stack import Stack

EVENTS_EACH = 100
ENTRIES_EACH = 2 * EVENTS_EACH  # each declaration derives an assessment
ROUND_SUBMISSIONS = 50


async def measure(stack: Stack, stage: Stage, entries: int, say: Callable[[str], None]) -> Folded:
    """Grow the ledger to at least `entries`, and fold it in a process of its own."""
    await _grow(stack, stage, entries, say)
    say(f"Folding {entries:,} entries")
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bloc.bench.fold", stack.database_url(), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate()
    if child.returncode != 0:
        raise RuntimeError(f"the folding process ended with {child.returncode}")
    return msgspec.json.decode(out, type=Folded)


async def _grow(stack: Stack, stage: Stage, entries: int, say: Callable[[str], None]) -> None:
    size = (await stage.bloc.head())["size"]
    while size < entries:
        say(f"Recording {size:,} of {entries:,} entries")
        submissions = min(ROUND_SUBMISSIONS, (entries - size) // ENTRIES_EACH + 1)
        key = stage.keys["us.customs"]
        run = uuid4().hex[:12]
        requests = load.declarations(key, stage.bloc.origin, run, submissions, EVENTS_EACH)
        await load.post_all(stack.tariffs_url, requests, in_flight=IN_FLIGHT_BATCHES)
        size = (await stage.bloc.head())["size"]
