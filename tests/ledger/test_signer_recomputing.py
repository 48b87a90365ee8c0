"""What the signer reads back is held against the bytes of the entries: the first thing that differs is named."""

import asyncpg
import pytest

from contracts.entry import build_entry, split_entry
from contracts.tlog.tree import Frontier, leaf_hash
from services.ledger.domain.rechecking import Difference, check_entries
from services.ledger.head import Head
from services.ledger.signer.rereading import Rereader
from services.ledger.store.connecting import Connection
from tests.ledger.forest import tampering
from tests.ledger.signing import Desk

LOOK = "; nothing is signed until an operator has looked"
OTHER = "decode(repeat('ab', 32), 'hex')"
CHANGED = "overlay(entry PLACING 'x'::bytea FROM octet_length(entry) - 20)"
HASHED_AGAIN = (
    f"UPDATE ledger.entries SET entry = {CHANGED}, leaf = sha256(decode('00', 'hex') || {CHANGED}) "
    "WHERE position = 17"
)
AGAIN = (
    "INSERT INTO ledger.entries SELECT 264, recorded_at, stream, 9, type, party, leaf, entry "
    "FROM ledger.entries WHERE position = 263"
)


def at_17(column: str, value: str) -> str:
    return f"UPDATE ledger.entries SET {column} = {value} WHERE position = 17"


async def recompute(connection: Connection) -> Difference | Rereader:
    """Read everything back; gives the first difference, or the reader with its tree."""
    reader = Rereader(connection, Head())
    assert await reader.begin(None) is None
    while found := await reader.next():
        if isinstance(found, Difference):
            return found
    return await reader.loose_end() or reader


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (
            at_17("recorded_at", "recorded_at + interval '1 microsecond'"),
            "entry 17, recorded_at: the column says",
        ),
        (
            at_17("stream", "'declaration/US/D9'"),
            "entry 17, stream: the column says 'declaration/US/D9', the entry",
        ),
        (at_17("version", "2"), "entry 17, version: the column says 2, the entry 1"),
        (at_17("type", "'bloc.founded.v1'"), "entry 17, type: the column says 'bloc.founded.v1', the entry"),
        (at_17("party", "'us.vault'"), "entry 17, party: the column says 'us.vault', the entry 'us.customs'"),
        (at_17("leaf", OTHER), f"entry 17, leaf: it is {'ab' * 32}, the entry hashes to"),
        (at_17("entry", "overlay(entry PLACING 'x'::bytea FROM 400)"), "entry 17, leaf: it is"),
        (at_17("position", "1000"), "entry 17, position: no such row: the table goes on at 18"),
        (
            "DELETE FROM ledger.entries WHERE position = 17",
            "entry 17, position: no such row: the table goes on at 18",
        ),
        (
            "DELETE FROM ledger.entries WHERE position = 263",
            "entry 263, position: no such row: the table ends",
        ),
        (AGAIN, "entry 264, position: 265 entries, and 264 are sealed"),
        (
            f"UPDATE ledger.seals SET root = {OTHER} WHERE size = 262",
            f"seal 262, root: it is {'ab' * 32}, the",
        ),
        (
            "UPDATE ledger.seals SET prev_size = 3 WHERE size = 262",
            "seal 262, prev_size: it is 3, the seal before",
        ),
        (
            "UPDATE ledger.seals SET sequence = 1 WHERE size = 262",
            "seal 262, sequence: it is 1 after 1, and its",
        ),
        (
            "UPDATE ledger.seals SET frontier = overlay(frontier PLACING 'x'::bytea FROM 20) WHERE size = 262",
            "seal 262, frontier: it is not the one that the entries give",
        ),
        (
            "DELETE FROM ledger.seals WHERE size = 262",
            "seal 264, prev_size: it is 262, the seal before it has 2",
        ),
        (f"UPDATE ledger.nodes SET hash = {OTHER}", f"node 1/0, hash: it is {'ab' * 32}, the entries give"),
        (HASHED_AGAIN, "seal 262, root: it is"),
        ("DELETE FROM ledger.nodes", "node 1/0, hash: it is missing"),
    ],
    ids=lambda value: value[:60] if " " in value else value,
)
async def test_whatever_was_changed_is_named(committed: Desk, change: str, place: str) -> None:
    """One row, one column, one seal, one node: an operator reads where to look."""
    async with tampering(committed.url("postgres"), change) as connection:
        found = await recompute(connection)
    assert isinstance(found, Difference)
    assert str(found)[: len(place)] == place


async def test_what_nobody_changed_gives_its_tree(committed: Desk) -> None:
    """All that was sealed, by the root of its entries."""
    connection = await asyncpg.connect(committed.url())
    try:
        found = await recompute(connection)
    finally:
        await connection.close()
    assert isinstance(found, Rereader)
    assert found.at.frontier == Frontier().append(map(leaf_hash, committed.record.entries[:264]))


async def test_nothing_of_what_differs_is_signed(desk: Desk) -> None:
    """No row, no file, nothing published; and what is said names the place."""
    await desk.tamper(at_17("stream", "'declaration/US/D9'"))
    kind, reason = await desk.refused()
    assert kind == "recomputed_differs"
    assert reason == (
        "entry 17, stream: the column says 'declaration/US/D9', the entry 'declaration/US/D0-15'" + LOOK
    )
    assert (await desk.checkpoints(), desk.store.read()) == ([], None)


def test_an_event_whose_members_stand_in_another_order_is_right_too(committed: Desk) -> None:
    """Only the usual order is compared at a glance; whatever else an author chose is taken apart."""
    row = committed.record.batches[1].rows.entries[15]
    stamp, event = split_entry(row[7])
    specversion = b'"specversion":"1.0",'
    turned = b"{" + event[1:-1].replace(specversion, b"") + b"," + specversion[:-1] + b"}"
    entry = build_entry(stamp, turned)
    leaf = leaf_hash(entry)
    assert check_entries([(*row[:6], leaf, entry)], 17) == [leaf]
    other = check_entries([(*row[:5], "us.vault", leaf, entry)], 17)
    assert isinstance(other, Difference)
    assert other.field == "party"


def test_a_stamp_that_is_not_written_as_stamps_are_is_named(committed: Desk) -> None:
    """It says the same to a lenient reader, and would verify for no strict one."""
    row = committed.record.batches[1].rows.entries[15]
    entry = row[7].replace(b'{"position":17,', b'{ "position":17,', 1)
    found = check_entries([(*row[:6], leaf_hash(entry), entry)], 17)
    assert found == Difference("entry 17", "entry", "its stamp is not written as the ledger writes stamps")


def test_bytes_that_are_no_entry_are_named(committed: Desk) -> None:
    """Whatever stands there: it is a difference, never a crash."""
    row = committed.record.batches[1].rows.entries[15]
    for entry in (b"", b"\n", b"no entry", row[7] + b"\n", b"\xff\n\xff"):
        found = check_entries([(*row[:6], leaf_hash(entry), entry)], 17)
        assert isinstance(found, Difference)
        assert (found.place, found.field) == ("entry 17", "entry")
