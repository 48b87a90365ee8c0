"""What a witness said to a checkpoint, as a value; nothing that comes from outside is believed before it is checked.

C2SP tlog-witness gives a meaning to five statuses. Older texts answer 409 where newer ones say 422, for a
checkpoint of the very size that the witness has, with another root: that is the case of two histories, and never a
reason to start again. It is told from the ordinary 409 by the size that it names.
"""

import re
from typing import Literal, get_args

from msgspec import Struct

from contracts.limits import TREE_SIZE_MAX
from contracts.tlog.checkpoints import Checkpoint, cosignature_time
from contracts.tlog.notes import Note, NoteFault, NoteKey, NoteSignature, parse_note, verify_note

SIZE_MEDIA_TYPE = "text/x.tlog.size"
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")
_QUOTED_BYTES = 120

Kind = Literal["away", "slow", "refused", "garbled", "forged", "ahead", "inconsistent", "went_back"]
"""away: not reached, or says that it cannot serve · slow: no answer in time · refused: does not follow this log or
its key · garbled: not an answer of tlog-witness · forged: a signature of its key that is not over this checkpoint ·
ahead: it has cosigned more than we have signed · inconsistent: it says that our history is not the one it knows ·
went_back: it has forgotten what it had cosigned."""
KINDS: tuple[Kind, ...] = get_args(Kind)
ACCUSATIONS: frozenset[Kind] = frozenset({"forged", "ahead", "inconsistent", "went_back"})
"""What says that somebody is not honest, or that a database is not the one it was: somebody has to look."""


class Response(Struct, frozen=True):
    """An HTTP answer: status, media type without parameters in lower case, body."""

    status: int
    media_type: str
    body: bytes


class Cosigned(Struct, frozen=True):
    """A verified cosignature, and the POSIX seconds under it."""

    signature: NoteSignature
    time_seconds: int


class Elsewhere(Struct, frozen=True):
    """The witness has cosigned another size last: start again from there."""

    size: int


class Failure(Struct, frozen=True):
    """No cosignature, and why."""

    kind: Kind
    reason: str


def read_answer(
    response: Response, *, witness: NoteKey, checkpoint: Checkpoint, old_size: int
) -> Cosigned | Elsewhere | Failure:
    """Judge the answer of `witness` to `checkpoint`, submitted with a consistency proof from `old_size`."""
    match response.status:
        case 200:
            return _cosignature(response.body, witness, checkpoint)
        case 409:
            return _conflict(response, checkpoint.size, old_size)
        case 422:
            return Failure(
                "inconsistent", f"it says that the proof from {old_size} fails: {_quoted(response)}"
            )
        case 429:
            return Failure("away", f"it answers 429: {_quoted(response)}")
        case status if status >= 500:
            return Failure("away", f"it answers {status}: {_quoted(response)}")
        case status:
            return Failure("refused", f"it answers {status}: {_quoted(response)}")


def _cosignature(body: bytes, witness: NoteKey, checkpoint: Checkpoint) -> Cosigned | Failure:
    """The signature lines of an answer, read as those of the checkpoint. Lines of unknown keys count for nothing."""
    note = parse_note(checkpoint.body + b"\n" + body)
    if isinstance(note, NoteFault):
        return Failure("garbled", f"its answer is not signature lines: {note.reason}")
    ours = tuple(
        line for line in note.signatures if (line.name, line.key_id) == (witness.name, witness.key_id)
    )
    if not ours:
        return Failure("garbled", f"its answer has no line of its key {witness.vkey}")
    verified = verify_note(Note(checkpoint.body, ours), (witness,))
    if isinstance(verified, NoteFault):
        return Failure("forged", verified.reason)
    return Cosigned(ours[0], cosignature_time(ours[0]))


def _conflict(response: Response, size: int, old_size: int) -> Elsewhere | Failure:
    found = _SIZE.fullmatch(response.body)
    theirs = int(found[1]) if found and response.media_type == SIZE_MEDIA_TYPE else None
    if old_size == size and theirs in (None, size):
        return Failure("inconsistent", f"it has another root of size {size}: {_quoted(response)}")
    if theirs is None or theirs == old_size or theirs > TREE_SIZE_MAX:
        return Failure(
            "garbled", f"it answers 409 to old size {old_size} without another: {_quoted(response)}"
        )
    if theirs > size:
        return Failure("ahead", f"it has cosigned size {theirs}, and the newest checkpoint has {size}")
    return Elsewhere(theirs)


def _quoted(response: Response) -> str:
    """The beginning of what it said, safe to log."""
    return repr(response.body[:_QUOTED_BYTES].decode("utf-8", "replace"))
