"""A snapshot, so that a start need not read millions of declarations: the few entries that a state is made of.

Kept are the raw lines of the entries that the fold reads whole (rules, reserves), in a file that only grows, and
beside it a small note: position, totals, how much of the file belongs to it, and where the hash of that state was
published. A start folds the lines again and hashes what comes out. It goes on from there only if the number is the
one in the signed entry of the ledger; else the snapshot is thrown away, that is said, and everything is read from the
beginning. So whoever changes these files costs a restart some seconds, and can change no answer.

A state that was written down ready to use would load faster, and would be believed without being understood.

A snapshot spares seconds, so no trouble with it may cost more: when its folder cannot be written (a full disk, another
owner), that is said once in the log, and the service goes on without one.
"""

from contextlib import suppress
from decimal import Decimal
from io import BufferedWriter
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct

from services.tariffs.domain.replay.document import StateHash
from services.tariffs.domain.replay.totals import Totals
from services.tariffs.domain.replay.whole_state import WholeState

log = structlog.get_logger(__name__)

_LINES, _NOTE = "entries.ndjson", "note.json"


class Sum(Struct, frozen=True):
    """One total."""

    key: tuple[str, str, str, str]
    count: int
    sum: Decimal


class Note(Struct, frozen=True):
    """What belongs to a snapshot: the first `length_bytes` of the lines, and the totals after entry `position`.
    The hash of that state is published in entry `published_at`."""

    position: int
    published_at: int
    state_hash: str
    length_bytes: int
    totals: tuple[Sum, ...]


class Snapshot(Struct, frozen=True):
    """A snapshot as it was read; nothing about it is believed yet."""

    note: Note
    lines: list[bytes]

    @property
    def totals(self) -> Totals:
        """The totals as the fold holds them."""
        return {each.key: (each.count, each.sum) for each in self.note.totals}


class Snapshots:
    """The folder of one instance's snapshot."""

    def __init__(self, folder: Path) -> None:
        self._lines = folder / _LINES
        self._note = folder / _NOTE
        self._opened: BufferedWriter | None = None
        self._length_bytes = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._opened = self._lines.open("ab")
            self._length_bytes = self._opened.tell()
        except OSError as error:
            self._abandon(error)

    def close(self) -> None:
        """Let go of the file."""
        opened, self._opened = self._opened, None
        if opened is not None:
            try:
                opened.close()
            except OSError as error:
                self._abandon(error)

    def _abandon(self, error: OSError) -> None:
        """Keep nothing from here on. The note that stands there is still right about its part of the lines."""
        log.warning("snapshot_abandoned", reason=f"{self._lines}: {error.strerror or error}")
        opened, self._opened = self._opened, None
        if opened is not None:
            # It fails as the write before it did, and lets go of the file all the same.
            with suppress(OSError):
                opened.close()

    def keep(self, line: bytes) -> None:
        """Keep one entry more."""
        if self._opened is None:
            return
        try:
            self._opened.write(line + b"\n")
        except OSError as error:
            self._abandon(error)
        self._length_bytes += len(line) + 1

    @property
    def length_bytes(self) -> int:
        """How much is kept by now: what a state that is taken now is made of."""
        return self._length_bytes

    def save(self, state: WholeState, found: StateHash, *, length_bytes: int, published_at: int) -> None:
        """Note what belongs to a state whose hash was recorded. A crash before the note is in place leaves the old
        one, which is right about its part of the lines: they only grow."""
        if self._opened is None:
            return
        totals = tuple(Sum(key, count, sum_) for key, (count, sum_) in sorted(state.totals.items()))
        note = Note(found.position, published_at, found.root, length_bytes, totals)
        fresh = self._note.with_suffix(".new")
        try:
            self._opened.flush()
            fresh.write_bytes(msgspec.json.encode(note))
            fresh.replace(self._note)
        except OSError as error:
            self._abandon(error)

    def read(self) -> Snapshot | str | None:
        """The snapshot; None when there is none; a sentence when the files are none."""
        if not self._note.exists():
            return None
        try:
            note = msgspec.json.decode(self._note.read_bytes(), type=Note)
            found_bytes = self._lines.stat().st_size
            with self._lines.open("rb") as lines:
                raw = lines.read(min(note.length_bytes, found_bytes))
        except (OSError, msgspec.DecodeError, ValueError) as error:
            return f"its files cannot be read: {error}"
        if len(raw) != note.length_bytes or not raw.endswith(b"\n"):
            return f"its lines have {found_bytes} bytes, of which {note.length_bytes} should be whole lines"
        return Snapshot(note, raw[:-1].split(b"\n"))

    def cut(self, length_bytes: int) -> None:
        """Forget what was kept behind a snapshot: it will be read again. 0 forgets everything."""
        if self._opened is None:
            return
        try:
            self._opened.truncate(length_bytes)
            self._length_bytes = length_bytes
            if not length_bytes:
                self._note.unlink(missing_ok=True)
        except OSError as error:
            self._abandon(error)
