"""Connections to Postgres: one for writing, one for looking up, one for signing, a pool for readers.

The writer's connection is its own, so that no reader can take it away, and is thrown away after any failure:
whether its last commit went through is then read back, never guessed.
"""

from typing import TYPE_CHECKING

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from contracts.limits import DATABASE_CONNECTIONS_MAX, STATEMENT_SECONDS_MAX

if TYPE_CHECKING:  # generic in the stubs only
    Connection = asyncpg.Connection[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
    AnyConnection = Connection | PoolConnectionProxy[asyncpg.Record]
else:
    Connection, Pool, AnyConnection = asyncpg.Connection, asyncpg.Pool, object

AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InternalClientError,
    asyncpg.TransactionRollbackError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidSchemaNameError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedFunctionError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidCachedStatementError,
)
"""What is raised while Postgres is away, restarting, full, in recovery or not migrated yet: wait, show the
reason, try again. All else (a violated constraint first of all) is a broken invariant and stops the ledger."""

_LOOKUP_SETTINGS = {
    # Lookups go by key, always. A plan that was chosen while the tables were small must not still read them
    # whole when they have grown.
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
_READ_SETTINGS = {
    # One plan for all values. Otherwise a statement over positions is planned anew for each call, as that looks
    # cheaper than it is: the time to plan grows with every partition, the time to run does not.
    "plan_cache_mode": "force_generic_plan",
}
_SETTINGS = {
    "jit": "off",
    "statement_timeout": f"{STATEMENT_SECONDS_MAX}s",
    "idle_in_transaction_session_timeout": f"{STATEMENT_SECONDS_MAX}s",
}


async def connect_writer(url: str) -> Connection:
    """Open the connection that commits batches."""
    return await asyncpg.connect(
        url, command_timeout=STATEMENT_SECONDS_MAX, server_settings=_settings("bloc-ledger-writer")
    )


async def connect_lookups(url: str) -> Connection:
    """Open the connection that answers plans while the writer commits."""
    settings = _settings("bloc-ledger-lookups") | _LOOKUP_SETTINGS
    return await asyncpg.connect(url, command_timeout=STATEMENT_SECONDS_MAX, server_settings=settings)


async def connect_signer(url: str) -> Connection:
    """Open the connection that reads the committed rows back and records what was signed."""
    settings = _settings("bloc-ledger-signer") | _LOOKUP_SETTINGS
    return await asyncpg.connect(url, command_timeout=STATEMENT_SECONDS_MAX, server_settings=settings)


async def is_there(connection: Connection) -> None:
    """Make sure that a connection which has nothing to do still leads to its database. Raises what AWAY lists."""
    await connection.execute("SELECT 1")


async def open_pool(url: str) -> Pool:
    """Open the readers' pool. It connects when it is first used, so a start does not wait for Postgres."""
    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=DATABASE_CONNECTIONS_MAX - 3,
        command_timeout=STATEMENT_SECONDS_MAX,
        server_settings=_settings("bloc-ledger-reads") | _READ_SETTINGS,
        reset=_keep,
    )


async def _keep(connection: AnyConnection) -> None:
    """Hand a connection to the next reader as it is; a transaction left open is rolled back before this is called.

    Otherwise each read would cost a second round trip, for settings, cursors and locks that readers leave behind:
    ours leave none, transactions end what they set. For a proof that is a fifth of its time.
    """


def _settings(name: str) -> dict[str, str]:
    return {"application_name": name, **_SETTINGS}
