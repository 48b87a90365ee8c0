"""One `bloc up` for all tests that only talk to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command.typed import Serving


@pytest.fixture(scope="session")
def serving(work_folder: Path) -> Iterator[Serving]:
    """A bloc that serves, founded by itself, with development keys in its folder."""
    serving = Serving(work_folder / "up", "--witnesses", "0")
    serving.start()
    yield serving
    assert serving.stop() == 0
