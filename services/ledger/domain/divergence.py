"""Holding a batch against a checkpoint that was signed before the database was put back to an earlier day.

A ledger restored from a backup catches up from the draft stream to byte-identical entries. Should a release, a key
or a draft be another one than then, the entries would differ; and once they are committed they stand beside a
signature of this log that says otherwise, for ever. So the batch that reaches the size of the last checkpoint is
looked at before its commit.

And should drafts be lost as well, the entries that were signed can never come back; whatever was recorded in their
place would get receipts for positions that are taken. Every draft of what was signed was in the stream before the
ledger began to catch up: so when those are used up and the record is still too short, it stops there.
"""

from msgspec import Struct

from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.tree import Frontier
from services.ledger.domain.seal import Rows


class Guard(Struct, frozen=True):
    """What the record has to become: the tree of `signed`. `agreed` is the size of the last checkpoint that the
    database itself holds: up to there both are known to be the same. `stream_end` is the sequence of the last draft
    in the stream, asked for when `signed` was known already."""

    signed: Checkpoint
    agreed: int
    stream_end: int


def divergence(guard: Guard, before: Frontier, rows: Rows, release: str) -> str | None:
    """Why a batch that is to follow the tree `before` may not be committed, in words; None when it may."""
    size = guard.signed.size
    if not before.size < size <= before.size + len(rows.entries):
        return None
    root = before.append(row[6] for row in rows.entries[: size - before.size]).root()
    if root == guard.signed.root:
        return None
    return (
        f"release {release} records other entries than those that were signed: the checkpoint of {size} has the root "
        f"{guard.signed.root.hex()}, the draft stream gives {root.hex()}; the difference lies between the positions "
        f"{guard.agreed} and {size - 1}. Nothing was committed beyond position {before.size - 1}: catch up with the "
        "release that recorded them, or find out who changed the drafts"
    )


def falls_short(guard: Guard, size: int, cursor: int, release: str) -> str | None:
    """Why a record that has `size` entries with the draft `cursor` cannot become what was signed, in words; None
    while it can, or when it did."""
    signed = guard.signed.size
    if size >= signed or cursor < guard.stream_end:
        return None
    return (
        f"drafts are missing: a checkpoint of {signed} entries was signed, and the draft stream up to {cursor}, which "
        f"is all that there was of it, gives {size} with release {release}; the difference lies between the positions "
        f"{guard.agreed} and {signed - 1}. Put back a newer copy of the draft stream or of the database: nothing is "
        "recorded in the place of what was signed"
    )
