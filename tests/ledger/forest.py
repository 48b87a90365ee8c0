"""A record large enough to have a tree above its leaves: two full tiles and a part of a third, signed by the log."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import asyncpg

from contracts.tlog.notes import NoteKey
from contracts.tlog.policy import Policy, PolicyLog
from services.ledger.store.connecting import Connection
from tests.contracts.naive_tree import NaiveTree
from tests.ledger.drafting import LEDGER, ORIGIN
from tests.ledger.library import Library
from tests.ledger.running import Place

_TAMPERED = ("entries_0", "nodes", "seals", "checkpoints")
SUBMISSIONS, DECLARATIONS = 3, 100


def log_policy() -> Policy:
    """Believes the ledger of the tests, and needs no witness."""
    return Policy(logs=(PolicyLog(NoteKey.of(ORIGIN, LEDGER.verifying)),))


async def plant(library: Library) -> NaiveTree:
    """Let the library grow beyond two tiles and be signed whole; gives its tree by the definition of the RFC."""
    for number in range(SUBMISSIONS):
        names = [f"TREE-{number}-{line}" for line in range(DECLARATIONS)]
        await library.tariffs.record(library.drafter.declarations(*names))
    return await tree_now(library)


async def tree_now(library: Library) -> NaiveTree:
    """Wait until all that is recorded is signed; gives its tree, and brings `library.entries` up to it."""
    library.entries = await library.place.entries()
    assert await library.ledger.service.published.wait_signed(library.size, 20)
    return NaiveTree(library.entries)


async def tamper(place: Place, *statements: str) -> None:
    """Edit the record of a place, see `tamper_at`."""
    await tamper_at(place.url("postgres"), *statements)


async def tamper_at(url: str, *statements: str) -> None:
    """What somebody with superuser rights can do to the record, guards or not."""
    async with tampering(url, *statements, stays=True):
        pass


@asynccontextmanager
async def tampering(url: str, *statements: str, stays: bool = False) -> AsyncGenerator[Connection]:
    """The record as a superuser has edited it, seen through the connection; afterwards it is as before, unless it
    `stays` so."""
    superuser = await asyncpg.connect(url, server_settings={"bloc.migration": "nobody will notice"})
    try:
        transaction = superuser.transaction()
        await transaction.start()
        for table in _TAMPERED:
            await superuser.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER refuse_change")
        for statement in statements:
            await superuser.execute(statement)
        for table in _TAMPERED:
            await superuser.execute(f"ALTER TABLE ledger.{table} ENABLE ALWAYS TRIGGER refuse_change")
        yield superuser
        await (transaction.commit() if stays else transaction.rollback())
    finally:
        await superuser.close()
