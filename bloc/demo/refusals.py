"""Attempts that must fail, each by the rule that is there for it; each is recorded as refused."""

from typing import Any

from msgspec import Struct
from rich.table import Table

from bloc.demo import tables
from bloc.demo.chapters import currencies, customs, ferro_alloys, reserve
from bloc.demo.chapters.floors import METAL, OXIDE, floor
from bloc.demo.play import Stage, post
from bloc.demo.telling import Post
from bloc.trouble import Trouble
from contracts.events import MeasureAmended

GALLIUM = "gallium.unwrought_metal.unwrought"


class Attempt(Struct, frozen=True):
    """What somebody tries, and the status and leading rule of the answer."""

    title: str
    status: int
    rule: str
    post: Post


def attempts() -> tuple[Attempt, ...]:
    """One for each guard: the mandate, the second pair of eyes, the approved text, the rate, the warehouse."""
    another = floor(OXIDE, "112.00", "2026-05-01", "9")
    unapproved = floor(GALLIUM, "700.00", "2027-01-01", "9")
    _, approved = ferro_alloys.beyond(ferro_alloys.GROUPS[1], "720221")
    component: dict[str, Any] = approved["duty"][0]
    cheaper = component | {"price": component["price"] | {"amount": "2407.00"}}
    terms = {field: said for field, said in approved.items() if field in MeasureAmended.__struct_fields__}
    changed = terms | {"duty": [cheaper], "proposal": ferro_alloys.PROPOSAL}
    yen = customs.item("2846904000", OXIDE, "CN", ("1", "t"), "9000000", "JPY")
    beyond_stock = reserve.drawdown(
        "vault.2026-0009",
        "vault.gevernova.2026-01",
        "oem.gevernova",
        METAL,
        "vault.2026-M01",
        "300000",
        "28500000.00",
    )
    return (
        Attempt(
            "customs sets a floor", 403, "MND-1", Post("us.customs", (("bloc.price_floor.set.v1", another),))
        ),
        Attempt(
            "a floor that nobody approved",
            422,
            "PRP-8",
            Post("bloc.secretariat", (("bloc.price_floor.set.v1", unapproved),)),
        ),
        Attempt(
            "a threshold one euro below the approved one",
            422,
            "PRP-8",
            Post(ferro_alloys.AUTHORITY, (("bloc.measure.amended.v1", changed),)),
        ),
        Attempt(
            "a value in yen, for which no rate is recorded",
            422,
            "DEC-10",
            customs.declared("GB", "DEMO-YEN", currencies.AT, yen),
        ),
        Attempt("a release of more than is left", 422, "RES-9", beyond_stock),
    )


async def shown(stage: Stage) -> Table:
    """Try everything, compare the answers, and return the table to show."""
    rows: list[tuple[str, int, dict[str, Any]]] = []
    for attempt in attempts():
        answer = await post(stage, attempt.post)
        said = (answer.status, answer.document.get("rule"))
        if said != (attempt.status, attempt.rule):
            raise Trouble(
                f"{attempt.title} must be refused with {attempt.status} by {attempt.rule}, and was answered "
                f"{answer.status}: {answer.document}",
                "This is a defect; please report it.",
            )
        rows.append((attempt.title, answer.status, answer.document))
    return tables.refusals(rows)
