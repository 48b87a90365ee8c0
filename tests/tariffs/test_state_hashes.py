"""The service publishes the hash of its state at intervals, and a replay of its ledger comes to the same number."""

import asyncio
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import httpx
import pytest
from immutables import Map

from bloc.embedded.ports import chosen_port
from bloc.history.published import Published, published_hashes
from bloc.history.replaying import Replayed, replay
from bloc.history.sources import open_history
from bloc.stack import Stack
from contracts.identity.keys import SigningKey
from services.tariffs.domain.replay.document import StateHash, state_hash
from services.tariffs.domain.replay.whole_state import WholeState
from services.tariffs.following.follower import Follower
from services.tariffs.following.hashing import LiveHash
from services.tariffs.intake import state_hashes
from services.tariffs.intake.answers import JSON, Answer
from services.tariffs.intake.hallway import Hallway
from services.tariffs.intake.state_hashes import Interval, StateHashes, is_due
from tests.domain.given import NOON, founded_bloc
from tests.domain.listed import mineral
from tests.domain.test_state_hash_rules import published
from tests.tariffs.instances import ended, readiness, settings_on, started
from tests.tariffs.partners import Partners, until

HOURLY = Interval(entries=1_000, seconds=3_600)


@pytest.mark.parametrize(
    ("minutes", "interval", "due"),
    [
        (59, HOURLY, False),
        (60, HOURLY, True),
        (0, Interval(10, 3_600), True),
        (0, Interval(500, 3_600), False),
    ],
)
def test_a_hash_is_due_after_so_many_entries_or_so_much_time(minutes: int, interval: Interval, due: bool):
    """Counted from the founding where none was published yet."""
    rules = founded_bloc().rules
    assert is_due(rules, interval, NOON + timedelta(minutes=minutes)) is due


def test_a_hash_alone_is_no_reason_for_another():
    """A bloc in which nothing happens publishes nothing."""
    bloc = founded_bloc()
    bloc.record(published(bloc.position))
    late = datetime(2027, 1, 1, tzinfo=UTC)
    assert not is_due(bloc.rules, HOURLY, late)
    assert is_due(bloc.record(mineral("cobalt")).rules, HOURLY, late)


async def test_a_published_hash_is_that_of_a_replay_and_of_the_next_start(
    stack: Stack, chile: Partners, tmp_path: Path
):
    """Question 3, on a running bloc: another process folds the same entries to the number that was signed. A start
    goes on from the snapshot that has this number."""
    del chile
    port = chosen_port(0, "--port")
    key = stack.keys_folder / "bloc.tariffs.pem"
    hourly = settings_on(stack, key, port, BLOC_SNAPSHOT=str(tmp_path))
    process = await started(hourly | {"BLOC_STATE_HASH_ENTRIES": "1", "BLOC_STATE_HASH_SECONDS": "1"})
    await readiness(port, 200)

    def hashes() -> list[Published]:
        with closing(open_history(stack.ledger_url)) as history:
            return published_hashes(history)

    async def is_published() -> bool:
        return bool(await asyncio.to_thread(hashes)) and (tmp_path / "note.json").exists()

    await until(is_published)
    process.terminate()
    assert (await ended(process))[0] == 0

    def replayed() -> Replayed:
        with closing(open_history(stack.ledger_url)) as history:
            return replay(history, None, lambda _: None)

    found = await asyncio.to_thread(replayed)
    assert found.compared
    assert all(each.agrees for each in found.compared)
    async with httpx.AsyncClient(base_url=stack.ledger_url) as client:
        entry = (await client.get(f"/entries/{found.compared[0].published.position}")).json()
    assert entry["event"]["source"] == "/parties/bloc.tariffs"
    assert "signature" in entry["stamp"]
    again = await started(hourly)
    assert await readiness(port, 200) == "ready"
    again.terminate()
    assert "snapshot_taken" in (await ended(again))[1]


class Hasher:
    """Fails at first, then finds a hash."""

    def __init__(self, state: WholeState) -> None:
        self.found = state_hash(state)
        self.asked = 0

    async def of(self, state: WholeState) -> StateHash:
        del state
        self.asked += 1
        if self.asked == 1:
            raise KeyError("a fault of ours")
        return self.found


class Refusing:
    """A hallway in which every hash is refused, and recorded as such."""

    def __init__(self) -> None:
        self.posted = 0

    def not_ready(self) -> None: ...

    async def submit(self, *_: object, **__: object) -> Answer:
        self.posted += 1
        return Answer(422, JSON, b"{}")


async def test_a_hash_that_fails_or_is_refused_stops_nothing_and_is_not_posted_at_every_look(
    monkeypatch: pytest.MonkeyPatch,
):
    """Each refusal is an entry: a fault that stays would write one every five seconds, for ever."""
    monkeypatch.setattr(state_hashes, "STATE_HASH_LOOK_SECONDS", 0.01)
    bloc = founded_bloc()
    state = WholeState(bloc.rules, Map(), {})
    follower = SimpleNamespace(rules=bloc.rules, state=state, away=None, position=bloc.rules.position)
    hasher, hallway = Hasher(state), Refusing()
    publishing = StateHashes(
        key=SigningKey.generate(),
        origin="bloc.example/ledger",
        follower=cast("Follower", follower),
        hallway=cast("Hallway", hallway),
        interval=Interval(1, 1),
        clock=lambda: NOON + timedelta(days=1),
        live_hash=cast("LiveHash", hasher),
    )
    running = asyncio.create_task(publishing.run())

    async def posted() -> bool:
        return hallway.posted > 0

    await until(posted)
    await asyncio.sleep(0.2)
    assert not running.done()
    running.cancel()
    assert (hasher.asked, hallway.posted) == (2, 1)
