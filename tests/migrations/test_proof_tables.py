"""The tables of the proofs: what they refuse even to a writer who is entitled to write."""

from datetime import UTC, datetime

import asyncpg
import pytest

from tests.migrations.schema import LEDGER, Database

NOW = datetime(2026, 7, 1, tzinfo=UTC)
NODE = "INSERT INTO ledger.nodes VALUES ($1, $2, $3)"
CHECKPOINT = "INSERT INTO ledger.checkpoints VALUES ($1, $2, $3, $4)"
COSIGNATURE = "INSERT INTO ledger.cosignatures VALUES ($1, $2, $3, $4)"


async def test_a_node_has_one_hash_of_32_bytes_at_a_level_that_a_tree_can_have(fresh: Database) -> None:
    """Level 0 is the column `leaf`; level 8 would need more entries than there are positions."""
    async with fresh.connect(LEDGER) as ledger:
        await ledger.execute(NODE, 1, 0, bytes(32))
        with pytest.raises(asyncpg.UniqueViolationError):
            await ledger.execute(NODE, 1, 0, bytes(32))
        for row in ((1, 1, bytes(31)), (0, 0, bytes(32)), (8, 0, bytes(32)), (1, -1, bytes(32))):
            with pytest.raises(asyncpg.CheckViolationError):
                await ledger.execute(NODE, *row)


async def test_two_checkpoints_of_one_size_cannot_be_stored(fresh: Database) -> None:
    """The log never signs two roots of one size: not even a second row of the same root is taken."""
    async with fresh.connect(LEDGER) as ledger:
        await ledger.execute(CHECKPOINT, 5, bytes(32), b"note", NOW)
        with pytest.raises(asyncpg.UniqueViolationError):
            await ledger.execute(CHECKPOINT, 5, bytes([1] * 32), b"another note", NOW)
        with pytest.raises(asyncpg.CheckViolationError):
            await ledger.execute(CHECKPOINT, 0, bytes(32), b"note", NOW)


async def test_a_witness_cosigns_a_size_once(fresh: Database) -> None:
    """Its first cosignature stays; another witness has its own row."""
    async with fresh.connect(LEDGER) as ledger:
        await ledger.execute(COSIGNATURE, 5, "us.example/witness", "line", 1_782_876_606)
        await ledger.execute(COSIGNATURE, 5, "eu.example/witness", "line", 1_782_876_606)
        with pytest.raises(asyncpg.UniqueViolationError):
            await ledger.execute(COSIGNATURE, 5, "us.example/witness", "line", 1_782_876_607)
