"""At the limits: the largest that is taken is recorded whole, and what is beyond is told so before anything happens."""

import asyncio
from collections import Counter

import pytest

from tests.flow.audit import audit
from tests.flow.partner import compact
from tests.flow.scene import COMPANY, PORT, PROBLEM, Said, Scene
from tests.flow.telling import declared, item

SUBMISSION_EVENTS_MAX, SUBMISSION_BYTES_MAX, EVENT_BYTES_MAX, ITEMS_MAX = 256, 524_288, 61_440, 100
REFUSALS_A_MINUTE = 120


async def test_256_events_are_recorded_as_one(scene: Scene) -> None:
    """The largest number of events in a submission: dense positions, one receipt, one assessment for each."""
    body = scene[PORT].body(*(declared(scene.name("many")) for _ in range(SUBMISSION_EVENTS_MAX)))
    said = await scene.post(body, scene[PORT], wait=30)
    assert (said.status, said.document["count"]) == (201, 2 * SUBMISSION_EVENTS_MAX), said
    first = said.document["first_position"]
    entries = await scene.entries(after=first - 1, limit=SUBMISSION_EVENTS_MAX)
    assert b"\n".join(compact(entry["event"]) for entry in entries) == body


async def test_a_declaration_of_100_items_gets_100_assessments(scene: Scene) -> None:
    """The largest event of the kind that grows most: the derived part is larger than the authored one."""
    items = [item(number) for number in range(1, ITEMS_MAX + 1)]
    body = scene[PORT].body(declared(scene.name("long"), *items))
    assert len(body) < EVENT_BYTES_MAX
    said = await scene.post(body, scene[PORT], wait=30)
    assert (said.status, said.document["count"]) == (201, 1 + ITEMS_MAX), said
    over = scene[PORT].body(declared(scene.name("long"), *items, item(ITEMS_MAX + 1)))
    assert (await scene.post(over, scene[PORT])).status in (400, 413)


@pytest.mark.parametrize("door", ["http", "nats"])
async def test_an_event_of_exactly_60_kib_is_recorded(scene: Scene, door: str) -> None:
    """To the byte; one byte more is 413."""
    short = scene[PORT].body(declared(scene.name("full")))
    said: dict[int, Said] = {}
    for size in (EVENT_BYTES_MAX, EVENT_BYTES_MAX + 1):
        padding = size - len(short)
        filled = short.replace(b'"specversion":', b" " * padding + b'"specversion":', 1)
        assert len(filled) == size
        signature = scene[PORT].sign(filled)
        said[size] = (
            await scene.ask(PORT, filled, signature)
            if door == "nats"
            else await scene.post(filled, scene[PORT])
        )
    assert said[EVENT_BYTES_MAX + 1].status == 413
    assert said[EVENT_BYTES_MAX].status == 201, said[EVENT_BYTES_MAX]


async def test_a_submission_whose_duties_do_not_fit_is_413_and_leaves_nothing(scene: Scene) -> None:
    """Half a megabyte of items would bring more assessments than a draft can hold: told before it is published."""
    head = await scene.head()
    bodies: list[bytes] = []
    while sum(map(len, bodies)) + len(bodies) < SUBMISSION_BYTES_MAX - EVENT_BYTES_MAX:
        items = [item(number) for number in range(1, ITEMS_MAX + 1)]
        bodies.append(scene[PORT].body(declared(scene.name("heavy"), *items)))
    said = await scene.post(b"\n".join(bodies), scene[PORT], wait=30)
    assert (said.status, said.slug) == (413, "too_large"), said
    after = await scene.head()
    assert (after["size"], after["sequence"]) == (head["size"], head["sequence"])


async def test_refusals_of_one_party_have_a_budget(scene: Scene) -> None:
    """Beyond it 429 with Retry-After, counted and not recorded; another party is not touched by it."""
    company = scene[COMPANY]
    bodies = [company.body(declared(scene.name("flood"))) for _ in range(REFUSALS_A_MINUTE + 40)]
    size = (await scene.head())["size"]
    answers = await asyncio.gather(*(scene.post(body, company, wait=30) for body in bodies))
    statuses = Counter(said.status for said in answers)
    assert statuses.keys() == {403, 429}
    assert REFUSALS_A_MINUTE <= statuses[403] <= REFUSALS_A_MINUTE + 20
    assert (await scene.head())["size"] == size + statuses[403]
    late = next(said for said in answers if said.status == 429)
    assert (late.slug, int(late.headers["retry-after"]) > 0) == ("too_many_requests", True)
    assert (await scene.say(PORT, declared(scene.name("calm")))).status == 201
    await audit(scene.stack)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("DELETE", "/entries", 405),
        ("PUT", "/submissions", 405),
        ("GET", "/entries?limit=0", 400),
        ("GET", "/entries?after=x", 400),
        ("GET", "/entries/99999999999", 404),
        ("GET", "/entries/-1", 404),
        ("GET", "/entries/99999999999999999999999999", 404),
        ("GET", "/positions?at=yesterday", 400),
        ("GET", "/receipts/xyz", 404),
        ("GET", "/rules?effective_at=2026-02-30", 400),
        ("GET", "/rules?known_at=2026-02-03", 400),
        ("GET", "/rules?position=-1", 400),
        ("GET", "/parties/us", 400),
        ("GET", "/parties/us.nobody", 404),
        ("GET", "/reserves/nothing", 404),
        ("GET", "/submissions/xyz", 400),
        ("GET", "/schema/events/bloc.nothing.v1", 404),
        ("POST", "/assessments", 400),
    ],
)
async def test_whatever_is_asked_wrongly_is_answered_as_a_problem(
    scene: Scene, method: str, path: str, status: int
) -> None:
    """Every address of both services answers errors as RFC 9457 says, never with a page of the framework's."""
    of_ledger = path.startswith(("/entries", "/positions", "/receipts"))
    base = scene.stack.ledger_url if of_ledger else scene.stack.tariffs_url
    answer = await scene.http.request(method, base + path, content=b"{}" if method == "POST" else None)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["type"].startswith("urn:bloc:problem:")
    assert document["title"]
    assert document["detail"]
    assert document["mend"]
