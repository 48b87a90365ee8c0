"""The head, positions at a time, receipts and refused bodies; and one kind of problem for everything else."""

import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from contracts.entry import split_entry
from contracts.identity.jws import sign_detached
from contracts.identity.keys import SigningKey
from contracts.receipt import Receipt, decode_receipt
from contracts.subjects import SIGNATURE_HEADER
from tests.ledger.drafting import CUSTOMS, ORIGIN, SECRETARIAT, key_of
from tests.ledger.library import Library


async def test_the_head_says_how_far_the_ledger_is(library: Library) -> None:
    """Size, cursor and time of the last entry; the watermark moves on while nothing happens."""
    head = (await library.ledger.get("/head")).json()
    stamp, _ = split_entry(library.entries[-1])
    assert (head["size"], head["sequence"]) == (library.size, len(library.receipts))
    assert head["recorded_at"] == stamp.recorded_at
    assert head["incarnation"] == stamp.draft.partition(":")[0]
    before = library.ledger.head.watermark_ns
    await library.ledger.until(lambda: library.ledger.head.watermark_ns > before, "the watermark")
    assert (await library.ledger.get("/head")).json()["watermark"] > head["watermark"]


async def test_a_time_resolves_to_a_position(library: Library) -> None:
    """The last entry recorded at or before it; before the founding there is none."""
    for position in (0, 1, 40, library.size - 1):
        stamp, _ = split_entry(library.entries[position])
        same = [n for n, entry in enumerate(library.entries) if split_entry(entry)[0].draft == stamp.draft]
        answer: dict[str, int] = (await library.ledger.get("/positions", at=stamp.recorded_at)).json()
        assert answer["position"] >= max(same)
        assert split_entry(library.entries[answer["position"]])[0].recorded_at == stamp.recorded_at
        earlier = datetime.fromisoformat(stamp.recorded_at) - timedelta(microseconds=1)
        assert (await library.ledger.get("/positions", at=earlier.isoformat())).json()["position"] < min(same)
    assert (await library.ledger.get("/positions", at="2026-01-01T00:00:00Z")).json() == {
        "position": -1,
        "settled": True,
    }


async def test_a_time_is_settled_when_the_stream_is_consumed_past_it(library: Library) -> None:
    """Soon after it has passed; never before."""
    now = datetime.now(UTC)
    ahead = (now + timedelta(hours=1)).isoformat()
    assert (await library.ledger.get("/positions", at=ahead)).json()["settled"] is False
    now_ns = time.time_ns()
    await library.ledger.until(lambda: library.ledger.head.watermark_ns > now_ns, "the watermark")
    assert (await library.ledger.get("/positions", at=now.isoformat())).json() == {
        "position": library.size - 1,
        "settled": True,
    }


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-07-01T03:30:06+25:00"]
)
async def test_a_time_outside_the_calendar_is_none(library: Library, at: str) -> None:
    """In UTC it would lie before the first year or behind the last: 400, and no fault of the service."""
    response = await library.ledger.get("/positions", at=at)
    assert (response.status_code, response.json()["type"]) == (400, "urn:bloc:problem:bad_query")


@pytest.mark.parametrize("at", ["yesterday", "2026-07-01", "2026-07-01T03:30:06", ""])
async def test_a_time_needs_its_offset(library: Library, at: str) -> None:
    """A naive time means another moment to every reader: 400 with an example."""
    response = await library.ledger.get("/positions", at=at)
    assert (response.status_code, response.json()["type"]) == (400, "urn:bloc:problem:bad_query")


async def test_a_receipt_can_be_had_again(library: Library) -> None:
    """The very receipt that went over NATS, for acceptance and for refusal."""
    for given in (library.receipts[0], library.receipts[5], library.receipts[-1]):
        response = await library.ledger.get(f"/receipts/{given.submission}")
        assert decode_receipt(response.content) == given


async def test_what_was_recorded_counts_before_what_was_not(library: Library) -> None:
    """A later conflict or duplicate of the same submission does not hide the first receipt."""
    given = library.receipts[5]
    body = library.drafter.declarations("ABC-4")
    (later,) = await library.tariffs.record(body)
    assert later.outcome == "recorded"
    (again,) = await library.tariffs.record(body)
    assert again.outcome == "duplicate"
    for receipt, first in ((later, later), (again, later)):
        found = decode_receipt((await library.ledger.get(f"/receipts/{receipt.submission}")).content)
        assert found == first
    exact = await library.ledger.get(f"/receipts/{again.submission}", sequence=again.sequence)
    assert decode_receipt(exact.content) == again
    assert given.sequence < again.sequence
    library.entries = await library.place.entries()
    library.receipts += [later, again]


