"""`bloc bootstrap`: what only a superuser of PostgreSQL can do for a bloc: roles, database, schemas, event
triggers.

Apart from the migrations, so that the owner role that runs those needs no such powers. The same three files
of deploy/postgres/ serve the embedded server (trust, no passwords) and compose (a one-shot service), instead
of an initdb.d script: that would run on an empty volume only, and never bring a later guard to a bloc that
exists. Running it again is harmless and is how a password is changed.
"""

import base64
import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from pathlib import Path

import asyncpg

from bloc.trouble import Trouble

DATABASE = "bloc"
ROLES = ("bloc_owner", "ledger_app", "tariffs_app", "auditor")
SQL_FOLDER = Path(__file__).parents[2] / "deploy" / "postgres"
SCRAM_ITERATIONS = 4096  # PostgreSQL's own default
_SALT_BYTES = 16


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
