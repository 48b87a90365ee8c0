"""`bloc bootstrap`: what only a superuser of PostgreSQL can do for a bloc: roles, database, schemas, event
triggers.

Apart from the migrations, so that the owner role that runs those needs no such powers. The same three files
of deploy/postgres/ serve the embedded server (trust, no passwords) and compose (a one-shot service), instead
of an initdb.d script: that would run on an empty volume only, and never bring a later guard to a bloc that
exists. Running it again is harmless and is how a password is changed.
"""

import asyncio
import base64
import hashlib
import hmac
import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from msgspec import Struct
from msgspec.structs import asdict

from bloc.surroundings import settings_from
from bloc.trouble import Trouble

DATABASE = "bloc"
ROLES = ("bloc_owner", "ledger_app", "tariffs_app", "auditor")
SQL_FOLDER = Path(__file__).parents[2] / "deploy" / "postgres"
SCRAM_ITERATIONS = 4096  # PostgreSQL's own default
_SALT_BYTES = 16


class BootstrapSettings(
    Struct,
    frozen=True,
    rename={
        "superuser_url": "BLOC_SUPERUSER_URL",
        "bloc_owner": "BLOC_OWNER_PASSWORD",
        "ledger_app": "BLOC_LEDGER_APP_PASSWORD",
        "tariffs_app": "BLOC_TARIFFS_APP_PASSWORD",
        "auditor": "BLOC_AUDITOR_PASSWORD",
    },
):
    """A superuser's address, and the roles' passwords; a role without one cannot log in by password."""

    superuser_url: str
    bloc_owner: str | None = None
    ledger_app: str | None = None
    tariffs_app: str | None = None
    auditor: str | None = None


def run() -> None:
    """Make or mend roles, database, schemas and event triggers, as a superuser of PostgreSQL.

    Reads BLOC_SUPERUSER_URL, and BLOC_OWNER_PASSWORD, BLOC_LEDGER_APP_PASSWORD, BLOC_TARIFFS_APP_PASSWORD and
    BLOC_AUDITOR_PASSWORD, each also as <NAME>_FILE.
    """
    settings = settings_from(os.environ, BootstrapSettings)
    passwords = {role: text for role, text in asdict(settings).items() if role in ROLES and text}
    with database_trouble("BLOC_SUPERUSER_URL"):
        asyncio.run(bootstrap(settings.superuser_url, passwords))
    print(f"database {DATABASE}: roles, schemas and guards are in place")


@contextmanager
def database_trouble(variable: str) -> Generator[None]:
    """Tell in plain words what PostgreSQL, or the way to it, has refused; `variable` held its address."""
    try:
        yield
    except OSError as error:
        raise Trouble(
            f"PostgreSQL cannot be reached: {error}", f"Start it, or correct {variable}."
        ) from error
    except asyncpg.PostgresError as error:
        noted = "".join(f" ({note})" for note in getattr(error, "__notes__", []))
        raise Trouble(
            f"PostgreSQL refused: {error}{noted}", f"See to that, or correct {variable}."
        ) from error


async def bootstrap(
    superuser_url: str, passwords: Mapping[str, str] | None, *, database: str = DATABASE
) -> None:
    """Bring a cluster to where `migrate` can run; `superuser_url` names any database that exists.

    `passwords`: role name to password for the roles of `ROLES`; None leaves the roles without one (trust).
    Raises asyncpg's errors when the server refuses, ValueError for a password that is not printable ASCII.
    """
    unknown = set(passwords or ()) - set(ROLES)
    if unknown:
        raise ValueError(f"no such roles: {', '.join(sorted(unknown))}; there are {', '.join(ROLES)}")
    connection = await asyncpg.connect(superuser_url)
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtextextended('bloc bootstrap', 0))")
        await connection.execute(_sql("roles.sql"))
        for role, password in (passwords or {}).items():
            # The verifier, never the password: statements end up in logs.
            await connection.execute(f"ALTER ROLE {role} PASSWORD '{scram_verifier(password)}'")
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", database):
            await connection.execute(f"CREATE DATABASE \"{database}\" TEMPLATE template0 ENCODING 'UTF8'")
        await _prepare_database(superuser_url, database)
    finally:
        await connection.close()  # ends the advisory lock too


async def _prepare_database(superuser_url: str, database: str) -> None:
    # The escape, because a second bootstrap meets the event triggers of the first.
    escape = {"bloc.migration": "bloc bootstrap"}
    connection = await asyncpg.connect(superuser_url, database=database, server_settings=escape)
    try:
        await connection.execute(_sql("database.sql"))
        await connection.execute(_sql("guards.sql"))
    finally:
        await connection.close()


def scram_verifier(password: str, salt: bytes | None = None) -> str:
    """What PostgreSQL stores for a password (RFC 5802, RFC 7677), computed here so that it never leaves.

    ASCII only, which spares SASLprep (RFC 4013); ours are random hexadecimal.
    """
    if not re.fullmatch(r"[!-~]+", password):
        raise ValueError("a password must be printable ASCII without spaces")
    salt = salt or os.urandom(_SALT_BYTES)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, SCRAM_ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${SCRAM_ITERATIONS}:{salt64}${stored64}:{server64}"


def _sql(name: str) -> str:
    path = SQL_FOLDER / name
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Trouble(
            f"{path} is missing.", "Run bloc from a checkout of the project, or from its image."
        ) from error
