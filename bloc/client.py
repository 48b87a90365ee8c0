"""A thin client of the two public HTTP interfaces, and of the NATS door, for everything the command line does.

It signs the exact body bytes it is going to send and decodes nothing that it does not show. A partner in another
language needs no more than this file does: one header, one POST.
"""

from collections.abc import AsyncIterator
from time import time
from typing import Any

import httpx
import msgspec
import nats
from msgspec import Struct

from bloc.surroundings import Surroundings
from bloc.trouble import refusal_of
from contracts.entry import receive_entry
from contracts.identity.jws import sign_detached
from contracts.identity.keys import SigningKey
from contracts.limits import WAIT_SECONDS_MAX
from contracts.subjects import INBOX_PARTNER, SIGNATURE_HEADER, STATUS_HEADER, submit_subject

NDJSON = "application/x-ndjson"


class Answer(Struct, frozen=True):
    """What the service said: HTTP status and the decoded JSON document (receipt or problem)."""

    status: int
    document: dict[str, Any]

    @property
    def recorded(self) -> bool:
        """Whether the submission stands in the ledger now."""
        return self.status in (200, 201)


def _read(response: httpx.Response) -> Answer:
    """An answer of the tariffs service; a gateway before it may send a page of its own instead."""
    try:
        return Answer(response.status_code, msgspec.json.decode(response.content, type=dict[str, Any]))
    except msgspec.DecodeError as error:
        raise refusal_of("tariffs", response) from error


class Bloc:
    """Both services of one bloc, seen from outside. Use as `async with Bloc(...) as bloc`.

    An answer that is no JSON object is of somebody else, and raises Trouble.
    """

    def __init__(self, tariffs_url: str, ledger_url: str, origin: str) -> None:
        self.origin = origin
        timeout = httpx.Timeout(WAIT_SECONDS_MAX + 5, connect=5)
        # Proxies of the environment know the world outside, and seldom what listens on this machine.
        self._tariffs = httpx.AsyncClient(base_url=tariffs_url, timeout=timeout, trust_env=False)
        self._ledger = httpx.AsyncClient(base_url=ledger_url, timeout=timeout, trust_env=False)

    @classmethod
    def around(cls, found: Surroundings) -> "Bloc":
        """Both services where the environment says that they are."""
        return cls(found.tariffs_url, found.ledger_url, found.origin)

    async def __aenter__(self) -> "Bloc":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._tariffs.aclose()
        await self._ledger.aclose()

    def sign(self, key: SigningKey, body: bytes) -> str:
        """The value of the `Bloc-Signature` header for `body`."""
        return sign_detached(key, body, audience=self.origin, issued_at=int(time()))

    async def post(self, key: SigningKey, body: bytes, *, wait_s: int = 10, dry_run: bool = False) -> Answer:
        """Post one submission over HTTP and wait up to `wait_s` seconds for its receipt."""
        response = await self._tariffs.post(
            "/submissions",
            content=body,
            params={"dry_run": "true"} if dry_run else None,
            headers={
                "Content-Type": NDJSON,
                "Prefer": f"wait={wait_s}",
                SIGNATURE_HEADER: self.sign(key, body),
            },
        )
        return _read(response)

    async def post_over_nats(self, key: SigningKey, party: str, body: bytes, nats_url: str) -> Answer:
        """Post one submission as a NATS request on the party's own subject."""
        connection = await nats.connect(  # pyright: ignore[reportUnknownMemberType]
            nats_url, inbox_prefix=INBOX_PARTNER, connect_timeout=5
        )
        try:
            headers = {SIGNATURE_HEADER: self.sign(key, body)}
            reply = await connection.request(submit_subject(party), body, timeout=10, headers=headers)
        finally:
            await connection.close()
        status = int((reply.headers or {}).get(STATUS_HEADER, "500"))
        return Answer(status, msgspec.json.decode(reply.data, type=dict[str, Any]))

    async def read(self, path: str, **params: Any) -> Answer:
        """GET a view of the tariffs service."""
        response = await self._tariffs.get(path, params=params)
        return _read(response)

    async def quote(self, request: dict[str, Any], *, explain: bool = False) -> Answer:
        """Ask what duty would be due, with `explain` also why, in sentences; nothing is recorded."""
        params = {"explain": "true"} if explain else None
        response = await self._tariffs.post("/assessments", json=request, params=params)
        return _read(response)

    async def head(self) -> dict[str, Any]:
        """Size of the ledger, last entry's time, and how far the draft stream is consumed."""
        response = await self._ledger.get("/head")
        return response.raise_for_status().json()

    async def entries(self, path: str = "/entries", **params: Any) -> AsyncIterator[bytes]:
        """Stream entries, each as the exact two lines that the ledger hashed."""
        wanted = {"Accept": NDJSON}
        async with self._ledger.stream("GET", path, params=params, headers=wanted) as response:
            if response.is_error:
                await response.aread()
                response.raise_for_status()
            async for line in response.aiter_lines():
                if line:
                    yield receive_entry(line.encode())

    async def live(self, after: int | None) -> AsyncIterator[bytes]:
        """Follow the ledger over server-sent events, from the entry after position `after`."""
        headers = {"Accept": "text/event-stream"}
        if after is not None:
            headers["Last-Event-ID"] = str(after)
        timeout = httpx.Timeout(None, connect=5)
        async with self._ledger.stream("GET", "/entries/live", headers=headers, timeout=timeout) as response:
            response.raise_for_status()
            async for line in response.aiter_lines():
                if line.startswith("data:"):
                    yield receive_entry(line.removeprefix("data:").strip().encode())
