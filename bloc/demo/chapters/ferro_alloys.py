"""Chapter: the safeguard of the European Union on ferro-alloys, Implementing Regulation (EU) 2025/2351.

Real: the act, its days, the goods, the four price thresholds in EUR per tonne, quotas by quarter within which nothing
is due, the codes 2200 (already on the way on 18 November 2025) and 2201 (price test), and that Kenya and Ukraine are
exempt while Norway and Iceland, though in the EEA, are not. Printed "until 17 November 2028", so the first day no
longer in force is 2028-11-18. Illustrative: order numbers and volumes (the regulation shares them out by country),
the base duty of zero, and every shipment. Proposed by the authority that investigated, approved by the council.
"""

from itertools import pairwise
from typing import Any

from msgspec import Struct

from bloc.demo.chapters import customs
from bloc.demo.chapters.acts import adopted, published
from bloc.demo.chapters.measures import measure, percent
from bloc.demo.telling import Chapter, DutyExpected, Events, Post, act, four_eyes

ACT = "eu.reg.2025-2351"
REGULATION = "https://eur-lex.europa.eu/eli/reg_impl/2025/2351/oj"
AUTHORITY, COUNCIL = "eu.remedies", "eu.council"
PROPOSAL = "eu.2025-2351"
START, END = "2025-11-18", "2028-11-18"
EXEMPT = {"include": ["ERGA_OMNES"], "exclude": ["KE", "UA"]}
ON_THE_WAY, PRICE_TEST = "2200", "2201"
QUARTERS = ("2025-11-18", "2026-02-18", "2026-05-18", "2026-08-18", "2026-11-18")
FERRO_SILICON = "silicon.alloy.ferro_silicon_above_55si"


class Group(Struct, frozen=True):
    """A product group of the regulation: its goods, threshold in EUR per tonne, and an (illustrative) quota in t."""

    name: str
    prefixes: tuple[str, ...]
    threshold: str
    order_number: str
    tonnes_a_quarter: str


GROUPS = (
    Group("ferro-manganese", ("720211", "720219"), "1316", "09.DEMO-FEMN", "900"),
    Group("ferro-silicon", ("720221", "720229"), "2408", "09.DEMO-FESI", "680"),
    Group("ferro-silico-manganese", ("720230",), "1392", "09.DEMO-FESIMN", "1200"),
    Group("ferro-silico-magnesium", ("72029930",), "3647", "09.DEMO-FESIMG", "150"),
)
QUOTA = "09.DEMO-FESI"


def regulation() -> Events:
    """The act and its publication."""
    title = (
        "Commission Implementing Regulation (EU) 2025/2351 imposing a definitive safeguard measure with regard to "
        "imports of certain ferro-alloying elements"
    )
    empowered = act("eu.reg.2015-478", "16", "https://eur-lex.europa.eu/eli/reg/2015/478/oj")
    return (
        adopted(ACT, title, START, START, empowered, effective_to=END),
        published(ACT, "Official Journal of the European Union, L series", "2025/2351", START, REGULATION),
    )


def quotas(group: Group) -> Events:
    """The four quarters of the first year."""
    return tuple(
        (
            "bloc.quota.opened.v1",
            {
                "order_number": group.order_number,
                "territory": "EU",
                "volume": {"value": group.tonnes_a_quarter, "unit": "t"},
                "effective_from": start,
                "effective_to": end,
                "legal_basis": act(ACT, "1(2), Annex III", REGULATION),
                "illustrative": True,
                "note": f"{group.name}: real are the quarters; order number and volume are not",
            },
        )
        for start, end in pairwise(QUARTERS)
    )


def within(group: Group) -> tuple[str, dict[str, Any]]:
    """Nothing is due on what the quota is granted for."""
    return _safeguard(
        f"quota.{group.name}",
        {"prefixes": list(group.prefixes)},
        [percent("0")],
        "1(1)",
        quota={"order_number": group.order_number, "applies": "within"},
        note=f"{group.name}, within the quota",
    )


def beyond(group: Group, prefix: str) -> tuple[str, dict[str, Any]]:
    """Threshold less the net free-at-frontier price before duty, if that is lower."""
    price = {"amount": f"{group.threshold}.00", "currency": "EUR", "per": "t"}
    gap = {
        "op": "+",
        "kind": "difference_to_price",
        "price": price,
        "price_basis": "free_at_frontier_before_duty",
    }
    return _safeguard(
        prefix,
        {"prefixes": [prefix], "additional_codes": [PRICE_TEST]},
        [gap],
        "1(3)",
        quota={"order_number": group.order_number, "applies": "beyond"},
        note=f"{group.name}, out of quota",
    )


