"""Scenes for the flow tests: one shared by all that leave it standing, one of its own for each that does not."""

from collections.abc import AsyncIterator

import pytest

from bloc.stack import Stack
from tests.flow.scene import Scene, set_scene


@pytest.fixture(scope="session")
async def scene(stack: Stack) -> AsyncIterator[Scene]:
    """A bloc with partners, members, a catalogue and a reserve. Each test takes names of its own in it."""
    shared = await set_scene(stack)
    yield shared
    await shared.close()


@pytest.fixture
async def own_scene(own_stack: Stack) -> AsyncIterator[Scene]:
    """The same for one test alone, which may kill what it likes."""
    own = await set_scene(own_stack)
    yield own
    await own.close()
