"""Streams that an audit does not need at the moment, on disk: so memory stays flat however many declarations there are.

A file of SQLite in a temporary folder that ends with the run. Nothing of it outlives the process or is read by another
one, so it is written without waiting for the disk, and states are pickled as they are.
"""

import pickle
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from services.tariffs.domain.world import StreamHead


class DiskShelf:
    """Heads by stream; use as a context manager. The file is made when the first of them is put away."""

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

    def put(self, heads: list[tuple[str, StreamHead]]) -> None:
        """Keep these, in place of what was kept of the same streams before."""
        rows = [(stream, pickle.dumps(head, pickle.HIGHEST_PROTOCOL)) for stream, head in heads]
        file = self._opened()
        file.executemany("INSERT OR REPLACE INTO heads VALUES (?, ?)", rows)

    def take(self, stream: str) -> StreamHead | None:
        """Give one back; None when it was never put. It stays here too, until it is put again."""
        if self._file is None:
            return None
        row = self._file.execute("SELECT head FROM heads WHERE stream = ?", (stream,)).fetchone()
        return None if row is None else pickle.loads(row[0])

    def each(self) -> Iterator[tuple[str, StreamHead]]:
        """All that are kept, in order of their names."""
        if self._file is None:
            return
        for stream, head in self._file.execute("SELECT stream, head FROM heads ORDER BY stream"):
            yield stream, pickle.loads(head)

    def _opened(self) -> sqlite3.Connection:
        if self._file is None:
            self._folder = TemporaryDirectory(prefix="bloc-audit-")
            self._file = sqlite3.connect(Path(self._folder.name) / "heads", isolation_level=None)
            self._file.execute("PRAGMA journal_mode = OFF")
            self._file.execute("PRAGMA synchronous = OFF")
            self._file.execute("CREATE TABLE heads (stream TEXT PRIMARY KEY, head BLOB) WITHOUT ROWID")
        return self._file