def on_the_way() -> tuple[str, dict[str, Any]]:
    """Goods that were on their way to the Union on the first day: nothing is due, whatever their price."""
    goods = {
        "prefixes": [prefix for group in GROUPS for prefix in group.prefixes],
        "additional_codes": [ON_THE_WAY],
    }
    return _safeguard("transit", goods, [percent("0")], "whole act", note="en route on 18 November 2025")


def _safeguard(
    name: str, goods: dict[str, Any], duty: list[dict[str, Any]], article: str, **more: Any
) -> tuple[str, dict[str, Any]]:
    terms = measure(
        f"eu.safeguard.2025-2351.{name}",
        "safeguard",
        [],
        duty,
        origins=EXEMPT,
        effective_from=START,
        effective_to=END,
        published_on=START,
        legal_basis=act(ACT, article, REGULATION),
        **more,
    )
    return "bloc.measure.created.v1", terms | {"goods": {"hs_edition": "HS2022"} | goods}


def law() -> Events:
    """Everything that the regulation says, as one proposal: act, quotas, then the measures that rest on both."""
    opened = tuple(quarter for group in GROUPS for quarter in quotas(group))
    free = tuple(within(group) for group in GROUPS)
    priced = tuple(beyond(group, prefix) for group in GROUPS for prefix in group.prefixes)
    return (*regulation(), *opened, *free, *priced, on_the_way())


class Shipment(Struct, frozen=True):
    """500 t of ferro-silicon: what it must owe, and what it claims."""

    example: str
    title: str
    reference: str
    lines: tuple[str, ...]
    total: str
    origin: str = "CN"
    value: str = "602500.00"
    codes: tuple[str, ...] = (PRICE_TEST,)
    quota: str = ""


SHIPMENTS = (
    Shipment("E14", "500 t at 1,205 EUR/t, within the quota", "DEMO-E14-IN", ("0.00", "0.00"), "0.00", quota=QUOTA),
    Shipment("E14", "the next 500 t: 180 t are left, 320 t are beyond", "DEMO-E14-SPLIT",
             ("0.00", "0.00", "0.00", "384960.00"), "384960.00", quota=QUOTA),
    Shipment("E14", "no quota claimed: 1,203 EUR/t below the threshold", "DEMO-E14-OUT",
             ("0.00", "601500.00"), "601500.00"),
    Shipment("E14", "claimed too late, nothing is left (Malaysia)", "DEMO-E14-LATE",
             ("0.00", "601500.00"), "601500.00", origin="MY", quota=QUOTA),
    Shipment("E14", "exactly at the threshold, 2,408 EUR/t", "DEMO-E14-AT", ("0.00", "0.00"), "0.00",
             value="1204000.00"),
    Shipment("2200", "on the way on 18 November 2025", "DEMO-2200", ("0.00", "0.00"), "0.00",
             codes=(ON_THE_WAY,)),
    Shipment("KE", "Kenya is exempt", "DEMO-KE", ("0.00",), "0.00", origin="KE"),
    Shipment("UA", "Ukraine is exempt", "DEMO-UA", ("0.00",), "0.00", origin="UA"),
    Shipment("NO", "Norway is in the EEA, and not exempt", "DEMO-NO", ("0.00", "601500.00"), "601500.00",
             origin="NO"),
)  # fmt: skip


def declared(shipment: Shipment) -> Post:
    """The declaration of a shipment to customs of the EU, accepted in the third quarter of the first year."""
    mass = ("500", "t")
    goods = customs.item("72022100", FERRO_SILICON, shipment.origin, mass, shipment.value, "EUR")
    goods["additional_codes"] = list(shipment.codes)
    if shipment.quota:
        goods["quota"] = shipment.quota
    return customs.declared("EU", shipment.reference, "2026-06-15T10:00:00+02:00", goods)


def chapter() -> Chapter:
    """The whole chapter."""
    title = "Safeguard on ferro-alloys: act, quotas of the first year, measures"
    return Chapter(
        title="Ferro-alloys",
        sentence=(
            "Regulation (EU) 2025/2351, proposed and approved: a quota first, beyond it the gap to a price threshold; "
            "500 t of ferro-silicon nine times."
        ),
        posts=(*four_eyes(PROPOSAL, AUTHORITY, COUNCIL, title, law()), *map(declared, SHIPMENTS)),
        duties=tuple(
            DutyExpected(one.example, one.title, "EU", one.reference, one.total, one.lines)
            for one in SHIPMENTS
        ),
    )
