"""A gate between a client and a real server, to break connections and to speak in the server's place."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class Gate:
    """Carries bytes both ways; `url` is the server's address through it."""

    def __init__(self, url: str) -> None:
        self.url = url
        at = urlsplit(url)
        self._server = (at.hostname or "", at.port or 0)
        self._inside: list[asyncio.StreamWriter] = []
        self.passed = 0
        """Connections so far."""

    def send_away(self, saying: bytes = b"") -> None:
        """Break off every connection; `saying` is what the client hears last, as if the server had said it."""
        for writer in self._inside:
            writer.write(saying)
            writer.close()
        self._inside.clear()

    async def let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry bytes until one side ends."""
        self.passed += 1
        self._inside.append(writer)
        from_server, to_server = await asyncio.open_connection(*self._server)
        await asyncio.gather(_carry(reader, to_server), _carry(from_server, writer))


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65_536):
        if writer.is_closing():
            break
        writer.write(piece)
    writer.close()


@asynccontextmanager
async def gate_to(url: str) -> AsyncGenerator[Gate]:
    """A gate to the server at an address."""
    gate = Gate(url)
    async with await asyncio.start_server(gate.let_in, "127.0.0.1", 0) as door:
        gate.url = url.replace(f":{urlsplit(url).port}", f":{door.sockets[0].getsockname()[1]}")
        yield gate
        gate.send_away()
