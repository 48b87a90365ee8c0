"""`bloc ledger`: what an operator does to a ledger's record, with the database's address and nothing running.

`rebuild-tiles` computes the tree again from the bytes of the entries. It is the proof that tiles can be lost without
loss, the way to a folder of static files, and what to run when something is said to be wrong with the tree.
"""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import asyncpg
from cyclopts import App, Parameter
from msgspec import Struct

from bloc.commands.adopt_checkpoint import adopt_checkpoint
from bloc.commands.bootstrap import database_trouble
from bloc.rebuilding.examining import Findings
from bloc.rebuilding.mending import add_missing, examine, replace_wrong
from bloc.rebuilding.writing import best_checkpoint, write_files
from bloc.surroundings import settings_from
from bloc.trouble import Trouble
from bloc.waiting import counting_down
from services.ledger.store.connecting import Connection

NAMED_ROWS_MAX = 20

app = App(name="ledger", help="Look after the record of a ledger.")
app.command(adopt_checkpoint, name="adopt-checkpoint")


class LedgerSettings(Struct, frozen=True):
    """BLOC_DATABASE_URL: the database, as ledger_app; to replace wrong rows, as bloc_owner."""

    database_url: str


@app.command(name="rebuild-tiles")
def rebuild_tiles(
    *, to: Path | None = None, replace: Annotated[bool, Parameter(negative="")] = False
) -> None:
    """Compute the tree again from the entries: fill in what is missing, name what is wrong.

    Reads BLOC_DATABASE_URL (or BLOC_DATABASE_URL_FILE). The ledger may be running meanwhile.

    Parameters
    ----------
    to
        Also write all tiles, entry bundles and the checkpoint into this folder, as files for a web server or CDN.
    replace
        Replace rows that are wrong, by the escape of migrations; needs the role bloc_owner.
    """
    settings = settings_from(os.environ, LedgerSettings)
    with database_trouble("BLOC_DATABASE_URL"):
        asyncio.run(rebuild(settings.database_url, folder=to, replace=replace))


async def rebuild(database_url: str, *, folder: Path | None = None, replace: bool = False) -> None:
    """Examine, mend, write. Raises Trouble when something is wrong and stays so."""
    async with _connected(database_url) as connection:
        with counting_down("entries examined") as progress:
            findings = await examine(connection, progress)
        _tell(findings)
        if findings.fault is not None:
            raise Trouble(
                f"The entries are not those that were recorded: {findings.fault}.",
                "Nothing was written. Restore a verified backup and let the ledger catch up from the draft stream.",
            )
        added = await _adding(connection, findings)
        print(
            f"{findings.size} entries give every root that was sealed and signed; {added} missing nodes added"
        )
        await _settle_wrong(connection, findings, replace)
        if folder is not None:
            await _write(connection, folder)


async def _adding(connection: Connection, findings: Findings) -> int:
    try:
        return await add_missing(connection, findings)
    except (asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError) as error:
        raise Trouble(
            f"{len(findings.missing)} nodes are missing, and this role may not add them.",
            "Run the command as ledger_app, or start the ledger: it adds them by itself.",
        ) from error


async def _settle_wrong(connection: Connection, findings: Findings, replace: bool) -> None:
    if not findings.wrong:
        return
    if not replace:
        raise Trouble(
            f"{len(findings.wrong)} stored hashes are wrong; the entries are not.",
            "Run it again with --replace, as bloc_owner. Then find out who changed them: the ledger cannot.",
        )
    try:
        await replace_wrong(connection, findings)
    except asyncpg.InsufficientPrivilegeError as error:
        raise Trouble(
            "This role may not replace what was recorded.", "Run it as bloc_owner or a superuser."
        ) from error
    print(f"{len(findings.wrong)} wrong hashes replaced")


async def _write(connection: Connection, folder: Path) -> None:
    checkpoint = await best_checkpoint(connection)
    if checkpoint is None:
        raise Trouble("Nothing is signed yet, so there are no tiles to publish.", "Start the ledger first.")
    with counting_down("files written") as progress:
        written = await write_files(connection, folder, checkpoint, progress)
    print(
        f"{folder} holds the tree of {checkpoint.size} entries with {len(checkpoint.lines)} cosignatures; "
        f"{written} files written"
    )


def _tell(findings: Findings) -> None:
    """Name the rows that are wrong, or as many as a person reads."""
    for row in findings.wrong[:NAMED_ROWS_MAX]:
        print(row)
    if (rest := len(findings.wrong) - NAMED_ROWS_MAX) > 0:
        print(f"and {rest} more")


@asynccontextmanager
async def _connected(database_url: str) -> AsyncGenerator[Connection]:
    connection = await asyncpg.connect(
        database_url, server_settings={"application_name": "bloc-rebuild-tiles"}
    )
    try:
        yield connection
    finally:
        await connection.close()
