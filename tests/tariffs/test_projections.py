"""Question 26: what is behind the record, by how many positions; a state rebuilt beside the live one and compared."""

import asyncio
from itertools import count
from pathlib import Path

import msgspec
import pytest

from bloc.commands import projections as command
from bloc.commands.projections import projections
from bloc.surroundings import Surroundings
from contracts.entry import serve_entry
from services.tariffs.domain.replay.document import state_hash
from services.tariffs.domain.replay.whole_state import WholeState
from services.tariffs.following.follower import Folding
from services.tariffs.following.hashing import LiveHash
from tests.replay.recording import founded
from tests.tariffs.partners import Partners


async def test_the_state_says_how_far_it_is_behind_the_head(chile: Partners):
    """Once everything is folded: nothing behind, and the position is that of the head."""
    async with chile.client() as bloc:
        ledger = await bloc.head()
    await chile.get("/rules", min_position=ledger["size"] - 1)
    found = (await chile.get("/projections")).document
    (state,) = found["projections"]
    assert state["projection"] == "state"
    assert (state["position"] + state["behind"] >= found["head"], state["caught_up"]) == (True, True)
    assert found["head"] >= ledger["size"] - 1


async def test_a_state_rebuilt_from_the_record_is_the_live_one(
    chile: Partners, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """`bloc projections --rebuild` folds the same entries in another process, and comes to the same hash."""
    around = Surroundings(tariffs_url=chile.stack.tariffs_url, ledger_url=chile.stack.ledger_url)
    monkeypatch.setattr(command, "surroundings", lambda: around)

    def typed(*, rebuild: bool) -> object:
        with pytest.raises(SystemExit) as ended:
            projections(rebuild=rebuild, json=rebuild)
        return ended.value.code

    assert await asyncio.to_thread(typed, rebuild=True) == 0
    report = msgspec.json.decode(capsys.readouterr().out, type=command.Report)
    assert isinstance(report.compared, command.Compared)
    assert report.compared.agrees
    assert {"state", "signed tree", "cosigned tree"} <= {one.projection for one in report.projections}
    assert await asyncio.to_thread(typed, rebuild=False) == 0
    assert "signed tree" in capsys.readouterr().out


async def test_another_state_is_a_difference_with_status_1(
    chile: Partners, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Rebuilt from a copy of the record in which one event says another time, the hash is another; both are shown."""
    around = Surroundings(tariffs_url=chile.stack.tariffs_url, ledger_url=chile.stack.ledger_url)
    monkeypatch.setattr(command, "surroundings", lambda: around)
    await chile.get("/projections/state/hash")
    async with chile.client() as bloc:
        lines = [serve_entry(entry) async for entry in bloc.entries()]
    at = next(at for at, line in enumerate(lines) if b'"type":"bloc.mineral.listed.v1"' in line)
    lines[at] = lines[at].replace(b'"time":"20', b'"time":"21')
    (tmp_path / "copy.ndjson").write_bytes(b"\n".join(lines) + b"\n")

    def typed() -> object:
        with pytest.raises(SystemExit) as ended:
            projections(str(tmp_path / "copy.ndjson"), rebuild=True)
        return ended.value.code

    assert await asyncio.to_thread(typed) == 1
    assert "DIFFERS" in capsys.readouterr().out


async def test_the_live_hash_is_that_of_its_state_and_is_not_taken_at_every_question():
    """Within some seconds the same number is given again, with its position; later that of the newest state."""
    folding, lines, seconds = Folding(), founded().lines, [0.0]
    folding.take(lines[:3])

    def state() -> WholeState:
        return folding.state

    live = LiveHash(state, lambda: seconds[0])
    first = await live.recent()
    assert first == state_hash(folding.state)
    folding.take(lines[3:])
    seconds[0] = 9.9
    assert await live.recent() == first
    seconds[0] = 10.0
    assert (await live.recent()) == state_hash(folding.state)


async def test_whoever_is_ready_has_a_turn_while_the_state_is_hashed():
    """Hashing gives way as soon as its slice is used up, here after every step."""
    folding, turns = Folding(), 0
    folding.take(founded().lines)
    hashing = asyncio.ensure_future(LiveHash(lambda: folding.state, count().__next__).recent())
    while not hashing.done():
        turns += 1
        await asyncio.sleep(0)
    found = await hashing
    assert found == state_hash(folding.state)
    assert turns > found.things
