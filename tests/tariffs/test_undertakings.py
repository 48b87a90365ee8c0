"""A price undertaking through the service: claimed, read, and its invoice invalidated afterwards."""

from typing import Any

import pytest

from contracts.identity.keys import SigningKey
from tests.tariffs.events import ACT, SECRETARIAT, event, key_registered, mandate_granted, measure, usd
from tests.tariffs.events import declaration as declared
from tests.tariffs.partners import Partners, recorded

REMEDIES = "cl.remedies"
NAME = "cl.steel.erdos"
CODE = "28046900"
COMPANY = {"scheme": "cn.uscc", "id": "91150622ILLUSTR01"}


@pytest.fixture
async def chile_with_remedies(chile: Partners) -> Partners:
    """Chile's investigating authority has a key, a mandate, and an anti-dumping duty of 30 % on silicon."""
    if REMEDIES not in chile.keys:
        chile.keys[REMEDIES] = key = SigningKey.generate()
        await recorded(
            chile,
            SECRETARIAT,
            key_registered(chile.origin, SECRETARIAT, REMEDIES, key),
            mandate_granted(REMEDIES, "investigating_authority", ("CL",)),
        )
        await recorded(chile, "cl.trade", measure("silicon", prefix="280469", percent="0"))
    return chile


def said(verb: str, **data: Any) -> bytes:
    return event(
        REMEDIES, f"undertaking.{verb}", undertaking=NAME, legal_basis=ACT, illustrative=True, **data
    )


def remedy() -> bytes:
    return event(
        REMEDIES,
        "measure.created",
        measure="cl.ad.silicon",
        kind="anti_dumping",
        territory="CL",
        goods={"hs_edition": "HS2022", "prefixes": ["280469"]},
        origins={"include": ["CN"]},
        duty=[{"op": "+", "kind": "ad_valorem", "percent": "30"}],
        effective_from="2026-01-01",
        legal_basis=ACT,
        illustrative=True,
    )


def undertaken() -> bytes:
    minimum = {
        "model": "fesi_75",
        "goods": {"hs_edition": "HS2022", "prefixes": ["280469"]},
        "price": usd("10.00", "kg"),
        "price_basis": "free_at_frontier_before_duty",
    }
    return said(
        "accepted",
        company=COMPANY,
        exempts=["cl.ad.silicon"],
        minimums=[minimum],
        effective_from="2026-01-01",
    )


async def test_an_undertaking_is_claimed_and_its_invoice_falls_later(chile_with_remedies: Partners):
    """Exempt when it is recorded; the read names the terms, then the invoice that was invalidated."""
    chile = chile_with_remedies
    start = (await recorded(chile, REMEDIES, remedy(), undertaken())).document["first_position"]
    line = declared(
        "UND-1",
        line="none",
        commodity_code=CODE,
        exporter=COMPANY,
        invoice={"number": "ER-0417"} | usd("1000.00"),
        undertaking={"undertaking": NAME, "model": "fesi_75"},
    )
    assessed = (await recorded(chile, "cl.customs", line)).document["first_position"] + 1
    shown = await chile.get("/declarations/CL/UND-1", min_position=assessed)
    assert shown.document["declaration"]["items"][0]["assessment"]["duty"]["total"] == "0.00"
    fallen = await recorded(
        chile, REMEDIES, said("invoice_invalidated", invoice="ER-0417", reason="A rebate")
    )
    at = fallen.document["first_position"]
    asked = {"effective_at": "2026-06-30", "min_position": at}
    now = (await chile.get(f"/undertakings/{NAME}", **asked)).document["undertaking"]
    assert (now["status"], now["terms"]["minimums"][0]["price"]["amount"]) == ("in_force", "10.00")
    assert [one["position"] for one in now["invalidated"]] == [at]
    before = await chile.get(f"/undertakings/{NAME}", effective_at="2026-06-30", position=start + 1)
    assert before.document["undertaking"]["invalidated"] == []
    assert (await chile.get("/undertakings/cl.nobody")).status == 404
