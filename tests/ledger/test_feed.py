"""The feed of drafts never sleeps over a draft that has already arrived."""

import asyncio

from nats.aio.client import Client

from contracts.subjects import INBOX_LEDGER
from services.ledger.drafts import DraftFeed
from tests.ledger.running import Place, Tariffs


async def test_a_draft_that_came_before_the_wait_ends_it_at_once(place: Place, tariffs: Tariffs) -> None:
    """A draft arrives while nobody waits; waiting then returns although nothing else ever comes."""
    client = Client()
    await client.connect(place.nats.url("ledger"), inbox_prefix=INBOX_LEDGER.encode())
    feed = DraftFeed(client, 1)
    try:
        await feed.open()
        await tariffs.publish([b"a draft, as far as JetStream is concerned"])
        async with asyncio.timeout(10):
            while not feed.held:  # noqa: ASYNC110 # the feed tells only who waits, and nobody shall
                await asyncio.sleep(0.01)
        async with asyncio.timeout(5):
            await feed.wait(60)
        assert [delivered.message.sequence for delivered in feed.held] == [1]
    finally:
        await feed.close()
        await client.close()
