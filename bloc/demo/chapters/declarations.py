"""Chapter: declarations of the worked examples E01 to E03, E06 to E11 and E18, and the duty each must come to."""

from typing import Any

from msgspec import Struct

from bloc.demo.chapters.customs import EXPORTERS
from bloc.demo.chapters.floors import COBALT, METAL, OXIDE
from bloc.demo.telling import Chapter, DutyExpected, Post, kilograms, usd


class Example(Struct, frozen=True):
    """One declaration of one item, and the result it must have to the cent."""

    example: str
    title: str
    code: str
    line: str
    net_kg: str
    value: str
    total: str
    lines: tuple[str, ...]
    origin: str = "CN"
    accepted_at: str = "2026-06-15T10:00:00-04:00"
    member: str = "US"
    preference: bool = False
    gap: str | None = None
    door: str = "http"


NIGHT_BEFORE = "2026-06-30T23:30:00-04:00"
FIRST_OF_JULY = "2026-07-01T09:00:00-04:00"
E06: dict[str, Any] = {"code": "2846904000", "line": OXIDE, "net_kg": "12000", "value": "708000.00"}

EXAMPLES = (
    Example("E01", "ad valorem 2.1 %", "8505110070", "ndpr.derivative_product.permanent_magnets", "5000",
            "412345.67", "8659.26", ("8659.26",)),
    Example("E02", "specific 0.007/kg", "7903100000", "zinc.derivative_product.dust", "24750",
            "61875.00", "173.25", ("173.25",)),
    Example("E03", "4 % + 0.35/kg", "8104190000", "magnesium.alloy.alloys_below_99_8", "8000",
            "96000.00", "6640.00", ("3840.00", "2800.00")),
    Example("E06", "59.00/kg under a floor of 110", total="638196.00", lines=("26196.00", "612000.00"), **E06),
    Example("E07", "exactly at the floor", "2846904000", OXIDE, "12000", "1320000.00", "48840.00",
            ("48840.00", "0.00")),
    Example("E08", "above the floor (posted over NATS)", "2846904000", OXIDE, "12000", "1476000.00", "54612.00",
            ("54612.00", "0.00"), door="nats"),
    Example("E09", "one cent below in total", "2846904000", OXIDE, "12000", "1319999.99", "48840.01",
            ("48840.00", "0.01")),
    Example("E10 CN", "China, 1 July", total="638196.00", lines=("26196.00", "612000.00"),
            accepted_at=FIRST_OF_JULY, **E06),
    Example("E10 AU", "Australia, the night before accession", total="638196.00",
            lines=("26196.00", "612000.00"), origin="AU", accepted_at=NIGHT_BEFORE, preference=True, **E06),
    Example("E10 AU", "Australia, first day in the bloc", total="0.00", lines=("0.00",), origin="AU",
            accepted_at=FIRST_OF_JULY, preference=True, gap="51.00", **E06),
    Example("E11", "floor 110 on 30 June", "2805300000", METAL, "10000", "1045000.00", "55000.00",
            ("0.00", "55000.00"), accepted_at="2026-06-30T16:00:00-05:00", member="EC"),
    Example("E11", "floor 115 on 1 July", "2805300000", METAL, "10000", "1045000.00", "105000.00",
            ("0.00", "105000.00"), accepted_at="2026-07-01T08:00:00-05:00", member="EC"),
    Example("E18", "20 t of cobalt at 16.25 USD/lb, floor 40/kg", "8105209000", COBALT, "20000", "716502.35",
            "83497.65", ("0.00", "83497.65")),
)  # fmt: skip


def reference(number: int) -> str:
    """The entry number of the example with that place in the list."""
    return f"DEMO-{number:07d}-{number % 10}"


def declaration(number: int, example: Example) -> dict[str, Any]:
    """The payload of `bloc.declaration.accepted.v1`."""
    item: dict[str, Any] = {
        "item_no": 1,
        "commodity_code": example.code,
        "hs_edition": "HS2022",
        "line": example.line,
        "origin": example.origin,
        "preference_claimed": example.preference,
        "net_mass": kilograms(example.net_kg),
        "customs_value": usd(example.value),
        "free_at_frontier_value": usd(example.value),
        "invoice": {"number": f"INV-2026-{number:04d}", "amount": example.value, "currency": "USD"},
        "exporter": EXPORTERS[example.origin],
        "exported_on": "2026-06-08",
    }
    if example.preference:
        item["origin_proof"] = {"type": "certificate_of_origin", "reference": f"COO-{number:04d}"}
    return {
        "member": example.member,
        "reference": reference(number),
        "accepted_at": example.accepted_at,
        "importer": {"scheme": "us.irs", "id": "12-3456789"},
        "items": [item],
    }


def chapter() -> Chapter:
    """The whole chapter: one submission a declaration, as customs systems post them."""
    posts = tuple(
        Post(
            f"{example.member.lower()}.customs",
            (("bloc.declaration.accepted.v1", declaration(number, example)),),
            door="nats" if example.door == "nats" else "http",
        )
        for number, example in enumerate(EXAMPLES, 1)
    )
    duties = tuple(
        DutyExpected(x.example, x.title, x.member, reference(n), x.total, x.lines, x.gap)
        for n, x in enumerate(EXAMPLES, 1)
    )
    return Chapter(
        title="Declarations and duty",
        sentence="Customs declare; the duty is derived in the same draft and cites the entries it rests on.",
        posts=posts,
        duties=duties,
    )
