"""Asking a record: the entries are folded here, and the handlers of the tariffs service answer from what that gives.

No answer is computed otherwise than by a service, so a service and a record with the same entries answer with the same
bytes; and whoever has the entries needs nobody's word for it. The fold is paid once, however much is asked.
"""

from datetime import UTC, datetime
from typing import Any, cast

import httpx

from bloc.asking.record import RecordTransport
from bloc.history.faults import Broken
from bloc.history.sources import History, Progress, dense
from services.tariffs.doors.http import create_reading_app
from services.tariffs.doors.wiring import Reading
from services.tariffs.following.follower import Follower
from services.tariffs.following.recorded import BrokenHistory
from services.tariffs.outside.ledger import LedgerClient

_HERE = "http://record"


class Answering:
    """A history, folded once, and whoever answers from it as a service would that had read exactly this."""

    def __init__(self, history: History, progress: Progress) -> None:
        """Fold it. Raises Broken and Unreadable (Trouble). The history stays open for as long as it is asked."""
        transport = RecordTransport(history)
        ledger = LedgerClient(_HERE, transport)
        follower = Follower(ledger, seen=_pass_over)
        try:
            for lines in dense(history):
                follower.fold(lines)
                transport.keep(lines)
                progress(follower.position + 1)
        except BrokenHistory as error:
            raise Broken(history.name, str(error)) from error
        follower.caught_up = True
        # ASGI as Litestar and as httpx write it down are one protocol of two spellings.
        self._app = cast("Any", create_reading_app(Reading(follower, ledger, lambda: datetime.now(UTC))))

    async def ask(self, path: str, body: bytes | None = None) -> httpx.Response:
        """The answer to a GET, or to a POST of `body`. Raises Broken and Unreadable (Trouble)."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url=_HERE) as client:
            if body is None:
                return await client.get(path)
            return await client.post(path, content=body, headers={"Content-Type": "application/json"})


def _pass_over(stream: str, version: int) -> None:
    """Streams that are not of the rules are read when they are asked for."""
