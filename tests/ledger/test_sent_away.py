"""A ledger that the NATS server sends away, as after a change of passwords: the client library gives up for good."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from tests.ledger.drafting import Drafter
from tests.ledger.running import Place, Tariffs, ledger_at


class Gate:
    """Stands between a ledger and its NATS server, and can speak in the server's place."""

    def __init__(self, url: str) -> None:
        at = urlsplit(url)
        self._server = (at.hostname or "", at.port or 0)
        self._ours: list[asyncio.StreamWriter] = []
        self.passed = 0

    async def let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry bytes both ways until one side ends."""
        self.passed += 1
        self._ours.append(writer)
        from_server, to_server = await asyncio.open_connection(*self._server)
        await asyncio.gather(_carry(reader, to_server), _carry(from_server, writer))

    def send_away(self) -> None:
        """To everybody inside: what a server says whose password for this user was changed."""
        for writer in self._ours:
            writer.write(b"-ERR 'User Authentication Revoked'\r\n")
            writer.close()
        self._ours.clear()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65_536):
        if writer.is_closing():
            break
        writer.write(piece)
    writer.close()


@asynccontextmanager
async def gate_to(place: Place) -> AsyncGenerator[tuple[Gate, str]]:
    """A gate to the NATS server of a place, and the ledger's address through it."""
    url = place.nats.url("ledger")
    gate = Gate(url)
    async with await asyncio.start_server(gate.let_in, "127.0.0.1", 0) as door:
        port = door.sockets[0].getsockname()[1]
        parts = urlsplit(url)
        yield gate, url.replace(f":{parts.port}", f":{port}")
        gate.send_away()


async def test_a_ledger_that_was_sent_away_comes_back_and_records(
    place: Place, tariffs: Tariffs, drafter: Drafter
) -> None:
    """Up and deaf it would help nobody: it connects anew and goes on behind what it has recorded."""
    async with gate_to(place) as (gate, url), ledger_at(place, nats_url=url):
        await tariffs.record(drafter.bloc())
        gate.send_away()
        receipts = await tariffs.record(drafter.declarations("R1"))
    assert receipts[0].outcome == "recorded"
    assert gate.passed == 2
