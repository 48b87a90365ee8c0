"""The parties of Chile on a running bloc: they sign, post and read as partners do."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic, time
from typing import Any

import httpx
from msgspec import Struct

from bloc.authoring import submission_body
from bloc.client import NDJSON, Bloc
from bloc.stack import Stack
from contracts.identity.jws import sign_detached
from contracts.identity.keys import SigningKey
from contracts.subjects import SIGNATURE_HEADER
from tests.tariffs.described import hold_against_description
from tests.tariffs.events import SECRETARIAT

PARTIES = {
    "cl.customs": ("customs", ("CL",)),
    "cl.trade": ("trade_ministry", ("CL",)),
    "cl.vault": ("reserve_operator", ("BLOC",)),
    "cl.prices": ("rate_publisher", ("BLOC",)),
    "cl.council": ("approver", ("CL", "BLOC")),
}


class Said(Struct, frozen=True):
    """What the service answered."""

    status: int
    document: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def slug(self) -> str:
        """Which problem it is."""
        return str(self.document.get("type", "")).rpartition(":")[2]


class Partners:
    """The parties and their keys; `post` signs and posts as one of them."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.origin = stack.origin
        self.keys = {SECRETARIAT: stack.keys.secretariat}
        self.keys |= {party: SigningKey.generate() for party in PARTIES}
        self.http = httpx.AsyncClient(base_url=stack.tariffs_url, timeout=60)

    def client(self) -> Bloc:
        return self.stack.client()

    async def close(self) -> None:
        await self.http.aclose()

    def sign(self, party: str, body: bytes, *, ago_seconds: int = 0, audience: str | None = None) -> str:
        """The signature of a party over a body, as of `ago_seconds` ago."""
        return sign_detached(
            self.keys[party], body, audience=audience or self.origin, issued_at=int(time()) - ago_seconds
        )

    async def post(
        self, party: str, *lines: bytes, wait: int = 20, dry_run: bool = False, key: str | None = None
    ) -> Said:
        """Post lines as one submission of a party (signed by the key of `key` instead, where that is the test)."""
        body = submission_body(lines)
        return await self.send(body, self.sign(key or party, body), wait=wait, dry_run=dry_run)

    async def send(
        self,
        body: bytes,
        signature: str | None,
        *,
        wait: int = 20,
        dry_run: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Said:
        """Post exactly these bytes with exactly this signature."""
        sent = {"Content-Type": NDJSON, "Prefer": f"wait={wait}"}
        sent |= {} if signature is None else {SIGNATURE_HEADER: signature}
        response = await self.http.post(
            "/submissions",
            content=body,
            headers={**sent, **(headers or {})},
            params={"dry_run": "true"} if dry_run else None,
        )
        answer = said(response)
        if answer.status == 200:
            hold_against_description("/submissions", answer.document, "post")
        return answer

    async def get(self, path: str, **params: Any) -> Said:
        answer = said(await self.http.get(path, params=params))
        if answer.status == 200 and not path.startswith("/schema/openapi"):
            hold_against_description(path, answer.document)
        return answer


def said(response: httpx.Response) -> Said:
    """Read an answer."""
    return Said(response.status_code, response.json(), response.headers)


async def recorded(partners: Partners, party: str, *lines: bytes) -> Said:
    """Post, and insist that it was recorded."""
    answer = await partners.post(party, *lines)
    assert answer.status == 201, answer
    return answer


async def until(holds: Callable[[], Awaitable[bool]], *, seconds: float = 60.0) -> None:
    """Ask again and again until it holds; fail when it does not in time."""
    deadline = monotonic() + seconds
    while not await holds():
        assert monotonic() < deadline, f"did not come true within {seconds} s"
        await asyncio.sleep(0.05)