@pytest.mark.parametrize("digest", ["0" * 64, "xyz", "A" * 64, "%00"])
async def test_no_receipt_for_what_was_never_posted(library: Library, digest: str) -> None:
    """404, whatever the digest looks like."""
    response = await library.ledger.get(f"/receipts/{digest}")
    assert (response.status_code, response.json()["type"]) == (404, "urn:bloc:problem:not_found")


async def read_attachment(
    library: Library,
    key: SigningKey,
    *,
    digest: str = "",
    audience: str = ORIGIN,
    issued_at: int | None = None,
) -> tuple[int, bytes, str]:
    name = digest or sha256(library.refused).hexdigest()
    iat = int(time.time()) if issued_at is None else issued_at
    signature = sign_detached(key, name.encode(), audience=audience, issued_at=iat)
    response = await library.ledger.http.get(f"/attachments/{name}", headers={SIGNATURE_HEADER: signature})
    return response.status_code, response.content, response.headers.get(SIGNATURE_HEADER, "")


async def test_a_refused_body_is_served_to_its_author(library: Library) -> None:
    """The bytes and the signature as they came."""
    status, body, signature = await read_attachment(library, CUSTOMS)
    assert (status, body) == (200, library.refused)
    assert ".." in signature


async def test_a_refused_body_is_served_to_nobody_else(library: Library) -> None:
    """Another party learns no more than a stranger: there is nothing."""
    assert (await read_attachment(library, SECRETARIAT))[0] == 404
    assert (await read_attachment(library, key_of("xx.stranger")))[0] == 401
    assert (await read_attachment(library, CUSTOMS, audience="other.example/ledger"))[0] == 401
    assert (await read_attachment(library, CUSTOMS, issued_at=int(time.time()) - 8 * 86_400))[0] == 401
    digest = sha256(library.refused).hexdigest()
    assert (await library.ledger.get(f"/attachments/{digest}")).status_code == 401
    assert (await read_attachment(library, CUSTOMS, digest="0" * 64))[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("POST", "/entries", 405, "not_allowed"),
        ("DELETE", "/entries/1", 405, "not_allowed"),
        ("GET", "/entries?limit=0", 400, "bad_query"),
        ("GET", "/entries?limit=many", 400, "bad_query"),
        ("GET", "/entries?after=-2", 400, "bad_query"),
        ("GET", "/entries?afer=3", 400, "bad_query"),
        ("GET", "/entries/first", 404, "not_found"),
        ("GET", "/positions", 400, "bad_query"),
        ("GET", "/entries/live?after=x", 400, "bad_query"),
    ],
)
async def test_every_fault_is_a_problem_document(
    library: Library, method: str, path: str, status: int, slug: str
) -> None:
    """RFC 9457, also for what the framework refuses; each says what to do next."""
    response = await library.ledger.http.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["type"], problem["status"]) == (f"urn:bloc:problem:{slug}", status)
    assert problem["mend"]


async def test_the_service_describes_itself(library: Library) -> None:
    """OpenAPI 3.1 with every address, health, and numbers."""
    schema = (await library.ledger.get("/schema/openapi.json")).json()
    assert schema["openapi"].startswith("3.1")
    assert {"/entries", "/entries/live", "/head", "/receipts/{digest}"} <= set(schema["paths"])
    assert (await library.ledger.get("/schema")).status_code == 200
    assert (await library.ledger.get("/health/live")).status_code == 200
    ready = (await library.ledger.get("/health/ready")).json()
    assert ready["status"] == "ready"
    numbers = (await library.ledger.get("/metrics")).text
    assert f"bloc_ledger_size {float(library.ledger.head.size)}" in numbers
    assert "bloc_ledger_partitions_ahead 2.0" in numbers


def test_receipts_are_compared_whole() -> None:
    """Two receipts are equal when every field is: what the tests above rest on."""
    assert Receipt("stale", "00", 1) != Receipt("stale", "00", 2)
