"""Runs plain .sql files inside the transaction that Alembic has opened.

Through the raw asyncpg connection, since one file holds several statements and SQLAlchemy's asyncpg dialect
prepares each text as one statement. The simple query protocol takes the file as it is, dollar quotes and all.
"""

from collections.abc import Awaitable
from typing import Any, cast

import asyncpg
from alembic import op

from migrations import SQL_FOLDER


def run_files(*names: str) -> None:
    """Run the named files of migrations/sql/, in the order given; an error names its file."""
    pooled = op.get_bind().connection.dbapi_connection
    if pooled is None:
        raise RuntimeError("Alembic gave a connection that is closed already")
    run_async = cast("Any", pooled).run_async
    for name in names:
        sql = (SQL_FOLDER / name).read_text(encoding="utf-8")

        def execute(connection: "asyncpg.Connection[asyncpg.Record]", sql: str = sql) -> Awaitable[str]:
            return connection.execute(sql)

        try:
            run_async(execute)
        except asyncpg.PostgresError as error:
            error.add_note(f"in migrations/sql/{name}")
            raise
