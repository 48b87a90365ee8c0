"""The witness over HTTP: every status of tlog-witness, and clients that do not behave."""

import asyncio
import base64
import json
import select
import socket
import time
from collections.abc import AsyncGenerator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from contracts.limits import ADD_CHECKPOINT_BYTES_MAX, WITNESS_BODY_SECONDS_MAX
from contracts.tlog.add_checkpoint import AddCheckpoint
from contracts.tlog.checkpoints import cosignature_time
from tests.witness.growing import GrowingLog
from tests.witness.running import ADD, NAME, RunningWitness


async def test_it_cosigns_a_log_as_it_grows(witness: RunningWitness, log: GrowingLog) -> None:
    """200 with one cosignature line, which verifies; its time is now and never goes back."""
    old, last = 0, int(time.time())
    for size in (1, 2, 3, 8, 8, 300):
        line = await witness.cosigned(log, old, size)
        at = cosignature_time(line)
        assert last <= at <= time.time()
        assert line.name == NAME
        old, last = size, at


async def test_the_answer_has_the_form_of_the_specification(witness: RunningWitness, log: GrowingLog) -> None:
    """One line that begins with an em dash and ends in a line feed."""
    answer = await witness.post(log.request(0, 5))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.content.startswith("— us.example/witness ".encode())
    assert answer.content.count(b"\n") == 1
    assert answer.content.endswith(b"\n")


async def test_the_wrong_old_size_is_answered_with_the_right_one(
    witness: RunningWitness, log: GrowingLog
) -> None:
    """409, text/x.tlog.size, the size and a line feed; with it the log goes on."""
    assert (await witness.post(log.request(3, 8))).content == b"0\n"
    await witness.cosigned(log, 0, 5)
    for body in (log.request(0, 5), log.request(3, 8), log.request(0, 3), log.request(8, 8)):
        answer = await witness.post(body)
        assert (answer.status_code, answer.content) == (409, b"5\n")
        assert answer.headers["content-type"] == "text/x.tlog.size"
    await witness.cosigned(log, 5, 8)


async def test_each_refusal_has_its_status_and_says_why(witness: RunningWitness, log: GrowingLog) -> None:
    """400, 403, 404 and 422, each with a sentence; nothing of it moves the witness."""
    await witness.cosigned(log, 0, 5)
    foreign = GrowingLog(log.origin, GrowingLog("x.example").keys[0])
    refused = (
        (400, b"", "empty line"),
        (400, b"old 5\n" + log.note(8), "proof"),
        (400, b"old 05\n\n" + log.note(8), "old <size>"),
        (400, log.request(9, 8, ()), "larger"),
        (404, GrowingLog("unknown.example/ledger").request(0, 5), "unknown.example/ledger"),
        (403, foreign.request(5, 8), "no key"),
        (422, log.request(5, 8, ()), "proof"),
        (422, log.forked(0).request(5, 5), "roots"),
    )
    for status, body, words in refused:
        answer = await witness.post(body)
        assert (answer.status_code, words in answer.text) == (status, True), answer.text
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert await witness.monitored(log) == log.checkpoint(5).body


async def test_the_same_checkpoint_again_gets_the_same_line(witness: RunningWitness, log: GrowingLog) -> None:
    """A log that lost the answer asks again with the size that it has by now."""
    first = await witness.cosigned(log, 0, 5)
    assert await witness.cosigned(log, 5, 5) == first


