"""Reads on V as known at K: every answer names its position, and three answers are told apart."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from contracts.registry import EVENT_TYPES
from tests.tariffs.described import hold_against_description
from tests.tariffs.events import ACT, LINE, RESERVE, SECRETARIAT, drawdown, event, lot, measure, usd
from tests.tariffs.partners import Partners, recorded

FLOOR_LINE = LINE

ITEM: dict[str, Any] = {
    "item_no": 1,
    "commodity_code": "81129200",
    "hs_edition": "HS2022",
    "line": "none",
    "origin": "CN",
    "preference_claimed": False,
    "net_mass": {"value": "10", "unit": "kg"},
    "customs_value": usd("1000.00"),
}


def floor(price: str, start: str) -> bytes:
    return event(
        SECRETARIAT,
        "price_floor.set",
        line=FLOOR_LINE,
        price=usd(price, "kg"),
        price_basis="free_at_frontier_before_duty",
        territory="BLOC",
        origins={"include": ["ERGA_OMNES"], "exclude": ["BLOC"]},
        schedule={"kind": "full_gap"},
        effective_from=start,
        legal_basis=ACT,
        illustrative=True,
    )


async def test_a_floor_has_three_answers(chile: Partners):
    """Not known before it was recorded, known to be none before it starts, in force afterwards."""
    answer = await recorded(chile, SECRETARIAT, floor("12.00", "2026-08-01"))
    position = answer.document["first_position"]
    path = f"/floors/{FLOOR_LINE}"
    before = await chile.get(path, effective_at="2026-09-01", position=position - 1)
    pending = await chile.get(path, effective_at="2026-07-31", position=position)
    holds = await chile.get(path, effective_at="2026-08-01", position=position)
    assert before.document["floor"]["status"] == "not_known"
    assert pending.document["floor"]["status"] == "pending"
    assert (holds.document["floor"]["status"], holds.document["floor"]["price"]["amount"]) == (
        "in_force",
        "12.00",
    )
    assert (holds.document["position"], holds.document["settled"]) == (position, True)


async def test_a_time_resolves_to_a_position(chile: Partners):
    """`known_at` is answered with the position it means; before the first entry there is none."""
    answer = await recorded(chile, "cl.trade", measure("known-at", prefix="810820"))
    position = answer.document["first_position"]
    at = answer.document["recorded_at"]
    now_known = await chile.get("/rules", known_at=at, territory="CL", effective_at="2026-07-01")
    assert now_known.document["position"] >= position
    assert "cl.known-at" in [one["measure"] for one in now_known.document["measures"]]
    earlier = (datetime.fromisoformat(at) - timedelta(microseconds=1)).isoformat()
    then = await chile.get("/rules", known_at=earlier, territory="CL", effective_at="2026-07-01")
    assert then.document["position"] == position - 1
    assert "cl.known-at" not in [one["measure"] for one in then.document["measures"]]
    long_ago = await chile.get("/rules", known_at="2020-01-01T00:00:00Z")
    assert (long_ago.document["position"], long_ago.document["measures"]) == (-1, [])


async def test_a_time_that_is_not_over_is_not_settled(chile: Partners):
    """Tomorrow may still bring entries: the answer says so."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    answer = await chile.get("/rules", known_at=tomorrow)
    assert answer.document["settled"] is False


async def test_one_reads_ones_own_writes(chile: Partners):
    """A read with the position of the receipt waits until it is folded."""
    answer = await recorded(chile, "cl.trade", measure("own-write", prefix="810890"))
    position = answer.document["first_position"]
    found = await chile.get("/rules", min_position=position, code="810890", effective_at="2026-07-01")
    assert found.document["position"] >= position
    assert [one["measure"] for one in found.document["measures"]] == ["cl.own-write"]


