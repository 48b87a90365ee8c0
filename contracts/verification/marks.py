"""What can only be said of the record as a whole, in 24 bytes an event: every event once, versions without a gap.

A set of all ids of a large ledger would not fit into memory, so each event leaves two short marks that the shell
writes into files, many marks with equal beginnings in one file; a file is then looked through by itself. A mark holds
a keyed digest in place of the name. The key is drawn for each run, so that nobody can prepare two names with one
digest beforehand.
"""

from hashlib import blake2b
from struct import Struct as Layout

ID_MARK = Layout(">16sQ")
"""Digest of source and id, position."""
VERSION_MARK = Layout(">12sIQ")
"""Digest of the stream, version, position."""
MARK_BYTES = 24
VERSION_MAX = 2**32 - 1


def mark_event(
    secret: bytes, position: int, source: str, event_id: str, stream: str, version: int
) -> tuple[bytes, bytes]:
    """The id mark and the version mark of one event. `secret`: 16 to 64 bytes, one for each run."""
    named = blake2b(f"{source} {event_id}".encode(), digest_size=16, key=secret).digest()
    streamed = blake2b(stream.encode(), digest_size=12, key=secret).digest()
    return (
        ID_MARK.pack(named, position),
        VERSION_MARK.pack(streamed, min(version, VERSION_MAX), position),
    )


def first_twice(marks: bytes) -> tuple[int, int] | None:
    """Look through id marks in order of position: the first event that was recorded before, and where it was."""
    seen: dict[bytes, int] = {}
    for named, position in ID_MARK.iter_unpack(marks):
        before = seen.setdefault(named, position)
        if before != position:
            return position, before
    return None


def first_gap(marks: bytes) -> tuple[int, int] | None:
    """Look through version marks in order of position: the first event whose version is not the next one of its
    stream, and the version that was due."""
    versions: dict[bytes, int] = {}
    for stream, version, position in VERSION_MARK.iter_unpack(marks):
        due = versions.get(stream, 0) + 1
        if version != due:
            return position, due
        versions[stream] = version
    return None
