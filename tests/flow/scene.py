"""A running bloc with its partners, and the two doors through which they speak.

Everything goes over the public interfaces. A scene can be set on any stack: the shared one of conftest.py, or one
that a test kills servers in.
"""

import asyncio
import json
from collections.abc import Mapping
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
import nats
from msgspec import Struct
from nats.aio.client import Client

from bloc.stack import Stack
from tests.flow.partner import SECRETARIAT, Partner, Told, digest_of
from tests.flow.telling import (
    COMPANY,
    OXIDE,
    capital,
    committed,
    defined,
    floor,
    joined,
    listed,
    mandated,
    measure,
    registered,
)

PORT, TRADE, VAULT, OBSERVER = "us.port", "us.trade", "us.vault", "ec.observer"
COMMITMENT = "vault.clarios.2026-01"
NDJSON = "application/x-ndjson"
PROBLEM = "application/problem+json"
CUSTOMS_TYPES = ["bloc.declaration.accepted.v1"]
_ROLES = {
    PORT: ("customs", CUSTOMS_TYPES, "US"),
    TRADE: ("trade_ministry", ["bloc.measure.*"], "US"),
    VAULT: (
        "reserve_operator",
        [
            "bloc.reserve.capital_committed.v1",
            "bloc.purchase_commitment.signed.v1",
            "bloc.lot.received.v1",
            "bloc.drawdown.released.v1",
            "bloc.replenishment.received.v1",
        ],
        "BLOC",
    ),
}
"""Party → role, event types and territory. The observer and the company have a key and no mandate."""


class Said(Struct, frozen=True):
    """An answer of either door: status, headers in lower case, JSON document."""

    status: int
    headers: Mapping[str, str]
    document: dict[str, Any]

    @property
    def slug(self) -> str:
        """The kind of problem, "" for an answer that is none."""
        return str(self.document.get("type", "")).removeprefix("urn:bloc:problem:")


class Scene:
    """A stack, its partners by name, and an HTTP client. `tariffs_url` may name another tariffs process."""

    def __init__(self, stack: Stack, partners: Mapping[str, Partner]) -> None:
        self.stack = stack
        self.partners = dict(partners)
        self.http = httpx.AsyncClient(
            timeout=httpx.Timeout(40, connect=5), limits=httpx.Limits(max_connections=200)
        )
        self._nats: Client | None = None
        self._numbers = count(1)
        self._mark = uuid4().hex[:6]

    def __getitem__(self, party: str) -> Partner:
        return self.partners[party]

    def name(self, prefix: str) -> str:
        """A name that nobody has used yet in this bloc."""
        return f"{prefix}-{self._mark}-{next(self._numbers)}"

    async def say(self, party: str, *told: Told, wait: int = 15) -> Said:
        """Author, sign and post one submission over HTTP."""
        partner = self[party]
        return await self.post(partner.body(*told), partner, wait=wait)

    async def post(
        self,
        body: bytes,
        signer: Partner | None,
        *,
        signature: str | None = None,
        headers: Mapping[str, str] | None = None,
        wait: int = 15,
        dry_run: bool = False,
        tariffs_url: str | None = None,
    ) -> Said:
        """Post these very bytes over HTTP. `signature` replaces the signer's; without both, none is sent."""
        sent = {"Content-Type": NDJSON, "Prefer": f"wait={wait}", **(headers or {})}
        if signature is None and signer is not None:
            signature = signer.sign(body)
        if signature is not None:
            sent["Bloc-Signature"] = signature
        response = await self.http.post(
            f"{tariffs_url or self.stack.tariffs_url}/submissions",
            params={"dry_run": "true"} if dry_run else None,
            content=body,
            headers={name: value for name, value in sent.items() if value},
        )
        return Said(response.status_code, dict(response.headers), response.json())

    async def ask(self, party: str, body: bytes, signature: str | None, *, prefer: str = "wait=15") -> Said:
        """Send these very bytes as a NATS request on the party's subject."""
        if self._nats is None or not self._nats.is_connected:
            self._nats = await nats.connect(  # pyright: ignore[reportUnknownMemberType]
                self.stack.nats_url("partner"), inbox_prefix=b"_INBOX_partner", connect_timeout=5
            )
        headers = {"Prefer": prefer} | ({} if signature is None else {"Bloc-Signature": signature})
        reply = await self._nats.request(f"bloc.submit.{party}", body, timeout=30, headers=headers)
        heard = {name.lower(): value for name, value in (reply.headers or {}).items()}
        return Said(int(heard["bloc-status"]), heard, json.loads(reply.data))

    async def fate(self, body: bytes) -> Said:
        """What `Location` says about a submission."""
        response = await self.http.get(f"{self.stack.tariffs_url}/submissions/{digest_of(body)}")
        return Said(response.status_code, dict(response.headers), response.json())

    async def comes_to(self, body: bytes, outcome: str, *, within_seconds: float = 20) -> None:
        """Ask `Location` until it says so."""
        async with asyncio.timeout(within_seconds):
            while (await self.fate(body)).document.get("outcome") != outcome:  # noqa: ASYNC110 # as a partner does
                await asyncio.sleep(0.05)

    async def takes_submissions(self, *, within_seconds: float = 20) -> None:
        """Wait until the tariffs service has found its way back to NATS."""
        url = f"{self.stack.tariffs_url}/health/ready"
        async with asyncio.timeout(within_seconds):
            while (await self.http.get(url)).status_code != 200:  # noqa: ASYNC110 # as an operator does
                await asyncio.sleep(0.05)

    async def read(self, path: str, **params: Any) -> dict[str, Any]:
        """A view of the tariffs service."""
        response = await self.http.get(self.stack.tariffs_url + path, params=params)
        response.raise_for_status()
        return response.json()

    async def head(self) -> dict[str, Any]:
        """How far the ledger is."""
        response = await self.http.get(f"{self.stack.ledger_url}/head")
        response.raise_for_status()
        return response.json()

    async def entries(self, path: str = "/entries", **params: Any) -> list[dict[str, Any]]:
        """Served entries as `{"stamp": …, "event": …}`, in the order of the answer."""
        response = await self.http.get(
            self.stack.ledger_url + path, params=params, headers={"Accept": NDJSON}, timeout=120
        )
        response.raise_for_status()
        return [json.loads(line) for line in response.text.splitlines()]

    async def entry(self, position: int) -> dict[str, Any]:
        """One entry."""
        (found,) = await self.entries(after=position - 1, limit=1)
        assert found["stamp"]["position"] == position
        return found

    async def close(self) -> None:
        """Close the client of each door."""
        await self.http.aclose()
        if self._nats is not None:
            await self._nats.close()


async def set_scene(stack: Stack) -> Scene:
    """Introduce the partners, let the US accede, fill a small catalogue, open the reserve."""
    parties = (PORT, TRADE, VAULT, OBSERVER, COMPANY)
    partners = {party: Partner(party) for party in parties}
    partners[SECRETARIAT] = Partner.from_folder(stack.keys_folder, SECRETARIAT)
    scene = Scene(stack, partners)
    mandates = [mandated(party, *terms) for party, terms in _ROLES.items()]
    introduced = await scene.say(
        SECRETARIAT,
        *(registered(partners[party]) for party in parties),
        *mandates,
        *joined("US"),
        listed("ndpr"),
        defined(OXIDE),
        floor(),
    )
    assert introduced.status == 201, introduced
    base = await scene.say(TRADE, measure("us.base.284690", "284690"))
    assert base.status == 201, base
    reserve = await scene.say(VAULT, capital(), committed(COMMITMENT))
    assert reserve.status == 201, reserve
    return scene
