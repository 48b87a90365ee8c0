"""`bloc bench replay`: grow a ledger to a size through its own front door, then fold all of it, and start on it.

Every entry was signed, decided and recorded like any other; recording a million takes minutes, folding them seconds.
Some in a hundred are about rules, as in a bloc that has worked for years: a tariff, and acts on it round after round.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator
from itertools import islice

import msgspec
from msgspec import Struct

from bloc.bench import starting
from bloc.bench.fold import Folded
from bloc.bench.growing import grow
from bloc.bench.rules import record
from bloc.bench.starting import Started
from bloc.bench.tariff import Posted, Size, tariff
from bloc.demo.play import Stage
from bloc.stack import Stack

RULES_PERCENT = 1
"""Entries about rules in a hundred, beside those that the bloc begins with."""


class Replayed(Struct, frozen=True):
    """A ledger of one size: folded, and started on."""

    folded: Folded
    started: Started


def rules_for(entries: int) -> Iterator[Posted]:
    """Entries about rules for a ledger of at most `entries`: four in five are about measures, half of them acts on
    those that there are."""
    share = entries * RULES_PERCENT // 100
    return tariff(Size(measures=share * 2 // 5, floors=share // 20, entries=share))


async def measure(
    stack: Stack, stage: Stage, entries: int, rules: Iterator[Posted], say: Callable[[str], None]
) -> Replayed:
    """Grow the ledger to at least `entries`, fold it in a process of its own, and start the tariffs service on it."""
    size = (await stage.bloc.head())["size"]
    say(f"Recording rules of {size:,} to {entries:,} entries")
    await record(stack, stage, islice(rules, max(0, entries - size) * RULES_PERCENT // 100))
    await grow(stack, stage, entries, say)
    say(f"Folding {entries:,} entries")
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bloc.bench.fold", stack.database_url(), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate()
    if child.returncode != 0:
        raise RuntimeError(f"the folding process ended with {child.returncode}")
    folded = msgspec.json.decode(out, type=Folded)
    say(f"Starting on {entries:,} entries")
    return Replayed(folded, await starting.measure(stack, stage))
