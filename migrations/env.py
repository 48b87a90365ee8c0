"""What Alembic runs: all missing revisions in one transaction, one migration at a time, as the owner role.

Called by `bloc.commands.migrate` on a thread of its own (Alembic is synchronous), which is why it may start
an event loop here. The address comes as asyncpg understands it, in `config.attributes["database_url"]`.
"""

import asyncio

import asyncpg
from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

VERSION_SCHEMA = "migrations"

# In this order: whoever comes second waits here for the first and then finds nothing to do; only then the
# short lock_timeout, so that DDL which cannot get its lock gives up instead of stopping the ledger's writer
# behind it. lock_timeout must come after the advisory lock, which it would cut short too. Objects belong to
# bloc_owner, whoever connected, and bloc.migration is the escape from the event triggers
# (deploy/postgres/guards.sql).
_PREPARE = (
    "SET LOCAL statement_timeout = '10min'",
    "SELECT pg_advisory_xact_lock(hashtextextended('bloc migrate', 0))",
    "SET LOCAL lock_timeout = '10s'",
    "SET LOCAL ROLE bloc_owner",
    "SET LOCAL search_path = pg_catalog, pg_temp",
    "SET LOCAL bloc.migration = 'bloc migrate'",
)


def _upgrade(connection: Connection) -> None:
    for statement in _PREPARE:
        connection.execute(text(statement))
    context.configure(connection=connection, version_table_schema=VERSION_SCHEMA)
    context.run_migrations()
    unguarded = connection.execute(text("SELECT relation, lacks FROM ledger.unguarded ORDER BY 1, 2")).all()
    if unguarded:
        listed = ", ".join(f"{relation} lacks {lacks}" for relation, lacks in unguarded)
        raise RuntimeError(f"nothing was changed, since a table would not be append-only: {listed}")


async def _run(database_url: str) -> None:
    async def connect() -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(database_url)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


asyncio.run(_run(context.config.attributes["database_url"]))
