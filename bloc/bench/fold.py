"""Fold everything that a database holds into the state, hash it, and say what it took, in a process of its own.

Run as `python -m bloc.bench.fold DATABASE_URL`. A process of its own, so that the memory it gained is that of the
fold and of nothing else. The fold is the very one with which the tariffs service follows the ledger; what differs is
only where the bytes come from: COPY OUT instead of HTTP, since that has a physical limit to stand beside.
"""

import asyncio
import resource
import struct
import sys
from collections.abc import Callable, Coroutine
from time import perf_counter, process_time
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from contracts.entry import serve_entry
from services.tariffs.domain.replay.document import state_hash
from services.tariffs.following.follower import Follower
from services.tariffs.following.garbage import without_looks_for_garbage
from services.tariffs.outside.ledger import LedgerClient

QUERY = "SELECT entry FROM ledger.entries ORDER BY position"
COPY_HEADER_BYTES = 19
_ROW = struct.Struct(">hi")
_END = b"\xff\xff"

Sink = Callable[[bytes], Coroutine[Any, Any, None]]


class Folded(Struct, frozen=True):
    """Folding `entries` entries and hashing the state took `seconds`, of which `cpu_seconds` on one core; a COPY OUT
    of the same bytes alone `copy_out_seconds`.

    `rules` entries said something about rules; `state_kib` is the memory that the process gained while folding.
    """

    entries: int
    rules: int
    seconds: float
    cpu_seconds: float
    copy_out_seconds: float
    state_kib: int


class Rows:
    """Cuts the binary COPY stream of one bytea column into rows and hands them on, some thousand at a time."""

    def __init__(self, fold: Callable[[list[bytes]], None]) -> None:
        self._fold = fold
        self._rest = b""
        self._begun = False
        self.count = 0

    async def take(self, chunk: bytes) -> None:
        """One piece of the stream, cut anywhere."""
        data = self._rest + chunk
        offset = 0 if self._begun else COPY_HEADER_BYTES
        self._begun = True
        rows: list[bytes] = []
        while len(data) - offset >= _ROW.size:
            _, length = _ROW.unpack_from(data, offset)
            end = offset + _ROW.size + length
            if end > len(data):
                break
            rows.append(serve_entry(data[offset + _ROW.size : end]))
            offset = end
        self._rest = data[offset:]
        self.count += len(rows)
        if rows:
            self._fold(rows)

    def finish(self) -> None:
        """Raises when the stream broke off in the middle of a row."""
        if self._rest != _END:
            raise RuntimeError(f"COPY OUT ended with {len(self._rest)} bytes of a row")


async def _copy_out(connection: "asyncpg.Connection[Any]", sink: Sink) -> float:
    started = perf_counter()
    await connection.copy_from_query(QUERY, output=sink, format="binary")
    return perf_counter() - started


async def _nowhere(chunk: bytes) -> None:
    del chunk


async def measure(database_url: str) -> Folded:
    """COPY OUT twice, to nowhere (warm, the limit) and into the fold."""
    connection = await asyncpg.connect(database_url)
    try:
        await _copy_out(connection, _nowhere)
        limit_seconds = await _copy_out(connection, _nowhere)
        streams_seen = 0

        def seen(stream: str, version: int) -> None:
            nonlocal streams_seen
            del stream, version
            streams_seen += 1

        follower = Follower(LedgerClient("http://127.0.0.1:1"), seen=seen)
        rows = Rows(follower.fold)
        before_kib = _peak_kib()
        began, began_cpu = perf_counter(), process_time()
        with without_looks_for_garbage():  # as the service does while it catches up
            await _copy_out(connection, rows.take)
            rows.finish()
            state_hash(follower.state)
        seconds, cpu_seconds = perf_counter() - began, process_time() - began_cpu
    finally:
        await connection.close()
    gained_kib = _peak_kib() - before_kib
    return Folded(rows.count, rows.count - streams_seen, seconds, cpu_seconds, limit_seconds, gained_kib)


def _peak_kib() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform != "darwin" else peak // 1024


if __name__ == "__main__":
    print(msgspec.json.encode(asyncio.run(measure(sys.argv[1]))).decode())
