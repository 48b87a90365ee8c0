"""An old tariffs service meets an event of a newer release: it says which, and decides nothing on the rest."""

import json
from pathlib import Path

import pytest

from bloc.history.faults import Broken
from bloc.history.replaying import replay
from bloc.history.sources import open_history
from services.tariffs.following.folding import Folding
from services.tariffs.following.recorded import UnknownEventType
from tests.replay.recording import FILES

LINES = (FILES / "entries.ndjson").read_bytes().splitlines()
FLOOR_SET = next(at for at, line in enumerate(LINES) if b'"type":"bloc.price_floor.set.v1"' in line)


def newer_type() -> bytes:
    """An act on a floor that no release has yet."""
    return LINES[FLOOR_SET].replace(b"bloc.price_floor.set.v1", b"bloc.price_floor.lowered.v1")


def newer_family() -> bytes:
    """An act on a thing that no release has yet."""
    return LINES[FLOOR_SET].replace(b'"stream":"floor/', b'"stream":"ceiling/')


def newer_field() -> bytes:
    """A floor with an optional field that a later release added."""
    return LINES[FLOOR_SET].replace(b'"price_basis":', b'"season":"dry","price_basis":')


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (newer_type(), "the type bloc.price_floor.lowered.v1"),
        (newer_family(), "streams like ceiling/"),
        (newer_field(), "all that a bloc.price_floor.set.v1 may say .*season"),
    ],
)
def test_a_fold_stops_at_what_a_newer_release_recorded(line: bytes, what: str):
    """A new type on a stream that it knows, a stream of a new kind, a new field: never passed over in silence."""
    folding = Folding()
    folding.take(LINES[:FLOOR_SET])
    with pytest.raises(UnknownEventType, match=f"entry {FLOOR_SET}: .*{what}.*; run a newer one"):
        folding.take([line, *LINES[FLOOR_SET + 1 :]])
    assert folding.rules.position == FLOOR_SET - 1
    folding.take(LINES[FLOOR_SET:])
    assert folding.rules.position == len(LINES) - 1


def test_a_replay_says_that_it_is_too_old(tmp_path: Path):
    """In plain words, with the place and what to do; up to there it answers."""
    file = tmp_path / "entries.ndjson"
    file.write_bytes(b"\n".join([*LINES[:FLOOR_SET], newer_type(), *LINES[FLOOR_SET + 1 :]]) + b"\n")
    assert json.loads(newer_type())["event"]["type"] == "bloc.price_floor.lowered.v1"
    with pytest.raises(Broken, match="run a newer one"):
        replay(open_history(str(file)), None, lambda _: None)
    assert replay(open_history(str(file)), FLOOR_SET - 1, lambda _: None).hash.position == FLOOR_SET - 1
