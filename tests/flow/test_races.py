"""Fifty want the same thing at the same moment: one gets it, and the others learn which rule stood in the way."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

import pytest

from bloc.stack import Stack
from tests.flow.audit import audit
from tests.flow.beside import another_tariffs
from tests.flow.scene import COMMITMENT, TRADE, VAULT, Said, Scene
from tests.flow.telling import LOT_KILOGRAMS, RESERVE, drawn, lot, measure

RACERS = 50


@pytest.fixture(scope="module")
async def second_tariffs(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of another tariffs process beside the stack's own, on the same ledger."""
    async with another_tariffs(stack, tmp_path_factory.mktemp("second")) as service:
        yield service.url


async def _race(scene: Scene, party: str, bodies: Sequence[bytes], urls: Sequence[str]) -> list[Said]:
    """Post all at once, taking turns between the processes."""
    posts = (
        scene.post(body, scene[party], tariffs_url=urls[number % len(urls)], wait=30)
        for number, body in enumerate(bodies)
    )
    return list(await asyncio.gather(*posts))


def _one_wins(answers: Sequence[Said], rule: str) -> Said:
    """Exactly one is recorded; every other one is refused with this rule first, and its refusal recorded."""
    assert Counter(said.status for said in answers) == {201: 1, 422: len(answers) - 1}, answers
    refused = [said.document for said in answers if said.status == 422]
    assert {document["rule"] for document in refused} == {rule}
    positions = [document["position"] for document in refused]
    assert len(set(positions)) == len(positions)
    (winner,) = [said for said in answers if said.status == 201]
    return winner


async def _drawdowns(scene: Scene) -> list[bytes]:
    """Fifty drawdowns of a whole lot, of which there is one."""
    last_lot = scene.name("lot")
    assert (await scene.say(VAULT, lot(last_lot))).status == 201
    return [scene[VAULT].body(drawn(scene.name("draw"), last_lot, COMMITMENT)) for _ in range(RACERS)]


def _measures(scene: Scene, prefix: str) -> list[bytes]:
    """Fifty measures of different names for one scope."""
    return [scene[TRADE].body(measure(f"us.{scene.name('race')}", prefix)) for _ in range(RACERS)]


def _heading() -> str:
    """A heading of the nomenclature that no other test uses."""
    return f"90{uuid4().int % 90 + 10}"


async def test_res_9_one_of_fifty_drawdowns_gets_the_last_lot(scene: Scene) -> None:
    """The lot is given once, the stock is empty and not below, and one obligation is opened."""
    bodies = await _drawdowns(scene)
    winner = _one_wins(await _race(scene, VAULT, bodies, [scene.stack.tariffs_url]), "RES-9")
    position = winner.document["first_position"]
    opened = (await scene.entry(position + 1))["event"]
    assert opened["type"] == "bloc.replenishment.opened.v1"
    released = (await scene.entry(position))["event"]["data"]
    assert opened["data"]["drawdown"] == released["drawdown"]
    view = await scene.read(f"/reserves/{RESERVE}", min_position=position, effective_at="2026-10-06")
    left = {held["lot"]: held["kilograms"] for stock in view["reserve"]["stock"] for held in stock["lots"]}
    assert left.get(released["lots"][0]["lot"], "0") == "0"


async def test_msr_6_one_of_fifty_measures_gets_the_scope(scene: Scene) -> None:
    """One live measure for the scope, forty-nine refusals that name it."""
    prefix = _heading()
    answers = await _race(scene, TRADE, _measures(scene, prefix), [scene.stack.tariffs_url])
    winner = _one_wins(answers, "MSR-6")
    name = (await scene.entry(winner.document["first_position"]))["event"]["data"]["measure"]
    assert all(name in said.document["detail"] for said in answers if said.status == 422)


async def test_the_same_bytes_fifty_times_at_once_are_recorded_once(scene: Scene) -> None:
    """One 201, forty-nine 200, and all with the same position."""
    body = scene[VAULT].body(lot(scene.name("same")))
    answers = await _race(scene, VAULT, [body] * RACERS, [scene.stack.tariffs_url])
    assert Counter(said.status for said in answers) == {201: 1, 200: RACERS - 1}
    assert len({said.document["first_position"] for said in answers}) == 1


async def test_a_hot_lot_serves_all_who_may_draw_from_it(scene: Scene) -> None:
    """Fifty drawdowns that fit together are all recorded: one hot stream queues, it does not conflict."""
    large, share = scene.name("large"), LOT_KILOGRAMS // 10
    assert (await scene.say(VAULT, lot(large, quantity=share * RACERS))).status == 201
    bodies = [scene[VAULT].body(drawn(scene.name("fit"), large, COMMITMENT, share)) for _ in range(RACERS)]
    answers = await _race(scene, VAULT, bodies, [scene.stack.tariffs_url])
    assert {said.status for said in answers} == {201}, answers
    late = scene[VAULT].body(drawn(scene.name("fit"), large, COMMITMENT, share))
    assert (await scene.post(late, scene[VAULT])).document["rule"] == "RES-9"


async def _second_round(scene: Scene, party: str, answers: list[Said], bodies: list[bytes]) -> list[Said]:
    """Two processes may outrun each other more than three times: 409, and the same file again decides it."""
    assert {said.status for said in answers} <= {201, 409, 422}, answers
    assert all(said.slug == "version_conflict" for said in answers if said.status == 409)
    lost = [number for number, said in enumerate(answers) if said.status == 409]
    for number in lost:
        answers[number] = await scene.post(bodies[number], scene[party])
    return answers


async def test_res_9_two_services_side_by_side_give_the_last_lot_once(
    scene: Scene, second_tariffs: str
) -> None:
    """What one process decides on, the other may have changed: the ledger lets one through."""
    bodies = await _drawdowns(scene)
    answers = await _race(scene, VAULT, bodies, [scene.stack.tariffs_url, second_tariffs])
    _one_wins(await _second_round(scene, VAULT, answers, bodies), "RES-9")


async def test_msr_6_two_services_side_by_side_give_the_scope_once(scene: Scene, second_tariffs: str) -> None:
    """The guard `rules` is one key for all measures, so it holds between processes as well."""
    bodies = _measures(scene, _heading())
    answers = await _race(scene, TRADE, bodies, [scene.stack.tariffs_url, second_tariffs])
    _one_wins(await _second_round(scene, TRADE, answers, bodies), "MSR-6")


async def test_the_same_bytes_to_two_services_are_recorded_once(scene: Scene, second_tariffs: str) -> None:
    """Each decides for itself; the ledger knows the ids and gives both the same positions."""
    body = scene[VAULT].body(lot(scene.name("twice")))
    answers = await _race(scene, VAULT, [body] * 10, [scene.stack.tariffs_url, second_tariffs])
    assert {said.status for said in answers} <= {200, 201}
    assert len({said.document["first_position"] for said in answers}) == 1


async def test_a_contested_record_holds_together(scene: Scene) -> None:
    """After all races: positions dense, seals right, no id twice, no stock below zero."""
    record = await audit(scene.stack)
    received: Counter[str] = Counter()
    for event in record.of_type("bloc.lot.received.v1"):
        received[event["data"]["lot"]] += int(event["data"]["quantity"]["value"])
    for event in record.of_type("bloc.drawdown.released.v1"):
        for share in event["data"]["lots"]:
            received[share["lot"]] -= int(share["quantity"]["value"])
    assert all(left >= 0 for left in received.values())
