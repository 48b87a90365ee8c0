"""The memory of a witness: what it refuses to open, and what it refuses to write."""

import shutil
import sqlite3
import stat
import time
from pathlib import Path

import pytest

from bloc.trouble import Trouble
from bloc.witness.domain.judging import Cosigned
from bloc.witness.making import KEY_FILE, STORE_FILE, new_witness
from bloc.witness.store import Store, StoreFault
from contracts import limits
from contracts.identity.keys import SigningKey
from contracts.tlog.add_checkpoint import AddCheckpoint
from contracts.tlog.notes import COSIGNATURE_V1, NoteKey, parse_vkey
from tests.witness.growing import GrowingLog
from tests.witness.running import NAME, RunningWitness

LOG = GrowingLog("bloc.example/ledger")
NOW = 1_767_225_600
OTHER = NoteKey.of(NAME, SigningKey.from_seed(b"another_" * 4).verifying, COSIGNATURE_V1)


def made(folder: Path) -> tuple[Path, NoteKey]:
    new = new_witness(folder, NAME, made_at=NOW)
    key = parse_vkey(new.vkey)
    assert isinstance(key, NoteKey)
    return new.store_file, key


def opened(path: Path, key: NoteKey) -> Store:
    store = Store.open(path, key)
    assert isinstance(store, Store), store
    return store


def cosigned(size: int, log: GrowingLog = LOG, at: int = NOW) -> Cosigned:
    return Cosigned(log.checkpoint(size), log.note(size), f"— {NAME} line{size}", at)


def test_a_store_holds_what_was_kept(tmp_path: Path) -> None:
    """Newest and by size, also after it was closed; nothing of a transaction that failed."""
    path, key = made(tmp_path)
    store = opened(path, key)
    for size in (3, 5):
        with store.writing():
            store.keep(cosigned(size))

    def fail() -> None:
        with store.writing():
            store.keep(cosigned(9))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    store.close()
    again = opened(path, key)
    assert again.newest(LOG.origin) == cosigned(5)
    assert again.at(LOG.origin, 3) == cosigned(3)
    assert again.at(LOG.origin, 9) is None
    assert again.newest("other.example") is None
    assert again.origins() == (LOG.origin,)


def test_a_store_of_another_key_is_refused(tmp_path: Path) -> None:
    """Two witnesses that swapped their stores would both go back."""
    path, _ = made(tmp_path)
    fault = Store.open(path, OTHER)
    assert isinstance(fault, StoreFault)
    assert "belongs to" in fault.reason


def test_a_lost_store_is_not_made_anew(tmp_path: Path) -> None:
    """It says that the key has to be retired, and makes no file."""
    path, key = made(tmp_path)
    path.unlink()
    fault = Store.open(path, key)
    assert isinstance(fault, StoreFault)
    assert "retire" in fault.reason
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\x00" + bytes(4_080)])
def test_a_file_that_is_no_store_is_refused(tmp_path: Path, content: bytes) -> None:
    """An empty file, which SQLite would take for an empty database, and rubbish."""
    path, key = made(tmp_path)
    path.write_bytes(content)
    assert isinstance(Store.open(path, key), StoreFault)


def test_a_database_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """Even when its tables have the right names."""
    path, key = made(tmp_path)
    foreign = tmp_path / "foreign.sqlite"
    shutil.copy(path, foreign)
    connection = sqlite3.connect(foreign)
    connection.execute("PRAGMA application_id = 0")
    connection.close()
    assert isinstance(Store.open(foreign, key), StoreFault)


def test_a_damaged_store_is_refused(tmp_path: Path) -> None:
    """Pages overwritten in the middle of the file: found at the start, not at the first wrong answer."""
    path, key = made(tmp_path)
    store = opened(path, key)
    with store.writing():
        for size in range(1, 60):
            store.keep(cosigned(size))
    store.close()
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 4_096] = b"\xa5" * 4_096
    path.write_bytes(raw)
    assert isinstance(Store.open(path, key), StoreFault)


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """An older release does not write into what it does not know."""
    path, key = made(tmp_path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    fault = Store.open(path, key)
    assert isinstance(fault, StoreFault)
    assert "schema version 2" in fault.reason


@pytest.mark.parametrize(
    "wrong",
    [cosigned(3), cosigned(5, LOG.forked(0)), cosigned(5, at=NOW - 1), cosigned(9, at=NOW - 1)],
    ids=["smaller", "same size, other root", "same size, earlier", "larger, earlier"],
)
def test_the_store_itself_never_goes_back(tmp_path: Path, wrong: Cosigned) -> None:
    """Were the judge wrong one day, the last line of defence is in the file."""
    path, key = made(tmp_path)
    store = opened(path, key)
    with store.writing():
        store.keep(cosigned(5))

    def keep() -> None:
        with store.writing():
            store.keep(wrong)

    with pytest.raises(sqlite3.IntegrityError):
        keep()
    assert store.newest(LOG.origin) == cosigned(5)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM cosigned WHERE size = 5",
        "UPDATE cosigned SET size = 9 WHERE size = 5",
        "UPDATE cosigned SET root = zeroblob(32) WHERE size = 3",
        "UPDATE witness SET vkey = 'other'",
        "DELETE FROM witness",
        "INSERT INTO witness VALUES ('other', 0)",
    ],
)
def test_tidying_up_by_hand_is_refused(tmp_path: Path, statement: str) -> None:
    """Somebody with the sqlite3 shell is told no."""
    path, key = made(tmp_path)
    store = opened(path, key)
    for size in (3, 5):
        with store.writing():
            store.keep(cosigned(size))
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    connection.close()


