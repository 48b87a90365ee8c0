"""What a witness keeps when a log contradicts itself: the two notes that the log signed, for anybody to check.

An accusation must not rest on the word of the witness, nor on that of whoever sent the request: add-checkpoint asks
nobody for a name, and a stranger can send an honest checkpoint with a proof of garbage. So there are three kinds.
`two_roots`: one size, two roots. `other_past`: the later tree, by the proof that was given with it, had another
root at the earlier size than the log had signed. These two convict the log by its own signatures and hashes.
`unproven`: no proof connected the two notes; it convicts nobody, yet an honest log can always show a proof between
two notes that it signed, so it is the question to ask.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Literal

import msgspec
from msgspec import Struct

from contracts.tlog.checkpoints import Checkpoint, parse_signed_checkpoint
from contracts.tlog.encoding import base64, read_hash
from contracts.tlog.notes import NoteFault, NoteKey, verify_note
from contracts.tlog.proofs import ProofFault, implied_roots, verify_consistency

FORMAT = "bloc-accusation/v1"
Kind = Literal["two_roots", "other_past", "unproven"]
PROVEN: tuple[Kind, ...] = ("two_roots", "other_past")
"""The kinds that show by themselves that the log has two histories."""

_ID_BYTES = 16


class Accusation(Struct, frozen=True, forbid_unknown_fields=True):
    """Two notes of one log that do not agree. `first` was cosigned by this witness, `second` was refused; `proof`
    (base64 hashes) came with the second and should have led from the size of the first to its own."""

    kind: Kind
    origin: str
    first: str
    second: str
    proof: tuple[str, ...] = ()
    format: Literal["bloc-accusation/v1"] = FORMAT

    @property
    def is_proven(self) -> bool:
        return self.kind in PROVEN

    @property
    def id(self) -> str:
        """A name that the same two checkpoints always get, whoever signed or sent them again: 32 hex digits."""
        bodies = (note.rpartition("\n\n")[0] for note in (self.first, self.second))
        return sha256("\n".join((self.kind, *bodies)).encode()).digest()[:_ID_BYTES].hex()

    def encode(self) -> bytes:
        """Write the accusation as one JSON object and a line feed, for people and machines."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


class Verdict(Struct, frozen=True, forbid_unknown_fields=True):
    """What an accusation shows to somebody who knows the keys of the log: `proven`, in these words."""

    proven: bool
    reason: str


_DECODER = msgspec.json.Decoder(Accusation)


def read_accusation(raw: bytes) -> Accusation | NoteFault:
    """Read what `encode` wrote; nothing is verified."""
    try:
        return _DECODER.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return NoteFault(f"this is no accusation: {error}")


def accuse(
    first: bytes, before: Checkpoint, second: bytes, after: Checkpoint, proof: Sequence[bytes]
) -> Accusation | None:
    """Put the two signed notes and their checkpoints side by side; None when they do not contradict each other.

    `proof` was given as leading from `before` to `after`; it plays no part when both have one size.
    """
    if before.size == after.size:
        if before.root == after.root:
            return None
        return Accusation("two_roots", after.origin, first.decode(), second.decode())
    if verify_consistency(before.size, before.root, after.size, after.root, proof) is None:
        return None
    kind: Kind = "other_past" if _shows_other_past(before, after, proof) else "unproven"
    shown = tuple(base64(hashed) for hashed in proof)
    return Accusation(kind, after.origin, first.decode(), second.decode(), shown)


def check_accusation(accusation: Accusation, keys: Sequence[NoteKey]) -> Verdict | NoteFault:
    """Check an accusation with the keys of the log alone; nothing in it is believed, its `kind` neither."""
    notes = [
        _signed_checkpoint(text, accusation.origin, keys) for text in (accusation.first, accusation.second)
    ]
    for note in notes:
        if isinstance(note, NoteFault):
            return note
    before, after = (note for note in notes if isinstance(note, Checkpoint))
    proof = tuple(hashed for text in accusation.proof if (hashed := read_hash(text)) is not None)
    if len(proof) != len(accusation.proof):
        return NoteFault("a hash of the proof is not the base64 of 32 bytes")
    if before.size == after.size:
        if before.root == after.root:
            return NoteFault("both notes are of one size and one root: they agree")
        return Verdict(True, f"the log signed two different trees of {before.size} entries")
    if _shows_other_past(before, after, proof):
        return Verdict(
            True,
            f"the tree of {after.size} entries that the log signed does not begin with "
            f"the tree of {before.size} entries that it signed before",
        )
    fault = verify_consistency(before.size, before.root, after.size, after.root, proof)
    if fault is None:
        return NoteFault("the proof connects both notes: they agree")
    return Verdict(
        False,
        f"no proof connects sizes {before.size} and {after.size}: ask the log for one, an honest log has it",
    )


def _shows_other_past(before: Checkpoint, after: Checkpoint, proof: Sequence[bytes]) -> bool:
    """Whether the proof leads to the signed later root, and at the earlier size to another root than was signed."""
    roots = implied_roots(before.size, after.size, proof)
    return not isinstance(roots, ProofFault) and roots[1] == after.root and roots[0] != before.root


def _signed_checkpoint(text: str, origin: str, keys: Sequence[NoteKey]) -> Checkpoint | NoteFault:
    """The checkpoint in a note of this origin that one of the log's `keys` signed."""
    read = parse_signed_checkpoint(text.encode())
    if isinstance(read, NoteFault):
        return read
    note, checkpoint = read
    if checkpoint.origin != origin:
        return NoteFault(f"a note is about {checkpoint.origin}, the accusation about {origin}")
    signed = verify_note(note, [key for key in keys if key.name == origin])
    if isinstance(signed, NoteFault):
        return signed
    return (
        checkpoint
        if signed
        else NoteFault(f"no given key of {origin} signed a note of size {checkpoint.size}")
    )
