"""The ledger as this service sees it: an HTTP interface, read by position.

Nothing here is on the hot path of a submission: the follower reads pages, streams are loaded when a decision
first needs them, and single questions are asked before a refusal or when a receipt is late.
"""

from collections.abc import AsyncIterator, Mapping

import httpx
import msgspec

from contracts.limits import LEDGER_ANSWER_SECONDS_MAX
from contracts.receipt import Receipt, decode_receipt
from contracts.subjects import SIGNATURE_HEADER

_NDJSON = "application/x-ndjson"
_NOT_FOUND = 404
_TOO_MANY_REQUESTS = 429


class LedgerAway(Exception):
    """The ledger cannot be reached, or answers that it cannot serve now."""


class Head(msgspec.Struct, frozen=True):
    """How far the ledger is: `size` entries, `sequence` of the draft stream consumed, `watermark` a time."""

    size: int
    sequence: int
    recorded_at: str | None = None
    incarnation: str | None = None
    watermark: str | None = None


class PositionAt(msgspec.Struct, frozen=True):
    """The last position recorded at or before a time (-1: none); `settled` once none can be added any more."""

    position: int
    settled: bool


class Forwarded(msgspec.Struct, frozen=True):
    """An answer of the ledger that is handed on as it is."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class LedgerClient:
    """One pool of connections to one ledger; or what stands in for it where there is only a record (`transport`)."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(
            base_url=url,
            transport=transport,
            timeout=httpx.Timeout(LEDGER_ANSWER_SECONDS_MAX, connect=2),
            limits=httpx.Limits(max_connections=16, max_keepalive_connections=8),
            trust_env=False,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def head(self) -> Head:
        return msgspec.json.decode(await self._get("/head"), type=Head)

    async def position_at(self, at: str) -> PositionAt:
        """`at`: RFC 3339 with offset."""
        return msgspec.json.decode(await self._get("/positions", at=at), type=PositionAt)

    async def receipt(self, digest: str) -> Receipt | None:
        """The newest decisive receipt of a submission digest: recorded before all else; None for no draft at all."""
        body = await self._get_if_there(f"/receipts/{digest}")
        return None if body is None else decode_receipt(body)

    async def receipt_of_draft(self, digest: str, sequence: int) -> Receipt | None:
        """The receipt of one draft, by its place in the draft stream; None when that was not consumed."""
        body = await self._get_if_there(f"/receipts/{digest}", sequence=str(sequence))
        return None if body is None else decode_receipt(body)

    async def entry(self, position: int) -> bytes:
        """The served entry at a position, which must exist."""
        return await self._get(f"/entries/{position}")

    async def entry_if_there(self, position: int) -> bytes | None:
        """The served entry at a position, None when the ledger has not recorded so many."""
        return await self._get_if_there(f"/entries/{position}")

    async def positions_of(self, source: str, ids: list[str]) -> dict[str, int]:
        """Which of these ids of one source are recorded, and at which positions."""
        return msgspec.json.decode(await self._get("/ids", source=source, id=ids), type=dict[str, int])

    async def attachment(self, digest: str, signature: str | None) -> Forwarded:
        """A refused body; the ledger itself decides whether this signature may read it."""
        headers = {} if signature is None else {SIGNATURE_HEADER: signature}
        response = await self._ask(f"/attachments/{digest}", {}, headers)
        if response.is_server_error:
            raise LedgerAway(f"the ledger answered {response.status_code}")
        kept = tuple((name, value) for name, value in response.headers.items() if name.startswith("bloc-"))
        return Forwarded(
            response.status_code, response.headers.get("content-type", _NDJSON), response.content, kept
        )

    async def entries(self, after: int) -> AsyncIterator[bytes]:
        """Served entries as NDJSON chunks (not cut at line ends), from the one after `after` to the head."""
        params = {} if after < 0 else {"after": str(after)}
        async for chunk in self._chunks("/entries", params):
            yield chunk

    async def stream(
        self, stream: str, *, after: int | None = None, until: int | None = None, limit: int | None = None
    ) -> list[bytes]:
        """Served entries of one stream, after and up to a position, at most `limit`; none when it does not exist."""
        asked = {"after": after, "until": until, "limit": limit}
        params = {name: str(value) for name, value in asked.items() if value is not None}
        whole = b"".join([chunk async for chunk in self._chunks(f"/streams/{stream}", params)])
        return [line for line in whole.split(b"\n") if line]

    async def _chunks(self, path: str, params: dict[str, str]) -> AsyncIterator[bytes]:
        try:
            async with self._http.stream("GET", path, params=params, headers={"Accept": _NDJSON}) as response:
                if response.status_code == _NOT_FOUND:
                    return
                _check(response)
                async for chunk in response.aiter_raw():
                    yield chunk
        except httpx.HTTPError as error:
            raise LedgerAway(_said(path, error)) from error

    async def _get(self, path: str, **params: str | list[str]) -> bytes:
        return _check(await self._ask(path, params, {})).content

    async def _get_if_there(self, path: str, **params: str) -> bytes | None:
        response = await self._ask(path, params, {})
        if response.status_code == _NOT_FOUND:
            return None
        return _check(response).content

    async def _ask(
        self, path: str, params: Mapping[str, str | list[str]], headers: dict[str, str]
    ) -> httpx.Response:
        try:
            return await self._http.get(path, params=params, headers=headers)
        except httpx.HTTPError as error:
            raise LedgerAway(_said(path, error)) from error


def _check(response: httpx.Response) -> httpx.Response:
    """5xx and 429 are the ledger's trouble; any other failure is our own mistake and raises as such."""
    if response.is_server_error or response.status_code == _TOO_MANY_REQUESTS:
        raise LedgerAway(f"the ledger answered {response.status_code} to {response.request.url.path}")
    if not response.is_success:
        raise RuntimeError(f"the ledger answered {response.status_code} to {response.request.url}")
    return response


def _said(path: str, error: Exception) -> str:
    """A sentence for partners, who read it in a 503, and for the log."""
    return f"the ledger cannot be reached for {path}: {str(error) or type(error).__name__}"
