"""The story is played once for all questions, kept in a folder, and served again as docs/questions.md says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command.typed import Serving, surroundings_of, typed
from tests.questions.asking import Asking


@pytest.fixture(scope="session")
def asking(work_folder: Path) -> Iterator[Asking]:
    """The demo's ledger, to be asked."""
    folder = work_folder / "questions"
    folder.mkdir()
    played = typed("demo", "--data", folder / "demo", environment=surroundings_of())
    assert played.status == 0, played
    serving = Serving(folder / "demo")
    serving.start()
    yield Asking(serving, folder)
    assert serving.stop() == 0
