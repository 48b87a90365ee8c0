"""`bloc bench rules`: how reads and assessments fare when the tariff is large, and when the ledger grows.

The tariff is recorded through the front door, every entry signed and decided; then pages of rules and assessments are
asked for over HTTP, one after the other, beside the bare round trip to the same service. Growth is the ratio between
the smallest and the largest size. The assessments a second of one core come from a process of their own (assessing.py).
"""

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from itertools import groupby, islice
from random import Random
from time import perf_counter

import msgspec
from msgspec import Struct

from bloc.authoring import author_event, submission_body
from bloc.bench import load
from bloc.bench.assessing import Assessed, accepted_at, items
from bloc.bench.proofs import Spread
from bloc.bench.tariff import Posted, Size, code_of, tariff
from bloc.bench.wire import Connection, get_request, post_request
from bloc.demo.play import Stage
from bloc.stack import Stack
from bloc.trouble import Trouble

REQUESTS = 1_000
EVENTS_EACH = 200
EFFECTIVE_AT = "2026-06-15"


class Ruled(Struct, frozen=True):
    """The figures of one ledger with `rule_entries` about rules. All in milliseconds over HTTP, one at a time."""

    entries: int
    rule_entries: int
    recorded_per_second: float
    """Entries about rules recorded a second: signed, decided, sealed, with receipts; since the size before."""
    round_trip: Spread
    page: Spread
    """`GET /rules`, a hundred rules from anywhere."""
    goods: Spread
    """`GET /rules` for a code, an origin and a territory."""
    assessment: Spread


async def measure(
    stack: Stack, stage: Stage, whole: Size, sizes: list[int], say: Callable[[str], None]
) -> list[Ruled]:
    """Record the tariff up to each of the sizes, and read."""
    posts = tariff(whole)
    found: list[Ruled] = []
    recorded = 0
    for entries in sizes:
        say(f"Recording {entries:,} entries about rules")
        began = perf_counter()
        await record(stack, stage, islice(posts, entries - recorded))
        seconds = perf_counter() - began
        say(f"Reading beside {entries:,} entries about rules")
        found.append(await _read(stack, stage, whole, entries, (entries - recorded) / seconds))
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


async def _read(stack: Stack, stage: Stage, whole: Size, entries: int, per_second: float) -> Ruled:
    head = await stage.bloc.head()
    random = Random(entries)
    filters = f"/rules?effective_at={EFFECTIVE_AT}"
    codes = [code_of(random.randrange(whole.codes), whole.chapters) for _ in range(REQUESTS)]
    goods = (f"{filters}&territory=US&origin=CN&code={code}" for code in codes)
    pages = (f"{filters}&after={random.randrange(whole.measures)}" for _ in range(REQUESTS))
    quotes = [
        msgspec.json.encode({"member": "US", "accepted_at": accepted_at(number), "item": one})
        for number, one in enumerate(items(whole, REQUESTS))
    ]
    async with Connection(stack.tariffs_url) as tariffs:
        return Ruled(
            entries=head["size"],
            rule_entries=entries,
            recorded_per_second=per_second,
            round_trip=await _timed(tariffs, (get_request("/health/live") for _ in range(REQUESTS))),
            page=await _timed(tariffs, map(get_request, pages)),
            goods=await _timed(tariffs, map(get_request, goods)),
            assessment=await _timed(tariffs, (post_request("/assessments", quote) for quote in quotes)),
        )


async def _timed(tariffs: Connection, requests: Iterable[bytes]) -> Spread:
    seconds: list[float] = []
    for request in requests:
        began = perf_counter()
        status, body = await tariffs.send(request)
        seconds.append(perf_counter() - began)
        if status != HTTPStatus.OK:
            line = request.split(b"\r\n", 1)[0].decode()
            raise Trouble(
                f"{line} was answered {status}: {body[:300].decode(errors='replace')}", "Try it by hand."
            )
    return Spread.of(seconds)
