"""A record that stands in for the ledger, for the few things that a read asks of one: a stream, a position at a time.

The service's own client speaks to it, over no network; so everything above that client is what a service runs. Lines
of the reserve, of quotas and refusals are kept while the record is folded; declarations, of which there may be
millions, are looked up by reading the record once more.
"""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import msgspec

from bloc.history.bounds import until
from bloc.history.sources import History, Lines
from contracts.streams import kind_of
from services.tariffs.following.folding import RULE_KINDS
from services.tariffs.following.recorded import place_of

_NOT_KEPT = RULE_KINDS | {"declaration"}
_STREAMS = "/streams/"


class RecordTransport(httpx.AsyncBaseTransport):
    """Answers `/streams/…` and `/positions` as the ledger does, from a history."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._kept: dict[str, Lines] = {}
        self._last = -1

    def keep(self, lines: Lines) -> None:
        """Keep what may be asked for by its stream. What is not shown here is not in the record: a ledger may grow."""
        for line in lines:
            place = place_of(line)
            stream, self._last = place.stream, place.position
            if kind_of(stream) not in _NOT_KEPT:
                self._kept.setdefault(stream, []).append(line)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One answer, whole."""
        path, asked = request.url.path, request.url.params
        if path.startswith(_STREAMS):
            found = self._stream(path.removeprefix(_STREAMS), asked)
            return _answer(b"".join(line + b"\n" for line in found))
        if path == "/positions":
            return _answer(self._position_at(datetime.fromisoformat(asked["at"])))
        raise AssertionError(f"no read asks the ledger for {path}")

    def _stream(self, stream: str, asked: httpx.QueryParams) -> Lines:
        lines = self._kept.get(stream) or self._looked_up(stream)
        after, last = int(asked.get("after", -1)), min(int(asked.get("until", self._last)), self._last)
        within = [line for line in lines if after < place_of(line).position <= last]
        return within[: int(asked.get("limit", len(within)))]

    def _looked_up(self, stream: str) -> Lines:
        named = b'"stream":"%s"' % stream.encode()
        return [
            line
            for lines in until(self._history.batches(), self._last)
            for line in lines
            if named in line and place_of(line).stream == stream
        ]

    def _position_at(self, moment: datetime) -> bytes:
        """As the ledger says it; settled as soon as something later is recorded."""
        position = -1
        for lines in until(self._history.batches(), self._last):
            for line in lines:
                place = place_of(line)
                if datetime.fromisoformat(place.recorded_at) > moment:
                    return msgspec.json.encode({"position": position, "settled": True})
                position = place.position
        return msgspec.json.encode({"position": position, "settled": False})


class _Body(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body


def _answer(body: bytes) -> httpx.Response:
    return httpx.Response(200, stream=_Body(body))
