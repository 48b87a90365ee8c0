"""A start from a snapshot: the same state as from the first entry, or no snapshot at all."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog.testing

from services.tariffs.domain.replay.document import document, state_hash
from services.tariffs.following.folding import Folding
from services.tariffs.following.snapshot import Snapshot, Snapshots
from services.tariffs.following.starting import begun
from services.tariffs.outside.ledger import LedgerClient
from tests.replay.recording import FILES, OCTOBER, folded, served
from tests.replay.test_replay import published
from tests.verification.web import WebServer, serving

LINES = (FILES / "entries.ndjson").read_bytes().splitlines()
AT = 32
"""The snapshot is of the state after this entry."""
HASHED = state_hash(folded(LINES[: AT + 1]).state)
PUBLICATION = served(len(LINES), 1, published(AT, HASHED.root, HASHED.things), OCTOBER)
PLACE = f"entries/{len(LINES)}"


def saved(folder: Path) -> Snapshots:
    """A service that followed the story to its end, and saved the state after AT when its hash was recorded."""
    snapshots = Snapshots(folder)
    folding = Folding(snapshots.keep)
    folding.take(LINES[: AT + 1])
    state, length_bytes = folding.state, snapshots.length_bytes
    folding.take(LINES[AT + 1 :])
    snapshots.save(state, HASHED, length_bytes=length_bytes, published_at=len(LINES))
    return snapshots


async def started(folder: Path, files: dict[str, bytes] | None = None) -> Folding:
    """A start beside a ledger that serves these files."""
    with serving({PLACE: PUBLICATION} if files is None else files) as web:
        return await _begun(folder, web)


async def _begun(folder: Path, web: WebServer) -> Folding:
    ledger, snapshots = LedgerClient(web.url), Snapshots(folder)
    try:
        return await begun(snapshots, ledger)
    finally:
        await ledger.close()
        snapshots.close()


async def test_a_start_from_a_snapshot_has_the_state_of_a_start_from_nothing(tmp_path: Path):
    """Line by line, and so it stays when the rest is folded."""
    saved(tmp_path).close()
    folding = await started(tmp_path)
    assert folding.rules.position == AT
    assert list(document(folding.state)) == list(document(folded(LINES[: AT + 1]).state))


async def test_a_start_goes_on_from_its_snapshot_and_keeps_what_follows(tmp_path: Path):
    """What was kept behind the snapshot is read again, once; the next snapshot holds everything."""
    saved(tmp_path).close()
    with serving({PLACE: PUBLICATION}) as web:
        ledger, snapshots = LedgerClient(web.url), Snapshots(tmp_path)
        folding = await begun(snapshots, ledger)
        await ledger.close()
    folding.take(LINES[AT + 1 :])
    assert list(document(folding.state)) == (FILES / "state.ndjson").read_bytes().splitlines()
    snapshots.save(folding.state, HASHED, length_bytes=snapshots.length_bytes, published_at=len(LINES))
    again = snapshots.read()
    snapshots.close()
    assert isinstance(again, Snapshot)
    restored = Folding.restored(again.lines, len(LINES) - 1, again.totals, lambda _: None)
    assert list(document(restored.state)) == list(document(folding.state))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("entries.ndjson", b'"amount":"112.00"', b'"amount":"111.00"'),
        ("entries.ndjson", b'"position":12,', b'"position":13,'),
        ("entries.ndjson", b"{", b"["),
        ("note.json", b'"sum":"59200', b'"sum":"59201'),
        ("note.json", b'"position":32', b'"position":31'),
        ("note.json", b"{", b"["),
    ],
)
async def test_a_snapshot_that_was_tampered_with_is_discarded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, old: bytes, new: bytes
):
    """One figure is enough: the start is from the first entry, and says so."""
    saved(tmp_path).close()
    raw = (tmp_path / file).read_bytes()
    assert old in raw
    (tmp_path / file).write_bytes(raw.replace(old, new))
    folding = await started(tmp_path)
    assert folding.rules.position == -1
    assert "snapshot_discarded" in capsys.readouterr().out
    assert (tmp_path / "entries.ndjson").read_bytes() == b""


async def test_a_snapshot_with_a_note_of_its_own_hash_is_discarded(tmp_path: Path):
    """Who changes the lines can hash them as well; the ledger's signed entry is what counts."""
    saved(tmp_path).close()
    note = json.loads((tmp_path / "note.json").read_bytes())
    lines = (tmp_path / "entries.ndjson").read_bytes().replace(b'"112.00"', b'"111.00"')
    (tmp_path / "entries.ndjson").write_bytes(lines)
    forged = Folding.restored(
        lines[: note["length_bytes"]].splitlines(), AT, folded(LINES[: AT + 1]).state.totals, lambda _: None
    )
    note["state_hash"] = state_hash(forged.state).root
    (tmp_path / "note.json").write_text(json.dumps(note))
    assert (await started(tmp_path)).rules.position == -1


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ({"length_bytes": 10**15}, None),
        ({"length_bytes": -1}, None),
        ({"published_at": -1}, None),
        ({}, PUBLICATION.replace(b"bloc.state_hash.published.v1", b"bloc.state_hash.whispered.v1")),
    ],
    ids=["endless lines", "no lines", "no position", "an entry of a newer release"],
)
async def test_a_note_that_says_what_cannot_be_is_discarded(
    tmp_path: Path, said: dict[str, int], instead: bytes | None
):
    """Whoever writes into the folder costs a restart some seconds, and can keep no service from starting."""
    saved(tmp_path).close()
    note = tmp_path / "note.json"
    note.write_text(json.dumps(json.loads(note.read_bytes()) | said))
    assert (await started(tmp_path, {PLACE: instead or PUBLICATION})).rules.position == -1


@pytest.mark.parametrize("lost", ["entry", "lines", "other entry"])
async def test_a_snapshot_of_another_ledger_is_discarded(tmp_path: Path, lost: str):
    """A ledger restored from an older backup, lines cut off by a crash, or a folder of another bloc."""
    saved(tmp_path).close()
    files = {PLACE: PUBLICATION}
    if lost == "entry":
        files = {}
    elif lost == "lines":
        (tmp_path / "entries.ndjson").write_bytes(b"")
    else:
        files = {PLACE: LINES[5]}
    assert (await started(tmp_path, files)).rules.position == -1


async def test_without_a_snapshot_everything_is_read(tmp_path: Path):
    """Lines that no note speaks for are forgotten."""
    (tmp_path / "entries.ndjson").write_bytes(LINES[0])
    assert (await started(tmp_path)).rules.position == -1
    assert (tmp_path / "entries.ndjson").read_bytes() == b""


def a_file_in_its_place(folder: Path) -> None:
    folder.write_bytes(b"")


def a_full_disk(folder: Path) -> None:
    folder.mkdir()
    (folder / "entries.ndjson").symlink_to("/dev/full")


@pytest.mark.parametrize("spoil", [a_file_in_its_place, a_full_disk])
async def test_a_folder_that_cannot_be_written_costs_the_snapshot_and_nothing_else(
    tmp_path: Path, spoil: Callable[[Path], None]
):
    """It is said once, and the service folds on without one; nor does it stumble when it ends."""
    folder = tmp_path / "snapshot"
    spoil(folder)
    with structlog.testing.capture_logs() as logs:
        saved(folder).close()
        folding = await started(folder)
        folding.take(LINES)
    assert folding.rules.position == len(LINES) - 1
    assert {each["event"] for each in logs} == {"snapshot_abandoned"}
    assert str(folder) in logs[0]["reason"]
    assert not (folder / "note.json").exists()
