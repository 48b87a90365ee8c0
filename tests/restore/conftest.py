"""One bloc for all tests of restoring: each takes it apart and leaves it whole."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.restore.house import House, house_in


@pytest.fixture(scope="session")
async def _house(work_folder: Path) -> AsyncIterator[House]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("BLOC_")}
    async with house_in(work_folder / "house", own) as made:
        yield made


@pytest.fixture
async def house(_house: House) -> House:
    """A bloc with three witnesses, all of it running."""
    await _house.mend()
    return _house
