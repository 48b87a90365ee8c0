"""Room ahead: partitions of the entries are made before they are needed, never by the batch that needs them."""

from contracts.limits import PARTITIONS_AHEAD
from services.ledger.store.connecting import Pool

_MAKE = "SELECT ledger.make_partitions($1)"
_AHEAD = "SELECT ledger.partitions_ahead()"


async def make_partitions(pool: Pool) -> int:
    """Make those that are missing; gives how many were made."""
    made: int = await pool.fetchval(_MAKE, PARTITIONS_AHEAD)
    return made


async def partitions_ahead(pool: Pool) -> int:
    """How many empty ones wait beyond the one being written; the ledger is not ready below one."""
    ahead: int = await pool.fetchval(_AHEAD)
    return ahead
