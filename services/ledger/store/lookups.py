"""Answering a plan: which ids are recorded, and at which version the keys stand.

Two statements for a whole batch, each an index probe per id and per key. Both lists travel as one text, a line
each (none of them can hold a line feed): asyncpg looks at every element of an array in Python, which costs more
than the probe. The bytes of recorded events are fetched only for ids that were found, which is rare: a retry.
"""

from collections.abc import Iterable, Mapping

from contracts.entry import split_entry
from services.ledger.domain.knowledge import EventKey, KnownEvent
from services.ledger.store.connecting import Connection

_IDS = """
SELECT i.source, i.id::text AS id, i.position
FROM unnest(string_to_array($1, chr(10)), string_to_array($2, chr(10))::uuid[]) AS asked (source, id)
JOIN ledger.ids AS i ON i.source = asked.source AND i.id = asked.id
"""

_ENTRIES = """
SELECT e.position, e.entry
FROM unnest($1::bigint[]) AS asked (position)
JOIN ledger.entries AS e ON e.position = asked.position
"""

_COUNTS = "SELECT sequence, count FROM ledger.outcomes WHERE sequence = ANY ($1::bigint[])"

_VERSIONS = """
SELECT asked.key, last.version
FROM unnest(string_to_array($1, chr(10))) AS asked (key)
CROSS JOIN LATERAL (
    SELECT k.version FROM ledger.key_versions AS k WHERE k.key = asked.key ORDER BY k.version DESC LIMIT 1
) AS last
"""


async def known_ids(connection: Connection, ids: Iterable[EventKey]) -> Mapping[EventKey, KnownEvent]:
    """The recorded events among `ids`; what is not in the answer has never been recorded."""
    asked = list(ids)
    if not asked:
        return {}
    sources, numbers = zip(*asked, strict=True)
    found = await connection.fetch(_IDS, "\n".join(sources), "\n".join(numbers))
    if not found:
        return {}
    positions: dict[EventKey, int] = {(row["source"], row["id"]): row["position"] for row in found}
    rows = await connection.fetch(_ENTRIES, list(positions.values()))
    entries = {row["position"]: split_entry(row["entry"]) for row in rows}
    drafts = {position: _sequence_of(stamp.draft) for position, (stamp, _) in entries.items()}
    counts: dict[int, int] = {
        row["sequence"]: row["count"] for row in await connection.fetch(_COUNTS, list(set(drafts.values())))
    }
    known: dict[EventKey, KnownEvent] = {}
    for key, position in positions.items():
        stamp, event = entries[position]
        known[key] = KnownEvent(
            position,
            position - stamp.line,
            stamp.lines,
            counts[drafts[position]],
            stamp.recorded_at,
            event,
        )
    return known


async def key_versions(connection: Connection, keys: Iterable[str]) -> Mapping[str, int]:
    """The last version of each of `keys`; what is not in the answer has none yet."""
    asked = "\n".join(keys)
    if not asked:
        return {}
    return {row["key"]: row["version"] for row in await connection.fetch(_VERSIONS, asked)}


def _sequence_of(draft: str) -> int:
    """The sequence in a stamp's `<incarnation>:<sequence>`."""
    return int(draft.rpartition(":")[2])
