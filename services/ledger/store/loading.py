"""Reading back what the ledger remembers: after a start, a lost connection, a lost race, a restored backup.

It is the same function in all four cases, and the only way in which a sequencer ever gets its state; so normal
work and recovery cannot drift apart. All statements see one snapshot.
"""

import asyncpg
from msgspec import Struct

from contracts.admissions import (
    ADMISSION_ACTIVATED,
    ADMISSION_FIRST,
    ADMISSIONS_STREAM,
    activated_version,
)
from contracts.decoding import decode_header
from contracts.entry import NANOSECONDS_PER_SECOND, event_of
from contracts.identity.keyring import KEY_EVENTS, KeyRing
from contracts.malformed import Malformed
from contracts.tlog.tree import Frontier
from services.ledger.domain.state import LedgerState
from services.ledger.store.connecting import AnyConnection

_SEAL = "SELECT size, frontier, root FROM ledger.seals ORDER BY size DESC LIMIT 1"
_LAST_POSITION = "SELECT max(position) FROM ledger.entries"
_LAST_OUTCOME = "SELECT sequence, digest, recorded_at FROM ledger.outcomes ORDER BY sequence DESC LIMIT 1"
_INCARNATIONS = "SELECT incarnation, first_sequence FROM ledger.incarnations ORDER BY first_sequence"
_KEY_EVENTS = """
SELECT e.position, e.type, e.entry
FROM ledger.key_versions AS k
JOIN ledger.entries AS e ON e.position = k.position
WHERE (k.key = 'bloc/charter' OR (k.key >= 'party/' AND k.key < 'party0'))
  AND e.type = ANY ($1::text[])
ORDER BY e.position
"""
"""Key events stand on `bloc/charter` and the `party/…` streams ('0' follows '/'), so no index by type is needed."""

_ACTIVATIONS = """
SELECT e.position, e.entry
FROM ledger.key_versions AS k
JOIN ledger.entries AS e ON e.position = k.position
WHERE k.key = $1 AND e.type = $2 AND e.position < $3
ORDER BY e.position
"""


class CorruptRecordError(Exception):
    """The tables contradict each other. Nothing may be written to them; an operator must look."""


class Remembered(Struct, frozen=True):
    """The state as recorded, the digest of the last draft consumed (None before the first), and the draft
    streams consumed so far, newest last: incarnation and the first sequence that was taken from it."""

    state: LedgerState
    last_digest: bytes | None
    incarnations: tuple[tuple[str, int], ...]


async def load(connection: AnyConnection, *, origin: str, anchor: str) -> Remembered:
    """Read the state back. Raises CorruptRecordError when seal and entries do not fit each other."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        seal = await connection.fetchrow(_SEAL)
        last_position = await connection.fetchval(_LAST_POSITION)
        outcome = await connection.fetchrow(_LAST_OUTCOME)
        incarnations = tuple(
            (row["incarnation"], row["first_sequence"]) for row in await connection.fetch(_INCARNATIONS)
        )
        ring = await load_ring(connection)
        size = 0 if last_position is None else last_position + 1
        admission = await load_admission(connection, size)
    frontier = _frontier_of(seal, size)
    state = LedgerState(
        origin=origin,
        anchor=anchor,
        incarnation=incarnations[-1][0] if incarnations else "",
        cursor=0 if outcome is None else outcome["sequence"],
        size=size,
        recorded_at_ns=0 if outcome is None else _nanoseconds_of(outcome),
        frontier=frontier,
        ring=ring,
        admission=admission,
    )
    return Remembered(state, None if outcome is None else outcome["digest"], incarnations)


async def load_ring(connection: AnyConnection) -> KeyRing:
    """Fold the recorded key events into the ring."""
    ring = KeyRing()
    for row in await connection.fetch(_KEY_EVENTS, sorted(KEY_EVENTS)):
        header = decode_header(event_of(row["entry"]))
        if isinstance(header, Malformed):
            raise CorruptRecordError(
                f"the event at position {row['position']} cannot be read: {header.reason}"
            )
        ring = ring.evolve(row["position"], row["type"], bytes(header.data))
    return ring


async def load_admission(connection: AnyConnection, size: int) -> int:
    """The version of the rules of admission that the draft behind the first `size` entries is judged by."""
    version = ADMISSION_FIRST
    for row in await connection.fetch(_ACTIVATIONS, ADMISSIONS_STREAM, ADMISSION_ACTIVATED, size):
        header = decode_header(event_of(row["entry"]))
        if isinstance(header, Malformed):
            raise CorruptRecordError(
                f"the event at position {row['position']} cannot be read: {header.reason}"
            )
        version = max(version, activated_version(bytes(header.data)))
    return version


def _frontier_of(seal: asyncpg.Record | None, size: int) -> Frontier:
    frontier = Frontier() if seal is None else Frontier.decode(seal["frontier"])
    if frontier.size != size or (seal is not None and frontier.root() != seal["root"]):
        raise CorruptRecordError(
            f"the last seal is for {frontier.size} entries and the table holds {size}, or its root is not "
            "that of its frontier; restore a verified backup, and let it catch up from the draft stream"
        )
    return frontier


def _nanoseconds_of(outcome: asyncpg.Record) -> int:
    """A timestamptz in nanoseconds, by whole numbers: floats lose the last digits."""
    moment = outcome["recorded_at"]
    return (
        int(moment.replace(microsecond=0).timestamp()) * NANOSECONDS_PER_SECOND + moment.microsecond * 1_000
    )
