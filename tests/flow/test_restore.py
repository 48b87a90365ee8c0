"""The record is a function of the draft stream: restored from an older state it becomes the same again, and a stream
that is not the same is noticed and not read."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bloc.commands.nats import setup_streams
from bloc.trouble import Trouble
from tests.flow import sabotage
from tests.flow.audit import audit
from tests.flow.partner import SECRETARIAT, Partner
from tests.flow.scene import COMMITMENT, PORT, VAULT, Scene
from tests.flow.telling import LOT_KILOGRAMS, declared, drawn, lot, registered, revoked

PATIENCE_SECONDS = 20


async def _history(scene: Scene) -> None:
    """A bit of everything: declarations, a refusal, a drawdown, a key that comes and goes, a body posted twice."""
    answers = [await scene.say(PORT, *(declared(scene.name("some")) for _ in range(5)))]
    last = scene.name("lot")
    answers.append(await scene.say(VAULT, lot(last)))
    answers.append(await scene.say(VAULT, drawn(scene.name("draw"), last, COMMITMENT)))
    refused = await scene.say(VAULT, drawn(scene.name("draw"), last, COMMITMENT, LOT_KILOGRAMS))
    assert refused.status == 422
    broker = Partner(f"us.{scene.name('broker')}"[:34])
    answers.append(await scene.say(SECRETARIAT, registered(broker)))
    answers.append(await scene.say(SECRETARIAT, revoked(broker)))
    answers.append(await scene.say(PORT, declared(scene.name("last"))))
    assert all(said.status == 201 for said in answers), answers


@asynccontextmanager
async def _while_stopped(scene: Scene, *servers: str) -> AsyncGenerator[None]:
    """Stop servers in this order and start them in the opposite one, until submissions are taken again."""
    for server in servers:
        await scene.stack.stop(server)
    yield
    for server in reversed(servers):
        await scene.stack.start(server)
    await scene.takes_submissions()


async def _stops_with(scene: Scene, *words: str) -> None:
    """The ledger, running or being started, comes to a stop that names the reason, and reading goes on."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            ready = await scene.http.get(f"{scene.stack.ledger_url}/health/ready")
            if ready.status_code == 503 and "stopped" in ready.json()["detail"]:
                break
            await asyncio.sleep(0.1)
    detail = ready.json()["detail"]
    assert all(word in detail for word in words), detail
    assert (await scene.entry(0))["event"]["type"] == "bloc.founded.v1"


