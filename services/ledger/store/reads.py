"""What everybody else reads: entries by position, by stream, by party and type. Pages by key, never by offset.

Positions are dense and only committed rows are seen, so a reader who has counted to n has missed nothing below.
A page that filters looks through a bounded number of positions and says where to go on, so the rarest type
costs no more than the commonest.
"""

from collections.abc import AsyncIterator, Sequence

import asyncpg
from msgspec import Struct
from msgspec.structs import replace

from contracts.limits import READ_CHUNK_BYTES_MAX, READ_CHUNK_ENTRIES_MAX, READ_SCAN_POSITIONS_MAX
from services.ledger.store.connecting import Pool

_SIZE = "SELECT coalesce(max(size), 0) FROM ledger.seals"
_ENTRY = "SELECT entry FROM ledger.entries WHERE position = $1"
# Of the rows within the limit, those are given before which less than $4 bytes stand.
_BOUNDED = """
SELECT position, entry FROM (
    SELECT position, entry,
           sum(octet_length(entry)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING)
               - octet_length(entry) AS before
    FROM ({rows} LIMIT $3) AS page
) AS weighed
WHERE before < $4
ORDER BY position
"""
_BY_POSITION = """
    SELECT position, entry FROM ledger.entries
    WHERE position > $1 AND position <= $2{filters}
    ORDER BY position"""
# A page of a stream begins at the version after that of `after`, when `after` is an entry of it, as it is on
# every page but the first; so long streams are not read from their beginning again and again.
_BY_STREAM = """
    SELECT e.position, e.entry
    FROM ledger.key_versions AS k
    JOIN ledger.entries AS e ON e.position = k.position
    WHERE k.key = $5
      AND k.version > coalesce(
          (SELECT b.version FROM ledger.entries AS b WHERE b.position = $1 AND b.stream = $5), 0)
      AND k.position > $1 AND k.position <= $2{filters}
    ORDER BY k.version"""
_IDS = """
SELECT i.id::text AS id, i.position FROM ledger.ids AS i WHERE i.source = $1 AND i.id = ANY ($2::uuid[])
"""


class Selection(Struct, frozen=True):
    """Which entries: those after `after` (-1: from the first), up to `until` inclusive, of one stream, type,
    party where given."""

    after: int = -1
    until: int | None = None
    stream: str | None = None
    type: str | None = None
    party: str | None = None


class Page(Struct, frozen=True):
    """Entries in order of position; `next` is the `after` of the page that follows, None at the end."""

    entries: Sequence[bytes]
    next: int | None


async def size_of(pool: Pool) -> int:
    """Entries committed."""
    size: int = await pool.fetchval(_SIZE)
    return size


async def entry_at(pool: Pool, position: int) -> bytes | None:
    """The entry at a position, None beyond the head."""
    entry: bytes | None = await pool.fetchval(_ENTRY, position)
    return entry


async def positions_of(pool: Pool, source: str, ids: Sequence[str]) -> dict[str, int]:
    """Where the ids of one source are recorded; those that are not are left out."""
    return {row["id"]: row["position"] for row in await pool.fetch(_IDS, source, list(ids))}


async def read_page(pool: Pool, selection: Selection, limit: int) -> Page:
    """At most `limit` entries of a selection."""
    end = await _end_of(pool, selection)
    return await _page(pool, selection, limit, end)


async def read_all(pool: Pool, selection: Selection, limit: int | None) -> AsyncIterator[Sequence[bytes]]:
    """All entries of a selection up to the head as it stands now, in chunks; at most `limit` if given.

    No connection is held between two chunks, so a reader who is slow, or gone, holds nothing.
    """
    end = await _end_of(pool, selection)
    left = limit
    while left is None or left > 0:
        wanted = READ_CHUNK_ENTRIES_MAX if left is None else min(left, READ_CHUNK_ENTRIES_MAX)
        page = await _page(pool, selection, wanted, end)
        if page.entries:
            yield page.entries
        if page.next is None:
            return
        selection = replace(selection, after=page.next)
        left = None if left is None else left - len(page.entries)


async def _end_of(pool: Pool, selection: Selection) -> int:
    """The last position that the selection may reach."""
    last = await size_of(pool) - 1
    return last if selection.until is None else min(last, selection.until)


async def _page(pool: Pool, selection: Selection, limit: int, end: int) -> Page:
    after = selection.after
    window = end
    arguments: list[object] = []
    sql = _BY_POSITION
    if selection.stream is not None:
        sql = _BY_STREAM
        arguments.append(selection.stream)
    elif selection.type is not None or selection.party is not None:
        window = min(end, after + READ_SCAN_POSITIONS_MAX)
    filters = ""
    prefix = "e." if selection.stream is not None else ""
    for column, value in (("type", selection.type), ("party", selection.party)):
        if value is not None:
            arguments.append(value)
            filters += f" AND {prefix}{column} = ${4 + len(arguments)}"
    query = _BOUNDED.format(rows=sql.format(filters=filters))
    rows = await pool.fetch(query, after, window, limit, READ_CHUNK_BYTES_MAX, *arguments)
    return Page([row["entry"] for row in rows], _next_after(rows, limit, window, end))


def _next_after(rows: Sequence[asyncpg.Record], limit: int, window: int, end: int) -> int | None:
    """Where the next page begins: after the last row of a page that was full, by number or by bytes; else after
    what was looked through."""
    if rows and (len(rows) == limit or sum(len(row["entry"]) for row in rows) >= READ_CHUNK_BYTES_MAX):
        last: int = rows[-1]["position"]
        return last if last < end else None
    return window if window < end else None
