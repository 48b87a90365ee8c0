"""The connection to NATS mends itself, also when the server sends it away."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from nats.aio.msg import Msg

from services.tariffs.outside.nats import NatsPort
from tests.tariffs.partners import until

INFO = b'INFO {"server_id":"S","version":"2.11.0","max_payload":1048576,"headers":true,"proto":1}\r\n'


class StrictServer:
    """Speaks as much of NATS as is needed to send its first client away for good, and to serve the next one."""

    def __init__(self) -> None:
        self.clients = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.clients += 1
        writer.write(INFO)
        async for line in reader:
            if line.startswith(b"PING"):
                writer.write(b"PONG\r\n")
            elif line.startswith(b"SUB") and self.clients == 1:
                # As after a reload in which the password of this client was changed.
                writer.write(b"-ERR 'Authorization Violation'\r\n")
                break
            elif line.startswith(b"SUB"):
                writer.write(b"MSG bloc.committed 1 5\r\nhello\r\n")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def served_by(strict: StrictServer) -> AsyncGenerator[str]:
    """Its address."""
    server = await asyncio.start_server(strict.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    yield f"nats://{host}:{port}"
    server.close()


async def test_a_server_that_sends_us_away_is_asked_again_and_told_what_we_listen_to():
    """The library then counts the connection as closed for ever; a service that is up and deaf would help nobody."""
    heard: list[bytes] = []

    async def hear(message: Msg) -> None:
        heard.append(message.data)

    strict = StrictServer()
    async with served_by(strict) as url:
        port = NatsPort(url)
        await port.connect()
        keeping = asyncio.create_task(port.keep())
        await port.listen("bloc.committed", hear)

        async def is_back() -> bool:
            return port.connected and heard == [b"hello"]

        await until(is_back)
        keeping.cancel()
        await port.close()
    assert strict.clients == 2
