"""Facts on NATS: every entry once, in order, with the position before it; whatever happens to the follower."""

import asyncio
import json
from itertools import pairwise
from typing import cast

from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg

from contracts.entry import receive_entry, split_entry
from contracts.subjects import FACTS, INBOX_LEDGER, POSITION_HEADER, PREVIOUS_HEADER, facts_subject
from tests.ledger.drafting import Drafter
from tests.ledger.running import Place, RunningLedger, Tariffs, ledger_at


async def facts_at(place: Place, count: int) -> list[RawStreamMsg]:
    """All facts, when there are `count` of them."""
    client = Client()
    await client.connect(place.nats.url("ledger"), inbox_prefix=INBOX_LEDGER.encode())
    stream = JetStreamContext(client)
    async with asyncio.timeout(20):
        while (await stream.stream_info(FACTS)).state.messages < count:  # noqa: ASYNC110 # NATS tells nobody
            await asyncio.sleep(0.02)
    facts = [await stream.get_msg(FACTS, seq=number + 1, direct=True) for number in range(count)]
    assert (await stream.stream_info(FACTS)).state.messages == count
    await client.close()
    return facts


def header(fact: RawStreamMsg, name: str) -> int:
    headers = cast("dict[str, str]", fact.headers)
    return int(headers[name])


async def test_every_entry_becomes_one_fact(place: Place, tariffs: Tariffs, drafter: Drafter) -> None:
    """In order of position, on the subject of its party and type, as the entry is served elsewhere."""
    async with ledger_at(place):
        await tariffs.record(drafter.bloc(), *(drafter.declarations(f"ABC-{n}") for n in range(20)))
        facts = await facts_at(place, 42)
    entries = await place.entries()
    assert [receive_entry(fact.data or b"") for fact in facts] == entries
    assert [header(fact, POSITION_HEADER) for fact in facts] == list(range(42))
    for fact, entry in zip(facts, entries, strict=True):
        event = json.loads(split_entry(entry)[1])
        party = event["source"].removeprefix("/parties/")
        assert fact.subject == facts_subject(party, event["type"])


async def test_a_reader_of_one_subject_sees_a_gap(place: Place, tariffs: Tariffs, drafter: Drafter) -> None:
    """Each fact names the one before it of its party and type, over restarts of the ledger too."""
    async with ledger_at(place):
        await tariffs.record(drafter.bloc(), drafter.declarations("ABC-1", "ABC-2"))
        await facts_at(place, 6)
    async with ledger_at(place):
        await tariffs.record(drafter.declarations("ABC-3"))
        facts = await facts_at(place, 8)
    declared = [fact for fact in facts if (fact.subject or "").endswith("declaration.accepted.v1")]
    positions = [header(fact, POSITION_HEADER) for fact in declared]
    assert positions == [2, 3, 6]
    assert [header(fact, PREVIOUS_HEADER) for fact in declared] == [-1, *(a for a, _ in pairwise(positions))]


async def test_two_followers_write_no_fact_twice(place: Place, tariffs: Tariffs, drafter: Drafter) -> None:
    """Each batch expects the sequence that it follows: one of two ledgers is refused, and reads the end again."""
    async with ledger_at(place), ledger_at(place):
        await tariffs.record(drafter.bloc())
        for number in range(10):
            await tariffs.record(drafter.declarations(f"ABC-{number}"))
        facts = await facts_at(place, 22)
    assert [header(fact, POSITION_HEADER) for fact in facts] == list(range(22))


async def test_facts_that_nats_missed_are_told_later(
    place: Place, ledger: RunningLedger, tariffs: Tariffs, drafter: Drafter
) -> None:
    """NATS is killed in between: nothing is left out, nothing is told twice."""
    await tariffs.record(drafter.bloc())
    await place.nats.kill()
    await ledger.until_phase("waiting")
    await place.nats.start()
    await tariffs.until_connected()
    await ledger.until_phase("running")
    await tariffs.record(drafter.declarations("ABC-1"))
    facts = await facts_at(place, 4)
    assert [header(fact, POSITION_HEADER) for fact in facts] == [0, 1, 2, 3]