def test_every_commit_reaches_the_disk(tmp_path: Path) -> None:
    """A rollback journal with synchronous EXTRA (3): one file, and the folder is synced too."""
    path, key = made(tmp_path)
    connection = opened(path, key)._connection  # pyright: ignore[reportPrivateUsage]
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (3,)


def test_old_notes_are_forgotten_and_the_newest_never(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest of each log stay, as many as the limit says, also of logs that take turns."""
    monkeypatch.setattr("bloc.witness.store.WITNESS_NOTES_KEPT_MAX", 10)
    monkeypatch.setattr("bloc.witness.store.WITNESS_NOTES_PRUNED_EVERY", 7)
    assert limits.WITNESS_NOTES_PRUNED_EVERY < limits.WITNESS_NOTES_KEPT_MAX
    path, key = made(tmp_path)
    store = opened(path, key)
    logs = (LOG, GrowingLog("other.example/ledger"))
    for size in range(1, 36):
        for log in logs:
            with store.writing():
                store.keep(cosigned(size, log))
    for log in logs:
        assert [size for size in range(40) if store.at(log.origin, size)] == list(range(26, 36))


def test_a_witness_is_made_once(tmp_path: Path) -> None:
    """The private key is closed to others, and neither key nor store is ever made again beside the other."""
    path, _ = made(tmp_path)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.unlink()
    with pytest.raises(Trouble, match="exists already"):
        new_witness(tmp_path, NAME, made_at=NOW)
    assert not (tmp_path / STORE_FILE).exists()


async def test_a_witness_whose_clock_went_back_waits(work_folder: Path) -> None:
    """503 with Retry-After and not ready while the clock is behind its last cosignature; nothing is stored."""
    log = GrowingLog("clock.example/ledger")
    async with RunningWitness(work_folder / "clock", (log,)) as witness:
        await witness.cosigned(log, 0, 5)
        connection = sqlite3.connect(witness.store_file)
        # The same as a clock that goes back by an hour, and easier to do.
        connection.execute("UPDATE cosigned SET time = ?", (int(time.time()) + 3_600,))
        connection.commit()
        answer = await witness.post(log.request(5, 8))
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "clock" in answer.text
        ready = await witness.client.get("/health/ready")
        assert ready.status_code == 503
        assert "clock" in ready.json()["status"]
        assert await witness.monitored(log) == log.checkpoint(5).body


async def test_a_store_that_does_not_work_gives_no_cosignature(work_folder: Path) -> None:
    """Locked by somebody for good, then free again: 503 and not ready, then cosigned without a restart."""
    log = GrowingLog("locked.example/ledger")
    async with RunningWitness(work_folder / "locked", (log,)) as witness:
        await witness.cosigned(log, 0, 5)
        connection = sqlite3.connect(witness.store_file, isolation_level=None)
        connection.execute("ALTER TABLE cosigned RENAME TO gone")
        answer = await witness.post(log.request(5, 8))
        assert answer.status_code == 503
        assert (await witness.client.get("/health/ready")).status_code == 503
        connection.execute("ALTER TABLE gone RENAME TO cosigned")
        connection.close()
        await witness.cosigned(log, 5, 8)
        assert (await witness.client.get("/health/ready")).status_code == 200


async def test_a_store_put_back_from_a_copy_retires_the_key_once_it_shows(work_folder: Path) -> None:
    """A cosignature of its own that the store does not know: 503 for everything from then on, noted in the store,
    while monitors are still served."""
    log = GrowingLog("restored.example/ledger")
    async with RunningWitness(work_folder / "restored", (log,)) as witness:
        await witness.cosigned(log, 0, 5)
        copy = witness.store_file.read_bytes()
        await witness.cosigned(log, 5, 9)
        newest = (await witness.client.get(f"/{log.hash}/checkpoint")).content
        await witness.service.stop()
        witness.store_file.write_bytes(copy)
        await witness.service.start()
        shown = await witness.post(AddCheckpoint(5, log.proof(5, 9), newest).encode())
        assert (shown.status_code, "retired" in shown.text) == (503, True)
        again = await witness.post(log.request(5, 7))
        assert (again.status_code, "retired" in again.text) == (503, True)
        assert "retired" in (await witness.client.get("/health/ready")).json()["status"]
        assert await witness.monitored(log) == log.checkpoint(5).body
        await witness.service.stop()
        assert "does not know" in (opened(witness.store_file, witness.key).retired() or "")
