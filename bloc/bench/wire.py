"""A lean HTTP/1.1 client for load: one connection, one request at a time, no more work than the protocol needs.

An ordinary client spends a millisecond on each request, which on two cores would measure the client. This one writes
prepared bytes and reads a status line, the headers it needs and a body of known length. It is for benchmarks against
our own services on loopback only.
"""

import asyncio
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class Connection:
    """One kept-alive connection to `url`. Use as `async with Connection(url) as connection`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()
            await self._writer.wait_closed()

    async def send(self, request: bytes) -> tuple[int, bytes]:
        """Send a prepared request; returns status and body. Raises `ConnectionError` when it breaks off."""
        if self._reader is None or self._writer is None:
            raise RuntimeError("the connection is not open")
        self._writer.write(request)
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
            return int(head[9:12]), await self._reader.readexactly(_length(head))
        except asyncio.IncompleteReadError as error:
            raise ConnectionError("the service closed the connection") from error


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ConnectionError(f"an answer without a length: {head[:200]!r}")


def submission_request(body: bytes, signature: str, *, wait_s: int) -> bytes:
    """The bytes of `POST /submissions` for a signed body."""
    return (
        "POST /submissions HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-ndjson\r\n"
        f"Prefer: wait={wait_s}\r\nBloc-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def get_request(path: str) -> bytes:
    """The bytes of a GET."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()


def post_request(path: str, body: bytes) -> bytes:
    """The bytes of a POST of JSON."""
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
