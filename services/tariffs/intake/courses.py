"""A submission that is being decided or recorded, as its askers see it.

Several may wait for one: those who posted the same bytes at once. Each waits as long as he likes, and is let go when
the service stops; the task goes on whoever waits.
"""

import asyncio
from typing import Any

from msgspec import Struct, field

from services.tariffs.intake.outcomes import Outcome
from services.tariffs.intake.proceedings import Progress


def _future() -> asyncio.Future[None]:
    return asyncio.get_running_loop().create_future()


class Course(Struct, eq=False):
    """The task, how far it has come, and the bytes that it holds."""

    task: asyncio.Task[Outcome]
    progress: Progress
    length: int
    left: asyncio.Future[None] = field(default_factory=_future)
    """Done when the service stops before the task has come to its end."""

    def leave(self) -> None:
        """Let everybody go who waits."""
        if not self.left.done():
            self.left.set_result(None)

    async def wait(self, seconds_max: float) -> None:
        """Wait for the end, until time is up or the service stops."""
        await self._first_of(seconds_max=seconds_max)

    async def wait_for_publication(self) -> None:
        """Wait until the draft is in JetStream, for the end, or until the service stops."""
        published = asyncio.ensure_future(self.progress.published.wait())
        try:
            await self._first_of(published)
        finally:
            published.cancel()

    async def _first_of(self, *others: asyncio.Future[Any], seconds_max: float | None = None) -> None:
        waited = (self.task, self.left, *others)
        await asyncio.wait(waited, timeout=seconds_max, return_when=asyncio.FIRST_COMPLETED)
