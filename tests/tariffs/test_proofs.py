"""A proof is an addition to a receipt that is true without it: whatever is wrong with the ledger, it is left out."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from bloc.embedded.ports import chosen_port
from contracts.receipt import Receipt
from services.tariffs.outside import proofs
from services.tariffs.outside.proofs import ProofReader

RECORDED = Receipt("recorded", "ab" * 32, 7, first_position=240, count=2)


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading may take a tenth of a second beyond the wait."""
    monkeypatch.setattr(proofs, "PROOF_READ_SECONDS_MAX", 0.1)


@asynccontextmanager
async def ledger_that_says(answer: bytes) -> AsyncGenerator[ProofReader]:
    """A reader of a server that says the same to everything, or with b"" nothing at all."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readline():
                while (await reader.readline()).strip():
                    pass
                writer.write(answer)
        finally:
            writer.close()

    port = chosen_port(0, "")
    server = await asyncio.start_server(serve, "127.0.0.1", port)
    asked = ProofReader(f"http://127.0.0.1:{port}")
    try:
        yield asked
    finally:
        await asked.close()
        server.close()


def http(status: int, text: str, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", f"content-length: {len(text)}", *headers, "", text]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage\r\n\r\n",
        http(503, "not cosigned yet"),
        http(404, "beyond the head"),
        http(200, "a proof of nobody knows what"),
        http(200, "a proof", "bloc-cosignatures: many"),
    ],
)
async def test_no_proof_comes_of_an_answer_that_is_none(answer: bytes):
    """Silence, garbage, 503, 404, or a text that does not say how often it was cosigned."""
    async with ledger_that_says(answer) as reader, asyncio.timeout(5):
        assert await reader.proofs_of(RECORDED, 0.05) is None


async def test_no_proof_comes_from_a_ledger_that_is_away():
    """Nobody listens there: said in the log, not to the asker."""
    reader = ProofReader(f"http://127.0.0.1:{chosen_port(0, '')}")
    assert await reader.proofs_of(RECORDED, 5) is None
    await reader.close()


async def test_a_proof_counts_the_fewest_cosignatures_and_says_whether_the_quorum_is_met():
    """One proof for each entry, in order."""
    answer = http(200, "a proof", "bloc-cosignatures: 2", "bloc-quorum: met")
    async with ledger_that_says(answer) as reader:
        found = await reader.proofs_of(RECORDED, 1)
    assert found is not None
    assert (found.quorum, found.cosignatures) == (True, 2)
    assert [(entry.position, entry.tlog_proof) for entry in found.entries] == [
        (240, "a proof"),
        (241, "a proof"),
    ]


async def test_a_receipt_that_names_no_position_has_nothing_to_prove():
    """Nothing is asked for it."""
    async with ledger_that_says(b"") as reader:
        assert await reader.proofs_of(Receipt("duplicate", "ab" * 32, 7), 60) is None


async def test_no_more_than_the_limit_wait_at_a_time(monkeypatch: pytest.MonkeyPatch):
    """Beyond it a receipt goes out at once, without proof; when one stops waiting there is room again."""
    monkeypatch.setattr(proofs, "PROOFS_AWAITED_MAX", 1)
    async with ledger_that_says(b"") as reader:
        first = asyncio.create_task(reader.proofs_of(RECORDED, 0.2))
        await asyncio.sleep(0.05)
        assert await asyncio.wait_for(reader.proofs_of(RECORDED, 60), 5) is None
        assert await first is None
        waiting = asyncio.create_task(reader.proofs_of(RECORDED, 60))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        waiting.cancel()
