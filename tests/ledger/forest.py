"""A record large enough to have a tree above its leaves: two full tiles and a part of a third, signed by the log."""

from contracts.tlog.notes import NoteKey
from contracts.tlog.policy import Policy, PolicyLog
from tests.contracts.naive_tree import NaiveTree
from tests.ledger.drafting import LEDGER, ORIGIN
from tests.ledger.library import Library
from tests.ledger.running import Place

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
    """What somebody with superuser rights can do to leaves and nodes, guards or not."""
    async with place.connection("postgres") as superuser, superuser.transaction():
        await superuser.execute("SET LOCAL bloc.migration = 'nobody will notice'")
        for command in ("DISABLE", "ENABLE ALWAYS"):
            for table in ("entries_0", "nodes", "seals"):
                await superuser.execute(f"ALTER TABLE ledger.{table} {command} TRIGGER refuse_change")
            for statement in statements if command == "DISABLE" else ():
                await superuser.execute(statement)
