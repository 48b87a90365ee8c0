"""Whether a draft stream is the one that this ledger has been reading, and goes on where the ledger stopped.

The ledger is a function of the draft stream, so reading on from a stream that was made again, restored from an
older copy or trimmed too far would silently make another ledger. Sequences alone do not show it: a stream that
was emptied counts up to the old numbers again. So three things are compared: the incarnation id that deployment
gives each making of the stream, the range of its sequences, and the digest of the last draft that was consumed.
"""

from collections.abc import Sequence

from msgspec import Struct

from services.ledger.domain.state import LedgerState


class StreamFacts(Struct, frozen=True):
    """The draft stream as the server describes it: sequences of its first and last message (`first` is
    `last` + 1 when it is empty), and the digest of the draft at the ledger's cursor, None when that message
    is not there any more."""

    incarnation: str
    first: int
    last: int
    digest_at_cursor: bytes | None = None


class Continues(Struct, frozen=True):
    """The stream goes on at cursor + 1. `adopt`: it is a new incarnation and has to be noted first."""

    adopt: bool


class Broken(Struct, frozen=True):
    """The stream does not go on where the ledger stopped; only an operator can say what happened."""

    reason: str


def continues(
    stream: StreamFacts,
    state: LedgerState,
    last_digest: bytes | None,
    incarnations: Sequence[tuple[str, int]],
) -> Continues | Broken:
    """Compare the stream with what the ledger remembers: `last_digest` of the draft at its cursor, and the
    incarnations (with their first sequence) that it has read, newest last."""
    known = [incarnation for incarnation, _ in incarnations]
    next_sequence = state.cursor + 1
    if stream.incarnation not in known:
        if stream.first == next_sequence:
            return Continues(adopt=True)
        return Broken(
            f"the draft stream was made again (incarnation {stream.incarnation}) and begins at sequence "
            f"{stream.first}; the ledger has consumed up to {state.cursor}. Delete it and make it again with "
            f"`bloc nats setup --first-sequence {next_sequence}`, or restore the stream that was lost"
        )
    if stream.incarnation != known[-1]:
        return Broken(
            f"the draft stream is of incarnation {stream.incarnation}, which {known[-1]} has replaced; "
            "an old copy of it seems to have been restored"
        )
    if stream.first > next_sequence:
        return Broken(
            f"the draft stream begins at sequence {stream.first}, and the ledger needs {next_sequence}: drafts "
            "were trimmed that it has not consumed. Restore a newer backup of the database, or those drafts"
        )
    if stream.last < state.cursor:
        return Broken(
            f"the draft stream ends at sequence {stream.last}, and the ledger has consumed up to "
            f"{state.cursor}: an older copy of the stream seems to have been restored"
        )
    if stream.digest_at_cursor is not None and stream.digest_at_cursor != last_digest:
        return Broken(
            f"draft {state.cursor} of the stream is another than the one that the ledger consumed under this "
            "sequence: the stream was emptied or restored, and filled again"
        )
    return Continues(adopt=False)
