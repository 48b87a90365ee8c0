"""A tariff quota through the service: racers share what is left, quotes know it, and the order number says who lost."""

import asyncio
from typing import Any

import msgspec

from tests.tariffs.events import ACT, declaration, event, kilograms, measure, usd
from tests.tariffs.partners import Partners, recorded

NUMBER = "09.7601"
CODE = "76011000"


def opened(volume: str) -> bytes:
    return event(
        "cl.trade",
        "quota.opened",
        order_number=NUMBER,
        territory="CL",
        volume=kilograms(volume),
        effective_from="2026-01-01",
        effective_to="2027-01-01",
        legal_basis=ACT,
        illustrative=True,
    )


def claiming(reference: str, mass: str) -> bytes:
    return declaration(reference, line="none", commodity_code=CODE, quota=NUMBER, net_mass=kilograms(mass))


async def quoted(chile: Partners, position: int) -> dict[str, Any]:
    item = {
        "item_no": 1,
        "commodity_code": CODE,
        "hs_edition": "HS2022",
        "line": "none",
        "origin": "CN",
        "preference_claimed": False,
        "net_mass": kilograms("100"),
        "customs_value": usd("1000.00"),
        "quota": NUMBER,
    }
    asked = {"member": "CL", "item": item, "effective_at": "2026-06-01"}
    response = await chile.http.post(
        "/assessments", params={"position": position}, content=msgspec.json.encode(asked)
    )
    return response.json()


async def test_racers_share_a_quota_and_nobody_takes_a_kilogram_twice(chile: Partners):
    """Eight declarations of 100 kg at once on a quota of 250: 250 are drawn, and six are cut off; a quote at K says
    what was left at K."""
    within = {"quota": {"order_number": NUMBER, "applies": "within"}}
    rules = await recorded(
        chile,
        "cl.trade",
        opened("250"),
        measure("aluminium", prefix="7601", percent="6"),
        measure("aluminium.quota", prefix="7601", percent="0", **within),
    )
    start = rules.document["first_position"] + 2
    said = await asyncio.gather(
        *(recorded(chile, "cl.customs", claiming(f"QUOTA-{number}", "100")) for number in range(8))
    )
    last = max(one.document["first_position"] + one.document["count"] - 1 for one in said)
    answer = await chile.get(f"/quotas/{NUMBER}", effective_at="2026-06-01", min_position=last)
    (period,) = answer.document["quota"]["periods"]
    assert (period["drawn_kilograms"], period["left_kilograms"], period["drawings"]) == ("250", "0", 8)
    short = [one["short_kilograms"] for one in period["cut_off"]]
    assert short == ["50", "100", "100", "100", "100", "100"]
    before = await chile.get(f"/quotas/{NUMBER}", effective_at="2026-06-01", position=start)
    assert before.document["quota"]["periods"][0]["left_kilograms"] == "250"
    assert (await quoted(chile, start))["total"] == "0.00"
    now = await quoted(chile, answer.document["position"])
    assert (now["total"], now["quota"]["drawn"]["value"]) == ("60.00", "0")
    assert (await chile.get("/quotas/09.0000")).status == 404
