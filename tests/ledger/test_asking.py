"""What the ledger hears when it asks a witness for the newest checkpoint that it has cosigned."""

import asyncio
import gzip

from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.notes import Note, sign_note
from services.ledger.signer.asking import Unanswered, ask_witnesses
from tests.ledger.drafting import LEDGER, ORIGIN
from tests.ledger.signing import SIGNED_NS
from tests.ledger.witnesses import Witness, policy_of

CHECKPOINT = Checkpoint(ORIGIN, 4, bytes(32))


def shown_by(witness: Witness) -> bytes:
    """What the witness shows: the log's line, then its own."""
    note = Note(CHECKPOINT.body, (sign_note(CHECKPOINT.body, ORIGIN, LEDGER),))
    return note.encode() + witness.cosign(CHECKPOINT)


async def test_a_witness_behind_a_proxy_that_compresses_is_understood() -> None:
    """Plain bytes are asked for, so whoever is between sends no others."""
    witness = Witness("us")

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        body, coding = shown_by(witness), ""
        if b"gzip" in head:
            body, coding = gzip.compress(body), "content-encoding: gzip\r\n"
        writer.write(f"HTTP/1.1 200 OK\r\n{coding}content-length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(proxy, "127.0.0.1", witness.port):
        found = await ask_witnesses(policy_of(witness, quorum=1), ORIGIN, (LEDGER.verifying,), SIGNED_NS)
    assert not isinstance(found, Unanswered), found.reason
    assert [one.checkpoint for one in found] == [CHECKPOINT]