async def test_rules_come_in_pages_that_go_on_where_the_last_one_ended(chile: Partners):
    """One rule a page: put together they are what one page of all of them shows, in order of first recording."""
    answer = await recorded(
        chile, "cl.trade", *(measure(f"page-{code}", prefix=code) for code in ("260111", "260112", "260120"))
    )
    query = {"position": answer.document["entries"][-1]["position"], "code": "2601", "origin": "CN"}
    whole = await chile.get("/rules", **query)
    names: list[str] = []
    after = -1
    while after is not None:
        page = await chile.get("/rules", **query, limit=1, after=after)
        names += [one["measure"] for one in page.document["measures"]]
        after = page.document.get("next")
    assert names == [one["measure"] for one in whole.document["measures"]]
    assert names == ["cl.page-260111", "cl.page-260112", "cl.page-260120"]
    assert (await chile.get("/rules", code="26.01")).status == 400


async def test_a_party_shows_its_keys_mandates_and_what_it_may_post(chile: Partners):
    """Customs may post declarations, and keys of its own."""
    answer = await chile.get("/parties/cl.customs")
    party = answer.document["party"]
    assert party["keys"][0]["kid"] == chile.keys["cl.customs"].kid
    assert "bloc.declaration.accepted.v1" in party["may_post"]
    assert (await chile.get("/parties/xx.nobody")).status == 404


async def test_members_are_listed_with_their_status(chile: Partners):
    """Chile acceded on 15 April; the day before it had not."""
    after = await chile.get("/members", effective_at="2026-04-15")
    before = await chile.get("/members", effective_at="2026-04-14")
    status = {one["member"]: one["status"] for one in after.document["members"]}
    assert status["CL"] != {one["member"]: one["status"] for one in before.document["members"]}["CL"]


async def test_what_members_promised_is_listed_with_the_latest_first(chile: Partners):
    """A plan due on 5 April is 25 days overdue on 30 April, and not late on its day."""
    promise = event(
        SECRETARIAT,
        "member_commitment.set",
        member="CL",
        commitment="cl-action-plan",
        text="Agree on an action plan within 60 days",
        due_on="2026-04-05",
    )
    await recorded(chile, SECRETARIAT, promise)
    late = await chile.get("/commitments", effective_at="2026-04-30", late=True)
    found = {one["commitment"]["commitment"]: one["commitment"] for one in late.document["commitments"]}
    assert found["cl-action-plan"]["days_late"] == 25
    in_time = await chile.get("/commitments", effective_at="2026-04-05", late=True)
    assert "cl-action-plan" not in [
        one["commitment"]["commitment"] for one in in_time.document["commitments"]
    ]


async def test_a_quote_is_the_duty_of_a_declaration_and_records_nothing(chile: Partners):
    """Lines cite measure, position and legal basis; an item of an unknown member is incomplete, never zero."""
    await recorded(chile, "cl.trade", measure("quote", prefix="811292", percent="6"))
    quote = await quoted(chile, {"member": "CL", "item": ITEM, "effective_at": "2026-07-01"})
    assert (quote["total"], quote["complete"]) == ("60.00", True)
    assert quote["lines"][0]["cites"]["stream"] == "measure/cl.quote"
    assert quote["lines"][0]["cites"]["legal_basis"] == ACT
    assert quote["governing_date"] == "2026-07-01"
    assert "explanation" not in quote
    unknown = await quoted(chile, {"member": "NZ", "item": ITEM, "accepted_at": "2026-07-01T12:00:00Z"})
    assert (unknown["complete"], unknown["status"]) == (False, "provisional")


async def test_a_quote_explains_itself_when_asked(chile: Partners):
    """A sentence for each step of the trace."""
    document = {"member": "NZ", "item": ITEM, "accepted_at": "2026-07-01T12:00:00Z"}
    response = await chile.http.post("/assessments?explain=true", content=msgspec.json.encode(document))
    (sentence,) = response.json()["explanation"]
    assert sentence.startswith("The governing date is not known: no accession of NZ is recorded")


async def quoted(chile: Partners, document: dict[str, Any]) -> dict[str, Any]:
    response = await chile.http.post("/assessments", content=msgspec.json.encode(document))
    assert response.status_code == 200, response.text
    hold_against_description("/assessments", response.json(), "post")
    return response.json()


async def test_a_quote_that_cannot_be_read_names_the_path(chile: Partners):
    """400 as for a submission."""
    response = await chile.http.post("/assessments", content=b'{"member":"CL","item":{"item_no":"one"}}')
    assert response.status_code == 400
    assert response.json()["path"].startswith("$.item")


