"""Corrections through the whole service: signed, recorded, followed, and told apart by K in `GET /diff`."""

from typing import Any

import msgspec

from tests.tariffs.events import ACT, event, measure
from tests.tariffs.partners import Partners, recorded

V = "2026-07-01"


def mend(verb: str, line: bytes, position: int, **data: Any) -> bytes:
    """What a recorded line of Chile's ministry said is corrected or annulled."""
    said = msgspec.json.decode(line)
    return event(
        "cl.trade",
        f"event.{verb}",
        stream=said["subject"],
        target={"position": position, **{name: said[name] for name in ("type", "source", "id")}},
        reason="A slip of the pen",
        legal_basis=ACT,
        illustrative=True,
        **data,
    )


async def test_a_correction_changes_the_answer_from_its_position_on_and_is_named_by_the_difference(
    chile: Partners,
):
    """6 % until the correction, 5 % after it, nothing after the annulment; each K keeps its answer."""
    wrong = measure("mended", prefix="850650")
    created = (await recorded(chile, "cl.trade", wrong)).document["first_position"]
    terms: dict[str, Any] = msgspec.json.decode(wrong)["data"]
    terms["duty"][0]["percent"] = "5"
    answer = await recorded(chile, "cl.trade", mend("corrected", wrong, created, corrected=terms))
    corrected = answer.document["first_position"]
    answer = await recorded(chile, "cl.trade", mend("annulled", wrong, created))
    annulled = answer.document["first_position"]

    found = [
        await chile.get("/rules", effective_at=V, position=at, code="85065000") for at in (created, corrected)
    ]
    duties = [one.document["measures"][0]["duty"][0]["percent"] for one in found]
    assert duties == ["6", "5"]
    gone = await chile.get("/rules", effective_at=V, position=annulled, territory="CL", all="true")
    (view,) = [one for one in gone.document["measures"] if one["measure"] == "cl.mended"]
    assert (view["status"], view["position"]) == ("annulled", annulled)

    told = await chile.get("/diff", effective_at=V, from_position=created, position=annulled)
    (change,) = [one for one in told.document["changes"] if one["name"] == "cl.mended"]
    assert [one["position"] for one in change["because"]] == [corrected, annulled]
    assert (change["before"]["status"], change["after"]["status"]) == ("in_force", "annulled")


async def test_a_difference_needs_two_positions_in_their_order(chile: Partners):
    """Which K comes first is said by whoever asks, and never guessed."""
    position = (await recorded(chile, "cl.trade", measure("two-k", prefix="850660"))).document[
        "first_position"
    ]
    assert (await chile.get("/diff")).status == 400
    assert (await chile.get("/diff", from_position=position, position=position - 1)).status == 400
    same = await chile.get("/diff", from_position=position, position=position)
    assert same.document["changes"] == []
    ever = await chile.get("/diff", from_known_at="2020-01-01T00:00:00Z", position=position)
    assert ever.document["from_position"] == -1
