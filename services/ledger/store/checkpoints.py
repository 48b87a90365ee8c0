"""The checkpoints that were signed, as rows: one for a size, with the log's own signature lines.

The row comes after the external store and before publication; a row that is there already is told to the caller,
who compares it: two roots for one size must never be passed over in silence.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import asyncpg
from msgspec import Struct

from services.ledger.store.connecting import AnyConnection, Pool

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSERT = """
INSERT INTO ledger.checkpoints (size, root, note, signed_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (size) DO NOTHING RETURNING size
"""
_COLUMNS = """
c.size, c.root, c.note, c.signed_at,
coalesce((SELECT array_agg(s.line ORDER BY s.time, s.witness) FROM ledger.cosignatures AS s WHERE s.size = c.size),
         ARRAY[]::text[]) AS lines
"""
_AT = f"SELECT {_COLUMNS} FROM ledger.checkpoints AS c WHERE c.size = $1"
_NEWEST = f"SELECT {_COLUMNS} FROM ledger.checkpoints AS c ORDER BY c.size DESC LIMIT 1"
_COSIGNED_BELOW = f"""
SELECT {_COLUMNS} FROM ledger.checkpoints AS c
WHERE c.size IN (SELECT DISTINCT s.size FROM ledger.cosignatures AS s WHERE s.size < $1 ORDER BY s.size DESC LIMIT $2)
ORDER BY c.size DESC
"""


class StoredCheckpoint(Struct, frozen=True):
    """A row: `note` is the signed note with the log's own lines, `lines` are those of witnesses without their
    line ends, the earliest first; `signed_at_ns` in nanoseconds since 1970, cut to microseconds."""

    size: int
    root: bytes
    note: bytes
    signed_at_ns: int
    lines: tuple[str, ...] = ()

    @property
    def cosigned_note(self) -> bytes:
        """The note as it is served: the cosignatures behind the log's own lines."""
        return self.note + "".join(f"{line}\n" for line in self.lines).encode()


async def insert_checkpoint(source: AnyConnection | Pool, stored: StoredCheckpoint) -> StoredCheckpoint:
    """Store a checkpoint; gives the row that now stands for its size, which is an earlier one where there was."""
    signed_at = _EPOCH + timedelta(microseconds=stored.signed_at_ns // 1_000)
    if await source.fetchval(_INSERT, stored.size, stored.root, stored.note, signed_at) is not None:
        return stored
    earlier = await checkpoint_at(source, stored.size)
    if earlier is None:
        raise AssertionError("a checkpoint that is there cannot be read")
    return earlier


async def checkpoint_at(source: AnyConnection | Pool, size: int) -> StoredCheckpoint | None:
    """The checkpoint of exactly this size, with its cosignatures."""
    row = await source.fetchrow(_AT, size)
    return None if row is None else _stored(row)


async def note_at(source: AnyConnection | Pool, size: int) -> bytes | None:
    """The note of exactly this size with all its cosignatures, as it is published."""
    stored = await checkpoint_at(source, size)
    return None if stored is None else stored.cosigned_note


async def newest_checkpoint(source: AnyConnection | Pool) -> StoredCheckpoint | None:
    """The checkpoint of the largest size, with its cosignatures."""
    row = await source.fetchrow(_NEWEST)
    return None if row is None else _stored(row)


async def cosigned_below(source: AnyConnection | Pool, size: int, limit: int) -> Sequence[StoredCheckpoint]:
    """The newest `limit` checkpoints below `size` that any witness has cosigned, the newest first."""
    return [_stored(row) for row in await source.fetch(_COSIGNED_BELOW, size, limit)]


def _stored(row: asyncpg.Record) -> StoredCheckpoint:
    moment: datetime = row["signed_at"]
    signed_at_ns = (moment - _EPOCH) // timedelta(microseconds=1) * 1_000
    return StoredCheckpoint(row["size"], row["root"], row["note"], signed_at_ns, tuple(row["lines"]))
