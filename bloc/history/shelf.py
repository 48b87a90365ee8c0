"""Streams that nobody needs at the moment, on disk: so memory stays flat however many declarations a history has.

Audits, reports, reassessments and simulations go over whole histories and put streams away here meanwhile.

A file of SQLite in a temporary folder that ends with the run. Nothing of it outlives the process or is read by another
one, so it is written without waiting for the disk. States are written as MessagePack, each by the type that streams of
its kind have: that takes a sixth of the time of pickling them.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self, cast, get_args

import msgspec
from immutables import Map
from msgspec import msgpack

from contracts.streams import kind_of
from services.tariffs.domain.auditing.streams import Kept, Waiting
from services.tariffs.domain.reserve.streams import ON_DEMAND_KINDS, StreamState, empty_stream
from services.tariffs.domain.world import StreamHead

_Written = tuple[int, StreamState | None, list[Waiting], bool]
"""Version, state, what waits to be folded, and whose it is; the state is None while nothing is."""


def _of_map(value: Any) -> dict[Any, Any]:
    if isinstance(value, Map):
        return dict(cast("Map[Any, Any]", value).items())
    raise NotImplementedError(f"{type(value).__name__} cannot be put on the shelf")


def _as_map(kind: Any, plain: Any) -> Map[Any, Any]:
    of_key, of_value = get_args(kind)
    typed: dict[Any, Any] = msgspec.convert(plain, dict[of_key, of_value], dec_hook=_as_map)
    return Map(typed)


def _decoder(kind: str) -> msgpack.Decoder[_Written]:
    state = type(empty_stream(f"{kind}/"))
    return msgpack.Decoder(tuple[int, state | None, list[Waiting], bool], dec_hook=_as_map)


_ENCODER = msgpack.Encoder(enc_hook=_of_map)
_DECODERS = {kind: _decoder(kind) for kind in ON_DEMAND_KINDS}


def _written(kept: Kept) -> bytes:
    head = kept.head
    version, state = (0, None) if head is None else (head.version, head.state)
    return _ENCODER.encode((version, state, kept.waiting, kept.mine))


def _read(stream: str, written: bytes) -> Kept:
    version, state, waiting, mine = _DECODERS[kind_of(stream)].decode(written)
    return Kept(None if state is None else StreamHead(version, state), waiting, mine)


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
        rows = [(stream, _written(kept)) for stream, kept in streams]
        file = self._opened()
        file.execute("BEGIN")  # else each row is written out by itself
        file.executemany("INSERT OR REPLACE INTO streams VALUES (?, ?)", rows)
        file.execute("COMMIT")

    def take(self, stream: str) -> Kept | None:
        """Give one back; None when it was never put. It stays here too, until it is put again."""
        if self._file is None:
            return None
        row = self._file.execute("SELECT kept FROM streams WHERE stream = ?", (stream,)).fetchone()
        return None if row is None else _read(stream, row[0])

    def each(self) -> Iterator[tuple[str, Kept]]:
        """All that are kept, in order of their names."""
        if self._file is None:
            return
        for stream, kept in self._file.execute("SELECT stream, kept FROM streams ORDER BY stream"):
            yield stream, _read(stream, kept)

    def _opened(self) -> sqlite3.Connection:
        if self._file is None:
            self._folder = TemporaryDirectory(prefix="bloc-shelf-")
            self._file = sqlite3.connect(Path(self._folder.name) / "streams", isolation_level=None)
            self._file.execute("PRAGMA journal_mode = OFF")
            self._file.execute("PRAGMA synchronous = OFF")
            self._file.execute("CREATE TABLE streams (stream TEXT PRIMARY KEY, kept BLOB)")
        return self._file
