"""Streams that are loaded on demand: a lot's stock, a commitment, a reserve, a declaration, folded from the ledger."""

import asyncio

from services.tariffs.domain.reserve.streams import StreamState, empty_stream, evolve_stream
from services.tariffs.domain.world import StreamHead
from services.tariffs.following.recorded import BrokenHistory, event_in, place_of
from services.tariffs.outside.ledger import LedgerClient

_EVENTS_AT_A_TIME = 200
"""Events folded before other tasks get their turn."""


async def load_head(ledger: LedgerClient, stream: str, *, until: int | None = None) -> StreamHead:
    """A stream as it was recorded, up to position `until` (all of it when None). Raises LedgerAway.

    A stream that does not exist is at version 0. Versions are dense; one that is missing stops the service.
    """
    state: StreamState = empty_stream(stream)
    version = 0
    for line in await ledger.stream(stream, until=until):
        place = place_of(line)
        if place.version != version + 1:
            raise BrokenHistory(f"version {place.version} of {stream} came after version {version}")
        version = place.version
        state = evolve_stream(state, place.position, event_in(line))
        if version % _EVENTS_AT_A_TIME == 0:
            await asyncio.sleep(0)
    return StreamHead(version, state)
