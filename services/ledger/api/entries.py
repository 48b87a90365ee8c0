"""Entries as JSON pages and as NDJSON streams: the whole record, one stream, one entry.

Both forms carry the two lines of each entry verbatim, so that any reader can hash them again. A JSON page is
bounded and links to the next one; an NDJSON stream goes on to the head as it stood when it began, in chunks, and
holds no database connection while its reader is slow.
"""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream
from msgspec import UNSET, Struct, UnsetType

from contracts import problem
from contracts.entry import Stamp, serve_entry
from contracts.limits import IDS_ASKED_MAX, PAGE_ENTRIES_DEFAULT, PAGE_ENTRIES_MAX
from services.ledger.api.wiring import wiring_of
from services.ledger.store.connecting import Pool
from services.ledger.store.reads import Page, Selection, entry_at, positions_of, read_all, read_page
from services.serving.answers import NDJSON, OCTETS, AnyRequest, respond_bytes, respond_json, respond_problem

After = Annotated[
    int | None,
    QueryParameter(ge=-1, le=2**62, description="Entries after this position; from the first when left out"),
]
Until = Annotated[int | None, QueryParameter(ge=0, le=2**62, description="Up to this position, inclusive")]
Limit = Annotated[
    int | None,
    QueryParameter(
        ge=1, le=2**31, description=f"At most so many; pages: {PAGE_ENTRIES_DEFAULT} when left out"
    ),
]
# Names of the bloc are printable ASCII; a zero byte is none that Postgres could even be asked for.
_NAME = "^[!-~]+$"
OneStream = Annotated[
    str | None,
    QueryParameter(name="stream", max_length=200, pattern=_NAME, description="Of this stream"),
]
OneType = Annotated[
    str | None, QueryParameter(name="type", max_length=200, pattern=_NAME, description="Of this type")
]
OneParty = Annotated[
    str | None, QueryParameter(name="party", max_length=200, pattern=_NAME, description="Of this party")
]
_VARY = {"Vary": "Accept"}
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Entry(Struct, frozen=True):
    """An entry: the ledger's stamp and the author's event, verbatim."""

    stamp: Stamp
    event: dict[str, Any]


class EntryPage(Struct, frozen=True):
    """A page of entries; `next` is the `after` of the next one, absent at the end."""

    entries: list[Entry]
    next: int | UnsetType = UNSET


_PAGES = {200: ResponseSpec(EntryPage, description="A page as JSON; a stream of entries as NDJSON")}


@get("/entries", summary="Entries in order of position", tags=["entries"], responses=_PAGES)
async def get_entries(
    request: AnyRequest,
    after: After = None,
    until: Until = None,
    limit: Limit = None,
    one_stream: OneStream = None,
    one_type: OneType = None,
    one_party: OneParty = None,
) -> Response[bytes] | Stream:
    """`Accept: application/x-ndjson` streams all that is asked for; else one page of JSON with a `Link` to the
    next. A page that filters by type or party may hold few entries, or none, and still have a next."""
    first = -1 if after is None else after
    selection = Selection(first, until, one_stream, one_type, one_party)
    return await _answer(request, selection, limit)


@get("/streams/{stream:path}", summary="One stream", tags=["entries"], responses=_PAGES)
async def get_stream(
    request: AnyRequest, stream: FromPath[str], after: After = None, until: Until = None, limit: Limit = None
) -> Response[bytes] | Stream:
    """The history of one thing, versions 1, 2, 3 …; 404 when nothing was ever recorded on it."""
    name = stream.removeprefix("/")
    selection = Selection(-1 if after is None else after, until, name)
    wiring = wiring_of(request)
    # As in the queries above: no name at all, and not for Postgres to be asked for.
    named = re.fullmatch(_NAME, name) is not None
    if not named or not (await read_page(wiring.pool, Selection(stream=name), 1)).entries:
        return respond_problem(problem.not_found(f"nothing is recorded on the stream {name}"))
    return await _answer(request, selection, limit)


@get(
    "/entries/{position:int}",
    summary="One entry",
    tags=["entries"],
    responses={200: ResponseSpec(Entry, description="The entry")},
)
async def get_entry(request: AnyRequest, position: FromPath[int]) -> Response[bytes]:
    """The entry at a position; positions are dense, so every one below the size is there. With
    `Accept: application/octet-stream` the exact bytes that were hashed: what to keep beside a proof."""
    entry = await entry_at(wiring_of(request).pool, position) if 0 <= position < 2**62 else None
    if entry is None:
        return respond_problem(problem.not_found(f"no entry is recorded at position {position}"))
    if OCTETS in request.headers.get("accept", ""):
        return respond_bytes(entry, media_type=OCTETS, headers=_VARY)
    return respond_bytes(serve_entry(entry), headers=_VARY)


@get("/ids", summary="Where ids are recorded", tags=["entries"])
async def get_ids(
    request: AnyRequest,
    source: Annotated[
        str, QueryParameter(max_length=100, pattern=_NAME, description="`source` of the events")
    ],
    id_: Annotated[list[str], QueryParameter(name="id", description=f"Up to {IDS_ASKED_MAX} event ids")],
) -> Response[bytes]:
    """Positions of those ids of one source that are recorded; the others are left out."""
    if len(id_) > IDS_ASKED_MAX or not all(_is_uuid(text) for text in id_):
        return respond_problem(problem.bad_query("id", f"id: up to {IDS_ASKED_MAX} UUIDs"))
    return respond_json(await positions_of(wiring_of(request).pool, source, id_))


async def _answer(request: AnyRequest, selection: Selection, limit: int | None) -> Response[bytes] | Stream:
    wiring = wiring_of(request)
    if NDJSON in request.headers.get("accept", ""):
        lines = _lines(wiring.pool, selection, limit)
        # The first chunk is read before anything is answered: a database that is away must still become a 503.
        return Stream(_begun(await anext(lines, b""), lines), media_type=NDJSON)
    page = await read_page(wiring.pool, selection, min(limit or PAGE_ENTRIES_DEFAULT, PAGE_ENTRIES_MAX))
    headers = {} if page.next is None else {"Link": f'<{_next_address(request, page.next)}>; rel="next"'}
    return respond_bytes(_page_bytes(page), headers=headers)


async def _lines(pool: Pool, selection: Selection, limit: int | None) -> AsyncIterator[bytes]:
    async for chunk in read_all(pool, selection, limit):
        yield b"\n".join([serve_entry(entry) for entry in chunk]) + b"\n"


async def _begun(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


def _page_bytes(page: Page) -> bytes:
    """Written by hand, because the lines of entries must go out as they are."""
    end = b"]}" if page.next is None else b'],"next":%d}' % page.next
    return b'{"entries":[' + b",".join([serve_entry(entry) for entry in page.entries]) + end


def _next_address(request: AnyRequest, after: int) -> str:
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    return f"{request.url.path}?{urlencode([*query, ('after', str(after))])}"


def _is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None
