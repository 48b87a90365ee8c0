"""Whether to cosign: the checks of C2SP tlog-witness in its order, on values only.

`read_request` needs nothing but the request and the keys of the logs, so that what strangers send never reaches the
store; `judge` needs what the store holds, and runs inside the transaction that will keep its answer. A refusal is
a value with the status that the protocol gives it. A refusal may carry an accusation: what was refused is then
worth keeping, because the log itself signed it.
"""

from collections.abc import Mapping

from msgspec import Struct

from bloc.witness.domain.accusing import Accusation, accuse
from contracts.limits import WITNESS_REPEAT_SECONDS
from contracts.tlog.add_checkpoint import parse_add_checkpoint
from contracts.tlog.checkpoints import Checkpoint, parse_signed_checkpoint
from contracts.tlog.notes import Note, NoteFault, NoteKey, verify_note
from contracts.tlog.proofs import verify_consistency
from contracts.tlog.tree import EMPTY_ROOT

MALFORMED = 400
NOT_SIGNED = 403
UNKNOWN_LOG = 404
CONFLICT = 409
INCONSISTENT = 422
UNAVAILABLE = 503

Logs = Mapping[str, tuple[NoteKey, ...]]
"""Origin → the keys that may sign for it: one, or two while a log changes its key."""


class Presented(Struct, frozen=True):
    """A readable request whose checkpoint the log signed. `note` has the lines of the log's keys only; `cosigned`
    says that the request carried a cosignature of this witness's own key, which verifies."""

    checkpoint: Checkpoint
    note: Note
    old_size: int
    proof: tuple[bytes, ...]
    cosigned: bool = False


class Cosigned(Struct, frozen=True):
    """A checkpoint that this witness cosigned at `time` (POSIX seconds). `note` has the log's lines and `line`, the
    cosignature."""

    checkpoint: Checkpoint
    note: bytes
    line: str
    time: int


class Refusal(Struct, frozen=True):
    """Why there is no cosignature. `held_size` goes with CONFLICT: where the log has to start again from."""

    status: int
    reason: str
    held_size: int = 0
    accusation: Accusation | None = None


class WentBack(Struct, frozen=True):
    """This key has cosigned what the store does not know: an old copy of it was put back. It must never sign again."""

    reason: str


class MayCosign(Struct, frozen=True):
    """Every check passed: cosign the presented checkpoint at this time (POSIX seconds)."""

    time: int


def read_request(raw: bytes, logs: Logs, own: NoteKey) -> Presented | Refusal:
    """Read the body of an add-checkpoint request as far as it can be judged without the store: 400, 404, 403.

    `own` is the key of this witness.
    """
    request = parse_add_checkpoint(raw)
    if isinstance(request, NoteFault):
        return Refusal(MALFORMED, request.reason)
    read = parse_signed_checkpoint(request.note)
    if isinstance(read, NoteFault):
        return Refusal(MALFORMED, read.reason)
    note, checkpoint = read
    keys = logs.get(checkpoint.origin)
    if keys is None:
        return Refusal(UNKNOWN_LOG, f"this witness does not follow {checkpoint.origin}")
    signed = signed_by(note, keys)
    if isinstance(signed, NoteFault):
        return Refusal(NOT_SIGNED, signed.reason)
    if request.old_size > checkpoint.size:
        return Refusal(
            MALFORMED, f"the old size {request.old_size} is larger than the checkpoint's {checkpoint.size}"
        )
    cosigned = verify_note(note, (own,)) == (own,)
    return Presented(checkpoint, signed, request.old_size, request.proof, cosigned)


def signed_by(note: Note, keys: tuple[NoteKey, ...]) -> Note | NoteFault:
    """The note with the lines of `keys` only, all of which verify. At least one has to be there."""
    verified = verify_note(note, keys)
    if isinstance(verified, NoteFault):
        return verified
    if not verified:
        return NoteFault("no key that may sign for this log signed the checkpoint")
    known = {(key.name, key.key_id) for key in verified}
    return Note(note.body, tuple(line for line in note.signatures if (line.name, line.key_id) in known))


def judge(
    presented: Presented, held: Cosigned | None, same_size: Cosigned | None, now: int
) -> MayCosign | Cosigned | Refusal | WentBack:
    """Decide, given the newest checkpoint `held` of this log, and the one cosigned at the presented size, if any.

    `now` is in POSIX seconds. The same checkpoint again within WITNESS_REPEAT_SECONDS is answered with the
    cosignature that is stored: a repeated question costs no signature and no write.
    """
    if presented.cosigned and not _remembers(presented.checkpoint, held, same_size):
        at = f"{presented.checkpoint.origin} at size {presented.checkpoint.size}"
        return WentBack(f"this key has cosigned a tree of {at} that its store does not know")
    refused = _refuse(presented, held)
    if refused is not None:
        accusation = _accusation(presented, held, same_size, refused.status)
        return Refusal(refused.status, refused.reason, refused.held_size, accusation)
    if held is not None and now < held.time:
        behind = held.time - now
        return Refusal(UNAVAILABLE, f"the clock of this witness is {behind} s behind its last cosignature")
    if (
        held is not None
        and held.checkpoint == presented.checkpoint
        and now - held.time < WITNESS_REPEAT_SECONDS
    ):
        return held
    return MayCosign(now)


def _remembers(checkpoint: Checkpoint, held: Cosigned | None, same_size: Cosigned | None) -> bool:
    """Whether the store can be the one that this checkpoint was cosigned with; old notes may have been forgotten."""
    if same_size is not None:
        return same_size.checkpoint == checkpoint
    return held is not None and checkpoint.size < held.checkpoint.size


def _refuse(presented: Presented, held: Cosigned | None) -> Refusal | None:
    """The checks that need what is held, in the order of the protocol: 409, then 422."""
    checkpoint = presented.checkpoint
    held_size = 0 if held is None else held.checkpoint.size
    if presented.old_size != held_size:
        reason = f"this witness holds size {held_size}, not {presented.old_size}"
        return Refusal(CONFLICT, reason, held_size)
    held_root = EMPTY_ROOT if held is None else held.checkpoint.root
    fault = verify_consistency(held_size, held_root, checkpoint.size, checkpoint.root, presented.proof)
    return None if fault is None else Refusal(INCONSISTENT, fault.reason)


def _accusation(
    presented: Presented, held: Cosigned | None, same_size: Cosigned | None, status: int
) -> Accusation | None:
    """What the log contradicts with what it signed here.

    A checkpoint of a size that was cosigned speaks for itself, whatever else is wrong with the request. A proof
    says something only if it was meant to start from what is held; from an empty tree there is nothing to prove.
    """
    if same_size is not None:
        return _accuse(same_size, presented)
    if status == INCONSISTENT and held is not None and held.checkpoint.size > 0:
        return _accuse(held, presented)
    return None


def _accuse(known: Cosigned, presented: Presented) -> Accusation | None:
    note = presented.note.encode()
    return accuse(known.note, known.checkpoint, note, presented.checkpoint, presented.proof)
