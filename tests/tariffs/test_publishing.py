"""Publishing drafts on a real NATS server: in order, many at a time, and honest when the server is away."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from bloc.embedded.nats import NatsServer
from contracts.subjects import drafts_subject
from services.tariffs.intake.flights import Flight
from services.tariffs.intake.publisher import Publisher
from services.tariffs.outside.nats import Message, NatsAway, NatsPort
from tests.tariffs.partners import until


@pytest.fixture
async def port(nats_urls: Callable[[str], str]) -> AsyncIterator[NatsPort]:
    """A connection as the service has it."""
    port = NatsPort(nats_urls("tariffs"))
    await port.connect()
    yield port
    await port.close()


def message(number: int, size_bytes: int = 0) -> Message:
    payload = str(number).encode().ljust(size_bytes, b".")
    return Message(drafts_subject("us.customs"), payload, {"Bloc-Reply": "bloc.receipts.test"})


def flight(number: int) -> Flight:
    loop = asyncio.get_running_loop()
    return Flight(str(number), "us.customs", {}, None, loop.create_future(), loop.time())


async def published(port: NatsPort, messages: list[Message]) -> list[Flight]:
    """Hand all messages over at once, and wait until each flight knows what became of it."""
    publisher = Publisher(port.publish)
    running = asyncio.create_task(publisher.run())
    flights = [flight(number) for number in range(len(messages))]
    for one, under_way in zip(messages, flights, strict=True):
        publisher.hand_over(one, under_way)

    async def answered() -> bool:
        return all(under_way.sequence or under_way.receipt.done() for under_way in flights)

    await until(answered)
    running.cancel()
    return flights


async def test_drafts_are_stored_in_the_order_of_decision(port: NatsPort):
    """Three thousand drafts handed over at once get sequences without a gap, in their order."""
    flights = await published(port, [message(number) for number in range(3000)])
    first = flights[0].sequence
    assert [under_way.sequence for under_way in flights] == list(range(first, first + 3000))


async def test_large_drafts_are_spread_over_several_batches(port: NatsPort):
    """Ten drafts of 2 MiB pass, although they are more than one atomic batch may hold."""
    flights = await published(port, [message(number, 2 * 1024 * 1024) for number in range(10)])
    first = flights[0].sequence
    assert [under_way.sequence for under_way in flights] == list(range(first, first + 10))


async def test_a_draft_that_is_too_large_for_the_server_fails_alone_with_its_batch(port: NatsPort):
    """Nothing hangs: the flight hears that nobody knows."""
    flights = await published(port, [message(0, 5 * 1024 * 1024)])
    with pytest.raises(NatsAway):
        flights[0].receipt.result()


async def test_a_server_that_is_away_fails_at_once_and_is_used_again_when_it_is_back(
    nats_server: NatsServer, port: NatsPort
):
    """While NATS is down nothing is buffered; a draft published after it came back is stored."""
    await nats_server.kill()
    flights = await published(port, [message(1)])
    with pytest.raises(NatsAway):
        flights[0].receipt.result()
    await nats_server.start()

    async def connected() -> bool:
        return port.connected

    await until(connected)
    flights = await published(port, [message(2), message(3)])
    assert flights[1].sequence == flights[0].sequence + 1
