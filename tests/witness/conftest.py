"""One witness for all tests that only talk to it; each takes logs of its own, of which the policy names many."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.witness.growing import GrowingLog
from tests.witness.running import RunningWitness

LOGS = tuple(GrowingLog(f"log-{number}.example/ledger") for number in range(60))
_fresh = iter(LOGS)


@pytest.fixture(scope="session")
async def witness(work_folder: Path) -> AsyncIterator[RunningWitness]:
    """A running witness that follows LOGS."""
    async with RunningWitness(work_folder / "witness", LOGS) as running:
        yield running


@pytest.fixture
def log() -> GrowingLog:
    """A log that the shared witness follows and knows nothing of yet."""
    return next(_fresh)
