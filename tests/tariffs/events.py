"""What the parties of Chile post in these tests, each event as its line.

Chile (CL) and its lithium carbonate stand here, so that other tests on the same bloc can play with the United
States and NdPr oxide undisturbed. Every mandate, measure and price is made up for the tests.
"""

from time import time
from typing import Any

import msgspec
from uuid_utils import uuid7

from bloc.authoring import author_event
from contracts.identity.keys import SigningKey
from contracts.identity.possession import prove_possession
from contracts.registry import ROLES

SECRETARIAT = "bloc.secretariat"
LINE = "cl_lithium.oxide_compound.carbonate_99"
RESERVE = "cl-vault"
COMMITMENT = "cl-vault.acme.2026-01"
ACT = {"act": "test.act", "article": "1", "uri": "https://bloc.example/acts/test"}


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


def key_registered(origin: str, author: str, party: str, key: SigningKey) -> bytes:
    jwk = {"kty": key.jwk.kty, "crv": key.jwk.crv, "x": key.jwk.x}
    proof = prove_possession(key, origin, party, issued_at=int(time()))
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


def new_id() -> str:
    return str(uuid7())


def changed(line: bytes, **attributes: Any) -> bytes:
    """The event with other attributes of its envelope, as its author would write it anew."""
    return msgspec.json.encode(msgspec.json.decode(line, type=dict[str, Any]) | attributes)
