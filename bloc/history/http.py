"""The history of a running ledger, streamed over HTTP: one request for everything, asked again where it broke off.

The end is the head that the ledger had when the reading began, so that a busy ledger is read in finite time. An
address that serves only tiles (a mirror, a CDN) is read by its bundles.
"""

import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import NoReturn

import httpx
import msgspec

from bloc.history.faults import Unreadable
from contracts.limits import (
    HISTORY_READ_BYTES,
    RECONNECT_WAIT_SECONDS,
    VERIFY_ANSWER_SECONDS_MAX,
    VERIFY_ATTEMPTS_MAX,
)

_NDJSON = "application/x-ndjson"


class _Head(msgspec.Struct, frozen=True):
    size: int


class LedgerHistory:
    """Entries of the ledger at an address."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._client = httpx.Client(
            timeout=httpx.Timeout(VERIFY_ANSWER_SECONDS_MAX, connect=5),
            headers={"Accept-Encoding": "identity", "Cache-Control": "no-cache"},
            trust_env=False,
        )

    @property
    def name(self) -> str:
        """The address."""
        return self._url

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def batches(self) -> Iterator[list[bytes]]:
        """Served entries, some hundred kilobytes at a time. A broken connection is taken up behind the last one."""
        size = self.size()
        position, failures = 0, 0
        while position < size:
            before = position
            try:
                for lines in self._lines(position, size):
                    position += len(lines)
                    yield lines
                reason = f"the ledger ended at entry {position} of {size}"
            except httpx.HTTPError as error:
                reason = str(error) or type(error).__name__
            failures = 0 if position > before else failures + 1
            if failures >= VERIFY_ATTEMPTS_MAX:
                self._give_up(reason)
            if position < size:
                time.sleep(RECONNECT_WAIT_SECONDS)

    def serves_entries(self) -> bool:
        """Whether a ledger answers here, rather than a server that knows nothing but files. Raises Unreadable."""
        return self._head().status_code != HTTPStatus.NOT_FOUND

    def stream(self, name: str) -> list[bytes]:
        """All entries of one stream; none when nothing was recorded on it. Raises Unreadable."""
        try:
            response = self._client.get(f"{self._url}/streams/{name}", headers={"Accept": _NDJSON})
        except httpx.HTTPError as error:
            self._give_up(str(error) or type(error).__name__)
        if response.status_code == HTTPStatus.NOT_FOUND:
            return []
        if response.status_code != HTTPStatus.OK:
            self._give_up(f"the server answers {response.status_code} to /streams/{name}")
        return [line for line in response.content.split(b"\n") if line]

    def size(self) -> int:
        """How many entries the ledger has now. Raises Unreadable."""
        response = self._head()
        if response.status_code != HTTPStatus.OK:
            self._give_up(f"the server answers {response.status_code} to /head")
        try:
            return msgspec.json.decode(response.content, type=_Head).size
        except msgspec.DecodeError as error:
            self._give_up(f"its head cannot be read: {error}")

    def _head(self) -> httpx.Response:
        try:
            return self._client.get(f"{self._url}/head")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self._give_up(str(error) or type(error).__name__)

    def _lines(self, position: int, size: int) -> Iterator[list[bytes]]:
        asked = {"after": str(position - 1), "until": str(size - 1)}
        rest = b""
        with self._client.stream(
            "GET", f"{self._url}/entries", params=asked, headers={"Accept": _NDJSON}
        ) as response:
            if response.is_client_error:
                self._give_up(f"the server answers {response.status_code} to /entries")
            response.raise_for_status()
            for piece in response.iter_raw(HISTORY_READ_BYTES):
                *lines, rest = (rest + piece).split(b"\n")
                if lines:
                    yield lines

    def _give_up(self, reason: str) -> NoReturn:
        raise Unreadable(self._url, reason)
