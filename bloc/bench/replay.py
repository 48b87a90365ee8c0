"""`bloc bench replay`: grow a ledger to a size through its own front door, then fold all of it.

Every entry was signed, decided and recorded like any other; recording a million takes minutes, folding them seconds.
"""

import asyncio
import sys
from collections.abc import Callable

import msgspec

from bloc.bench.fold import Folded
from bloc.bench.growing import grow
from bloc.demo.play import Stage
from bloc.stack import Stack


async def measure(stack: Stack, stage: Stage, entries: int, say: Callable[[str], None]) -> Folded:
    """Grow the ledger to at least `entries`, and fold it in a process of its own."""
    await grow(stack, stage, entries, say)
    say(f"Folding {entries:,} entries")
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bloc.bench.fold", stack.database_url(), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate()
    if child.returncode != 0:
        raise RuntimeError(f"the folding process ended with {child.returncode}")
    return msgspec.json.decode(out, type=Folded)
