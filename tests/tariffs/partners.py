"""A country with its parties, on a running bloc: who posts in these tests, and what they post.

Chile (CL) and its lithium carbonate stand here, so that other tests on the same bloc can play with the United
States and NdPr oxide undisturbed. Every mandate, measure and price is made up for the tests.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from time import time
from typing import Any

import httpx
import msgspec
from msgspec import Struct
from uuid_utils import uuid7

from bloc.authoring import author_event, submission_body
from bloc.client import NDJSON, Bloc
from bloc.stack import Stack
from contracts.identity.jws import sign_detached
from contracts.identity.keys import SigningKey
from contracts.identity.possession import prove_possession
from contracts.registry import ROLES
from contracts.subjects import SIGNATURE_HEADER

SECRETARIAT = "bloc.secretariat"
LINE = "cl_lithium.oxide_compound.carbonate_99"
RESERVE = "cl-vault"
COMMITMENT = "cl-vault.acme.2026-01"
ACT = {"act": "test.act", "article": "1", "uri": "https://bloc.example/acts/test"}
PARTIES = {
    "cl.customs": ("customs", ("CL",)),
    "cl.trade": ("trade_ministry", ("CL",)),
    "cl.vault": ("reserve_operator", ("BLOC",)),
    "cl.prices": ("rate_publisher", ("BLOC",)),
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
        return said(response)

    async def get(self, path: str, **params: Any) -> Said:
        return said(await self.http.get(path, params=params))


def said(response: httpx.Response) -> Said:
    """Read an answer."""
    return Said(response.status_code, response.json(), response.headers)


def event(author: str, type_name: str, /, **data: Any) -> bytes:
    """One event of a party as its line; `type_name` without `bloc.` and `.v1`."""
    return author_event(author, f"bloc.{type_name}.v1", data)


def usd(amount: str, per: str | None = None) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"} | ({"per": per} if per else {})


def kilograms(value: str) -> dict[str, str]:
    return {"value": value, "unit": "kg"}


def declaration(reference: str, *, line: str = LINE, value: str = "1000.00", **item: Any) -> bytes:
    """A declaration of one item of lithium carbonate from China."""
    fields = {
        "item_no": 1,
        "commodity_code": "28369100",
        "hs_edition": "HS2022",
        "line": line,
        "origin": "CN",
        "preference_claimed": False,
        "net_mass": kilograms("100"),
        "customs_value": usd(value),
        "free_at_frontier_value": usd(value),
    }
    return event(
        "cl.customs",
        "declaration.accepted",
        member="CL",
        reference=reference,
        accepted_at="2026-06-30T12:00:00-04:00",
        importer={"scheme": "cl.rut", "id": "76.086.428-5"},
        items=[fields | item],
    )


def measure(name: str, *, prefix: str, percent: str = "6", **data: Any) -> bytes:
    """A base duty of Chile on a prefix of the nomenclature."""
    terms = {
        "kind": "base",
        "territory": "CL",
        "goods": {"hs_edition": "HS2022", "prefixes": [prefix]},
        "origins": {"include": ["ERGA_OMNES"]},
        "duty": [{"op": "+", "kind": "ad_valorem", "percent": percent}],
        "effective_from": "2026-01-01",
        "legal_basis": ACT,
        "illustrative": True,
    }
    return event("cl.trade", "measure.created", measure=f"cl.{name}", **(terms | data))


def lot(name: str, quantity: str = "1000") -> bytes:
    return event(
        "cl.vault",
        "lot.received",
        lot=name,
        reserve=RESERVE,
        line=LINE,
        quantity=kilograms(quantity),
        assay=[{"substance": "Li2CO3", "percent": "99.5"}],
        warehouse="cl.antofagasta-1",
        supplier={"scheme": "lei", "id": "529900T8BM49AURSDO55"},
        origin="CL",
        unit_cost=usd("9.00", "kg"),
        received_on="2026-06-10",
    )


def drawdown(name: str, lot_name: str, quantity: str = "1", amount_due: str = "10.00") -> bytes:
    return event(
        "cl.vault",
        "drawdown.released",
        drawdown=name,
        reserve=RESERVE,
        purchase_commitment=COMMITMENT,
        company="cl.acme",
        line=LINE,
        quantity=kilograms(quantity),
        lots=[{"lot": lot_name, "quantity": kilograms(quantity)}],
        fixed_price=usd("10.00", "kg"),
        amount_due=usd(amount_due),
        released_on="2026-10-05",
    )


def key_registered(partners: Partners, author: str, party: str, key: SigningKey) -> bytes:
    jwk = {"kty": key.jwk.kty, "crv": key.jwk.crv, "x": key.jwk.x}
    proof = prove_possession(key, partners.origin, party, issued_at=int(time()))
    return event(author, "key.registered", party=party, jwk=jwk, proof=proof)


def mandate_granted(party: str, role: str, territories: tuple[str, ...]) -> bytes:
    return event(
        SECRETARIAT,
        "mandate.granted",
        mandate=f"{party}.2026",
        party=party,
        role=role,
        event_types=list(ROLES[role]),
        territories=list(territories),
        minerals=["*"],
        effective_from="2026-01-01",
        legal_basis=ACT,
        illustrative=True,
    )


async def settle_in(partners: Partners) -> None:
    """Register the parties, let Chile accede, put lithium carbonate into the catalogue and open the reserve."""
    opening: list[bytes] = []
    for party, (role, territories) in PARTIES.items():
        opening.append(key_registered(partners, SECRETARIAT, party, partners.keys[party]))
        opening.append(mandate_granted(party, role, territories))
    await recorded(partners, SECRETARIAT, *opening, *_catalogue())
    await recorded(partners, "cl.vault", *_reserve())


async def recorded(partners: Partners, party: str, *lines: bytes) -> Said:
    """Post, and insist that it was recorded."""
    answer = await partners.post(party, *lines)
    assert answer.status == 201, answer
    return answer


def _catalogue() -> tuple[bytes, ...]:
    rounding = {"unit": "0.01", "mode": "half_up"}
    return (
        event(SECRETARIAT, "member.invited", member="CL", invited_on="2026-02-04", forum="Ministerial"),
        event(
            SECRETARIAT,
            "member.memorandum_signed",
            member="CL",
            title="Memorandum",
            signed_on="2026-04-01",
            binding=False,
            counterparties=["US"],
        ),
        event(
            SECRETARIAT,
            "member.acceded",
            member="CL",
            effective_from="2026-04-15",
            territories=["CL"],
            legal_tz="America/Santiago",
            currency="USD",
            value_rounding=rounding,
            duty_rounding=rounding | {"per": "line"},
            exchange_rate_rule="none",
            legal_basis=ACT,
            illustrative=True,
        ),
        event(
            SECRETARIAT,
            "mineral.listed",
            mineral="cl_lithium",
            name="lithium",
            symbol="Li",
            list="USGS-2025",
            effective_from="2025-11-07",
        ),
        event(
            SECRETARIAT,
            "stage_line.defined",
            line=LINE,
            mineral="cl_lithium",
            stage="oxide_compound",
            specification="lithium carbonate, at least 99 %",
            hs_edition="HS2022",
            hs6="283691",
            national_codes=[{"territory": "CL", "code": "28369100"}],
            unit="kg",
            effective_from="2026-01-01",
            source="HS 2022",
            confidence="A",
        ),
    )


def _reserve() -> tuple[bytes, ...]:
    return (
        event(
            "cl.vault",
            "reserve.capital_committed",
            reserve=RESERVE,
            source="Test bank",
            facility="loan",
            amount=usd("1000000.00"),
            committed_on="2026-02-02",
            legal_basis=ACT,
        ),
        event(
            "cl.vault",
            "purchase_commitment.signed",
            purchase_commitment=COMMITMENT,
            reserve=RESERVE,
            company="cl.acme",
            line=LINE,
            quantity=kilograms("500000"),
            fixed_price=usd("10.00", "kg"),
            signed_on="2026-05-04",
            effective_from="2026-06-01",
            replenish_within_days=180,
            buy_back=True,
            financing={"percent": "5.25", "day_count": "ACT/365"},
            storage=usd("0.15", "kg"),
            legal_basis=ACT,
        ),
    )


async def until(holds: Callable[[], Awaitable[bool]], *, seconds: float = 20.0) -> None:
    """Ask again and again until it holds; fail when it does not in time."""
    for _ in range(int(seconds / 0.05)):
        if await holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"did not come true within {seconds} s")


def new_id() -> str:
    return str(uuid7())


def changed(line: bytes, **attributes: Any) -> bytes:
    """The event with other attributes of its envelope, as its author would write it anew."""
    return msgspec.json.encode(msgspec.json.decode(line, type=dict[str, Any]) | attributes)
