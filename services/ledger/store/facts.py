"""What the announcer of facts reads: committed entries in order, and what came before them."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from services.ledger.store.connecting import Pool

PartyType = tuple[str, str]

_AFTER = """
SELECT position, party, type, entry FROM ledger.entries
WHERE position > $1 AND position <= $2 ORDER BY position
"""
_PREVIOUS = """
SELECT asked.party, asked.type, last.position
FROM unnest($2::text[], $3::text[]) AS asked (party, type)
CROSS JOIN LATERAL (
    SELECT e.position FROM ledger.entries AS e
    WHERE e.party = asked.party AND e.type = asked.type AND e.position <= $1
    ORDER BY e.position DESC LIMIT 1
) AS last
"""


class Fact(Struct, frozen=True, gc=False):
    """A committed entry, and whose and what it is."""

    position: int
    party: str
    type: str
    entry: bytes


async def facts_after(pool: Pool, position: int, limit: int) -> Sequence[Fact]:
    """The next committed entries after a position."""
    rows = await pool.fetch(_AFTER, position, position + limit)
    return [Fact(*row) for row in rows]


async def last_positions(pool: Pool, position: int, pairs: Sequence[PartyType]) -> Mapping[PartyType, int]:
    """The last position at or before `position` of each party and type; none where there is none."""
    parties, types = [party for party, _ in pairs], [type_name for _, type_name in pairs]
    rows = await pool.fetch(_PREVIOUS, position, parties, types)
    return {(row["party"], row["type"]): row["position"] for row in rows}
