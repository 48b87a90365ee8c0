"""A declaration on a running bloc: amended, settled, refunded, and read as known at K."""

from typing import Any

import msgspec

from tests.tariffs.events import ACT, declaration, event, measure, usd
from tests.tariffs.partners import Partners, recorded


async def test_a_declaration_is_acted_on_and_read_as_known_at_k(chile: Partners):
    """Paid, amended, refunded through the public doors; at an earlier K the answer is what it was then."""
    reference = "CL-LIFE-1"
    hydroxide = {"line": "none", "commodity_code": "28252000"}
    await recorded(chile, "cl.trade", measure("life.282520", prefix="282520"))
    first = await recorded(chile, "cl.customs", declaration(reference, **hydroxide))
    path = f"/declarations/CL/{reference}"
    assessed = (await chile.get(path, min_position=first.document["first_position"])).document["declaration"]
    assert (assessed["status"], assessed["account"]["to_pay"]) == ("assessed", "60.00")
    common = {"member": "CL", "reference": reference}
    settled = event(
        "cl.customs", "duty.settled", **common, amount=usd("60.00"), settled_at="2026-07-01T12:00:00Z"
    )
    await recorded(chile, "cl.customs", settled)
    item = msgspec.json.decode(declaration(reference, value="900.00", **hydroxide), type=dict[str, Any])[
        "data"
    ]["items"][0]
    amended = event(
        "cl.customs",
        "declaration.amended",
        **common,
        amended_at="2026-07-02T12:00:00Z",
        items=[item],
        reason="The price was reduced before acceptance",
        legal_basis=ACT,
    )
    answer = await recorded(chile, "cl.customs", amended)
    position = answer.document["first_position"]
    then = (await chile.get(path, position=position - 1)).document["declaration"]
    now = (await chile.get(path, min_position=position + 2)).document["declaration"]
    assert (then["status"], len(then["history"])) == ("settled", 3)
    assert now["items"][0]["assessment"]["duty"]["cause"] == now["history"][3]["id"]
    assert (now["status"], now["account"]["to_refund"]) == ("refund_due", "6.00")


async def test_what_was_never_declared_is_not_found(chile: Partners):
    """404, also for names that no declaration can have."""
    for path in ("/declarations/CL/NEVER-1", "/declarations/chile/NEVER-1", "/declarations/CL/..%2Fhead"):
        assert (await chile.get(path)).status == 404
