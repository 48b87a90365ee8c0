"""Growing a ledger to a size through its own front door: every entry signed, decided and recorded like any other."""

from collections.abc import Callable
from uuid import uuid4

from bloc.bench import load
from bloc.bench.append import IN_FLIGHT_BATCHES, IN_FLIGHT_SINGLES
from bloc.demo.play import Stage
from bloc.stack import Stack

EVENTS_EACH = 100
ROUND_EVENTS = 5_000


async def grow(
    stack: Stack, stage: Stage, entries: int, say: Callable[[str], None], *, events_each: int = EVENTS_EACH
) -> int:
    """Post declarations, `events_each` to a submission, until there are at least `entries`; gives the size.

    Each declaration derives an assessment: two entries.
    """
    size = (await stage.bloc.head())["size"]
    in_flight = IN_FLIGHT_SINGLES if events_each == 1 else IN_FLIGHT_BATCHES
    while size < entries:
        say(f"Recording {size:,} of {entries:,} entries")
        submissions = min(ROUND_EVENTS, (entries - size) // 2 + 1) // events_each + 1
        key = stage.keys["us.customs"]
        requests = load.declarations(key, stage.bloc.origin, uuid4().hex[:12], submissions, events_each)
        await load.post_all(stack.tariffs_url, requests, in_flight=in_flight)
        size = (await stage.bloc.head())["size"]
    return size
