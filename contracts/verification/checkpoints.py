"""Checkpoints that somebody holds or is served, against the record: who signed them, and is it the same tree.

Who may sign is known from two sides. A policy says which log and which witnesses its owner believes. And the record
itself says which key the ledger signs with at every size, from the founding through each rotation; so an old
checkpoint needs no clock, and a new key of the log cannot come from nowhere. Where both are known, both must hold.
"""

from msgspec import Struct

from contracts.identity.keyring import KeyRing
from contracts.tlog.checkpoints import Checkpoint, cosignature_time, parse_signed_checkpoint
from contracts.tlog.notes import Note, NoteFault, NoteKey, verify_note
from contracts.tlog.policy import Accepted, Policy, check_note
from contracts.verification.fault import Fault


class Claim(Struct, frozen=True):
    """A checkpoint that was read: `name` for people (its file or address); `accepted` is the policy's answer, None
    without a policy; `cosigned_at`: when the last of the policy's witnesses cosigned it (POSIX seconds, 0: none)."""

    name: str
    note: Note
    checkpoint: Checkpoint
    accepted: Accepted | None
    cosigned_at: int = 0


def read_claim(name: str, raw: bytes, policy: Policy | None, origin: str | None) -> Claim | NoteFault:
    """Read a signed checkpoint of the ledger of this origin (None: of any); with a policy it must be acceptable."""
    read = parse_signed_checkpoint(raw)
    if isinstance(read, NoteFault):
        return read
    note, checkpoint = read
    if origin is not None and checkpoint.origin != origin:
        return NoteFault(f"it is of the ledger {checkpoint.origin!r}, this one is {origin!r}")
    accepted = None if policy is None else check_note(policy, raw)
    if isinstance(accepted, NoteFault):
        return accepted
    return Claim(name, note, checkpoint, accepted, _cosigned_at(note, policy, accepted))


def _cosigned_at(note: Note, policy: Policy | None, accepted: Accepted | None) -> int:
    """A checkpoint can be good and old: who withholds newer ones is found by the time of the newest cosignature."""
    if policy is None or accepted is None:
        return 0
    keys = [one.key for one in policy.witnesses if one.name in accepted.witnesses]
    known = {(key.name, key.key_id) for key in keys}
    return max(
        (cosignature_time(one) for one in note.signatures if (one.name, one.key_id) in known), default=0
    )


def fault_of_signer(claim: Claim, ring: KeyRing) -> Fault | None:
    """Whether the key has signed that the record names for this size. `ring`: behind all entries of the record, or
    behind more than the checkpoint covers. A record that names none leaves it to the policy."""
    size = claim.checkpoint.size
    named = ring.checkpoint_keys_for(size)
    if named is None:
        return None
    key = NoteKey.of(claim.checkpoint.origin, named.public)
    signed = verify_note(claim.note, (key,))
    if isinstance(signed, NoteFault):
        return Fault(None, claim.name, signed.reason, size=size)
    if not signed:
        reason = (
            f"by the record, the key {key.vkey} (in force since position {named.since}) signs it; it has not"
        )
        return Fault(None, claim.name, reason, size=size)
    return None


def is_vouched_for(claim: Claim, ring: KeyRing) -> bool:
    """Whether anybody at all says whose signature the checkpoint needs: the policy, or the record."""
    return claim.accepted is not None or ring.checkpoint_keys_for(claim.checkpoint.size) is not None


def fault_of_root(claim: Claim, root: bytes) -> Fault | None:
    """Whether the first entries of the record, whose root is `root`, are those of the checkpoint."""
    checkpoint = claim.checkpoint
    if root == checkpoint.root:
        return None
    reason = (
        f"the first {checkpoint.size} entries have the root {root.hex()}, the checkpoint says "
        f"{checkpoint.root.hex()}: an entry below this size was changed, or is missing"
    )
    return Fault(None, claim.name, reason, size=checkpoint.size)
