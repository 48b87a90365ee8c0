"""Marks of a record on disk, so that memory stays flat whatever its size.

Each kind of mark is dealt out to a number of files by its own first bytes; one file is then looked through by itself.
All of it lies in a temporary folder that ends with the run.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, Self

from contracts.limits import VERIFY_MARKS_HELD_BYTES, VERIFY_MARKS_PER_FILE

Kind = Literal["ids", "versions", "expected", "signatures"]
_FILES_MAX = 65_536
_READ_BYTES = 1_048_576


def files_for(size: int) -> int:
    """Into how many files the marks of a record of `size` entries go: a power of two."""
    files = 1
    while files * VERIFY_MARKS_PER_FILE < size and files < _FILES_MAX:
        files *= 2
    return files


def pieces_of(path: Path, record_bytes: int) -> Iterator[bytes]:
    """The marks in a file, in pieces of whole records; nothing when there is no such file."""
    if not path.exists():
        return
    with path.open("rb") as opened:
        while piece := opened.read(_READ_BYTES // record_bytes * record_bytes):
            yield piece


class Spool:
    """The files of one run; use as a context manager."""

    def __init__(self, files: int) -> None:
        self._files = files
        self._folder = TemporaryDirectory(prefix="bloc-verify-")
        self._held: dict[tuple[Kind, int], bytearray] = {}
        self._held_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def add(self, kind: Kind, file: int, marks: bytes) -> None:
        """Append marks, in order of position, to a file."""
        self._held.setdefault((kind, file), bytearray()).extend(marks)
        self._held_bytes += len(marks)
        if self._held_bytes > VERIFY_MARKS_HELD_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write down what is held in memory."""
        for (kind, file), marks in self._held.items():
            with self._path(kind, file).open("ab") as opened:
                opened.write(marks)
        self._held.clear()
        self._held_bytes = 0

    def paths(self, kind: Kind) -> Iterator[Path]:
        """The files of a kind that hold anything; flushed before."""
        for file in range(self._files):
            path = self._path(kind, file)
            if path.exists():
                yield path

    def records(self, kind: Kind, record_bytes: int) -> Iterator[bytes]:
        """All marks of a kind, in pieces of whole records; flushed before."""
        for path in self.paths(kind):
            yield from pieces_of(path, record_bytes)

    def pairs(self, kind: Kind, other: Kind) -> Iterator[tuple[Path, Path]]:
        """Each file of a kind that holds anything, with that of another kind whose marks begin alike, which need not be
        there; flushed before."""
        for file in range(self._files):
            if (path := self._path(kind, file)).exists():
                yield path, self._path(other, file)

    def _path(self, kind: Kind, file: int) -> Path:
        return Path(self._folder.name) / f"{kind}-{file}"
