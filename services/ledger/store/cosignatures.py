"""Cosignatures of witnesses as they are kept: the first one of each witness for each size, and never another.

Which one is stored is what `store_cosignature` gives back, so that what is served is what is kept: a witness may
have been asked twice about one size, when the first answer, or the commit of it, was lost.
"""

from collections.abc import Mapping

from msgspec import Struct

from contracts.limits import COSIGNATURES_LOOKED_THROUGH_MAX
from services.ledger.store.connecting import AnyConnection, Pool

_STORE = """
INSERT INTO ledger.cosignatures (size, witness, line, time) VALUES ($1, $2, $3, $4)
ON CONFLICT (size, witness) DO NOTHING
RETURNING line, time
"""
_STORED = "SELECT line, time FROM ledger.cosignatures WHERE size = $1 AND witness = $2"
_OF_SIZE = "SELECT witness, line, time FROM ledger.cosignatures WHERE size = $1 ORDER BY time, witness"
_NEWEST_SIZES = f"""
SELECT witness, max(size) AS size
FROM (
    SELECT size, witness FROM ledger.cosignatures
    ORDER BY size DESC LIMIT {COSIGNATURES_LOOKED_THROUGH_MAX}
) AS newest
GROUP BY witness
"""


class Cosignature(Struct, frozen=True):
    """A row: `witness` is the name of its key, `line` the signature line without its line end, `time` the POSIX
    seconds under it."""

    size: int
    witness: str
    line: str
    time: int


async def store_cosignature(source: AnyConnection | Pool, given: Cosignature) -> Cosignature:
    """Keep a cosignature; gives the one that is kept for this size and witness, which may be an earlier one."""
    row = await source.fetchrow(_STORE, given.size, given.witness, given.line, given.time)
    if row is None:
        row = await source.fetchrow(_STORED, given.size, given.witness)
    if row is None:
        raise AssertionError("a cosignature that is there cannot be read")
    return Cosignature(given.size, given.witness, row["line"], row["time"])


async def cosignatures_of(source: AnyConnection | Pool, size: int) -> tuple[Cosignature, ...]:
    """All cosignatures of one size, the earliest first."""
    return tuple(Cosignature(size, *row) for row in await source.fetch(_OF_SIZE, size))


async def cosigned_sizes(source: AnyConnection | Pool) -> Mapping[str, int]:
    """The newest size that each witness has cosigned, among the newest cosignatures."""
    return {row["witness"]: row["size"] for row in await source.fetch(_NEWEST_SIZES)}
