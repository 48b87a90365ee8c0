"""The memory of a witness: one SQLite file that belongs to one key.

Everything that a witness promises rests on this file, so it is durable before an answer goes out: a rollback journal
with synchronous=EXTRA, which also syncs the folder. Rejected: write-ahead logging, which is faster but keeps the
newest cosignatures in a second file that looks like rubbish to whoever tidies up, and whose loss goes unnoticed. A file
that is missing is never made anew here (`bloc witness new` makes it, with a new key), for an empty memory under an
old key would cosign anything once more.
"""

import sqlite3
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from msgspec import Struct

from bloc.witness.domain.judging import Cosigned
from contracts.limits import WITNESS_NOTES_KEPT_MAX, WITNESS_NOTES_PRUNED_EVERY, WITNESS_STORE_SECONDS_MAX
from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.notes import NoteKey

SCHEMA = Path(__file__).with_name("store.sql")
APPLICATION_ID = 0x424C_4357
"""“BLCW” in the header of the file: what SQLite has for telling whose database this is."""
SCHEMA_VERSION = 1
LOST = (
    "if it is lost, this key must never sign again: retire it, and make a new witness with `bloc witness new`"
)

_Row = tuple[str, int, bytes, bytes, str, int]
_COLUMNS = "origin, size, root, note, line, time"


class StoreFault(Struct, frozen=True):
    """Why a store cannot be used, and what to do."""

    reason: str


class Store:
    """An open store. Every method is for one thread; calls that belong together go between `writing`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._kept: Counter[str] = Counter()

    @classmethod
    def make(cls, path: Path, key: NoteKey, made_at: int) -> None:
        """Make the empty store of a new witness. Raises FileExistsError when there is a file already."""
        path.touch(mode=0o600, exist_ok=False)
        connection = _connect(path)
        try:
            # A crash leaves an empty file, which is no store, or the whole of it.
            connection.executescript(
                f"BEGIN IMMEDIATE; PRAGMA application_id = {APPLICATION_ID}; "
                f"PRAGMA user_version = {SCHEMA_VERSION};\n{SCHEMA.read_text('utf-8')}"
            )
            connection.execute("INSERT INTO witness VALUES (?, ?)", (key.vkey, made_at))
            connection.execute("COMMIT")
        finally:
            connection.close()

    @classmethod
    def open(cls, path: Path, key: NoteKey) -> Self | StoreFault:
        """Open the store of `key`; a missing, damaged or foreign one is a fault."""
        if not path.is_file():
            return StoreFault(f"there is no store {path}: correct the path; {LOST}")
        try:
            connection = _connect(path)
            fault = _fault_of(connection, path, key)
        except sqlite3.Error as error:
            return StoreFault(f"the store {path} cannot be read ({error}): put the right file there; {LOST}")
        if fault is not None:
            connection.close()
            return StoreFault(fault)
        return cls(connection)

    @contextmanager
    def writing(self) -> Generator[None]:
        """One transaction that holds the write lock from its first read on; durable when it is left without an
        exception, and gone otherwise."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            # Durable here: until this line returns, nobody may learn of a cosignature.
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def newest(self, origin: str) -> Cosigned | None:
        """The newest checkpoint that was cosigned for a log."""
        found = self._connection.execute(
            f"SELECT {_COLUMNS} FROM cosigned WHERE origin = ? ORDER BY size DESC LIMIT 1", (origin,)
        )
        return _cosigned(found.fetchone())

    def at(self, origin: str, size: int) -> Cosigned | None:
        """What was cosigned for a log at exactly this size, if it was and is still kept."""
        found = self._connection.execute(
            f"SELECT {_COLUMNS} FROM cosigned WHERE origin = ? AND size = ?", (origin, size)
        )
        return _cosigned(found.fetchone())

    def origins(self) -> tuple[str, ...]:
        """The logs for which anything was ever cosigned."""
        rows: list[tuple[str]] = self._connection.execute(
            "SELECT DISTINCT origin FROM cosigned ORDER BY origin"
        ).fetchall()
        return tuple(origin for (origin,) in rows)

    def retire(self, reason: str, at: int) -> None:
        """Note that this key must never sign again; there is no way back."""
        self._connection.execute("INSERT INTO retired VALUES (?, ?)", (reason, at))

    def retired(self) -> str | None:
        """Why this key must never sign again, if that was noted."""
        row: tuple[str] | None = self._connection.execute("SELECT reason FROM retired LIMIT 1").fetchone()
        return None if row is None else row[0]

    def keep(self, cosigned: Cosigned) -> None:
        """Write down a cosignature. Raises sqlite3.IntegrityError when it would take the witness back."""
        checkpoint = cosigned.checkpoint
        self._connection.execute(
            f"INSERT INTO cosigned ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (origin, size) "
            "DO UPDATE SET root = excluded.root, note = excluded.note, line = excluded.line, "
            "time = excluded.time",
            (
                checkpoint.origin,
                checkpoint.size,
                checkpoint.root,
                cosigned.note,
                cosigned.line,
                cosigned.time,
            ),
        )
        self._kept[checkpoint.origin] += 1
        if self._kept[checkpoint.origin] % WITNESS_NOTES_PRUNED_EVERY == 0:
            self._prune(checkpoint.origin)

    def _prune(self, origin: str) -> None:
        """Forget the notes beyond the newest WITNESS_NOTES_KEPT_MAX: they only helped to name a contradiction."""
        self._connection.execute(
            "DELETE FROM cosigned WHERE origin = ? AND size < (SELECT size FROM cosigned "
            "WHERE origin = ? ORDER BY size DESC LIMIT 1 OFFSET ?)",
            (origin, origin, WITNESS_NOTES_KEPT_MAX - 1),
        )

    def close(self) -> None:
        self._connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=WITNESS_STORE_SECONDS_MAX,
        isolation_level=None,  # transactions are begun and ended here, not by the driver
        check_same_thread=False,  # opened on the main thread, used on one other
    )
    for pragma in ("journal_mode = DELETE", "synchronous = EXTRA", "fullfsync = ON", "trusted_schema = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _fault_of(connection: sqlite3.Connection, path: Path, key: NoteKey) -> str | None:
    (damage,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if damage != "ok":
        return f"the store {path} is damaged ({damage}): {LOST}"
    vkey = _vkey(connection)
    if vkey is None:
        return f"{path} is not the store of a witness: correct the path; {LOST}"
    if vkey != key.vkey:
        return f"the store {path} belongs to {vkey}, not to {key.vkey}: a key and its store are never parted"
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != SCHEMA_VERSION:
        return f"the store {path} has schema version {version}, this release knows {SCHEMA_VERSION}"
    return None


def _vkey(connection: sqlite3.Connection) -> str | None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        return None
    row: tuple[str] | None = connection.execute("SELECT vkey FROM witness").fetchone()
    return None if row is None else row[0]


def _cosigned(row: _Row | None) -> Cosigned | None:
    if row is None:
        return None
    origin, size, root, note, line, time = row
    return Cosigned(Checkpoint(origin, size, root), note, line, time)
