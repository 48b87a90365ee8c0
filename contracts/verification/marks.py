"""What can only be said of the record as a whole, in 24 bytes a mark: every event once, versions without a gap, every
draft on the versions that it was decided on.

A set of all ids of a large ledger would not fit into memory, so each event leaves two short marks that the shell
writes into files, many marks with equal beginnings in one file; a file is then looked through by itself. A mark holds
a keyed digest in place of the name. The key is drawn for each run, so that nobody can prepare two names with one
digest beforehand.
"""

from collections.abc import Iterable
from hashlib import blake2b
from struct import Struct as Layout

from msgspec import Struct

ID_MARK = Layout(">16sQ")
"""Digest of source and id, position."""
VERSION_MARK = Layout(">12sIQ")
"""Digest of the stream, version, position. Of a guard, whose versions stand in no entry, the version is 0: one more."""
MARK_BYTES = ID_MARK.size
"""Of a mark of either kind."""
VERSION_MAX = 2**32 - 1


def mark_event(
    secret: bytes, position: int, source: str, event_id: str, stream: str, version: int
) -> tuple[bytes, bytes]:
    """The id mark and the version mark of one event. `secret`: 16 to 64 bytes, one for each run."""
    named = blake2b(f"{source} {event_id}".encode(), digest_size=16, key=secret).digest()
    return (ID_MARK.pack(named, position), mark_version(secret, position, stream, version))


def mark_version(secret: bytes, position: int, key: str, version: int) -> bytes:
    """The mark of a key version: reached by the entry at a position, or expected by the draft that begins there."""
    return VERSION_MARK.pack(digest_of_key(secret, key), min(version, VERSION_MAX), position)


def mark_advance(secret: bytes, position: int, guard: str) -> bytes:
    """The mark of an entry that advances a guard."""
    return mark_version(secret, position, guard, 0)


def digest_of_key(secret: bytes, key: str) -> bytes:
    """What stands for a stream or guard in marks."""
    return blake2b(key.encode(), digest_size=12, key=secret).digest()


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
        if not version:
            continue
        due = versions.get(stream, 0) + 1
        if version != due:
            return position, due
        versions[stream] = version
    return None


class Outdated(Struct, frozen=True):
    """The draft that begins at `position` expects a key (`digest_of_key`) at a version that it did not stand at."""

    position: int
    key: bytes
    expected: int
    stood: int


def first_outdated(reached: Iterable[bytes], expected: Iterable[bytes]) -> Outdated | None:
    """Look through version marks, those of entries and those of what drafts expect, both in order of position and in
    pieces of whole marks: the first draft that was not recorded on what it was decided on."""
    entries = (mark for piece in reached for mark in VERSION_MARK.iter_unpack(piece))
    versions: dict[bytes, int] = {}
    entry = next(entries, None)
    for piece in expected:
        for key, version, position in VERSION_MARK.iter_unpack(piece):
            while entry is not None and entry[2] < position:
                versions[entry[0]] = entry[1] or versions.get(entry[0], 0) + 1
                entry = next(entries, None)
            stood = versions.get(key, 0)
            if stood != version:
                return Outdated(position, key, version, stood)
    return None
