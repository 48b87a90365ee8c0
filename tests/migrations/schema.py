"""What the tests of the schema have in common: its tables by name, a first row for each, and a way to
connect."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from bloc.embedded.postgres import Postgres

SUPERUSER = "postgres"
OWNER, LEDGER, TARIFFS, AUDITOR = "bloc_owner", "ledger_app", "tariffs_app", "auditor"
ENTRIES_A_PARTITION = 1_000_000

RECORDED_AT = datetime(2026, 2, 4, 14, 0, tzinfo=UTC)
FOUNDING_ID = UUID("019c2c3c-8b00-7000-8000-000000000001")
STAMP = b'{"position":0,"recorded_at":"2026-02-04T14:00:00.000000Z"}'
EVENT = b'{"type":"bloc.founded.v1","data":{"name":"Critical minerals bloc"}}'


def entry_row(position: int, *, entry: bytes = STAMP + b"\n" + EVENT) -> tuple[object, ...]:
    """A row of ledger.entries: the founding of the bloc, at any position."""
    party = "bloc.secretariat"
    return (position, RECORDED_AT, "bloc", position + 1, "bloc.founded.v1", party, bytes(32), entry)


FIRST_ROWS: dict[str, tuple[object, ...]] = {
    "entries": entry_row(0),
    "ids": ("/parties/bloc.secretariat", FOUNDING_ID, 0),
    "key_versions": ("bloc", 1, 0),
    "outcomes": (1, bytes(32), "recorded", 0, 1, RECORDED_AT, None),
    "seals": (1, 0, bytes(32), b"frontier", 1),
    "attachments": (bytes(32), 0, "us.customs", b"{}", "header..signature"),
    "incarnations": ("019c2c3c-8b00-7000-8000-000000000002", 1),
    "nodes": (1, 0, bytes(32)),
    "checkpoints": (1, bytes(32), b"bloc.example/ledger\n1\n", RECORDED_AT),
    "cosignatures": (1, "us.example/witness", "\u2014 us.example/witness AAAA", 1_770_213_600),
}
TABLES = tuple(FIRST_ROWS)
PARTITIONS = ("entries_0", "entries_1", "entries_2")
FIRST_COLUMN = {
    "entries": "position",
    "ids": "source",
    "key_versions": "key",
    "outcomes": "sequence",
    "seals": "size",
    "attachments": "digest",
    "incarnations": "incarnation",
    "nodes": "level",
    "checkpoints": "size",
    "cosignatures": "size",
}


class Database:
    """One migrated database of the test cluster."""

    def __init__(self, postgres: Postgres, name: str) -> None:
        self.postgres = postgres
        self.name = name

    def url(self, role: str) -> str:
        return self.postgres.dsn(role, self.name)

    @asynccontextmanager
    async def connect(
        self, role: str, **settings: str
    ) -> AsyncGenerator["asyncpg.Connection[asyncpg.Record]"]:
        """Connect as a role, with server settings such as session_replication_role."""
        connection = await asyncpg.connect(self.url(role), server_settings=settings)
        try:
            yield connection
        finally:
            await connection.close()


async def insert(
    connection: "asyncpg.Connection[asyncpg.Record]", table: str, row: tuple[object, ...]
) -> None:
    """Add one row by position of its columns."""
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    await connection.execute(f"INSERT INTO ledger.{table} VALUES ({places})", *row)
