"""What this log signed last: from the folder outside the database; when that is lost, from the witnesses.

The rows of `ledger.checkpoints` alone are not believed, since a database that was put back to an earlier day has
lost the newest of them, and cannot know it.
"""

from itertools import chain

import structlog

from contracts.identity.keys import VerifyingKey
from contracts.tlog.notes import NoteFault
from contracts.tlog.policy import Policy
from services.ledger.checkpoint_store import CheckpointStore
from services.ledger.domain.signing import Refusal, SignedCheckpoint, fault_of_signature, read_signed
from services.ledger.signer.asking import Unanswered, ask_witnesses
from services.ledger.store.checkpoints import StoredCheckpoint, newest_checkpoint
from services.ledger.store.connecting import Connection

_log = structlog.get_logger(__name__)


async def last_signed(
    store: CheckpointStore,
    connection: Connection,
    *,
    origin: str,
    policy: Policy | None,
    keys: tuple[VerifyingKey, ...],
) -> SignedCheckpoint | Refusal | None:
    """The last checkpoint that this log signed, None when there never was one; or why that is not known.

    `keys` are those that may have signed it. What the witnesses had to be asked for is kept again.
    """
    kept = store.read()
    if isinstance(kept, Refusal):
        return kept
    if kept is not None and (fault := fault_of_signature(kept, keys)) is not None:
        return store.foreign(fault.reason)
    row = await newest_checkpoint(connection)
    if row is None:
        return kept
    recorded = _read_row(row, origin, keys)
    if isinstance(recorded, Refusal):
        return recorded
    if kept is not None and kept.checkpoint.size >= row.size:
        return fault_of_row(kept, row) or kept
    answers = await ask_witnesses(policy, origin, keys)
    if isinstance(answers, Unanswered):
        return _unknown(store, kept, row.size, answers.reason)
    newest = max(chain(answers, (recorded,)), key=lambda signed: signed.checkpoint.size)
    store.write(newest)
    _log.warning("checkpoint_adopted_from_witnesses", size=newest.checkpoint.size, recorded=row.size)
    return newest


def fault_of_row(signed: SignedCheckpoint, row: StoredCheckpoint) -> Refusal | None:
    """Refuse when another root is recorded for the size of this checkpoint."""
    checkpoint = signed.checkpoint
    if row.size != checkpoint.size or row.root == checkpoint.root:
        return None
    return Refusal(
        "recomputed_differs",
        f"checkpoint {row.size}, root: the database has {row.root.hex()}, {checkpoint.root.hex()} was signed",
    )


def _read_row(
    row: StoredCheckpoint, origin: str, keys: tuple[VerifyingKey, ...]
) -> SignedCheckpoint | Refusal:
    """A recorded checkpoint as it was signed; refused when row and note contradict each other."""
    signed = read_signed(row.note, row.signed_at_ns, origin)
    fault = signed if isinstance(signed, NoteFault) else fault_of_signature(signed, keys)
    if isinstance(signed, NoteFault) or fault is not None:
        reason = "" if fault is None else fault.reason
        return Refusal("recomputed_differs", f"checkpoint {row.size}, note: {reason}")
    if (signed.checkpoint.size, signed.checkpoint.root) != (row.size, row.root):
        return Refusal("recomputed_differs", f"checkpoint {row.size}, note: it is of another size or root")
    return signed


def _unknown(store: CheckpointStore, kept: SignedCheckpoint | None, size: int, why: str) -> Refusal:
    if kept is None:
        return Refusal(
            "store_missing",
            f"{store.path} is missing, the database has a checkpoint of {size}, and {why}: later ones may have been "
            "signed. Put the file back, or decide with `bloc ledger adopt-checkpoint`",
        )
    return Refusal(
        "store_behind",
        f"{store.path} ends at {kept.checkpoint.size}, the database has a checkpoint of {size}, and {why}: it is an "
        "older copy. Put the right file back, or decide with `bloc ledger adopt-checkpoint`",
    )
