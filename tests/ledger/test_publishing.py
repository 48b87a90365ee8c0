"""What a ledger publishes at its start, from the rows of what was signed and cosigned before."""

import asyncpg
import pytest

from services.ledger.published import Published
from services.ledger.signer.publishing import fill
from services.ledger.store.checkpoints import StoredCheckpoint, insert_checkpoint
from services.ledger.store.cosignatures import Cosignature, store_cosignature
from tests.ledger.drafting import LEDGER, ORIGIN
from tests.ledger.signing import Desk
from tests.ledger.test_published import AT_SECONDS, cosigned, policy, signed, sizes

KEYS = (LEDGER.verifying,)


async def record(connection: "asyncpg.Connection[asyncpg.Record]", size: int, *witnesses: str) -> None:
    """The rows of a checkpoint and its cosignatures."""
    checkpoint = signed(size).checkpoint
    stored = StoredCheckpoint(size, checkpoint.root, signed(size).note.encode(), AT_SECONDS * 10**9)
    await insert_checkpoint(connection, stored)
    for name in witnesses:
        line = cosigned(size, name)
        await store_cosignature(connection, Cosignature(size, line.name, line.line, AT_SECONDS))


async def test_the_newest_quorum_is_looked_for_among_as_many_as_the_limit_says(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One witness was alone for a while: what was cosigned before that is found, and the search comes to an end."""
    monkeypatch.setattr("services.ledger.signer.publishing.CHECKPOINTS_FILLED_MAX", 2)
    monkeypatch.setattr("services.ledger.signer.publishing.CHECKPOINTS_LOOKED_THROUGH_MAX", 6)
    connection = await asyncpg.connect(desk.url())
    try:
        await record(connection, 1, "us", "eu")
        for size in range(2, 7):
            await record(connection, size, "us")
        published = Published(policy())
        await fill(published, connection, origin=ORIGIN, keys=KEYS)
        assert sizes(published)[:2] == (6, 1)
        await record(connection, 7, "us")
        published = Published(policy())
        await fill(published, connection, origin=ORIGIN, keys=KEYS)
        assert sizes(published)[:2] == (7, 0)
    finally:
        await connection.close()
