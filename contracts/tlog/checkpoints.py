"""The checkpoint: what a log says of its tree (C2SP tlog-checkpoint), and a witness's word for it.

Three lines: origin, size, root. Extension lines are allowed by the specification and not recommended by it,
as nobody could audit them; a checkpoint of this ledger has none, so one that has some is not its own.
"""

import re

from msgspec import Struct

from contracts.identity.keys import SigningKey
from contracts.limits import COSIGNATURE_SECONDS_MAX, NOTE_BYTES_MAX, TREE_SIZE_MAX
from contracts.tlog.encoding import base64, read_decimal, read_hash
from contracts.tlog.notes import (
    COSIGNATURE_V1,
    Note,
    NoteFault,
    NoteKey,
    NoteSignature,
    cosignature_message,
    parse_note,
)
from contracts.tlog.tree import HASH_BYTES

_ORIGIN = re.compile(r"[^\x00-\x1f\ud800-\udfff]+")
_LINES = 3
_TIME_BYTES = 8


class Checkpoint(Struct, frozen=True, forbid_unknown_fields=True):
    """A log's tree at one size. Raises ValueError for what no checkpoint can say."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if _ORIGIN.fullmatch(self.origin) is None:
            raise ValueError(f"{self.origin!r} cannot be an origin: one line of text, not empty")
        if not 0 <= self.size <= TREE_SIZE_MAX or len(self.root) != HASH_BYTES:
            raise ValueError(f"no tree has {self.size} leaves and a root of {len(self.root)} bytes")

    @property
    def body(self) -> bytes:
        """The text of the note that is signed: three lines, each with its LF."""
        return f"{self.origin}\n{self.size}\n{base64(self.root)}\n".encode()


def parse_checkpoint(body: bytes) -> Checkpoint | NoteFault:
    """Read the text of a note as a checkpoint; only what `Checkpoint.body` writes is one."""
    if len(body) > NOTE_BYTES_MAX:
        return NoteFault(f"the checkpoint has {len(body)} bytes, the limit is {NOTE_BYTES_MAX}")
    try:
        lines = body.decode().split("\n")
    except UnicodeDecodeError as error:
        return NoteFault(f"the checkpoint is not UTF-8: {error.reason} at byte {error.start}")
    if len(lines) != _LINES + 1 or lines[-1]:
        return NoteFault("a checkpoint is three lines: origin, size, root; extension lines are not accepted")
    origin, size, root = lines[0], read_decimal(lines[1]), read_hash(lines[2])
    if _ORIGIN.fullmatch(origin) is None:
        return NoteFault("the origin of the checkpoint is empty or holds a control character")
    if size is None:
        return NoteFault("the size of the checkpoint is not a decimal number up to 2**63 - 1")
    if root is None:
        return NoteFault("the root of the checkpoint is not the base64 of 32 bytes")
    return Checkpoint(origin, size, root)


def parse_signed_checkpoint(raw: bytes) -> tuple[Note, Checkpoint] | NoteFault:
    """Read a signed note whose text is a checkpoint, as logs serve it. Nothing is verified."""
    note = parse_note(raw)
    if isinstance(note, NoteFault):
        return note
    checkpoint = parse_checkpoint(note.body)
    return checkpoint if isinstance(checkpoint, NoteFault) else (note, checkpoint)


def cosign(body: bytes, name: str, key: SigningKey, at_seconds: int) -> NoteSignature:
    """Cosign a checkpoint `body` as the witness `name` at a time in POSIX seconds (C2SP tlog-cosignature, v1).

    The key must serve this one witness only: the message does not say its name. Raises ValueError for a
    body that is no checkpoint, a name that is none, or a time before 1970.
    """
    if isinstance(fault := parse_checkpoint(body), NoteFault):
        raise ValueError(f"only checkpoints are cosigned: {fault.reason}")
    if not 0 < at_seconds <= COSIGNATURE_SECONDS_MAX:
        raise ValueError(f"a cosignature cannot be made at {at_seconds} seconds since 1970")
    witness = NoteKey.of(name, key.verifying, COSIGNATURE_V1)
    signature = key.sign(cosignature_message(body, at_seconds))
    return NoteSignature(name, witness.key_id, at_seconds.to_bytes(_TIME_BYTES, "big") + signature)


def cosignature_time(signature: NoteSignature) -> int:
    """When a witness cosigned, in POSIX seconds; trust it only from a signature that `verify_note` accepted."""
    return int.from_bytes(signature.signature[:_TIME_BYTES], "big")