async def test_monitors_read_the_newest_cosigned_note(witness: RunningWitness, log: GrowingLog) -> None:
    """By the SHA-256 of the origin: log and witness have signed it. 404 before the first, and for other names."""
    assert await witness.monitored(log) is None
    await witness.cosigned(log, 0, 5)
    assert await witness.monitored(log) == log.checkpoint(5).body
    await witness.cosigned(log, 5, 9)
    assert await witness.monitored(log) == log.checkpoint(9).body
    answer = await witness.client.get(f"/{log.hash}/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    for path in (f"/{log.hash.upper()}/checkpoint", f"/{log.hash}", "/checkpoint", f"/{'0' * 64}/checkpoint"):
        assert (await witness.client.get(path)).status_code == 404


async def test_lines_of_others_are_neither_needed_nor_kept(witness: RunningWitness, log: GrowingLog) -> None:
    """A checkpoint may carry signatures that the witness does not know; it vouches for none of them."""
    other = GrowingLog("other.example/witness")
    stranger = b"\xe2\x80\x94 other.example/witness " + base64.b64encode(b"abcd" + bytes(64)) + b"\n"
    body = AddCheckpoint(0, (), log.note(5) + stranger).encode()
    assert (await witness.post(body)).status_code == 200
    answer = await witness.client.get(f"/{log.hash}/checkpoint")
    assert other.origin not in answer.text


async def test_other_methods_and_addresses_are_told_what_there_is(witness: RunningWitness) -> None:
    """405 with Allow, 404 for the rest; HEAD is GET without a body."""
    asked = await witness.client.get(ADD)
    assert (asked.status_code, asked.headers["allow"]) == (405, "POST")
    posted = await witness.client.post("/accusations")
    assert (posted.status_code, posted.headers["allow"]) == (405, "GET, HEAD")
    assert (await witness.client.get("/sign-subtree")).status_code == 404
    head = await witness.client.head("/health/live")
    assert (head.status_code, head.content) == (200, b"")


async def test_health_says_what_is_held(witness: RunningWitness, log: GrowingLog) -> None:
    """Live and ready are 200; ready names every log that was cosigned."""
    await witness.cosigned(log, 0, 7)
    assert (await witness.client.get("/health/live")).json() == {"status": "live"}
    ready = await witness.client.get("/health/ready")
    said = ready.json()
    assert (ready.status_code, said["status"], said["witness"]) == (200, "ready", witness.key.vkey)
    assert {"origin": log.origin, "size": 7} in [
        {"origin": one["origin"], "size": one["size"]} for one in said["logs"]
    ]


async def test_the_numbers_are_prometheus_text(witness: RunningWitness, log: GrowingLog) -> None:
    """A parser that we did not write reads sizes, times, answers by status and accusations."""
    await witness.cosigned(log, 0, 7)
    await witness.post(log.forked(0).request(7, 7))
    answer = await witness.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    samples = {
        (one.name, *one.labels.values()): one.value
        for family in text_string_to_metric_families(answer.text)
        for one in family.samples
    }
    assert samples["bloc_witness_size", log.origin] == 7
    assert samples["bloc_witness_accusations", log.origin, "two_roots"] == 1
    assert samples["bloc_witness_add_checkpoints_total", "200"] >= 1
    assert samples["bloc_witness_add_checkpoints_total", "422"] >= 1
    assert samples["bloc_witness_ready",] == 1
    assert samples["bloc_witness_cosigned_timestamp_seconds", log.origin] == pytest.approx(
        time.time(), abs=20
    )


async def test_a_body_that_is_too_large_is_not_read(witness: RunningWitness) -> None:
    """413 by what is declared, and by what comes when nothing is declared."""
    declared = await witness.post(b"x" * (ADD_CHECKPOINT_BYTES_MAX + 1))
    assert declared.status_code == 413

    async def endless() -> AsyncGenerator[bytes]:
        for _ in range(10):
            yield b"x" * 65_536

    try:
        answer = await witness.client.post(ADD, content=endless())
    except httpx.TransportError:
        return  # it hung up while we were still sending
    assert answer.status_code == 413


async def test_slow_clients_are_let_go_and_keep_nobody_waiting(
    witness: RunningWitness, log: GrowingLog
) -> None:
    """Two hundred connections that say nothing or stop in the middle: others are served, and the slow get 408."""
    host, port = witness.url.removeprefix("http://").split(":")
    half = b"POST /add-checkpoint HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\nold 0\n"
    slow = [socket.create_connection((host, int(port))) for _ in range(200)]
    try:
        for number, one in enumerate(slow):
            one.sendall(half if number < 100 else b"POST /add-ch")
        await witness.cosigned(log, 0, 5)
        assert select.select([slow[0]], [], [], 0)[0] == []  # the slow ones are still being waited for
        slow[0].settimeout(WITNESS_BODY_SECONDS_MAX + 5)
        assert b"408" in (await asyncio.to_thread(slow[0].recv, 1_000)).splitlines()[0]
    finally:
        for one in slow:
            one.close()
    await witness.cosigned(log, 5, 6)


async def test_accusations_are_one_json_document(witness: RunningWitness, log: GrowingLog) -> None:
    """Anybody reads them without asking."""
    await witness.cosigned(log, 0, 5)
    await witness.post(log.forked(0).request(5, 5))
    answer = await witness.client.get("/accusations")
    assert answer.headers["content-type"] == "application/json"
    said = json.loads(answer.content)
    assert said["witness"] == witness.key.vkey
    assert [one["kind"] for one in said["accusations"] if one["origin"] == log.origin] == ["two_roots"]
