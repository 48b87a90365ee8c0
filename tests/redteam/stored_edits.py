"""Edits of rows beside the entries: leaves, nodes, seals, columns, checkpoints, cosignatures, and what nobody sees.

Each says in SQL what an operator types, which checkpoint he shows then, and what must come of it. What no proof rests
on changes no byte that an auditor sees: `unserved`; such a row is named by the ledger's own reading back, as far as the
signer compares it (`place`), and harms only those who ask the ledger's database instead of the record.
"""

from collections.abc import Callable, Sequence
from random import Random

from msgspec import Struct

from contracts.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, width_at
from tests.redteam.auditing import Bench


class Typed(Struct, frozen=True):
    """SQL that was typed and what must be found where the checkpoint of `size` is shown: entries from a `position`
    `through` another, by a file (`field`); a file that is `missing`; a checkpoint that is at fault; a quorum that is
    not there; or nothing."""

    statements: Sequence[str]
    size: int
    position: int | None = None
    through: int | None = None
    field: str = ""
    missing: str = ""
    no_quorum: bool = False
    unserved: bool = False
    place: str = ""


def _file(bench: Bench, position: int, level: int = 0) -> tuple[int, str]:
    """The shown size when an entry is touched, and the path of the tile or bundle that it is in."""
    size = bench.cosigned if position < bench.cosigned else bench.signed
    index = position // TILE_WIDTH
    return size, Tile(level, index, width_at(level, index, size)).path


def leaf_flipped(bench: Bench, rng: Random) -> Typed:
    """One bit of the hash of one entry."""
    at = rng.randrange(bench.signed)
    size, path = _file(bench, at)
    byte, bit = rng.randrange(32), rng.randrange(8)
    flip = f"set_byte(leaf, {byte}, get_byte(leaf, {byte}) # {1 << bit})"
    return Typed(
        [f"UPDATE ledger.entries SET leaf = {flip} WHERE position = {at}"], size, position=at, field=path
    )


def leaves_swapped(bench: Bench, rng: Random) -> Typed:
    """The hashes of two entries."""
    at, other = sorted(rng.sample(range(bench.signed), 2))
    size, path = _file(bench, at)
    swap = (
        "UPDATE ledger.entries AS e SET leaf = o.leaf FROM ledger.entries AS o "
        f"WHERE (e.position, o.position) IN (({at}, {other}), ({other}, {at}))"
    )
    return Typed([swap], size, position=at, field=path)


def node_flipped(bench: Bench, rng: Random) -> Typed:
    """One bit of the root of the first 256 entries."""
    byte = rng.randrange(32)
    flip = f"UPDATE ledger.nodes SET hash = set_byte(hash, {byte}, 255 - get_byte(hash, {byte}))"
    return Typed([flip], bench.cosigned, position=0, through=TILE_WIDTH - 1, field=Tile(1, 0, 1).path)


def node_deleted(bench: Bench, rng: Random) -> Typed:
    """All nodes: what is not there cannot be verified, and is no fault of an entry."""
    size = rng.choice((bench.cosigned, bench.signed))
    return Typed(["DELETE FROM ledger.nodes"], size, missing=Tile(1, 0, 1).path)


def row_deleted(bench: Bench, rng: Random) -> Typed:
    """An entry, with its position: the bundle that it was in cannot be served."""
    at = rng.randrange(bench.signed)
    size, path = _file(bench, at, ENTRIES)
    return Typed([f"DELETE FROM ledger.entries WHERE position = {at}"], size, missing=path)


def rows_deleted(bench: Bench, rng: Random) -> Typed:
    """All entries from one on."""
    at = rng.randrange(bench.cosigned)
    size, path = _file(bench, at, ENTRIES)
    return Typed([f"DELETE FROM ledger.entries WHERE position >= {at}"], size, missing=path)


def column(bench: Bench, rng: Random) -> Typed:
    """A column that repeats what the entry says: time, stream, version, type or party."""
    at = rng.randrange(bench.signed)
    change = rng.choice(
        (
            "recorded_at = recorded_at - interval '1 second'",
            "stream = stream || 'x'",
            "version = version + 1",
            "type = 'bloc.floor.set.v1'",
            "party = 'eu.commission'",
        )
    )
    typed = f"UPDATE ledger.entries SET {change} WHERE position = {at}"
    return Typed([typed], bench.signed, unserved=True, place=f"entry {at}")


def seal(bench: Bench, rng: Random) -> Typed:
    """The root, the frontier or the last draft of a seal."""
    size = rng.choice(bench.seals)
    change = rng.choice(
        (
            "root = set_byte(root, 7, 255 - get_byte(root, 7))",
            "frontier = set_byte(frontier, 9, 255 - get_byte(frontier, 9))",
            "sequence = sequence + 1000",
            "sequence = 1",
        )
    )
    if size == bench.seals[0]:
        change = "root = sha256('')"
    typed = f"UPDATE ledger.seals SET {change} WHERE size = {size}"
    # A sequence that is too high is in the way of the next seal; behind the last one there is none.
    named = {size}
    if change.endswith("1000"):
        at = bench.seals.index(size) + 1
        named = {bench.seals[at]} if at < len(bench.seals) else set[int]()
    return Typed([typed], bench.signed, unserved=True, place="".join(f"seal {one}" for one in named))


