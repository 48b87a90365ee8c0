"""The catalogue for tests of the rules: minerals, and the lines of goods made of them."""

from typing import Any

from contracts.envelope import Event
from tests.domain.facts import GALLIUM, METAL, OXIDE, SECRETARIAT, TUNGSTEN, event


def mineral(slug: str, **more: Any) -> Event[Any]:
    """A mineral is listed."""
    data = {
        "mineral": slug,
        "name": slug.capitalize(),
        "symbol": slug[:2],
        "list": "USGS-2025",
        "effective_from": "2025-11-07",
    }
    return event(SECRETARIAT, "bloc.mineral.listed.v1", data | more)


def line(name: str, hs6: str, unit: str = "kg", **more: Any) -> Event[Any]:
    """A line of the catalogue is defined."""
    slug, stage, specification = name.split(".")
    data = {
        "line": name,
        "mineral": slug,
        "stage": stage,
        "specification": specification,
        "hs_edition": "HS2022",
        "hs6": hs6,
        "national_codes": (),
        "unit": unit,
        "effective_from": "2026-01-01",
        "source": "HS 2022 text (UN Comtrade)",
        "confidence": "B",
    }
    return event(SECRETARIAT, "bloc.stage_line.defined.v1", data | more)


def catalogue() -> tuple[Event[Any], ...]:
    """Three minerals and four lines; NdPr oxide shares 2846 90 with fifteen minerals."""
    return (
        mineral("ndpr"),
        mineral("gallium"),
        mineral("tungsten"),
        line(OXIDE, "284690"),
        line(METAL, "280530"),
        line(GALLIUM, "811292", national_codes=[{"territory": "US", "code": "81129210"}]),
        line(TUNGSTEN, "261100", unit="t", content="WO3"),
    )
