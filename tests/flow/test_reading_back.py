"""What was recorded is read back: by position, by stream, live, as facts, and as rules on V known at K."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import nats
import pytest

from tests.flow.audit import Audited, audit
from tests.flow.partner import SECRETARIAT, compact
from tests.flow.scene import PORT, TRADE, VAULT, Scene
from tests.flow.telling import DUTY_DUE, LAST_OF_JUNE, OXIDE, declared, item, lot, measure
from tests.flow.traffic import Traffic

PATIENCE_SECONDS = 20


async def test_an_event_comes_back_as_it_was_sent_with_the_duty_that_follows(scene: Scene) -> None:
    """Declaration and assessment stand side by side; each amount names measure or floor, position and legal basis."""
    reference = scene.name("back")
    body = scene[PORT].body(declared(reference))
    receipt = (await scene.post(body, scene[PORT])).document
    stream = await scene.entries(f"/streams/declaration/US/{reference}")
    assert [entry["stamp"]["position"] for entry in stream] == [
        receipt["first_position"] + n for n in range(2)
    ]
    sent, assessed = stream
    assert compact(sent["event"]) == body
    assert assessed["event"]["data"]["total"] == DUTY_DUE
    for line in assessed["event"]["data"]["lines"]:
        cited = await scene.entry(line["cites"]["position"])
        assert cited["event"]["subject"] == line["cites"]["stream"]
        assert cited["event"]["data"]["legal_basis"] == line["cites"]["legal_basis"]


async def test_pages_linked_together_are_the_whole_record(scene: Scene) -> None:
    """Following `Link` from page to page gives each entry once, and the same as one NDJSON stream."""
    whole = await scene.entries()
    url: str | None = f"{scene.stack.ledger_url}/entries?limit=7"
    paged: list[dict[str, Any]] = []
    while url is not None:
        response = await scene.http.get(url)
        paged += response.json()["entries"]
        url = str(response.url.join(response.links["next"]["url"])) if "next" in response.links else None
    assert [entry["stamp"]["position"] for entry in paged[: len(whole)]] == list(range(len(whole)))
    assert paged[: len(whole)] == whole


async def test_entries_are_found_by_party_type_and_stream(scene: Scene) -> None:
    """Filters choose exactly what a reader of everything would choose."""
    whole = await scene.entries()
    stock = f"stock/vault/{OXIDE}"
    chosen: tuple[tuple[str, str, Callable[[dict[str, Any]], bool]], ...] = (
        ("party", PORT, lambda entry: entry["event"]["source"] == f"/parties/{PORT}"),
        ("type", "bloc.duty.assessed.v1", lambda entry: entry["event"]["type"] == "bloc.duty.assessed.v1"),
        ("stream", stock, lambda entry: entry["stamp"]["stream"] == stock),
    )
    for name, value, is_it in chosen:
        wanted = [entry for entry in whole if is_it(entry)]
        assert await scene.entries(until=len(whole) - 1, **{name: value}) == wanted


@asynccontextmanager
async def _live(scene: Scene, last_event_id: int) -> AsyncGenerator[AsyncIterator[dict[str, Any]]]:
    """The live feed from the entry after a position on."""
    headers = {"Accept": "text/event-stream", "Last-Event-ID": str(last_event_id)}
    url = f"{scene.stack.ledger_url}/entries/live"

    async def entries(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
        position = last_event_id
        async for line in response.aiter_lines():
            if line.startswith("id:"):
                assert int(line[3:]) == position + 1
                position += 1
            elif line.startswith("data:"):
                yield json.loads(line[5:])

    async with scene.http.stream("GET", url, headers=headers, timeout=PATIENCE_SECONDS) as response:
        assert response.status_code == 200
        yield entries(response)


async def test_the_live_feed_tells_what_is_recorded_and_goes_on_where_it_broke_off(scene: Scene) -> None:
    """First what was missed, then what comes; with Last-Event-ID nothing is told twice and nothing left out."""
    size = (await scene.head())["size"]
    missed = [await scene.say(VAULT, lot(scene.name("live"))) for _ in range(2)]
    async with asyncio.timeout(PATIENCE_SECONDS):
        async with _live(scene, size - 1) as feed:
            told = [await anext(feed) for _ in missed]
            coming = asyncio.create_task(scene.say(VAULT, lot(scene.name("live"))))
            told.append(await anext(feed))
            await coming
        await scene.say(VAULT, lot(scene.name("live")))
        async with _live(scene, told[-1]["stamp"]["position"]) as feed:
            told.append(await anext(feed))
    assert [entry["stamp"]["position"] for entry in told] == list(range(size, size + 4))
    assert told == await scene.entries(after=size - 1, limit=4)


async def test_a_receipt_can_be_read_back_at_once(scene: Scene) -> None:
    """`min_position` waits until the rules hold what the receipt names; before that position they do not."""
    name = f"us.{scene.name('seen')}"
    receipt = (await scene.say(TRADE, measure(name, "290110"))).document
    position = receipt["first_position"]
    seen = await scene.read("/rules", min_position=position, effective_at="2026-07-01")
    assert name in json.dumps(seen)
    assert seen["position"] >= position
    before = await scene.read("/rules", position=position - 1, effective_at="2026-07-01")
    assert name not in json.dumps(before)
    assert before["position"] == position - 1


async def test_what_was_known_is_asked_by_time_and_settles(scene: Scene) -> None:
    """K as a time resolves to the position recorded by then; the time of the entry itself counts as known."""
    receipt = (await scene.say(PORT, declared(scene.name("known")))).document
    last = receipt["first_position"] + receipt["count"] - 1
    await scene.say(PORT, declared(scene.name("known")))
    answer = await scene.read("/members", known_at=receipt["recorded_at"])
    assert answer["position"] == last
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (await scene.read("/members", known_at=receipt["recorded_at"]))["settled"]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    future = await scene.read("/members", known_at="2199-01-01T00:00:00Z")
    assert future["settled"] is False


async def test_a_quote_is_the_duty_that_a_declaration_gets(scene: Scene) -> None:
    """The same goods, quoted and declared: the same total, and nothing recorded by the quote."""
    size = (await scene.head())["size"]
    asked = {"member": "US", "accepted_at": LAST_OF_JUNE, "item": item()}
    response = await scene.http.post(f"{scene.stack.tariffs_url}/assessments", json=asked)
    assert (response.status_code, response.json()["total"], response.json()["complete"]) == (
        200,
        DUTY_DUE,
        True,
    )
    assert {line["kind"] for line in response.json()["lines"]} == {"base", "price_floor"}
    assert (await scene.head())["size"] == size


async def test_the_schema_of_a_type_comes_with_an_example_that_can_be_posted(scene: Scene) -> None:
    """Every type that the service lists has a JSON Schema and an example; the declaration's decodes."""
    listed = await scene.read("/schema/events")
    assert len(json.dumps(listed).split("bloc.")) > 39
    found = await scene.read("/schema/events/bloc.declaration.accepted.v1")
    example = found["example"] | {"source": f"/parties/{PORT}"}
    said = await scene.post(compact(example), scene[PORT], dry_run=True)
    assert said.status in (200, 422), said


