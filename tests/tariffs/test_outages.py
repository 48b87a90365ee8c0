"""Ledger, NATS or this service away: every answer is honest, nothing is lost, and service resumes by itself."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import nats
import pytest

from bloc.stack import Stack
from contracts.subjects import INBOX_PARTNER, SIGNATURE_HEADER, STATUS_HEADER, submit_subject
from tests.tariffs.events import declaration, lot, measure
from tests.tariffs.partners import Partners, until
from tests.tariffs.settling import settle_in


@pytest.fixture
async def own_chile(own_stack: Stack) -> AsyncIterator[Partners]:
    """Chile on a bloc that may be broken."""
    partners = Partners(own_stack)
    await settle_in(partners)
    yield partners
    await partners.close()


async def is_recorded(chile: Partners, location: str) -> bool:
    found = await chile.get(location)
    return found.status == 200 and found.document["outcome"] == "recorded"


async def test_while_the_ledger_is_away_drafts_wait_and_are_recorded_when_it_is_back(own_chile: Partners):
    """202 with an address, also for a hundred of them; afterwards each is recorded exactly once. What cannot be
    decided without the ledger is 503. Then NATS goes away, and the answer is 503 until it is back."""
    chile = own_chile
    await chile.stack.kill("ledger")
    bodies = [declaration(f"AWAY-{number}") for number in range(100)]
    answers = await asyncio.gather(*(chile.post("cl.customs", body, wait=0) for body in bodies))
    assert {answer.status for answer in answers} == {202}
    assert (await chile.post("cl.vault", lot("cl-away-1"))).status == 503
    assert (await chile.get("/health/ready")).status == 200
    await chile.stack.start("ledger")
    for answer in answers:
        await until(lambda location=answer.headers["location"]: is_recorded(chile, location))
    again = await asyncio.gather(*(chile.post("cl.customs", body) for body in bodies))
    assert {answer.status for answer in again} == {200}
    assert len({answer.document["first_position"] for answer in again}) == 100

    await chile.stack.kill("nats")
    answer = await chile.post("cl.customs", declaration("NATS-AWAY-1"))
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) >= 1
    await chile.stack.start("nats")

    async def taken() -> bool:
        return (await chile.post("cl.customs", declaration("NATS-AWAY-2"))).status in (200, 201)

    await until(taken)


async def test_a_service_that_is_stopped_and_started_goes_on_where_it_was(own_chile: Partners):
    """SIGTERM ends it with status 0; started again it reads the ledger first and then knows everything; a service
    killed with a draft under way loses nothing."""
    chile = own_chile
    assert (await chile.post("cl.trade", measure("before", prefix="720211"))).status == 201
    await chile.stack.stop("tariffs")
    with pytest.raises(httpx.TransportError):
        await chile.get("/health/live")
    await chile.stack.start("tariffs")
    refused = await chile.post("cl.trade", measure("after", prefix="720211"))
    assert (refused.status, refused.document["rule"]) == (422, "MSR-6")
    body = declaration("KILLED-1")
    await chile.stack.kill("ledger")
    assert (await chile.post("cl.customs", body, wait=0)).status == 202
    await chile.stack.kill("tariffs")
    await chile.stack.start("ledger")
    await chile.stack.start("tariffs")
    assert (await chile.post("cl.customs", body)).status == 200


async def test_whoever_waits_at_either_door_when_the_service_is_stopped_gets_his_answer(own_chile: Partners):
    """Their drafts are safe and the ledger is away: 202 at once, not a connection that breaks."""
    chile = own_chile
    await chile.stack.kill("ledger")
    over_http = asyncio.create_task(chile.post("cl.customs", declaration("STOPPED-HTTP"), wait=30))
    over_nats = asyncio.create_task(posted_over_nats(chile, declaration("STOPPED-NATS"), wait=30))

    async def taken() -> bool:
        metrics = (await chile.http.get("/metrics")).text
        return "bloc_drafts_under_way 2.0" in metrics

    await until(taken)
    await chile.stack.stop("tariffs")
    async with asyncio.timeout(5):
        assert ((await over_http).status, await over_nats) == (202, 202)


async def posted_over_nats(chile: Partners, body: bytes, *, wait: int) -> int:
    """The status of the answer to a request."""
    connection = await nats.connect(chile.stack.nats_url("partner"), inbox_prefix=INBOX_PARTNER)  # pyright: ignore[reportUnknownMemberType]
    headers = {SIGNATURE_HEADER: chile.sign("cl.customs", body), "Prefer": f"wait={wait}"}
    reply = await connection.request(submit_subject("cl.customs"), body, timeout=40, headers=headers)
    await connection.close()
    return int((reply.headers or {})[STATUS_HEADER])


async def test_postgres_away_means_the_ledger_is_away(own_chile: Partners):
    """The draft waits in JetStream; when the database is back it is recorded without anybody's help."""
    chile = own_chile
    await chile.stack.kill("postgres")
    answer = await chile.post("cl.customs", declaration("POSTGRES-1"), wait=1)
    assert answer.status == 202
    await chile.stack.start("postgres")
    await until(lambda: is_recorded(chile, answer.headers["location"]), seconds=60)