def seal_deleted(bench: Bench, rng: Random) -> Typed:
    """A seal: the next one does not begin where the one before it ends, or entries are left that no seal covers."""
    number = rng.randrange(len(bench.seals))
    last = number + 1 == len(bench.seals)
    place = f"entry {bench.seals[number - 1]}" if last else f"seal {bench.seals[number + 1]}"
    typed = f"DELETE FROM ledger.seals WHERE size = {bench.seals[number]}"
    return Typed([typed], bench.signed, unserved=True, place=place)


def table_that_is_served_to_nobody(bench: Bench, rng: Random) -> Typed:
    """What the ledger looks up for itself: ids, versions of keys, outcomes, refused bodies."""
    typed = rng.choice(
        (
            f"DELETE FROM ledger.ids WHERE position = {rng.randrange(bench.signed)}",
            f"UPDATE ledger.ids SET position = position + 1 WHERE position > {rng.randrange(bench.signed)}",
            f"DELETE FROM ledger.key_versions WHERE position >= {rng.randrange(bench.signed)}",
            "UPDATE ledger.key_versions SET position = 0",
            "DELETE FROM ledger.outcomes WHERE sequence % 2 = 0",
            "UPDATE ledger.outcomes SET outcome = 'forged'",
            "UPDATE ledger.attachments SET body = 'another', party = 'eu.commission'",
        )
    )
    return Typed([typed], bench.signed, unserved=True)


def checkpoint_changed(bench: Bench, rng: Random) -> Typed:
    """One byte of the text of a signed checkpoint, or of the log's signature under it."""
    size = rng.choice((bench.cosigned, bench.signed))
    raw = bench.recorded.cosigned if size == bench.cosigned else bench.recorded.signed
    body = raw.index(b"\n\n") + 1
    line = raw.index(b"\n", body + 1)
    # Behind the key id: another id makes the line that of a stranger, and the other key's line stands.
    at = rng.choice((rng.randrange(body - 1), rng.randrange(line - 80, line - 8)))
    flip = f"set_byte(note, {at}, get_byte(note, {at}) # {1 << rng.randrange(7)})"
    return Typed(
        [f"UPDATE ledger.checkpoints SET note = {flip} WHERE size = {size}"], size, field="checkpoint"
    )


def checkpoint_of_another_size(bench: Bench, rng: Random) -> Typed:
    """An earlier checkpoint shown in place of the newest: it goes back behind the one that was kept."""
    size = rng.choice(bench.early)
    typed = f"DELETE FROM ledger.checkpoints WHERE size > {size}"
    return Typed([typed], size, field="kept")


def cosignature_deleted(bench: Bench, rng: Random) -> Typed:
    """One of three leaves the quorum, two do not."""
    names = [one.entry.key.name for one in bench.recorded.witnesses]
    gone = rng.sample(names, rng.choice((1, 2, 3)))
    typed = [
        f"DELETE FROM ledger.cosignatures WHERE size = {bench.cosigned} AND witness = '{name}'"
        for name in gone
    ]
    return Typed(typed, bench.cosigned, no_quorum=len(gone) > 1)


def cosignature_of_another_checkpoint(bench: Bench, rng: Random) -> Typed:
    """What a witness said of an earlier checkpoint, under a later one; or its time changed; or said twice."""
    name = rng.choice([one.entry.key.name for one in bench.recorded.witnesses])
    of_kept = f"(SELECT line FROM ledger.cosignatures WHERE size = {bench.kept} AND witness = '{name}')"
    of_cosigned = f"FROM ledger.cosignatures WHERE size = {bench.cosigned} AND witness = '{name}'"
    typed = rng.choice(
        (
            f"UPDATE ledger.cosignatures SET line = {of_kept} WHERE size = {bench.cosigned} AND witness = '{name}'",
            f"INSERT INTO ledger.cosignatures VALUES ({bench.signed}, '{name}', {of_kept}, 1)",
            f"INSERT INTO ledger.cosignatures SELECT size, 'another', line, time {of_cosigned}",
        )
    )
    size = bench.signed if typed.startswith("INSERT INTO ledger.cosignatures VALUES") else bench.cosigned
    return Typed([typed], size, field="checkpoint")


def cosignature_of_a_stranger(bench: Bench, rng: Random) -> Typed:
    """A line that no key of the policy made: anybody may add one, and nobody has to care."""
    name = rng.choice(("us.example/witness", "bloc.example/ledger", "someone.example/else"))
    line = f"— {name} AAAAA{'A' * 95}"
    typed = f"INSERT INTO ledger.cosignatures VALUES ({bench.signed}, 'stranger', '{line}', 1)"
    return Typed([typed], bench.signed, no_quorum=True)


StoredKind = Callable[[Bench, Random], Typed]
STORED: tuple[StoredKind, ...] = (
    leaf_flipped,
    leaves_swapped,
    node_flipped,
    node_deleted,
    row_deleted,
    rows_deleted,
    column,
    seal,
    seal_deleted,
    table_that_is_served_to_nobody,
    checkpoint_changed,
    checkpoint_of_another_size,
    cosignature_deleted,
    cosignature_of_another_checkpoint,
    cosignature_of_a_stranger,
)
"""The table of rows beside the entries."""
