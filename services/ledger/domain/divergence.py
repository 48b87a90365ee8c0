"""Holding a batch against a checkpoint that was signed before the database was put back to an earlier day.

A ledger restored from a backup catches up from the draft stream to byte-identical entries. Should a release, a key
or a draft be another one than then, the entries would differ; and once they are committed they stand beside a
signature of this log that says otherwise, for ever. So the batch that reaches the size of the last checkpoint is
looked at before its commit.
"""

from msgspec import Struct

from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.tree import Frontier
from services.ledger.domain.seal import Rows


class Guard(Struct, frozen=True):
    """What the record has to become: the tree of `signed`. `agreed` is the size of the last checkpoint that the
    database itself holds: up to there both are known to be the same."""

    signed: Checkpoint
    agreed: int


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
