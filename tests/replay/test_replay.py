"""A replay from entries alone: to any position or moment, from any place, compared with what was published."""

import importlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bloc.history.exporting import json_lines, write_parquet
from bloc.history.faults import Broken, NotRecorded
from bloc.history.replaying import Replayed, replay
from bloc.history.sources import open_history
from contracts.envelope import Event
from contracts.tlog.tree import Frontier, leaf_hash
from services.tariffs.domain.replay.document import state_hash
from tests.domain import facts
from tests.replay.recording import FILES, OCTOBER, folded, served, story

ENTRIES = FILES / "entries.ndjson"
LINES = ENTRIES.read_bytes().splitlines()
HASH = (FILES / "state.hash").read_text("ascii").strip()


def replayed(file: Path = ENTRIES, to: int | datetime | None = None) -> Replayed:
    """Replay a file."""
    return replay(open_history(str(file)), to, lambda _: None)


def published(known_position: int, root: str, things: int, **more: Any) -> Event[Any]:
    """A hash as the tariffs service publishes it."""
    data = {"known_position": known_position, "format": "bloc.state.v1", "things": things, "state_hash": root}
    return facts.event("bloc.tariffs", "bloc.state_hash.published.v1", data | more)


def with_published(folder: Path, *events: Event[Any]) -> Path:
    """The story, and behind it some published hashes."""
    lines = [*LINES, *(served(len(LINES) + n, n + 1, event, OCTOBER) for n, event in enumerate(events))]
    file = folder / "entries.ndjson"
    file.write_bytes(b"\n".join(lines) + b"\n")
    return file


@pytest.mark.parametrize("position", [0, 27, 29, 30, len(LINES) - 1])
def test_a_replay_to_a_position_is_the_state_after_that_entry(position: int):
    """Neither one entry less nor one more."""
    found = replayed(to=position)
    assert found.hash == state_hash(folded(LINES[: position + 1]).state)
    assert found.hash.position == position


def test_a_replay_to_a_moment_takes_all_that_was_recorded_by_then():
    """The story is recorded at noon of 15 June and of 5 October: a moment on the dot counts."""
    before = replayed(to=datetime(2026, 10, 5, 11, 59, 59, tzinfo=UTC))
    assert before.recorded_at == "2026-06-15T12:00:00.000000Z"
    assert replayed(to=OCTOBER).hash == replayed().hash
    assert replayed(to=OCTOBER).hash.root == HASH
    with pytest.raises(NotRecorded, match="nothing was recorded by 2026-01-01"):
        replayed(to=datetime(2026, 1, 1, tzinfo=UTC))


def test_a_position_that_is_not_there_is_not_made_up():
    """The last state is not the state at a later position."""
    with pytest.raises(NotRecorded, match=f"ends with entry {len(LINES) - 1}, and {len(LINES)} is asked for"):
        replayed(to=len(LINES))


def test_what_stands_on_a_day_is_what_was_known_at_the_position():
    """E12: before the correction the floor reads 112, after it 110; suspended in September."""

    def floor(to: int, day: str) -> dict[str, Any]:
        lines = [json.loads(line) for line in json_lines(replayed(to=to), date.fromisoformat(day))]
        assert lines[0] == {"effective_at": day, "position": to}
        return next(line["state"] for line in lines[1:] if line["family"] == "floor")

    assert floor(29, "2026-06-10")["price"]["amount"] == "112.00"
    assert floor(30, "2026-06-10")["price"]["amount"] == "110.00"
    assert floor(43, "2026-09-15")["status"] == "suspended"
    assert floor(32, "2026-09-15")["status"] == "in_force"


def test_published_hashes_are_compared_at_their_positions(tmp_path: Path):
    """Question 3: the very number, of the very state; several on the way cost no second replay."""
    hashes = [state_hash(folded(LINES[: position + 1]).state) for position in (20, 30)]
    file = with_published(tmp_path, *(published(each.position, each.root, each.things) for each in hashes))
    found = replayed(file)
    assert [each.agrees for each in found.compared] == [True, True]
    assert [each.published.position for each in found.compared] == [len(LINES), len(LINES) + 1]
    assert not found.differs
    assert len(replayed(file, to=25).compared) == 1


@pytest.mark.parametrize("change", [{"root": HASH}, {"things": 1}], ids=["hash", "count"])
def test_a_published_hash_that_is_another_one_is_named(tmp_path: Path, change: dict[str, Any]):
    """A release that reads the record differently, or a service that lied."""
    right = state_hash(folded(LINES[:21]).state)
    said: dict[str, Any] = {"root": right.root, "things": right.things} | change
    found = replayed(with_published(tmp_path, published(20, **said)))
    assert [each.agrees for each in found.compared] == [False]
    assert found.differs


def test_a_hash_of_a_format_that_is_not_known_is_not_compared(tmp_path: Path):
    """Neither agreement nor difference."""
    found = replayed(with_published(tmp_path, published(20, HASH, 3, format="bloc.state.v9")))
    assert [each.agrees for each in found.compared] == [None]
    assert not found.differs


def test_publishing_a_hash_changes_no_state(tmp_path: Path):
    """But for its own line and the position at the head."""
    right = state_hash(folded(LINES[:21]).state)
    found = replayed(with_published(tmp_path, published(20, right.root, right.things)))
    before, after = set(json_lines(replayed(), None)), set(json_lines(found, None))
    families = {json.loads(line).get("family", "head") for line in before ^ after}
    assert families == {"head", "state_hashes"}


def test_an_entry_of_a_type_that_is_not_known_ends_the_replay(tmp_path: Path):
    """An older release must not hash a state that it understands only in part."""
    file = tmp_path / "entries.ndjson"
    strange = [line.replace(b"bloc.price_floor.set.v1", b"bloc.price_floor.set.v9") for line in LINES]
    file.write_bytes(b"\n".join(strange))
    with pytest.raises(Broken, match="does not know"):
        replayed(file)


def test_json_lines_are_what_is_hashed():
    """Anybody checks an export with SHA-256 and the tree of RFC 6962."""
    lines = list(json_lines(replayed(), None))
    assert Frontier().append(map(leaf_hash, lines)).root().hex() == HASH


@pytest.mark.parametrize("day", [None, date(2026, 6, 10)])
def test_parquet_holds_the_same_rows(tmp_path: Path, day: date | None):
    """Family, name and state of every line, and the hash in the metadata."""
    parquet: Any = importlib.import_module("pyarrow.parquet")
    found, file = replayed(), tmp_path / "state.parquet"
    write_parquet(found, day, file)
    table: Any = parquet.read_table(str(file))
    assert table.schema.metadata[b"bloc.state_hash"].decode() == HASH
    rows = [{**row, "state": json.loads(row["state"])} for row in table.to_pylist()]
    assert rows == [json.loads(line) for line in list(json_lines(found, day))[1:]]


def test_the_story_can_be_recorded_again():
    """The files hold what the code of the tests records, but for the ids, which count."""
    assert len(story().lines) == len(LINES)
