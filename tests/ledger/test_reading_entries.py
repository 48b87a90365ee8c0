"""Entries over HTTP: pages, streams and filters give every entry once, in order, byte for byte."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from contracts.entry import receive_entry, serve_entry, split_entry
from tests.ledger.library import DECLARATIONS, Library

NDJSON = {"Accept": "application/x-ndjson"}


async def all_pages(library: Library, **params: Any) -> list[bytes]:
    """Follow `next` from page to page; gives the entries, taken out of the JSON as they stand there."""
    found: list[bytes] = []
    while True:
        response = await library.ledger.get("/entries", **params)
        assert response.status_code == 200
        page = response.json()
        named: list[bytes] = [library.entries[entry["stamp"]["position"]] for entry in page["entries"]]
        # Verbatim: the page is these entries as they are served, and nothing between them.
        assert b",".join(map(serve_entry, named)) in response.content
        found += named
        assert len(page["entries"]) <= params.get("limit", 100)
        if "next" not in page:
            assert "link" not in response.headers
            return found
        assert f"after={page['next']}" in response.headers["link"]
        params["after"] = page["next"]


async def ndjson(library: Library, path: str = "/entries", **params: Any) -> list[bytes]:
    response = await library.ledger.http.get(path, params=params, headers=NDJSON)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/x-ndjson"
    return [receive_entry(line) for line in response.content.splitlines()]


@pytest.mark.parametrize("limit", [1, 7, 100, 1000])
async def test_pages_give_every_entry_once(library: Library, limit: int) -> None:
    """Whatever the size of the page."""
    if limit == 1:
        assert await all_pages(library, limit=limit, after=library.size - 6) == library.entries[-5:]
    else:
        assert await all_pages(library, limit=limit) == library.entries


async def test_a_page_is_bounded(library: Library) -> None:
    """A limit beyond the largest page gives the largest page, not an error."""
    response = await library.ledger.get("/entries", limit=100_000)
    assert len(response.json()["entries"]) == library.size


async def test_ndjson_streams_the_whole_record(library: Library) -> None:
    """Each line gives back the exact bytes that were hashed."""
    assert await ndjson(library) == library.entries


async def test_ndjson_from_and_until_a_position(library: Library) -> None:
    """`after` is exclusive, `until` inclusive, `limit` counts."""
    assert await ndjson(library, after=3, until=9) == library.entries[4:10]
    assert await ndjson(library, after=3, limit=2) == library.entries[4:6]
    assert await ndjson(library, until=0) == library.entries[:1]
    assert await ndjson(library, after=library.size) == []


async def test_a_chunk_ends_where_the_next_begins(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream of many chunks, and of windows that hold nothing, loses nothing at the seams."""
    monkeypatch.setattr("services.ledger.store.reads.READ_CHUNK_ENTRIES_MAX", 5)
    monkeypatch.setattr("services.ledger.store.reads.READ_SCAN_POSITIONS_MAX", 3)
    assert await ndjson(library) == library.entries
    monkeypatch.setattr("services.ledger.store.reads.READ_CHUNK_BYTES_MAX", 3_000)
    assert await ndjson(library) == library.entries
    assert await all_pages(library, limit=40) == library.entries
    own = [entry for entry in library.entries if b'"source":"/parties/us.customs"' in entry]
    assert await ndjson(library, party="us.customs") == own
    secretariat = await ndjson(library, party="bloc.secretariat")
    assert secretariat == library.entries[:2]


async def test_filters_by_type_and_party(library: Library) -> None:
    """Each alone and both together, as NDJSON and as pages."""
    declared = [entry for entry in library.entries if b'"type":"bloc.declaration.accepted.v1"' in entry]
    assert len(declared) == DECLARATIONS
    assert await ndjson(library, type="bloc.declaration.accepted.v1") == declared
    assert await ndjson(library, party="us.customs") == declared
    assert (
        await all_pages(library, party="us.customs", type="bloc.declaration.accepted.v1", limit=9) == declared
    )
    assert await ndjson(library, party="us.customs", type="bloc.founded.v1") == []


