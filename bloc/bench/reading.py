"""Reads of the rules and assessments over HTTP, one after the other, beside the bare round trip to the same service.

The service does nothing else meanwhile, as in a bloc at night; what it holds makes the difference: how many rules,
and how many entries it has folded.
"""

from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from random import Random
from time import perf_counter

import msgspec
from msgspec import Struct

from bloc.bench.assessing import accepted_at, items
from bloc.bench.proofs import Spread
from bloc.bench.tariff import Size, code_of
from bloc.bench.wire import Connection, get_request, post_request
from bloc.stack import Stack
from bloc.trouble import Trouble
from contracts.limits import RULES_PAGE_DEFAULT

REQUESTS = 1_000
EFFECTIVE_AT = "2026-06-15"


class Reads(Struct, frozen=True):
    """Milliseconds to the answers of one ledger."""

    round_trip: Spread
    page: Spread
    """`GET /rules`, a hundred rules from anywhere."""
    goods: Spread
    """`GET /rules` for a code, an origin and a territory."""
    assessment: Spread
    """`POST /assessments`."""


READS: dict[str, Callable[[Reads], Spread]] = {
    "the round trip alone": lambda reads: reads.round_trip,
    "GET /rules, a page from anywhere": lambda reads: reads.page,
    "GET /rules, code, origin, territory": lambda reads: reads.goods,
    "POST /assessments": lambda reads: reads.assessment,
}


async def read(stack: Stack, tariff: Size, places: Sequence[range]) -> Reads:
    """Ask for pages from anywhere, for the rules on goods of all of the tariff, and for their duty.

    `places`: the positions at which the tariff's rules were first recorded.
    """
    firsts = [position for some in places for position in some]
    firsts = firsts[
        : max(1, len(firsts) - RULES_PAGE_DEFAULT)
    ]  # behind which a whole page follows, if there is one
    random = Random(tariff.entries)
    filters = f"/rules?effective_at={EFFECTIVE_AT}"
    codes = [code_of(random.randrange(tariff.codes), tariff.chapters) for _ in range(REQUESTS)]
    goods = (f"{filters}&territory=US&origin=CN&code={code}" for code in codes)
    pages = (f"{filters}&after={random.choice(firsts)}" for _ in range(REQUESTS))
    quotes = [
        msgspec.json.encode({"member": "US", "accepted_at": accepted_at(number), "item": one})
        for number, one in enumerate(items(tariff, REQUESTS))
    ]
    async with Connection(stack.tariffs_url) as tariffs:
        return Reads(
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
