"""Answers about drafts that were consumed: receipts by digest, refused bodies, positions at a time.

A receipt can always be had again: JSON for what was not recorded stands in `outcomes.detail`, and for what was
recorded everything is in the entries themselves.
"""

from datetime import datetime

import asyncpg
from msgspec import UNSET, Struct, json

from contracts.entry import split_entry
from contracts.limits import RECEIPT_ENTRIES_MAX
from contracts.receipt import EntryRef, Receipt, decode_receipt
from services.ledger.store.connecting import Pool

_COLUMNS = "sequence, outcome, first_position, count, recorded_at, detail"
# A submission may have been decided several times. What was recorded counts before what was not.
_DECISIVE = f"""
SELECT {_COLUMNS} FROM ledger.outcomes WHERE digest = $1
ORDER BY CASE outcome WHEN 'recorded' THEN 0 WHEN 'duplicate' THEN 1 ELSE 2 END, sequence DESC
LIMIT 1
"""
_OF_DRAFT = f"SELECT {_COLUMNS} FROM ledger.outcomes WHERE digest = $1 AND sequence = $2"
_FIRST_ENTRIES = """
SELECT position, entry FROM ledger.entries WHERE position >= $1 AND position < $2 ORDER BY position
"""
_ATTACHMENT = """
SELECT party, body, signature FROM ledger.attachments WHERE digest = $1 ORDER BY position LIMIT 1
"""
# The time of the last entry by its position: one partition, however many there are.
_HEAD = """
SELECT s.size, (SELECT max(o.sequence) FROM ledger.outcomes AS o) AS cursor,
       (SELECT e.recorded_at FROM ledger.entries AS e WHERE e.position = s.size - 1) AS recorded_at,
       (SELECT i.incarnation FROM ledger.incarnations AS i ORDER BY i.first_sequence DESC LIMIT 1) AS incarnation
FROM (SELECT coalesce(max(size), 0) AS size FROM ledger.seals) AS s
"""
_POSITION_AT = """
SELECT first_position + count - 1 FROM ledger.outcomes
WHERE recorded_at <= $1 AND outcome = 'recorded'
ORDER BY recorded_at DESC, sequence DESC LIMIT 1
"""


class StoredHead(Struct, frozen=True):
    """How far the record goes; the time is that of the last entry, None when there is none."""

    size: int
    cursor: int
    recorded_at: datetime | None
    incarnation: str | None


class Attachment(Struct, frozen=True):
    """A refused body as its author sent it."""

    party: str
    body: bytes
    signature: str


class _Id(Struct):
    id: str


async def head_of(pool: Pool) -> StoredHead:
    """The committed head, of one snapshot."""
    row = await pool.fetchrow(_HEAD)
    if row is None:
        raise AssertionError("a query over one row gave none")
    return StoredHead(row["size"], row["cursor"] or 0, row["recorded_at"], row["incarnation"])


async def receipt_of(pool: Pool, digest: bytes, sequence: int | None = None) -> Receipt | None:
    """The newest decisive receipt of a submission, or that of one draft of it."""
    if sequence is None:
        row = await pool.fetchrow(_DECISIVE, digest)
    else:
        row = await pool.fetchrow(_OF_DRAFT, digest, sequence)
    if row is None:
        return None
    if row["outcome"] != "recorded":
        return decode_receipt(row["detail"].encode())
    return await _recorded(pool, digest, row)


async def _recorded(pool: Pool, digest: bytes, row: asyncpg.Record) -> Receipt:
    first: int = row["first_position"]
    last = first + min(row["count"], RECEIPT_ENTRIES_MAX + 1)
    entries = [split_entry(found["entry"]) for found in await pool.fetch(_FIRST_ENTRIES, first, last)]
    authored = [(stamp, event) for stamp, event in entries if stamp.part_no == 0]
    named = authored if authored[0][0].lines <= RECEIPT_ENTRIES_MAX else []
    return Receipt(
        "recorded",
        digest.hex(),
        row["sequence"],
        first,
        row["count"],
        entries[0][0].recorded_at,
        tuple(
            EntryRef(json.decode(event, type=_Id).id, stamp.stream, stamp.version, stamp.position)
            for stamp, event in named
        )
        or UNSET,
    )


async def attachment_of(pool: Pool, digest: bytes) -> Attachment | None:
    """The refused body with this digest, if there is one."""
    row = await pool.fetchrow(_ATTACHMENT, digest)
    return None if row is None else Attachment(row["party"], row["body"], row["signature"])


async def position_at(pool: Pool, moment: datetime) -> int:
    """The last position recorded at or before an instant, -1 when there is none."""
    position: int | None = await pool.fetchval(_POSITION_AT, moment)
    return -1 if position is None else position