async def test_a_reserve_shows_stock_entitlements_and_obligations_as_known_at_k(chile: Partners):
    """A drawdown of 40 from a lot of 100: 60 are left, 40 are owed; before it was recorded, 100."""
    arrived = await recorded(chile, "cl.vault", lot("cl-read-lot", "100"))
    drawn = await recorded(chile, "cl.vault", drawdown("cl-read-draw", "cl-read-lot", "40", "400.00"))

    async def lots(position: int) -> dict[str, str]:
        view = await chile.get(f"/reserves/{RESERVE}", effective_at="2026-10-05", position=position)
        stock = view.document["reserve"]["stock"]
        return {one["lot"]: one["kilograms"] for line in stock for one in line["lots"]}

    assert (await lots(arrived.document["first_position"]))["cl-read-lot"] == "100"
    position = drawn.document["first_position"] + drawn.document["count"] - 1
    assert (await lots(position))["cl-read-lot"] == "60"
    owed = await chile.get(f"/reserves/{RESERVE}/obligations", effective_at="2026-10-05", position=position)
    assert "40" in [one["open_kilograms"] for one in owed.document["obligations"]]
    assert (await chile.get("/reserves/no-such-reserve")).status == 404


async def test_a_reserve_answers_what_falls_due_what_a_release_does_and_what_is_still_to_be_charged(
    chile: Partners,
):
    """Each a matter of dates and sums: asked by parameter, computed from the record, posted nowhere."""
    await recorded(chile, "cl.vault", lot("cl-ask-lot", "100"))
    drawn = await recorded(chile, "cl.vault", drawdown("cl-ask-draw", "cl-ask-lot", "40", "400.00"))
    position = drawn.document["first_position"] + drawn.document["count"] - 1
    whole = await chile.get(f"/reserves/{RESERVE}", effective_at="2026-10-05", release_kilograms=1)
    (costs,) = whole.document["carrying_costs"].values()
    assert [cost["is_charged"] for cost in costs] == [False]
    assert all(balance["is_balanced"] for balance in whole.document["reserve"]["balances"])
    assert len(whole.document["cover_after_release"]) == len(whole.document["reserve"]["cover"])
    asked = f"/reserves/{RESERVE}/obligations"
    everything = await chile.get(asked, effective_at="2026-10-05", position=position)
    (due_on,) = {
        one["due_on"] for one in everything.document["obligations"] if one["obligation"] == "cl-ask-draw"
    }

    async def soon(days: int) -> list[str]:
        read = await chile.get(asked, effective_at=due_on, overdue_within_days=days, position=position)
        return [one["obligation"] for one in read.document["obligations"]]

    assert "cl-ask-draw" in await soon(1)
    refused = await chile.get(asked, overdue_within_days=0)
    assert refused.status == 400


async def test_every_event_type_has_a_schema_and_an_example(chile: Partners):
    """Every type of the language, each with a valid example; another name is 404."""
    types = (await chile.get("/schema/events")).document["types"]
    assert [row["type"] for row in types] == list(EVENT_TYPES)
    for row in types:
        answer = await chile.get(f"/schema/events/{row['type']}")
        assert answer.document["example"]["type"] == row["type"]
        assert answer.document["schema"]["properties"]["data"]
    assert (await chile.get("/schema/events/bloc.gift.received.v1")).status == 404


async def test_the_service_describes_itself(chile: Partners):
    """OpenAPI names the body of POST /submissions; metrics count; health answers; the unknown is a problem."""
    openapi = (await chile.get("/schema/openapi.json")).document
    assert openapi["openapi"].startswith("3.1")
    content = openapi["paths"]["/submissions"]["post"]["requestBody"]["content"]
    assert set(content) == {"application/cloudevents+json", "application/x-ndjson"}
    metrics = await chile.http.get("/metrics")
    assert 'bloc_submissions_total{status="201"}' in metrics.text
    assert (await chile.get("/health/ready")).document["status"] == "ready"
    assert (await chile.get("/nothing/here")).slug == "not_found"
