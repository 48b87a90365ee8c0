"""Where a record is read: a ledger's address, or a folder of downloaded files. Both have the paths of tlog-tiles.

A source is a stranger. What it sends is bounded in size and time, it is asked for plain bytes (no compression that
could swell), it cannot send a reader elsewhere, and what it does not have is an answer (`Missing`), never a reason to
go on without.
"""

import time
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

import httpx
from msgspec import Struct

from contracts.limits import (
    RECONNECT_WAIT_SECONDS,
    VERIFY_ANSWER_BYTES_MAX,
    VERIFY_ANSWER_SECONDS_MAX,
    VERIFY_ATTEMPTS_MAX,
)
from contracts.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, TileFault, decode_bundle, decode_hashes

CHECKPOINT = "checkpoint"


class Missing(Struct, frozen=True):
    """What was asked for cannot be had; `name` is its file or address."""

    name: str
    reason: str


class Source(Protocol):
    """Serves the files of a log by their paths."""

    def name_of(self, path: str) -> str:
        """How people call this file."""
        ...

    def read(self, path: str) -> bytes | Missing:
        """The whole file."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...


class FolderSource:
    """A folder with the files of a log, as `curl --create-dirs` leaves them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def name_of(self, path: str) -> str:
        """The file."""
        return str(self._folder / path)

    def read(self, path: str) -> bytes | Missing:
        """Read a file of the folder."""
        file = self._folder / path
        try:
            with file.open("rb") as opened:
                raw = opened.read(VERIFY_ANSWER_BYTES_MAX + 1)
        except OSError as error:
            return Missing(str(file), error.strerror or type(error).__name__)
        if len(raw) > VERIFY_ANSWER_BYTES_MAX:
            return Missing(str(file), f"it is larger than any file of a log, {VERIFY_ANSWER_BYTES_MAX} bytes")
        return raw

    def close(self) -> None:
        """Nothing stays open."""


class UrlSource:
    """A ledger over HTTP. One connection, kept open; a broken one is tried again a few times."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._client = httpx.Client(
            timeout=httpx.Timeout(VERIFY_ANSWER_SECONDS_MAX, connect=5),
            headers={"Accept-Encoding": "identity", "Cache-Control": "no-cache"},
            trust_env=False,
        )

    def name_of(self, path: str) -> str:
        """The address."""
        return f"{self._url}/{path}"

    def read(self, path: str) -> bytes | Missing:
        """Ask for a file. Silence, refusal and overload are waited out, as often as the limit says."""
        answer = Missing(self.name_of(path), "it was not asked for")
        for attempt in range(VERIFY_ATTEMPTS_MAX):
            if attempt:
                time.sleep(RECONNECT_WAIT_SECONDS)
            try:
                with self._client.stream("GET", self.name_of(path)) as response:
                    if response.status_code == HTTPStatus.OK:
                        return self._bounded(path, response)
                    answer = Missing(self.name_of(path), f"the server answers {response.status_code}")
                    if response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                        return answer
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                answer = Missing(self.name_of(path), str(error) or type(error).__name__)
        return answer

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def _bounded(self, path: str, response: httpx.Response) -> bytes | Missing:
        """The body, as long as it is not larger than any file of a log, and does not take for ever."""
        until = time.monotonic() + VERIFY_ANSWER_SECONDS_MAX
        pieces: list[bytes] = []
        size = 0
        for piece in response.iter_raw():
            size += len(piece)
            if size > VERIFY_ANSWER_BYTES_MAX:
                return Missing(self.name_of(path), "it is larger than any file of a log")
            if time.monotonic() > until:
                return Missing(self.name_of(path), f"it took longer than {VERIFY_ANSWER_SECONDS_MAX} s")
            pieces.append(piece)
        return b"".join(pieces)


def open_source(where: str) -> Source:
    """The source of an address (http or https) or of a folder."""
    return UrlSource(where) if is_url(where) else FolderSource(Path(where))


def is_url(where: str) -> bool:
    """Whether people mean an address."""
    return where.startswith(("http://", "https://"))


def read_tile(source: Source, tile: Tile) -> tuple[bytes, ...] | TileFault | Missing:
    """The hashes of a tile, or the entries of a bundle, exactly `tile.width` of them.

    A log may stop serving a partial tile once the full one is there (tlog-tiles): then that is cut.
    """
    raw = source.read(tile.path)
    if isinstance(raw, bytes):
        return _decoded(tile, raw)
    if tile.width == TILE_WIDTH:
        return raw
    full = Tile(tile.level, tile.index)
    whole = source.read(full.path)
    if isinstance(whole, Missing):
        return raw
    decoded = _decoded(full, whole)
    return decoded if isinstance(decoded, TileFault) else decoded[: tile.width]


def _decoded(tile: Tile, raw: bytes) -> tuple[bytes, ...] | TileFault:
    return decode_bundle(raw, tile.width) if tile.level == ENTRIES else decode_hashes(raw, tile.width)
