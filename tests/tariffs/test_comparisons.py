"""Comparing quotes over HTTP: on what they differ, at which position, and what cannot be read."""

from typing import Any

import msgspec

from tests.tariffs.described import hold_against_description
from tests.tariffs.events import measure, usd
from tests.tariffs.partners import Partners, recorded, said


def quote(member: str, code: str) -> dict[str, Any]:
    """Ten kilograms from China, declared under a code."""
    item = {
        "item_no": 1,
        "commodity_code": code,
        "hs_edition": "HS2022",
        "line": "none",
        "origin": "CN",
        "preference_claimed": False,
        "net_mass": {"value": "10", "unit": "kg"},
        "customs_value": usd("1000.00"),
    }
    return {"member": member, "item": item, "effective_at": "2026-07-01"}


async def test_two_quotes_are_compared_and_what_they_differ_on_is_named(chile: Partners):
    """The same goods under two codes: classification and duty; one quote alone is no comparison."""
    await recorded(chile, "cl.trade", measure("compare-a", prefix="811221", percent="6"))
    await recorded(chile, "cl.trade", measure("compare-b", prefix="811229", percent="4"))
    both = {"quotes": [quote("CL", "811221"), quote("CL", "811229")]}
    response = await chile.http.post("/assessments/comparisons", content=msgspec.json.encode(both))
    answer = said(response)
    assert answer.status == 200, answer
    hold_against_description("/assessments/comparisons", answer.document, "post")
    found = answer.document["comparison"]
    assert [result["total"] for result in found["results"]] == ["60.00", "40.00"]
    assert [difference["aspect"] for difference in found["differences"]] == ["classification", "duty"]
    alone = msgspec.json.encode({"quotes": both["quotes"][:1]})
    assert (await chile.http.post("/assessments/comparisons", content=alone)).status_code == 400
