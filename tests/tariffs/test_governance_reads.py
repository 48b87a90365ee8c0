"""Governance over HTTP: a measure proposed, approved and recorded, and who issued and approved it (question 6)."""

from typing import Any

import msgspec

from tests.tariffs.events import ACT, SECRETARIAT, event, measure
from tests.tariffs.partners import Partners, recorded

PROPOSAL = "cl.preference.2026"
MEASURE = "governed"


def proposed_measure() -> dict[str, Any]:
    """The measure as it is proposed, and later recorded."""
    payload: dict[str, Any] = msgspec.json.decode(measure(MEASURE, prefix="810520"))["data"]
    return payload | {"proposal": PROPOSAL}


async def test_who_proposed_approved_and_issued_a_measure_is_read_from_the_record(chile: Partners):
    """The proposal goes from submitted to recorded, and the measure names its two parties with their mandates."""
    payload = proposed_measure()
    events = [{"type": "bloc.measure.created.v1", "data": payload}]
    submitted = event("cl.trade", "proposal.submitted", proposal=PROPOSAL, title="Cobalt", events=events)
    first = (await recorded(chile, "cl.trade", submitted)).document["first_position"]
    waiting = await chile.get("/proposals", status="submitted", author="cl.trade", min_position=first)
    assert PROPOSAL in [one["proposal"] for one in waiting.document["proposals"]]

    own = event("cl.council", "proposal.approved", proposal=PROPOSAL, position=first + 1)
    slip = await chile.post("cl.council", own)
    assert [one["rule"] for one in slip.document["broken"]] == ["PRP-3"]
    approval = event("cl.council", "proposal.approved", proposal=PROPOSAL, position=first)
    approved_at = (await recorded(chile, "cl.council", approval)).document["first_position"]
    created = event("cl.trade", "measure.created", **payload)
    last = (await recorded(chile, "cl.trade", created)).document["first_position"]

    read = (await chile.get(f"/proposals/{PROPOSAL}", min_position=last)).document["proposal"]
    assert (read["status"], read["author"], read["approved"]["by"]) == ("recorded", "cl.trade", "cl.council")
    assert read["events"] == [events[0] | {"position": last}]

    (act,) = (await chile.get(f"/authority/measure/{payload['measure']}")).document["acts"]
    assert (act["issued"]["party"], act["approved"]["party"]) == ("cl.trade", "cl.council")
    assert (act["four_eyes"], act["approved"]["position"]) == ("approved", approved_at)
    before = await chile.get(f"/proposals/{PROPOSAL}", position=first - 1)
    assert before.status == 404


async def test_a_case_and_the_rule_books_are_read(chile: Partners):
    """A case with its steps; the rule book of the founding decides until another is activated."""
    opened = event(
        SECRETARIAT,
        "case.opened",
        case="cl.review.1",
        kind="review",
        title="The floor for lithium carbonate",
        opened_on="2026-02-04",
        about=["floor/cl_lithium.oxide_compound.carbonate_99"],
        legal_basis=ACT,
    )
    position = (await recorded(chile, SECRETARIAT, opened)).document["first_position"]
    case = (await chile.get("/cases/cl.review.1", min_position=position)).document["case"]
    assert (case["status"], case["steps"][0]["by"]) == ("opened", SECRETARIAT)
    assert (await chile.get("/cases/nothing")).status == 404
    books = (await chile.get("/rulesets")).document
    assert (books["deciding"], books["rulesets"][0]["ruleset"]) == ("2026.1", "2026.1")
    assert (await chile.get("/authority/measure/nothing")).status == 404
