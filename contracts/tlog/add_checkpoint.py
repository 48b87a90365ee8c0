"""The body of a request to a witness (C2SP tlog-witness, add-checkpoint).

The size that the log believes the witness to have, the consistency proof from there, an empty line, the
signed checkpoint. Whether proof and signatures hold is the witness's work; here is only the form.
"""

from msgspec import Struct

from contracts.limits import ADD_CHECKPOINT_BYTES_MAX, PROOF_HASHES_MAX, TREE_SIZE_MAX
from contracts.tlog.checkpoints import parse_signed_checkpoint
from contracts.tlog.encoding import base64, read_decimal, read_hash
from contracts.tlog.notes import NoteFault
from contracts.tlog.tree import HASH_BYTES

_OLD = "old "


class AddCheckpoint(Struct, frozen=True, forbid_unknown_fields=True):
    """A checkpoint for a witness: `note` is the signed note, `proof` leads to it from `old_size`."""

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes

    def encode(self) -> bytes:
        """Write the body of the request. Raises ValueError when a witness could not read it."""
        if (
            not 0 <= self.old_size <= TREE_SIZE_MAX
            or len(self.proof) > PROOF_HASHES_MAX
            or any(len(hashed) != HASH_BYTES for hashed in self.proof)
            or isinstance(parse_signed_checkpoint(self.note), NoteFault)
        ):
            raise ValueError(
                "this is no request to a witness: an old size, at most 63 hashes, a signed checkpoint"
            )
        lines = [f"{_OLD}{self.old_size}\n", *(f"{base64(hashed)}\n" for hashed in self.proof), "\n"]
        return "".join(lines).encode("ascii") + self.note


def parse_add_checkpoint(raw: bytes) -> AddCheckpoint | NoteFault:
    """Read a request to a witness; the checkpoint is well formed, and nothing is verified."""
    if len(raw) > ADD_CHECKPOINT_BYTES_MAX:
        return NoteFault(f"the request has {len(raw)} bytes, the limit is {ADD_CHECKPOINT_BYTES_MAX}")
    head, empty_line, note = raw.partition(b"\n\n")
    if not empty_line or not head.isascii():
        return NoteFault("the request is not: old size, proof, empty line, signed checkpoint")
    first, *lines = head.decode("ascii").split("\n")
    old_size = read_decimal(first.removeprefix(_OLD)) if first.startswith(_OLD) else None
    if old_size is None:
        return NoteFault("the first line of the request is not `old <size>`")
    if len(lines) > PROOF_HASHES_MAX:
        return NoteFault(f"the request has {len(lines)} proof lines, the limit is {PROOF_HASHES_MAX}")
    proof = tuple(hashed for line in lines if (hashed := read_hash(line)) is not None)
    if len(proof) != len(lines):
        return NoteFault("a line of the proof is not the base64 of 32 bytes")
    if isinstance(fault := parse_signed_checkpoint(note), NoteFault):
        return fault
    return AddCheckpoint(old_size, proof, note)
