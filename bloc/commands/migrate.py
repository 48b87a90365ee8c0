"""`bloc migrate`: brings the database schema to the newest revision, all of it or nothing.

Alembic is called from code and not by its own command: see migrations/__init__.py. Two that start at once
wait for each other; one that finds nothing to do changes nothing.
"""

import asyncio
import os
import threading

import asyncpg
from alembic import command
from alembic.config import Config
from msgspec import Struct

from bloc.commands.bootstrap import database_trouble
from bloc.surroundings import settings_from
from bloc.trouble import Trouble
from migrations import FOLDER

# Alembic keeps its context in module globals: two upgrades in one process would take each other's away.
# Processes wait for each other in the database (env.py).
_ONE_AT_A_TIME = threading.Lock()


class MigrateSettings(Struct, frozen=True):
    """BLOC_DATABASE_URL: the database's address with the role bloc_owner."""

    database_url: str


def run() -> None:
    """Bring the database schema to the newest revision. Reads BLOC_DATABASE_URL (or BLOC_DATABASE_URL_FILE)."""
    settings = settings_from(os.environ, MigrateSettings)
    with database_trouble("BLOC_DATABASE_URL"):
        asyncio.run(migrate(settings.database_url))
    print("the schema is at the newest revision")


async def migrate(database_url: str) -> None:
    """Run all missing revisions in one transaction, as bloc_owner.

    `database_url`: an address of the database as asyncpg takes it, of bloc_owner or a superuser. The cluster
    must have been prepared by `bootstrap`. Raises Trouble when that is plainly not so, and the database's own
    errors.
    """
    await _check_prepared(database_url)
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["database_url"] = database_url
    # On a thread: Alembic is synchronous, and its env.py starts an event loop of its own.
    await asyncio.to_thread(_upgrade, config)


def _upgrade(config: Config) -> None:
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")


async def _check_prepared(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        prepared = await connection.fetchval(
            "SELECT to_regnamespace('migrations') IS NOT NULL "
            "AND EXISTS (SELECT FROM pg_event_trigger WHERE evtname = 'bloc_refuse_ddl' AND evtenabled = 'A')"
        )
        allowed = await connection.fetchval(
            "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bloc_owner' "
            "AND pg_has_role(current_user, oid, 'MEMBER'))"
        )
    finally:
        await connection.close()
    if not prepared:
        raise Trouble(
            "This database was not prepared for a bloc.", "Run `bloc bootstrap` as a superuser first."
        )
    if not allowed:
        raise Trouble("This role may not change the schema.", "Migrate as bloc_owner.")
