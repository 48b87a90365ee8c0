"""Where a history is read from: a running ledger, an NDJSON export, or the tiles that a log serves as files.

All of them hand out the same thing: entries as the ledger serves them, one JSON object each, in order of position,
none left out. So replay and audit neither know nor care where the entries lay, and an answer cannot depend on it.
That nothing is missing is seen by counting, here, once, before anybody folds; whether the bytes are genuine is for
`bloc verify`, which costs signatures and hashes and need not be paid for each question.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from bloc.history.faults import Broken, Unreadable
from bloc.history.http import LedgerHistory
from bloc.verifying.sources import CHECKPOINT, Missing, Source, is_url, open_source, read_tile
from contracts.entry import serve_entry
from contracts.limits import HISTORY_READ_BUNDLES, HISTORY_READ_BYTES
from contracts.tlog.checkpoints import parse_signed_checkpoint
from contracts.tlog.notes import NoteFault
from contracts.tlog.tiles import TileFault, bundles_of

Progress = Callable[[int], None]
"""Called with the number of entries that were read so far."""

Lines = list[bytes]
"""Served entries, each `{"stamp":…,"event":…}` without the LF, in order of position."""


class History(Protocol):
    """A history that can be read from its first entry on."""

    @property
    def name(self) -> str:
        """Where it is, as people call it."""
        ...

    def batches(self) -> Iterator[Lines]:
        """Some thousand served entries at a time, to the end as it was when the reading began. Raises Unreadable."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...


class ExportHistory:
    """A file of lines as `bloc entries` and `bloc tail` write them."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def name(self) -> str:
        """The file."""
        return str(self._file)

    def batches(self) -> Iterator[Lines]:
        """Read the file in pieces; a last line without LF counts, a blank line is a fault like any other."""
        rest = b""
        try:
            with self._file.open("rb") as opened:
                while piece := opened.read(HISTORY_READ_BYTES):
                    *lines, rest = (rest + piece).split(b"\n")
                    if lines:
                        yield lines
        except OSError as error:
            raise Unreadable(self.name, error.strerror or type(error).__name__) from error
        if rest:
            yield [rest]

    def close(self) -> None:
        """Nothing stays open."""


class TilesHistory:
    """The entry bundles of a log (C2SP tlog-tiles), up to the size that its checkpoint says."""

    def __init__(self, where: str, source: Source) -> None:
        self._where = where
        self._source = source

    @property
    def name(self) -> str:
        """Folder or address."""
        return self._where

    def batches(self) -> Iterator[Lines]:
        """The entries of some bundles at a time."""
        lines: Lines = []
        for number, bundle in enumerate(bundles_of(self._size()), start=1):
            read = read_tile(self._source, bundle)
            if isinstance(read, Missing):
                raise Unreadable(read.name, read.reason)
            if isinstance(read, TileFault):
                raise Broken(self._source.name_of(bundle.path), read.reason)
            lines += map(_served, read)
            if number % HISTORY_READ_BUNDLES == 0:
                yield lines
                lines = []
        if lines:
            yield lines

    def close(self) -> None:
        """Let go of the source."""
        self._source.close()

    def _size(self) -> int:
        raw = self._source.read(CHECKPOINT)
        if isinstance(raw, Missing):
            raise Unreadable(raw.name, raw.reason)
        read = parse_signed_checkpoint(raw)
        if isinstance(read, NoteFault):
            raise Broken(self._source.name_of(CHECKPOINT), read.reason)
        return read[1].size


def _served(entry: bytes) -> bytes:
    # An entry without its LF is none; counting finds it, by its position.
    return serve_entry(entry) if b"\n" in entry else entry


def open_history(where: str) -> History:
    """The history at an address (http or https), in a folder of tiles, or in a file. Raises Unreadable."""
    if is_url(where):
        ledger = LedgerHistory(where)
        if ledger.serves_entries():
            return ledger
        ledger.close()
        return TilesHistory(where, open_source(where))
    place = Path(where)
    if place.is_dir():
        return TilesHistory(where, open_source(where))
    if not place.exists():
        raise Unreadable(where, "there is no such file or folder")
    return ExportHistory(place)


def dense(history: History) -> Iterator[Lines]:
    """The batches of a history, seen to begin at position 0 and to leave out nothing. Raises Broken, Unreadable."""
    position = 0
    for lines in history.batches():
        for line in lines:
            if not line.startswith(b'{"stamp":{"position":%d,' % position):
                raise Broken(
                    history.name, f"entry {position} is missing; in its place stands: {_shown(line)}"
                )
            position += 1
        yield lines


def _shown(line: bytes) -> str:
    """The beginning of a line that may be anything."""
    text = line[:60].decode(errors="backslashreplace")
    return "nothing" if not line else text if text.isprintable() else repr(text)


def counted(batches: Iterable[Lines], progress: Progress) -> Iterator[Lines]:
    """The same batches; `progress` hears how many entries were handed out."""
    done = 0
    for lines in batches:
        done += len(lines)
        progress(done)
        yield lines
