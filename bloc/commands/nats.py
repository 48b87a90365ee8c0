"""`bloc nats setup`: makes the JetStream streams of a bloc where they are missing, and never touches one that is there.

Services do not create streams: a service that meets an empty NATS where a full one should be must stop and say so,
not make itself a fresh stream and read on from sequence 1. So deployment makes them, once, and gives each making an
incarnation id that the ledger stores and compares. Somebody who lost the draft stream makes it again with
`--first-sequence <cursor + 1>`, which the ledger names when it refuses to go on.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated

import uuid_utils
from cyclopts import App, Parameter
from msgspec import Struct
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoServersError
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, BadRequestError, NotFoundError

from bloc.surroundings import settings_from
from bloc.trouble import Trouble
from contracts.subjects import (
    DRAFTS,
    DRAFTS_SUBJECTS,
    FACTS,
    FACTS_SUBJECTS,
    INBOX_SETUP,
    INCARNATION_METADATA,
)

SERVER_PATIENCE_SECONDS = 60.0
ANSWER_PATIENCE_SECONDS = 5.0
_POLL_SECONDS = 0.2
_NAME_IN_USE = 10058  # JetStream's err_code: another setup was quicker, with an incarnation of its own

app = App(name="nats", help="Prepare NATS for a bloc.")


class Stream(Struct, frozen=True):
    """A stream that is there now: its incarnation id, its first sequence, and whether this call made it."""

    name: str
    incarnation: str
    first_sequence: int
    made: bool


class NatsSettings(Struct, frozen=True):
    """BLOC_NATS_URL: the address with the user `setup` and its password."""

    nats_url: str


@app.command
def setup(*, first_sequence: Annotated[int, Parameter(name="--first-sequence")] = 1) -> None:
    """Make the streams DRAFTS and FACTS where they are missing. Reads BLOC_NATS_URL (or BLOC_NATS_URL_FILE).

    Parameters
    ----------
    first_sequence
        Where DRAFTS begins when it is made: 1, or the ledger's cursor + 1 when it was lost and is made again.
    """
    settings = settings_from(os.environ, NatsSettings)
    for stream in asyncio.run(setup_streams(settings.nats_url, first_sequence=first_sequence)):
        done = "made" if stream.made else "is there already"
        print(
            f"{stream.name} {done}: incarnation {stream.incarnation}, first sequence {stream.first_sequence}"
        )


async def setup_streams(nats_url: str, *, first_sequence: int = 1) -> tuple[Stream, ...]:
    """Make DRAFTS (from `first_sequence`) and FACTS where they are missing; answer what is there now.

    `nats_url` carries the user `setup` and its password. Waits up to a minute for a server that is starting.
    Raises Trouble when the server is away, refuses, or has a stream of that name that a bloc cannot live with.
    """
    if first_sequence < 1:
        raise Trouble(f"--first-sequence {first_sequence} is no sequence.", "The first is 1.")
    async with _jetstream(nats_url) as jetstream:
        return (
            await _ensure(jetstream, _wanted(DRAFTS, DRAFTS_SUBJECTS, first_sequence)),
            await _ensure(jetstream, _wanted(FACTS, FACTS_SUBJECTS, 1)),
        )


def _wanted(name: str, subjects: str, first_sequence: int) -> StreamConfig:
    return StreamConfig(
        name=name,
        subjects=[subjects],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        # A full stream refuses new messages, which tariffs answers with 503; it never forgets old ones.
        discard=DiscardPolicy.NEW,
        max_age=0,
        # Not deny_purge, which could never be taken back: DRAFTS is trimmed below a verified backup.
        deny_delete=True,
        allow_atomic=True,
        allow_direct=True,
        first_seq=first_sequence,
        metadata={INCARNATION_METADATA: str(uuid_utils.uuid7())},
    )


async def _ensure(jetstream: JetStreamContext, wanted: StreamConfig) -> Stream:
    name = wanted.name or ""
    made = False
    try:
        info = await jetstream.stream_info(name)
    except NotFoundError:
        try:
            info = await jetstream.add_stream(wanted)  # pyright: ignore[reportUnknownMemberType] # untyped **params
            made = True
        except BadRequestError as error:
            if error.err_code != _NAME_IN_USE:
                raise
            info = await jetstream.stream_info(name)
    _check_fit(info.config, wanted)
    incarnation = (info.config.metadata or {})[INCARNATION_METADATA]
    return Stream(name, incarnation, info.config.first_seq or 1, made)


def _check_fit(found: StreamConfig, wanted: StreamConfig) -> None:
    """A stream that forgets, or that was not made by this command, would lose drafts later and quietly."""
    wrong = [
        f"{field} is {getattr(found, field)}, not {getattr(wanted, field)}"
        for field in ("subjects", "retention", "storage", "discard", "allow_atomic", "allow_direct")
        if getattr(found, field) != getattr(wanted, field)
    ]
    limits = ("max_age", "max_msgs", "max_msgs_per_subject")
    wrong += [f"{field} is limited" for field in limits if (getattr(found, field) or 0) > 0]
    if INCARNATION_METADATA not in (found.metadata or {}):
        wrong.append(f"it has no {INCARNATION_METADATA}")
    if wrong:
        raise Trouble(
            f"The stream {wanted.name} is not one that a bloc can use: {'; '.join(wrong)}.",
            "It was not made by `bloc nats setup`: use another NATS server, or have its operator remove it.",
        )


@asynccontextmanager
async def _jetstream(nats_url: str) -> AsyncGenerator[JetStreamContext]:
    """A JetStream context as the user `setup`, errors in plain words."""
    refusals: list[str] = []

    async def remember(error: Exception) -> None:
        # A missing permission is told here only; the request itself just times out.
        refusals.append(str(error))

    client = await _connect(nats_url, remember)
    try:
        yield JetStreamContext(client, timeout=ANSWER_PATIENCE_SECONDS)
    except (NatsError, APIError, TimeoutError) as error:
        reasons = "; ".join(refusals) or str(error) or type(error).__name__
        raise Trouble(
            f"NATS refused to set up the streams: {reasons}.",
            "BLOC_NATS_URL must carry the user `setup`, and the server needs JetStream (deploy/nats/nats.conf).",
        ) from error
    finally:
        await client.close()


async def _connect(nats_url: str, remember: Callable[[Exception], Awaitable[None]]) -> Client:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + SERVER_PATIENCE_SECONDS
    while True:
        client = Client()
        try:
            await client.connect(
                nats_url,
                inbox_prefix=INBOX_SETUP,
                allow_reconnect=False,
                error_cb=remember,
                connect_timeout=5,
            )
        except (NoServersError, OSError) as error:
            await client.close()
            if loop.time() > deadline:
                raise Trouble(
                    "NATS does not answer.",
                    "Start it, or correct BLOC_NATS_URL (nats://setup:password@host:4222).",
                ) from error
            await asyncio.sleep(_POLL_SECONDS)
        except NatsError as error:
            await client.close()
            raise Trouble(
                f"NATS does not let us in ({error}).",
                "BLOC_NATS_URL must carry the user `setup` and its password.",
            ) from error
        else:
            return client
