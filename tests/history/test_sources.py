"""A history is the same wherever it is read, and one that leaves something out is not taken for whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bloc.history.faults import Broken, Unreadable
from bloc.history.sources import dense, open_history
from contracts.entry import serve_entry
from tests.verification.bundles import story
from tests.verification.published import files_of, publish
from tests.verification.test_verifying_records import long_record
from tests.verification.web import Answer, WebServer, serving

ENTRIES, _ = story()
LINES = [serve_entry(entry) for entry in ENTRIES]
ALL = f"entries?after=-1&until={len(ENTRIES) - 1}"


def read(where: str | Path) -> list[bytes]:
    """All lines of a history."""
    history = open_history(str(where))
    try:
        return [line for lines in dense(history) for line in lines]
    finally:
        history.close()


def export(folder: Path, lines: list[bytes], end: bytes = b"\n") -> Path:
    """A file as `bloc entries` writes it."""
    file = folder / "entries.ndjson"
    file.write_bytes(b"\n".join(lines) + end)
    return file


@pytest.fixture
def ledger() -> Iterator[WebServer]:
    """A ledger that serves the story."""
    with serving({"head": b'{"size":%d}' % len(LINES), ALL: b"\n".join(LINES) + b"\n"}) as web:
        yield web


def test_export_tiles_mirror_and_ledger_give_the_same_lines(tmp_path: Path, ledger: WebServer) -> None:
    """Four places, one history, byte for byte."""
    assert read(export(tmp_path, LINES)) == LINES
    assert read(publish(tmp_path / "tiles", files_of(ENTRIES))) == LINES
    assert read(ledger.url) == LINES
    with serving(files_of(ENTRIES)) as mirror:
        assert read(mirror.url) == LINES


def test_a_long_folder_of_tiles_is_read_bundle_by_bundle(tmp_path: Path) -> None:
    """More entries than one reading takes, in order."""
    entries = long_record()
    assert read(publish(tmp_path, files_of(entries))) == [serve_entry(entry) for entry in entries]


def test_a_last_line_without_lf_counts(tmp_path: Path) -> None:
    """Editors and pipes drop the last LF."""
    assert read(export(tmp_path, LINES, end=b"")) == LINES


@pytest.mark.parametrize(
    "lines",
    [
        LINES[1:],
        [*LINES[:2], *LINES[3:]],
        [LINES[0], *LINES],
        [LINES[1], LINES[0]],
        [*LINES[:2], b""],
        [b"{}"],
    ],
    ids=["begins late", "gap", "doubled", "swapped", "blank line", "no entry"],
)
def test_what_is_not_dense_is_broken(tmp_path: Path, lines: list[bytes]) -> None:
    """Counting finds what is missing, and says at which position."""
    with pytest.raises(Broken, match=r"entry \d+ is missing"):
        read(export(tmp_path, lines, end=b"\n"))


def test_an_answer_that_breaks_off_is_taken_up_behind_the_last_entry(ledger: WebServer) -> None:
    """A connection that ends early costs a second, not the replay."""
    ledger.instead[ALL] = Answer(body=b"\n".join(LINES[:2]) + b"\n" + LINES[2][:50])
    ledger.files[f"entries?after=1&until={len(LINES) - 1}"] = b"\n".join(LINES[2:]) + b"\n"
    assert read(ledger.url) == LINES


def test_what_cannot_be_had_is_told_apart_from_what_is_broken(tmp_path: Path, ledger: WebServer) -> None:
    """No file, no server, no entries, no bundle: unreadable, never an empty history."""
    del ledger.files[ALL]
    bundle = next(path for path in files_of(ENTRIES) if "entries" in path)
    folder = publish(tmp_path / "tiles", {k: v for k, v in files_of(ENTRIES).items() if k != bundle})
    for where in (tmp_path / "nothing", "http://127.0.0.1:1", ledger.url, folder):
        with pytest.raises(Unreadable):
            read(where)
