"""The live feed: entries as server-sent events, from any position on, for as long as the reader stays.

Nothing is queued for a reader. Each feed reads from the table at the pace of its reader and waits for the head
to move only when it has caught up; so a slow reader costs one page of memory, and one that hangs up nothing. The
id of an event is its position, which a browser sends back as `Last-Event-ID` when it connects again.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, QueryParameter
from litestar.response import Stream

from contracts import problem
from contracts.entry import serve_entry
from contracts.limits import LIVE_CHUNK_ENTRIES_MAX, LIVE_HEARTBEAT_SECONDS, LIVE_SUBSCRIBERS_MAX
from services.ledger.api.wiring import Wiring, wiring_of
from services.ledger.store.reads import Selection, read_page, size_of
from services.serving.answers import EVENT_STREAM, AnyRequest, respond_problem

_HEARTBEAT = b": the ledger is quiet\n\n"


@get(
    "/entries/live",
    summary="Entries as they are recorded",
    tags=["entries"],
    responses={200: ResponseSpec(str, description="Server-sent events", media_type=EVENT_STREAM)},
)
async def get_live_entries(
    request: AnyRequest,
    last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID", max_length=20)] = None,
    after: Annotated[
        int | None, QueryParameter(ge=-1, le=2**62, description="From the entry after this position")
    ] = None,
) -> Response[bytes] | Stream:
    """Server-sent events: `id` is the position, `data` the entry. Begins after `Last-Event-ID` or `after`
    (-1: from the first entry); with neither, with the next entry that is recorded."""
    wiring = wiring_of(request)
    if wiring.metrics.live_readers >= LIVE_SUBSCRIBERS_MAX:
        return respond_problem(problem.unavailable(f"{LIVE_SUBSCRIBERS_MAX} live feeds are open already"))
    start = after
    if last_event_id is not None:
        if not last_event_id.removeprefix("-").isdecimal():
            return respond_problem(problem.bad_query("Last-Event-ID", "Last-Event-ID must be a position"))
        start = max(-1, min(int(last_event_id), 2**62))
    if start is None:
        start = await size_of(wiring.pool) - 1
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(_feed(wiring, start), media_type=EVENT_STREAM, headers=headers)


async def _feed(wiring: Wiring, after: int) -> AsyncIterator[bytes]:
    # Counted here and not in the handler: a feed whose reader left before the first byte never gets here, and
    # its `finally` would never run.
    wiring.metrics.live_readers += 1
    try:
        yield _HEARTBEAT
        while not wiring.head.closing:
            page = await read_page(wiring.pool, Selection(after), LIVE_CHUNK_ENTRIES_MAX)
            if page.entries:
                first, after = after + 1, after + len(page.entries)
                yield b"".join(
                    [
                        b"id: %d\ndata: %b\n\n" % (position, serve_entry(entry))
                        for position, entry in enumerate(page.entries, first)
                    ]
                )
            elif not await wiring.head.wait_for_size(after + 2, LIVE_HEARTBEAT_SECONDS):
                yield _HEARTBEAT
    finally:
        wiring.metrics.live_readers -= 1
