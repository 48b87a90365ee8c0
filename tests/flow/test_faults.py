"""Servers are killed with -9 under load and started again, and every promise that was given still holds."""

import asyncio
import os
import signal

import httpx
import pytest

from tests.flow.audit import audit
from tests.flow.partner import digest_of
from tests.flow.scene import PORT, Scene
from tests.flow.telling import declared
from tests.flow.traffic import Traffic

RECEIPTS_BEFORE, RECEIPTS_AFTER = 70, 30
DOWN_SECONDS, FROZEN_SECONDS = 0.7, 2.5
SERVERS = ("ledger", "tariffs", "postgres", "nats")


@pytest.mark.parametrize("killed", [*SERVERS, "ledger nats", "postgres nats ledger tariffs"])
async def test_every_receipt_holds_when_servers_are_killed_under_load(
    mortal_scene: Scene, killed: str
) -> None:
    """Killed with submissions in flight: each receipt is in the record once with the same bytes, positions are dense,
    hashes and seals agree, nothing unsent appears; service resumes by itself, and what was not answered is recorded
    or a duplicate when it is posted again."""
    stack, servers = mortal_scene.stack, killed.split()
    async with Traffic(mortal_scene) as traffic:
        await traffic.more_receipts(RECEIPTS_BEFORE)
        await asyncio.gather(*(stack.kill(server) for server in servers))
        await asyncio.sleep(DOWN_SECONDS)
        for server in sorted(servers, key=stack.names.index):
            await stack.start(server)
        await traffic.more_receipts(RECEIPTS_AFTER)
    await traffic.settle()
    traffic.check(await audit(stack))


@pytest.mark.parametrize("server", ["ledger", "postgres"])
async def test_accepted_drafts_wait_while_the_record_is_away(mortal_scene: Scene, server: str) -> None:
    """202 with Location; the status says waiting, and recorded once the server is back, without anybody's doing."""
    scene = mortal_scene
    bodies = [scene[PORT].body(declared(scene.name("wait"))) for _ in range(10)]
    await scene.stack.kill(server)
    answers = await asyncio.gather(*(scene.post(body, scene[PORT], wait=1) for body in bodies))
    for body, said in zip(bodies, answers, strict=True):
        assert (said.status, said.document["outcome"]) == (202, "waiting"), said
        assert said.headers["location"] == f"/submissions/{digest_of(body)}"
        assert (await scene.fate(body)).status == 202
    await scene.stack.start(server)
    for body in bodies:
        await scene.comes_to(body, "recorded")
        again = await scene.post(body, scene[PORT])
        assert again.status == 200, again
    record = await audit(scene.stack)
    assert all(record.lines.count(body) == 1 for body in bodies)


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
async def test_readers_are_told_that_the_database_is_away(mortal_scene: Scene, accept: str) -> None:
    """503 with Retry-After in either form, at the moment of the kill and after it; never half an answer."""
    stack = mortal_scene.stack
    asked = [
        f"{stack.ledger_url}{path}" for path in ("/entries", "/streams/bloc/charter", "/entries/0", "/head")
    ]

    async def ask() -> list[httpx.Response]:
        return await asyncio.gather(
            *(mortal_scene.http.get(url, headers={"Accept": accept}) for url in asked)
        )

    killing = asyncio.create_task(stack.kill("postgres"))
    try:
        for _ in range(5):
            assert {answer.status_code for answer in await ask()} <= {200, 503}
        await killing
        answers = await ask()
        assert [answer.status_code for answer in answers] == [503] * len(asked)
        assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
        assert (await mortal_scene.read("/members", effective_at="2026-07-01"))["members"]
    finally:
        await stack.start("postgres")
    assert (await mortal_scene.entry(0))["event"]["type"] == "bloc.founded.v1"


async def test_a_waiting_draft_survives_the_service_that_decided_it(mortal_scene: Scene) -> None:
    """Ledger and tariffs are both killed after 202: the draft is in JetStream, and is recorded all the same."""
    scene = mortal_scene
    body = scene[PORT].body(declared(scene.name("orphan")))
    await scene.stack.kill("ledger")
    assert (await scene.post(body, scene[PORT], wait=0)).status == 202
    await scene.stack.kill("tariffs")
    await scene.stack.start("ledger")
    await scene.stack.start("tariffs")
    await scene.comes_to(body, "recorded")


async def test_without_nats_nothing_is_promised(mortal_scene: Scene) -> None:
    """503 with Retry-After while NATS is down; the same file is recorded when it is back."""
    scene = mortal_scene
    body = scene[PORT].body(declared(scene.name("later")))
    await scene.stack.kill("nats")
    said = await scene.post(body, scene[PORT], wait=1)
    assert (said.status, said.slug) == (503, "unavailable"), said
    assert int(said.headers["retry-after"]) > 0
    for url in (scene.stack.tariffs_url, scene.stack.ledger_url):
        async with asyncio.timeout(10):
            while "NATS cannot be reached" not in (await scene.http.get(f"{url}/health/ready")).text:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    await scene.stack.start("nats")
    async with asyncio.timeout(20):
        while (said := await scene.post(body, scene[PORT])).status == 503:  # noqa: ASYNC110 # as a partner does
            await asyncio.sleep(float(said.headers["retry-after"]) / 20)
    assert said.status in (200, 201), said
    await audit(scene.stack)


async def test_a_server_that_hangs_for_a_while_is_waited_for(mortal_scene: Scene) -> None:
    """Frozen and not dead: connections stay open and nothing answers. When it moves again everything goes on."""
    stack = mortal_scene.stack
    async with Traffic(mortal_scene, in_flight=8) as traffic:
        for server in ("ledger", "nats", "tariffs"):
            await traffic.more_receipts(15)
            pid = stack.pid(server)
            assert pid is not None
            os.kill(pid, signal.SIGSTOP)
            await asyncio.sleep(FROZEN_SECONDS)
            os.kill(pid, signal.SIGCONT)
        await traffic.more_receipts(15)
    await traffic.settle()
    traffic.check(await audit(stack))


async def test_a_service_that_is_told_to_stop_keeps_its_promises(mortal_scene: Scene) -> None:
    """SIGTERM under load: what is under way gets its receipt or is settled by posting it again."""
    async with Traffic(mortal_scene) as traffic:
        for server in ("tariffs", "ledger"):
            await traffic.more_receipts(RECEIPTS_BEFORE)
            await mortal_scene.stack.stop(server)
            await mortal_scene.stack.start(server)
            await traffic.more_receipts(RECEIPTS_AFTER)
    await traffic.settle()
    traffic.check(await audit(mortal_scene.stack))


async def test_a_partner_who_hangs_up_can_come_back_for_the_receipt(mortal_scene: Scene) -> None:
    """A connection that breaks while the ledger is away loses nothing: Location has the receipt later."""
    scene = mortal_scene
    body = scene[PORT].body(declared(scene.name("gone")))
    await scene.stack.kill("ledger")
    with pytest.raises(httpx.ReadTimeout):
        await scene.http.post(
            f"{scene.stack.tariffs_url}/submissions",
            content=body,
            headers={
                "Content-Type": "application/x-ndjson",
                "Prefer": "wait=10",
                "Bloc-Signature": scene[PORT].sign(body),
            },
            timeout=0.5,
        )
    await scene.stack.start("ledger")
    await scene.comes_to(body, "recorded")