async def test_one_stream_by_version(library: Library) -> None:
    """A declaration and what was assessed on it; up to a position, only what was recorded by then."""
    stream = "declaration/US/ABC-7"
    history = await ndjson(library, f"/streams/{stream}")
    assert [split_entry(entry)[0].version for entry in history] == [1, 2]
    assert await ndjson(library, "/entries", stream=stream) == history
    first = split_entry(history[0])[0].position
    assert await ndjson(library, f"/streams/{stream}", until=first) == history[:1]
    assert await ndjson(library, f"/streams/{stream}", after=first) == history[1:]
    page = (await library.ledger.get(f"/streams/{stream}", limit=1)).json()
    assert page["next"] == first


async def test_a_stream_without_history_is_not_found(library: Library) -> None:
    """404 as a problem, in either form."""
    for headers in ({}, NDJSON):
        response = await library.ledger.http.get("/streams/floor/nothing.here.at_all", headers=headers)
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["a\x00b", "zwei Wörter", ""])
@pytest.mark.parametrize("by", ["stream", "type", "party"])
async def test_a_filter_is_a_name(library: Library, by: str, name: str) -> None:
    """What no stream, type or party can be called is said to be so, and Postgres is not asked for a zero byte."""
    response = await library.ledger.get("/entries", **{by: name})
    assert (response.status_code, response.json()["type"]) == (400, "urn:bloc:problem:bad_query")


async def test_what_no_stream_is_called_is_not_found(library: Library) -> None:
    """A zero byte in a path is 404 like every other stream that has no history; one in a source is 400."""
    response = await library.ledger.get("/streams/floor/a%00b")
    assert (response.status_code, response.json()["type"]) == (404, "urn:bloc:problem:not_found")
    response = await library.ledger.get("/ids", source="/parties/\x00", id=str(uuid4()))
    assert (response.status_code, response.json()["type"]) == (400, "urn:bloc:problem:bad_query")


async def test_one_entry(library: Library) -> None:
    """By its position, verbatim; beyond the head there is none."""
    response = await library.ledger.get("/entries/5")
    assert receive_entry(response.content) == library.entries[5]
    assert (await library.ledger.get(f"/entries/{library.size}")).status_code == 404
    assert (await library.ledger.get("/entries/9223372036854775808")).status_code in (400, 404)


async def test_one_entry_as_it_was_hashed(library: Library) -> None:
    """For whoever keeps a proof: the bytes themselves, nothing taken apart and nothing added."""
    octets = {"Accept": "application/octet-stream"}
    response = await library.ledger.http.get("/entries/5", headers=octets)
    assert (response.headers["content-type"], response.headers["vary"]) == (octets["Accept"], "Accept")
    assert response.content == library.entries[5]
    absent = await library.ledger.http.get(f"/entries/{library.size}", headers=octets)
    assert (absent.status_code, absent.headers["content-type"]) == (404, "application/problem+json")


async def test_where_ids_are_recorded(library: Library) -> None:
    """Those that are not recorded are left out."""
    event = json.loads(split_entry(library.entries[2])[1])
    unknown = "019f1a10-ffff-7a3c-8f10-000000000000"
    response = await library.ledger.get("/ids", source=event["source"], id=[event["id"], unknown])
    assert response.json() == {event["id"]: 2}
    assert (await library.ledger.get("/ids", source="/parties/us.customs", id=["x"])).status_code == 400


async def test_a_stream_that_ends_leaves_no_task_behind(library: Library) -> None:
    """Over one connection that stays open: the framework waits for its end in a task of its own."""
    await ndjson(library)
    before = len(asyncio.all_tasks())
    for _ in range(20):
        await ndjson(library)
    await library.ledger.until(lambda: len(asyncio.all_tasks()) <= before + 1, "tasks to end")
