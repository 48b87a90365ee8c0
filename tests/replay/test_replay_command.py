"""`bloc replay` as it is typed: what it prints, what it writes, and how it ends."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from bloc.__main__ import app
from tests.replay.recording import FILES
from tests.replay.test_replay import HASH, published, with_published

PAGE = Path(__file__).parents[2] / "docs" / "replay.md"
ENTRIES = FILES / "entries.ndjson"


class Ran(NamedTuple):
    """What a command wrote, and how it ended."""

    status: int
    out: bytes
    err: bytes


Typed = Callable[..., Ran]


@pytest.fixture
def typed(capfdbinary: pytest.CaptureFixture[bytes]) -> Typed:
    """Type `bloc replay` with these words."""

    def run(*words: str | Path) -> Ran:
        with pytest.raises(SystemExit) as ended:
            app(["replay", *map(str, words)])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, out, err)

    return run


def test_the_table_says_position_hash_and_what_there_is(typed: Typed):
    """For people; nothing was published, and that is said."""
    run = typed(ENTRIES, "--effective", "2026-06-10")
    said = run.out.decode()
    assert run.status == 0
    assert HASH in said
    assert "State after entry 43" in said
    assert "nothing was compared" in said
    assert "in_force" in said


def test_json_is_the_document_and_nothing_else(typed: Typed):
    """What is said about it goes elsewhere, so that it can be piped."""
    run = typed(ENTRIES, "--format", "json")
    assert run.out == (FILES / "state.ndjson").read_bytes()
    assert HASH in run.err.decode()


def test_a_file_is_written_where_one_is_named(typed: Typed, tmp_path: Path):
    """The same bytes."""
    assert typed(ENTRIES, "--format", "json", "--out", tmp_path / "state.ndjson").status == 0
    assert (tmp_path / "state.ndjson").read_bytes() == (FILES / "state.ndjson").read_bytes()


def test_a_published_hash_that_differs_ends_with_1(typed: Typed, tmp_path: Path):
    """And with both numbers."""
    run = typed(with_published(tmp_path, published(20, HASH, 12)))
    assert run.status == 1
    assert "differs" in run.out.decode()


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--to", "yesterday"), 2),
        (("--to", "2026-07-01T00:00:00"), 2),
        (("--effective", "2026-13-01"), 2),
        (("--format", "parquet"), 2),
        (("--to", "99"), 3),
        (("--to", "2026-01-01T00:00:00Z"), 3),
    ],
)
def test_wrong_use_and_missing_entries_have_a_status_of_their_own(
    typed: Typed, words: tuple[str, ...], status: int
):
    """For scripts that watch a ledger."""
    assert typed(ENTRIES, *words).status == status


def test_what_cannot_be_read_ends_with_3(typed: Typed, tmp_path: Path):
    """An outage is no forgery."""
    assert typed(tmp_path / "nothing.ndjson").status == 3
    assert typed("http://127.0.0.1:1").status == 3


def test_the_program_on_the_page_comes_to_the_hash(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """A reader without this project checks an export with what docs/replay.md prints."""
    program = PAGE.read_text("utf-8").split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(FILES)
    exec(program, {})
    assert capsys.readouterr().out.strip() == HASH