async def _facts(scene: Scene, record: Audited) -> list[tuple[dict[str, str], bytes, str]]:
    """Every message of the stream FACTS: headers, payload, subject."""
    connection = await nats.connect(  # pyright: ignore[reportUnknownMemberType]
        scene.stack.nats_url("ledger"), inbox_prefix=b"_INBOX_ledger"
    )
    facts: list[tuple[dict[str, str], bytes, str]] = []
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            for sequence in range(1, len(record.entries) + 1):
                asked = json.dumps({"seq": sequence}).encode()
                found = await connection.request("$JS.API.DIRECT.GET.FACTS", asked)
                while (found.headers or {}).get("Status"):
                    await asyncio.sleep(0.1)
                    found = await connection.request("$JS.API.DIRECT.GET.FACTS", asked)
                headers = dict(found.headers or {})
                facts.append((headers, found.data, headers["Nats-Subject"]))
    finally:
        await connection.close()
    return facts


@pytest.mark.parametrize("server", ["ledger", "nats", "postgres"])
async def test_facts_are_complete_and_in_order_whatever_was_killed(mortal_scene: Scene, server: str) -> None:
    """Each entry once, in order of position, each naming the one before of its party and type."""
    async with Traffic(mortal_scene, in_flight=8) as traffic:
        await traffic.more_receipts(25)
        await mortal_scene.stack.kill(server)
        await mortal_scene.stack.start(server)
        await traffic.more_receipts(10)
    await traffic.settle()
    record = await audit(mortal_scene.stack)
    previous: dict[str, int] = {}
    for position, (headers, payload, subject) in enumerate(await _facts(mortal_scene, record)):
        event, stamp = record.events[position], record.stamps[position]
        assert json.loads(payload) == {"stamp": stamp, "event": event}
        party = event["source"].removeprefix("/parties/")
        assert subject == f"bloc.facts.{party}.{event['type'].removeprefix('bloc.')}"
        assert int(headers["Bloc-Position"]) == position
        assert int(headers["Bloc-Previous"]) == previous.get(subject, -1)
        previous[subject] = position


async def test_a_partner_hears_facts_as_they_are_recorded(scene: Scene) -> None:
    """With a partner's own credentials, on the subject of a party and a type."""
    connection = await nats.connect(  # pyright: ignore[reportUnknownMemberType]
        scene.stack.nats_url("partner"), inbox_prefix=b"_INBOX_partner"
    )
    try:
        heard = await connection.subscribe(f"bloc.facts.{PORT}.declaration.accepted.v1")  # pyright: ignore[reportUnknownMemberType]
        await connection.flush()
        body = scene[PORT].body(declared(scene.name("heard")))
        await scene.post(body, scene[PORT])
        fact = await heard.next_msg(timeout=PATIENCE_SECONDS)
    finally:
        await connection.close()
    assert compact(json.loads(fact.data)["event"]) == body


async def test_a_party_learns_what_it_may_post(scene: Scene) -> None:
    """Keys and mandates of a party, as the rules will judge them."""
    view = (await scene.read(f"/parties/{PORT}"))["party"]
    assert scene[PORT].kid in json.dumps(view["keys"])
    assert "bloc.declaration.accepted.v1" in json.dumps(view)
    assert scene[SECRETARIAT].kid in json.dumps(await scene.read(f"/parties/{SECRETARIAT}"))
