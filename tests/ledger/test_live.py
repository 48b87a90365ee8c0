"""The live feed: catch-up from any position, then entries as they come; and readers that hang up."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from contracts.entry import receive_entry
from contracts.limits import STOP_SECONDS_MAX
from tests.ledger.drafting import Drafter
from tests.ledger.running import PATIENCE_SECONDS, Place, RunningLedger, Tariffs


async def events_of(
    ledger: RunningLedger, *, last_event_id: str = "", **params: int
) -> AsyncIterator[tuple[int, bytes]]:
    """Positions and entries of a live feed, for as long as the caller reads."""
    headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
    async with ledger.http.stream("GET", "/entries/live", params=params, headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        position = -1
        async for line in response.aiter_lines():
            if line.startswith("id: "):
                position = int(line.removeprefix("id: "))
            elif line.startswith("data: "):
                yield position, receive_entry(line.removeprefix("data: ").encode())


async def first_of(feed: AsyncIterator[tuple[int, bytes]], count: int) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        async for event in feed:
            found.append(event)
            if len(found) == count:
                break
    return found


async def test_a_feed_catches_up_and_goes_on(
    place: Place, ledger: RunningLedger, tariffs: Tariffs, drafter: Drafter
) -> None:
    """From the first entry, over what is there, to what is recorded while it is open."""
    await tariffs.record(drafter.bloc(), drafter.declarations("ABC-1"))
    reading = asyncio.create_task(first_of(events_of(ledger, after=-1), 6))
    await asyncio.sleep(0.1)
    await tariffs.record(drafter.declarations("ABC-2"))
    assert await reading == list(enumerate(await place.entries()))


async def test_a_feed_resumes_after_the_last_event(
    place: Place, ledger: RunningLedger, tariffs: Tariffs, drafter: Drafter
) -> None:
    """`Last-Event-ID` is a position, and wins over the address that a browser repeats."""
    await tariffs.record(drafter.bloc(), drafter.declarations("ABC-1", "ABC-2"))
    resumed = await first_of(events_of(ledger, last_event_id="3", after=-1), 2)
    assert resumed == list(enumerate(await place.entries()))[4:6]


async def test_a_feed_without_a_position_begins_now(
    place: Place, ledger: RunningLedger, tariffs: Tariffs, drafter: Drafter
) -> None:
    """What is recorded next, and nothing of the past."""
    await tariffs.record(drafter.bloc())
    reading = asyncio.create_task(first_of(events_of(ledger), 1))
    await ledger.until(lambda: readers(ledger) == 1, "the feed to open")
    await tariffs.record(drafter.declarations("ABC-1"))
    assert await reading == [(2, (await place.entries())[2])]


@pytest.mark.parametrize("after", [-1, 1])
async def test_a_reader_that_hangs_up_leaves_nothing_behind(
    ledger: RunningLedger, tariffs: Tariffs, drafter: Drafter, after: int
) -> None:
    """Fifty readers leave in the middle, while entries come or while it is quiet: no feed stays open."""
    await tariffs.record(drafter.bloc())
    for _ in range(50):
        async with (
            httpx.AsyncClient(base_url=ledger.url, trust_env=False) as reader,
            reader.stream("GET", "/entries/live", params={"after": after}) as response,
        ):
            assert response.status_code == 200
            async for _line in response.aiter_lines():
                break
    await tariffs.record(drafter.declarations("ABC-1"))
    await ledger.until(lambda: readers(ledger) == 0, "the feeds to end")
    assert (await ledger.get("/health/ready")).status_code == 200


async def test_feeds_are_bounded(ledger: RunningLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more than may be is 503 at once, with the time after which to ask again."""
    monkeypatch.setattr("services.ledger.api.live.LIVE_SUBSCRIBERS_MAX", 1)
    reading = asyncio.create_task(first_of(events_of(ledger), 1))
    await ledger.until(lambda: readers(ledger) == 1, "the feed to open")
    refused = await ledger.get("/entries/live")
    assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
    reading.cancel()
    await ledger.until(lambda: readers(ledger) == 0, "the feed to end")


@pytest.mark.parametrize("last_event_id", ["first", "1.5", "", "--1"])
async def test_a_last_event_that_is_no_position(ledger: RunningLedger, last_event_id: str) -> None:
    """400, or what a feed without one does when it is empty."""
    headers = {"Last-Event-ID": last_event_id}
    async with ledger.http.stream("GET", "/entries/live", headers=headers) as response:
        assert response.status_code == 400


async def test_the_ledger_stops_in_time_with_feeds_open(
    ledger: RunningLedger, tariffs: Tariffs, drafter: Drafter
) -> None:
    """A reader that never leaves does not keep the service from ending."""
    await tariffs.record(drafter.bloc())
    reading = asyncio.create_task(first_of(events_of(ledger, after=-1), 1_000))
    await ledger.until(lambda: readers(ledger) == 1, "the feed to open")
    began = time.monotonic()
    ledger.service.stop()
    assert len(await reading) == 2
    assert time.monotonic() - began < STOP_SECONDS_MAX


def readers(ledger: RunningLedger) -> int:
    return ledger.service.metrics.live_readers