async def _comes_true(asked: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await asked():  # noqa: ASYNC110 # a server elsewhere tells nobody
            await asyncio.sleep(0.05)


@asynccontextmanager
async def _refusing_start(scene: Scene) -> AsyncGenerator[None]:
    """Start the ledger although it will not become ready; it is killed afterwards."""
    starting = asyncio.create_task(scene.stack.start("ledger"))
    await _comes_true(lambda: _answers(scene))
    yield
    await scene.stack.kill("ledger")
    with pytest.raises(Trouble):
        await starting


async def _answers(scene: Scene) -> bool:
    try:
        return (await scene.http.get(f"{scene.stack.ledger_url}/health/live")).is_success
    except httpx.TransportError:
        return False


async def test_a_database_restored_to_an_earlier_state_becomes_the_same_again(mortal_scene: Scene) -> None:
    """The ledger catches up from JetStream to byte-identical entries, outcomes and roots, and goes on from there;
    tariffs, which had read further, goes on too."""
    scene = mortal_scene
    await _history(scene)
    async with _while_stopped(scene, "ledger"):
        await sabotage.back_up(scene.stack)
    await _history(scene)
    before = await audit(scene.stack)
    async with _while_stopped(scene, "ledger"):
        await sabotage.restore(scene.stack)

    async def caught_up() -> bool:
        return (await scene.head())["size"] >= len(before.entries)

    await _comes_true(caught_up)
    after = await audit(scene.stack)
    assert after.entries == before.entries
    assert after.outcomes == before.outcomes
    assert (await scene.say(PORT, declared(scene.name("next")))).status == 201
    await audit(scene.stack)


async def test_a_draft_stream_made_again_stops_the_ledger_until_it_is_made_rightly(own_scene: Scene) -> None:
    """The running ledger notices, says how to make the stream, records nothing meanwhile, and then goes on."""
    scene, stack = own_scene, own_scene.stack
    before = await scene.head()
    async with _while_stopped(scene, "nats"):
        sabotage.lose_streams(stack)
    await setup_streams(stack.nats_url("setup"))
    wanted = before["sequence"] + 1
    await _stops_with(scene, "made again", f"--first-sequence {wanted}")
    body = scene[PORT].body(declared(scene.name("meanwhile")))
    assert (await scene.post(body, scene[PORT], wait=1)).status in (202, 503)
    assert (await scene.head())["size"] == before["size"]
    await stack.stop("ledger")
    async with _while_stopped(scene, "nats"):
        sabotage.lose_streams(stack)
    await setup_streams(stack.nats_url("setup"), first_sequence=wanted)
    await stack.start("ledger")
    assert (await scene.post(body, scene[PORT], wait=30)).status in (200, 201)
    record = await audit(stack)
    assert record.lines.count(body) == 1


async def test_an_older_copy_of_the_draft_stream_is_noticed(own_scene: Scene, tmp_path: Path) -> None:
    """A stream that ends before what was consumed of it stops the ledger; so does one that was filled up again with
    other drafts under the same numbers."""
    scene, stack = own_scene, own_scene.stack
    async with _while_stopped(scene, "nats"):
        sabotage.copy_streams(stack, tmp_path / "backup")
    await _history(scene)
    size, sequence = (await scene.head())["size"], (await scene.head())["sequence"]
    async with _while_stopped(scene, "nats"):
        sabotage.restore_streams(stack, tmp_path / "backup")
    await _stops_with(scene, "older copy")
    await stack.stop("ledger")
    bodies = [scene[PORT].body(declared(scene.name("other"))) for _ in range(sequence)]
    answers = await asyncio.gather(*(scene.post(body, scene[PORT], wait=0) for body in bodies))
    assert {said.status for said in answers} == {202}
    async with _refusing_start(scene):
        await _stops_with(scene, f"draft {sequence}", "another")
        assert (await scene.head())["size"] == size


async def test_a_stream_trimmed_above_what_was_consumed_is_noticed_and_nothing_skipped(
    own_scene: Scene,
) -> None:
    """Drafts that the ledger has not consumed are missing: it says which, and does not read on behind them."""
    scene, stack = own_scene, own_scene.stack
    await stack.stop("ledger")
    bodies = [scene[PORT].body(declared(scene.name("lost"))) for _ in range(6)]
    for body in bodies:
        assert (await scene.post(body, scene[PORT], wait=0)).status == 202
    sequence = (await audit(stack)).outcomes[-1][0]
    async with _while_stopped(scene, "nats"):
        await sabotage.purge_drafts(stack, below=sequence + 4)
    async with _refusing_start(scene):
        await _stops_with(scene, f"begins at sequence {sequence + 4}", f"needs {sequence + 1}", "trimmed")
    assert (await audit(stack)).outcomes[-1][0] == sequence


async def test_a_stream_trimmed_below_what_was_consumed_is_as_good_as_before(mortal_scene: Scene) -> None:
    """What is recorded may go from JetStream: the ledger goes on, restarted or not."""
    scene, stack = mortal_scene, mortal_scene.stack
    consumed = (await scene.head())["sequence"]
    async with _while_stopped(scene, "nats"):
        await sabotage.purge_drafts(stack, below=consumed + 1)
    said = await scene.say(PORT, declared(scene.name("after")), wait=30)
    assert said.status == 201, said
    async with _while_stopped(scene, "ledger"):
        pass
    assert (await scene.say(PORT, declared(scene.name("after")))).status == 201
    await audit(stack)
