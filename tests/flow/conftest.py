"""Scenes for the flow tests: one shared by all that leave it standing, one for those that kill and
start again, and one of its own for each that leaves no bloc behind."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bloc.stack import Stack
from tests.flow.scene import Scene, set_scene


@pytest.fixture(scope="session")
async def scene(stack: Stack) -> AsyncIterator[Scene]:
    """A bloc with partners, members, a catalogue and a reserve. Each test takes names of its own in it."""
    shared = await set_scene(stack)
    yield shared
    await shared.close()


@pytest.fixture(scope="session")
async def _mortal_scene(work_folder: Path) -> AsyncIterator[Scene]:
    async with Stack(work_folder / "mortal") as stack:
        mortal = await set_scene(stack)
        yield mortal
        await mortal.close()


@pytest.fixture
async def mortal_scene(_mortal_scene: Scene) -> Scene:
    """A scene for tests that kill servers and start them again; what a failed one left dead is started first."""
    stack = _mortal_scene.stack
    for name in stack.names:
        if stack.pid(name) is None:
            await stack.start(name)
    return _mortal_scene


@pytest.fixture
async def own_scene(own_stack: Stack) -> AsyncIterator[Scene]:
    """The same for one test alone, which may kill what it likes."""
    own = await set_scene(own_stack)
    yield own
    await own.close()
