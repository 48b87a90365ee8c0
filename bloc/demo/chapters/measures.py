"""Chapter: base duties, and the preference for origins in the bloc; some rates are real, most are illustrative.

Rates of zero are there so that the floor, safeguard or trade remedy of a worked example shows alone.
"""

from typing import Any

from bloc.demo.chapters.acts import HTS
from bloc.demo.telling import Chapter, Post, act


def measure(
    name: str, kind: str, prefixes: list[str], duty: list[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    """The payload of `bloc.measure.created.v1`; territory is the first label of the name."""
    return {
        "measure": name,
        "kind": kind,
        "territory": name.split(".")[0].upper(),
        "goods": {"hs_edition": "HS2022", "prefixes": prefixes},
        "origins": {"include": ["ERGA_OMNES"]},
        "duty": duty,
        "effective_from": "2026-01-01",
    } | more


def percent(value: str) -> dict[str, Any]:
    """An ad valorem component, the number as printed in the law."""
    return {"op": "+", "kind": "ad_valorem", "percent": value}


def per_kilogram(amount: str) -> dict[str, Any]:
    """A specific component in US dollars per kilogram."""
    return {"op": "+", "kind": "specific", "amount": amount, "currency": "USD", "per": "kg"}


def united_states() -> Post:
    """Base duties of E01 and E02 as in the tariff schedule, E03 and 3.7 % of E06 illustrative; BLOC at zero."""
    magnets, zinc = act("us.hts.2026", "8505.11.00", HTS), act("us.hts.2026", "7903.10.00", HTS)
    invented: dict[str, Any] = {
        "legal_basis": act("us.demo.2026"),
        "published_on": "2025-12-15",
        "illustrative": True,
    }
    measures = (
        measure(
            "us.base.850511",
            "base",
            ["850511"],
            [percent("2.1")],
            legal_basis=magnets,
            published_on="2026-01-01",
        ),
        measure(
            "us.base.790310",
            "base",
            ["790310"],
            [per_kilogram("0.007")],
            legal_basis=zinc,
            published_on="2026-01-01",
        ),
        measure(
            "us.base.810419",
            "base",
            ["810419"],
            [percent("4"), per_kilogram("0.35")],
            **invented,
        ),
        measure("us.base.284690", "base", ["284690"], [percent("3.7")], **invented),
        illustrative("us", "3801"),
        illustrative("us", "8105"),
        measure(
            "us.preference.bloc.284690",
            "preference",
            ["284690"],
            [percent("0")],
            origins={"include": ["BLOC"]},
            effective_from="2026-05-01",
            **invented,
        ),
    )
    return Post("us.trade", tuple(("bloc.measure.created.v1", created) for created in measures))


def illustrative(territory: str, prefix: str, rate: str = "0") -> dict[str, Any]:
    """An illustrative base duty, of zero unless said otherwise."""
    return measure(
        f"{territory}.base.{prefix}",
        "base",
        [prefix],
        [percent(rate)],
        published_on="2025-12-15",
        legal_basis=act(f"{territory}.demo.2026", "1"),
        illustrative=True,
    )


def elsewhere() -> tuple[Post, ...]:
    """Ecuador: rare-earth metals, aluminium (E11, E13). Britain: oxides, magnets (E17). EU: ferro-alloys (E14)."""
    others = (
        ("ec.trade", (illustrative("ec", "280530"), illustrative("ec", "760110", "5.5"))),
        ("gb.trade", (illustrative("gb", "284690"), illustrative("gb", "850511", "10"))),
        ("eu.commission", (illustrative("eu", "7202"),)),
    )
    return tuple(
        Post(party, tuple(("bloc.measure.created.v1", created) for created in measures))
        for party, measures in others
    )


def chapter() -> Chapter:
    """The whole chapter."""
    return Chapter(
        title="Base duties",
        sentence="Each member's own tariff, and a rate of zero for origins in the bloc.",
        posts=(united_states(), *elsewhere()),
    )
