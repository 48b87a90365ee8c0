"""`bloc bench rules`: how reads and assessments fare when the tariff is large, and when the ledger grows.

The tariff is recorded through the front door, every entry signed and decided; then it is read (reading.py). Growth is
the ratio between the smallest and the largest size. The assessments a second of one core come from a process of their
own (assessing.py).
"""

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from time import perf_counter

import msgspec
from msgspec import Struct

from bloc.authoring import author_event, submission_body
from bloc.bench import load
from bloc.bench.assessing import Assessed
from bloc.bench.reading import Reads, read
from bloc.bench.tariff import Posted, Size, tariff
from bloc.demo.play import Stage
from bloc.stack import Stack

EVENTS_EACH = 200


class Ruled(Struct, frozen=True):
    """The figures of one ledger with `rule_entries` about rules."""

    entries: int
    rule_entries: int
    recorded_per_second: float
    """Entries about rules recorded a second: signed, decided, sealed, with receipts; since the size before."""
    reads: Reads


async def measure(
    stack: Stack, stage: Stage, whole: Size, sizes: list[int], say: Callable[[str], None]
) -> list[Ruled]:
    """Record the tariff up to each of the sizes, and read."""
    posts = tariff(whole)
    found: list[Ruled] = []
    recorded = 0
    ground = (await stage.bloc.head())["size"]
    places = range(ground + whole.rules.start, ground + whole.rules.stop)
    for entries in sizes:
        say(f"Recording {entries:,} entries about rules")
        began = perf_counter()
        await record(stack, stage, islice(posts, entries - recorded))
        seconds = perf_counter() - began
        say(f"Reading beside {entries:,} entries about rules")
        size = (await stage.bloc.head())["size"]
        found.append(Ruled(size, entries, (entries - recorded) / seconds, await read(stack, whole, [places])))
        recorded = entries
    return found


async def assess(size: Size) -> Assessed:
    """Assess in a process of its own."""
    words = [str(number) for number in (size.measures, size.floors, size.entries)]
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bloc.bench.assessing", *words, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate()
    if child.returncode != 0:
        raise RuntimeError(f"the assessing process ended with {child.returncode}")
    return msgspec.json.decode(out, type=Assessed)


async def record(stack: Stack, stage: Stage, posts: Iterable[Posted]) -> None:
    """One submission after the other, as rules are: each is decided on all that are before it."""
    for party, run in groupby(posts, key=lambda posted: posted[0]):
        for events in _cut(run):
            body = submission_body(author_event(party, name, data) for _, name, data in events)
            request = load.signed(stage.keys[party], stage.bloc.origin, body)
            await load.post_all(stack.tariffs_url, [request], in_flight=1)


def _cut(run: Iterator[Posted]) -> Iterator[list[Posted]]:
    while events := list(islice(run, EVENTS_EACH)):
        yield events
