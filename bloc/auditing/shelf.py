"""Streams that an audit does not need at the moment, on disk: so memory stays flat however many declarations there are.

A file of SQLite in a temporary folder that ends with the run. Nothing of it outlives the process or is read by another
one, so it is written without waiting for the disk, and states are pickled as they are.
"""

import copyreg
import pickle
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from msgspec import UNSET, UnsetType

from services.tariffs.domain.auditing.streams import Kept


def _unset() -> UnsetType:
    return UNSET


def _reduced(_: UnsetType) -> tuple[Callable[[], UnsetType], tuple[()]]:
    return _unset, ()


copyreg.pickle(UnsetType, _reduced)
"""UNSET names no module that it is of, so pickle would look for it in every module there is, once for each stream."""


class DiskShelf:
    """Streams by name; use as a context manager. The file is made when the first of them is put away."""

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None
        self._file: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
        if self._folder is not None:
            self._folder.cleanup()

    def put(self, streams: list[tuple[str, Kept]]) -> None:
        """Keep these, in place of what was kept of the same streams before."""
        rows = [(stream, pickle.dumps(kept, pickle.HIGHEST_PROTOCOL)) for stream, kept in streams]
        file = self._opened()
        file.executemany("INSERT OR REPLACE INTO streams VALUES (?, ?)", rows)

    def take(self, stream: str) -> Kept | None:
        """Give one back; None when it was never put. It stays here too, until it is put again."""
        if self._file is None:
            return None
        row = self._file.execute("SELECT kept FROM streams WHERE stream = ?", (stream,)).fetchone()
        return None if row is None else pickle.loads(row[0])

    def each(self) -> Iterator[tuple[str, Kept]]:
        """All that are kept, in order of their names."""
        if self._file is None:
            return
        for stream, kept in self._file.execute("SELECT stream, kept FROM streams ORDER BY stream"):
            yield stream, pickle.loads(kept)

    def _opened(self) -> sqlite3.Connection:
        if self._file is None:
            self._folder = TemporaryDirectory(prefix="bloc-audit-")
            self._file = sqlite3.connect(Path(self._folder.name) / "streams", isolation_level=None)
            self._file.execute("PRAGMA journal_mode = OFF")
            self._file.execute("PRAGMA synchronous = OFF")
            self._file.execute("CREATE TABLE streams (stream TEXT PRIMARY KEY, kept BLOB) WITHOUT ROWID")
        return self._file
