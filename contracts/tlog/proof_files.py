"""The proof file that a partner keeps (C2SP tlog-proof): an entry is in a tree that witnesses have seen.

Index, inclusion proof and the signed checkpoint in one text, to be checked for ever without the ledger. The
entry stands beside it, as the file holds no more than hashes. `extra` is passed through and never believed:
nothing signs it.
"""

from msgspec import Struct

from contracts.limits import PROOF_FILE_BYTES_MAX, PROOF_HASHES_MAX, TREE_SIZE_MAX
from contracts.tlog.checkpoints import parse_signed_checkpoint
from contracts.tlog.encoding import base64, read_base64, read_decimal, read_hash
from contracts.tlog.notes import NoteFault
from contracts.tlog.policy import Accepted, Policy, check_note
from contracts.tlog.proofs import ProofFault, verify_inclusion
from contracts.tlog.tree import HASH_BYTES, leaf_hash

_VERSION = "c2sp.org/tlog-proof@v1"
_EXTRA = "extra "
_INDEX = "index "


class ProofFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A proof that entry `index` (from 0) is in the tree of the checkpoint `note`; `proof` from leaf to root."""

    index: int
    proof: tuple[bytes, ...]
    note: bytes
    extra: bytes = b""

    def encode(self) -> bytes:
        """Write the file. Raises ValueError when it could not be read again."""
        if (
            not 0 <= self.index < TREE_SIZE_MAX
            or len(self.proof) > PROOF_HASHES_MAX
            or any(len(hashed) != HASH_BYTES for hashed in self.proof)
            or isinstance(parse_signed_checkpoint(self.note), NoteFault)
        ):
            raise ValueError("this is no proof: an index, at most 63 hashes, a signed checkpoint")
        lines = [
            _VERSION,
            *([_EXTRA + base64(self.extra)] if self.extra else ()),
            f"{_INDEX}{self.index}",
            *(base64(hashed) for hashed in self.proof),
        ]
        raw = "\n".join(lines).encode("ascii") + b"\n\n" + self.note
        if len(raw) > PROOF_FILE_BYTES_MAX:
            raise ValueError(f"a proof of {len(raw)} bytes is over the limit of {PROOF_FILE_BYTES_MAX}")
        return raw


def parse_proof_file(raw: bytes) -> ProofFile | NoteFault:
    """Read a proof file strictly; nothing is verified, that is `verify_proof_file`."""
    if len(raw) > PROOF_FILE_BYTES_MAX:
        return NoteFault(f"the proof has {len(raw)} bytes, the limit is {PROOF_FILE_BYTES_MAX}")
    head, empty_line, note = raw.partition(b"\n\n")
    if not empty_line or not head.isascii():
        return NoteFault("the proof is not: header, index, hashes, empty line, signed checkpoint")
    lines = head.decode("ascii").split("\n")
    if lines.pop(0) != _VERSION:
        return NoteFault(f"the first line of the proof is not {_VERSION}")
    extra: bytes | None = b""
    if lines and lines[0].startswith(_EXTRA):
        extra = read_base64(lines.pop(0).removeprefix(_EXTRA))
        if not extra:
            return NoteFault("the extra line of the proof holds no base64; without extra data it is left out")
    named = lines.pop(0) if lines else ""
    index = read_decimal(named.removeprefix(_INDEX)) if named.startswith(_INDEX) else None
    if index is None or index == TREE_SIZE_MAX:
        return NoteFault("the proof does not say `index <number>`")
    if len(lines) > PROOF_HASHES_MAX:
        return NoteFault(f"the proof has {len(lines)} hashes, the limit is {PROOF_HASHES_MAX}")
    proof = tuple(hashed for line in lines if (hashed := read_hash(line)) is not None)
    if len(proof) != len(lines):
        return NoteFault("a line of the proof is not the base64 of 32 bytes")
    if isinstance(fault := parse_signed_checkpoint(note), NoteFault):
        return fault
    return ProofFile(index, proof, note, extra)


def verify_proof_file(file: ProofFile, entry: bytes, policy: Policy) -> Accepted | NoteFault | ProofFault:
    """Check that `entry` (its exact bytes) is what the file proves, under a checkpoint that the policy accepts.

    Whether the policy's quorum of witnesses is met stands in `Accepted.quorum`: it is no fault here.
    """
    accepted = check_note(policy, file.note)
    if isinstance(accepted, NoteFault):
        return accepted
    tree = accepted.checkpoint
    fault = verify_inclusion(leaf_hash(entry), file.index, tree.size, file.proof, tree.root)
    return accepted if fault is None else fault
