"""`bloc bench replay`: grow a ledger to a size through its own front door, then read beside it, fold it, start on it.

Every entry was signed, decided and recorded like any other; recording a million takes minutes, folding them seconds.
Some in a hundred are about rules, as in a bloc that has worked for years: a tariff that grows with the ledger, half of
it acts on the measures and floors that there are.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence

import msgspec
from msgspec import Struct

from bloc.bench import starting
from bloc.bench.fold import Folded
from bloc.bench.growing import grow
from bloc.bench.reading import Reads, read
from bloc.bench.rules import record
from bloc.bench.starting import Started
from bloc.bench.tariff import WAYS, Size, tariff
from bloc.demo.play import Stage
from bloc.stack import Stack

RULES_PERCENT = 1
"""Entries about rules in a hundred, beside those that the bloc begins with."""


class Replayed(Struct, frozen=True):
    """A ledger of one size: read, folded, and started on."""

    reads: Reads
    folded: Folded
    started: Started


async def measure(
    stack: Stack, stage: Stage, sizes: Sequence[int], rules_percent: int, say: Callable[[str], None]
) -> list[Replayed]:
    """Grow the ledger to each of the sizes, the smallest first, and measure there."""
    found: list[Replayed] = []
    places: list[range] = []
    for entries, part in zip(sizes, parts(sizes, rules_percent), strict=True):
        size = (await stage.bloc.head())["size"]
        say(f"Recording {part.entries:,} entries about rules")
        await record(stack, stage, tariff(part))
        places.append(range(size + part.rules.start, size + part.rules.stop))
        await grow(stack, stage, entries, say)
        say(f"Reading beside {entries:,} entries")
        reads = await read(stack, so_far(part), places)
        say(f"Folding {entries:,} entries")
        folded = await _fold(stack)
        say(f"Starting on {entries:,} entries")
        found.append(Replayed(reads, folded, await starting.measure(stack, stage)))
    return found


def parts(sizes: Sequence[int], rules_percent: int) -> Iterator[Size]:
    """What the tariff grows by to each size: a twentieth are floors, each on a line of its own, and eight twentieths
    measures on other codes; the rest are acts on these."""
    entries, codes, floors = 0, 0, 0
    for size in sizes:
        share = size * rules_percent // 100
        part = Size(
            measures=(share * 2 // 5 // len(WAYS) - codes) * len(WAYS),
            floors=share // 20 - floors,
            entries=share - entries,
            codes_before=codes,
            floors_before=floors,
        )
        yield part
        entries, codes, floors = share, codes + part.codes, floors + part.floors


def so_far(part: Size) -> Size:
    """The tariff whose last part this is."""
    measures = (part.codes_before + part.codes) * len(WAYS)
    return Size(measures, part.floors_before + part.floors, part.entries)


async def _fold(stack: Stack) -> Folded:
    """Fold all of it in a process of its own."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bloc.bench.fold", stack.database_url(), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate()
    if child.returncode != 0:
        raise RuntimeError(f"the folding process ended with {child.returncode}")
    return msgspec.json.decode(out, type=Folded)
