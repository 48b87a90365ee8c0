"""What the ledger hears when it asks a witness for the newest checkpoint that it has cosigned."""

import asyncio
import gzip
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.notes import Note, sign_note
from services.ledger.signer.asking import Unanswered, ask_witnesses
from tests.ledger.drafting import LEDGER, ORIGIN
from tests.ledger.signing import SIGNED_NS
from tests.ledger.witnesses import Witness, policy_of

CHECKPOINT = Checkpoint(ORIGIN, 4, bytes(32))
KEYS = (LEDGER.verifying,)


def shown_by(witness: Witness) -> bytes:
    """What the witness shows: the log's line, then its own."""
    note = Note(CHECKPOINT.body, (sign_note(CHECKPOINT.body, ORIGIN, LEDGER),))
    return note.encode() + witness.cosign(CHECKPOINT)


@asynccontextmanager
async def showing(witness: Witness) -> AsyncGenerator[None]:
    """A web server at the address of a witness; like a proxy it compresses for whoever takes that."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        body, coding = shown_by(witness), ""
        if b"gzip" in head:
            body, coding = gzip.compress(body), "content-encoding: gzip\r\n"
        writer.write(f"HTTP/1.1 200 OK\r\n{coding}content-length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", witness.port):
        yield


async def test_a_witness_behind_a_proxy_that_compresses_is_understood() -> None:
    """Plain bytes are asked for, so whoever is between sends no others."""
    witness = Witness("us")
    async with showing(witness):
        found = await ask_witnesses(policy_of(witness, quorum=1), ORIGIN, KEYS, SIGNED_NS)
    assert not isinstance(found, Unanswered), found.reason
    assert [one.checkpoint for one in found] == [CHECKPOINT]


async def test_who_is_silent_must_not_be_a_quorum() -> None:
    """One of two is enough to cosign: the other may have cosigned a later checkpoint, by itself."""
    witness, away = Witness("us"), Witness("eu")
    async with showing(witness):
        found = await ask_witnesses(policy_of(witness, away, quorum=1), ORIGIN, KEYS, SIGNED_NS)
    assert isinstance(found, Unanswered)
    assert found.reason.startswith("the witnesses that do not answer are a quorum too (eu: ConnectError")
    assert [one.checkpoint for one in found.shown] == [CHECKPOINT]
