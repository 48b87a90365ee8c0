"""What only the whole record can tell, looked up in the files of marks: events twice, gaps, drafts on other versions.

Each file is looked through by itself, in whatever process; what is found is said in words here.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

from msgspec import UNSET, msgpack

from bloc.verifying.spool import Spool, pieces_of
from bloc.verifying.workers import Workers
from contracts.entry import Stamp
from contracts.verification.fault import Fault
from contracts.verification.marks import (
    MARK_BYTES,
    Outdated,
    digest_of_key,
    first_gap,
    first_outdated,
    first_twice,
)
from contracts.verification.stated import FIELD

StampAt = Callable[[int], Stamp | None]
"""Gives the stamp of an entry that was read before."""


def faults_of_marks(workers: Workers, spool: Spool, secret: bytes, stamp_at: StampAt) -> Iterator[Fault]:
    """The first fault of each file. `secret` is what the marks were keyed with."""
    twice = [workers.submit(look_for_twice, path) for path in spool.paths("ids")]
    gaps = [workers.submit(look_for_gap, path) for path in spool.paths("versions")]
    outdated = [
        workers.submit(look_for_outdated, reached, expected)
        for expected, reached in spool.pairs("expected", "versions")
    ]
    for position, before in _found(twice):
        yield Fault(position, "event.id", f"the same event stands at position {before} already")
    for position, due in _found(gaps):
        stamp = stamp_at(position)
        stream = "its stream" if stamp is None else stamp.stream
        yield Fault(position, "stamp.version", f"version {due} of {stream} is due here")
    for future in outdated:
        found = msgpack.decode(future.result(), type=Outdated | None)
        if found is not None:
            yield _fault_of(found, secret, stamp_at)


def _fault_of(found: Outdated, secret: bytes, stamp_at: StampAt) -> Fault:
    stamp = stamp_at(found.position)
    stated = () if stamp is None or stamp.expects is UNSET else stamp.expects
    key = next((key for key in stated if digest_of_key(secret, key) == found.key), "a key")
    reason = f"it was decided on version {found.expected} of {key}, which stood at {found.stood}"
    return Fault(found.position, FIELD, reason)


def look_for_twice(path: Path) -> bytes:
    """`first_twice` over one file, for worker processes."""
    return msgpack.encode(first_twice(path.read_bytes()))


def look_for_gap(path: Path) -> bytes:
    """`first_gap` over one file, for worker processes."""
    return msgpack.encode(first_gap(path.read_bytes()))


def look_for_outdated(reached: Path, expected: Path) -> bytes:
    """`first_outdated` over one file of each kind, for worker processes."""
    return msgpack.encode(first_outdated(pieces_of(reached, MARK_BYTES), pieces_of(expected, MARK_BYTES)))


def _found(futures: "Sequence[Future[bytes]]") -> Iterator[tuple[int, int]]:
    for future in futures:
        found = msgpack.decode(future.result(), type=tuple[int, int] | None)
        if found is not None:
            yield found
