"""The hash of the state that this instance holds, for whoever compares it with a state of his own (question 26).

Hashing writes down what changed since the last time and takes all leaves into one tree: seconds for a state of a
hundred thousand things. It goes on in slices on the loop, for one asker at a time, and after each slice the loop waits
for a moment: the threads that carry HTTP get the interpreter only when nobody takes it back at once. Without that
moment every reader was seen to wait, up to a tenth of a second, and a few when hashing had a thread of its own. A
number that is some seconds old is given again: it names its position, so it is compared as well as a fresh one.
"""

import asyncio
from collections.abc import Callable

from contracts.limits import (
    LIVE_STATE_HASH_SECONDS,
    STATE_HASH_PAUSE_MILLISECONDS,
    STATE_HASH_SLICE_MILLISECONDS,
)
from services.tariffs.domain.replay.document import StateHash, StateHasher
from services.tariffs.domain.replay.whole_state import WholeState


class LiveHash:
    """Hashes states of one instance. `state` gives the newest; `clock` seconds that only grow."""

    def __init__(self, state: Callable[[], WholeState], clock: Callable[[], float]) -> None:
        self._state = state
        self._clock = clock
        self._hasher = StateHasher()
        self._turn = asyncio.Lock()
        self._newest: StateHash | None = None
        self._found_at = 0.0

    async def of(self, state: WholeState) -> StateHash:
        """The hash of this very state."""
        async with self._turn:
            return await self._hashed(state)

    async def recent(self) -> StateHash:
        """The hash of the newest state, or of one that was the newest a moment ago."""
        async with self._turn:
            if self._newest is None or self._clock() - self._found_at >= LIVE_STATE_HASH_SECONDS:
                return await self._hashed(self._state())
            return self._newest

    async def _hashed(self, state: WholeState) -> StateHash:
        slice_seconds = STATE_HASH_SLICE_MILLISECONDS / 1000
        ends = self._clock() + slice_seconds
        for found in self._hasher.steps(state):
            if found is not None:
                self._newest, self._found_at = found, self._clock()
                return found
            if self._clock() >= ends:
                await asyncio.sleep(STATE_HASH_PAUSE_MILLISECONDS / 1000)
                ends = self._clock() + slice_seconds
        raise AssertionError("steps end with the hash")
