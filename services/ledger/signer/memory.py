"""What this log signed last: from the folder outside the database; when that is lost, from the witnesses.

The rows of `ledger.checkpoints` alone are not believed, since a database that was put back to an earlier day has
lost the newest of them, and cannot know it. Nor is the folder believed where a witness has seen more: a snapshot of
the whole machine puts both back together, and nothing on it would notice.
"""

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
    now_ns: int,
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
    recorded = None if row is None else _read_row(row, origin, keys)
    if isinstance(recorded, Refusal):
        return recorded
    if kept is not None and (row is None or kept.checkpoint.size >= row.size):
        return kept if row is None else fault_of_row(kept, row) or kept
    answers = await ask_witnesses(policy, origin, keys, now_ns)
    shown = answers.shown if isinstance(answers, Unanswered) else answers
    known = shown if recorded is None else (*shown, recorded)
    if not known:
        return None
    newest = max(known, key=lambda signed: signed.checkpoint.size)
    if isinstance(answers, Unanswered):
        who = "the database has" if newest is recorded else "a witness has cosigned"
        return _unknown(store, kept, f"{who} a checkpoint of {newest.checkpoint.size}", answers.reason)
    store.write(newest)
    recorded_size = 0 if row is None else row.size
    _log.warning("checkpoint_adopted_from_witnesses", size=newest.checkpoint.size, recorded=recorded_size)
    return newest


async def recall(
    store: CheckpointStore,
    *,
    origin: str,
    policy: Policy | None,
    keys: tuple[VerifyingKey, ...],
    now_ns: int,
) -> None:
    """Once at a start, before a draft is consumed: keep what the witnesses have seen beyond the folder.

    Who does not answer is not waited for any longer: while the folder is there, their word is an addition. Where it
    is lost only a quorum of them can replace it. Raises OSError when the folder cannot be used.
    """
    kept = store.read()
    if isinstance(kept, Refusal):
        return
    answers = await ask_witnesses(policy, origin, keys, now_ns)
    if isinstance(answers, Unanswered):
        answers = () if kept is None else answers.shown
    newest = max(answers, key=lambda signed: signed.checkpoint.size, default=None)
    if newest is None or (kept is not None and kept.checkpoint.size >= newest.checkpoint.size):
        return
    # Another process signs, and keeps what it signs: then the folder is not an old one.
    if store.lock():
        store.write(newest)
        _log.warning("checkpoint_recalled_by_witnesses", size=newest.checkpoint.size)


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


def _unknown(store: CheckpointStore, kept: SignedCheckpoint | None, found: str, why: str) -> Refusal:
    if kept is None:
        return Refusal(
            "store_missing",
            f"{store.path} is missing, {found}, and {why}: later ones may have been signed. Put the file back, or "
            "decide with `bloc ledger adopt-checkpoint`",
        )
    return Refusal(
        "store_behind",
        f"{store.path} ends at {kept.checkpoint.size}, {found}, and {why}: it is an older copy. Put the right file "
        "back, or decide with `bloc ledger adopt-checkpoint`",
    )
