"""Programs that we did not write, each in a process of its own and under a timeout; and a ledger to use them on."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bloc.embedded.postgres import Postgres
from tests.ledger.conftest import new_place
from tests.ledger.running import Place
from tests.rivals.environment import MISSING, environment


@pytest.fixture(scope="session")
async def programs() -> Path:
    """The folder of the programs; the tests that need them are skipped where no Python is new enough."""
    folder = await asyncio.to_thread(environment)
    if folder is None:
        pytest.skip(MISSING)
    return folder


@pytest.fixture(scope="module")
async def place(postgres: Postgres, template_database: str, work_folder: Path) -> AsyncIterator[Place]:
    """A place for the ledger of one module."""
    async with new_place(postgres, template_database, work_folder) as made:
        yield made
