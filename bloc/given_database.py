"""A database that we were given (BLOC_DATABASE_URL) instead of one that we start.

How much is done there depends on what the login may do. A superuser prepares the database and migrates it; a
member of bloc_owner migrates it; in both cases the ledger then connects with the same login but as ledger_app, so
that it can add and read and nothing else. Any other login is taken as ledger_app's own: the schema must be there.
"""

from urllib.parse import urlencode, urlsplit

import asyncpg

from bloc.commands.bootstrap import bootstrap
from bloc.commands.migrate import migrate
from bloc.trouble import Trouble

_WHAT_IT_MAY = """
SELECT current_database() AS database,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
       EXISTS (SELECT FROM pg_roles WHERE rolname = 'bloc_owner' AND pg_has_role(current_user, oid, 'MEMBER'))
           AS owner
"""


async def prepare(url: str) -> str:
    """Bring the database to the newest schema as far as the login may; return the address for the ledger.

    Raises Trouble when the database cannot be reached.
    """
    try:
        connection = await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError) as error:
        raise Trouble(
            f"The database of BLOC_DATABASE_URL cannot be reached: {error}",
            "Correct the address, make the database, or unset the variable to use an embedded one.",
        ) from error
    try:
        may = await connection.fetchrow(_WHAT_IT_MAY)
    finally:
        await connection.close()
    assert may is not None, "a SELECT without FROM has one row"
    if may["superuser"]:
        await bootstrap(url, None, database=may["database"])
    if may["superuser"] or may["owner"]:
        await migrate(url)
        return as_role(url, "ledger_app")
    return url


def as_role(url: str, role: str) -> str:
    """The same login, but with the rights of `role` from the first statement on (asyncpg's way to say SET ROLE)."""
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, urlencode({"role": role})]))
    # Not urlunsplit: it drops the empty host of a socket address.
    address = url.partition("?")[0]
    return f"{address}?{query}"
