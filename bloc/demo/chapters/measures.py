"""Chapter: tariff measures. The EU's safeguard on ferro-alloys is real; base duties are real or illustrative.

Real: Implementing Regulation (EU) 2025/2351, thresholds in EUR per tonne, in force from 2025-11-18 and printed
"until 17 November 2028", so the first day no longer in force is 2028-11-18. Kenya and Ukraine are exempt. What is
recorded here is the duty out of quota; the quotas themselves have no event type yet.
"""

from typing import Any

from bloc.demo.telling import Chapter, Post, act

REGULATION = "https://eur-lex.europa.eu/eli/reg_impl/2025/2351/oj"
HTS = "https://hts.usitc.gov/"

# (goods, name in the regulation, threshold in EUR per tonne)
FERRO_ALLOYS = (
    ("720211", "ferro-manganese", "1316"),
    ("720219", "ferro-manganese", "1316"),
    ("720221", "ferro-silicon", "2408"),
    ("720229", "ferro-silicon", "2408"),
    ("720230", "ferro-silico-manganese", "1392"),
    ("72029930", "ferro-silico-magnesium", "3647"),
)


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


def safeguards() -> Post:
    """Six measures of the regulation: threshold less the net free-at-frontier price before duty, if lower."""
    return Post(
        "eu.remedies",
        tuple(
            (
                "bloc.measure.created.v1",
                measure(
                    f"eu.safeguard.2025-2351.{prefix}",
                    "safeguard",
                    [prefix],
                    [
                        {
                            "op": "+",
                            "kind": "difference_to_price",
                            "price": {"amount": f"{threshold}.00", "currency": "EUR", "per": "t"},
                            "price_basis": "free_at_frontier_before_duty",
                        }
                    ],
                    origins={"include": ["ERGA_OMNES"], "exclude": ["KE", "UA"]},
                    effective_from="2025-11-18",
                    effective_to="2028-11-18",
                    published_on="2025-11-18",
                    legal_basis=act("eu.reg.2025-2351", "1", REGULATION),
                    note=f"{name}, duty out of quota",
                ),
            )
            for prefix, name, threshold in FERRO_ALLOYS
        ),
    )


def united_states() -> Post:
    """Base duties of E01 and E02 as in the tariff schedule, E03 and 3.7 % of E06 illustrative; BLOC at zero."""
    magnets, zinc = act("us.hts.2026", "8505.11.00", HTS), act("us.hts.2026", "7903.10.00", HTS)
    invented = act("us.demo.2026")
    measures = (
        measure("us.base.850511", "base", ["850511"], [percent("2.1")], legal_basis=magnets),
        measure("us.base.790310", "base", ["790310"], [per_kilogram("0.007")], legal_basis=zinc),
        measure(
            "us.base.810419",
            "base",
            ["810419"],
            [percent("4"), per_kilogram("0.35")],
            legal_basis=invented,
            illustrative=True,
        ),
        measure(
            "us.base.284690", "base", ["284690"], [percent("3.7")], legal_basis=invented, illustrative=True
        ),
        measure(
            "us.preference.bloc.284690",
            "preference",
            ["284690"],
            [percent("0")],
            origins={"include": ["BLOC"]},
            effective_from="2026-05-01",
            legal_basis=invented,
            illustrative=True,
        ),
    )
    return Post("us.trade", tuple(("bloc.measure.created.v1", created) for created in measures))


def ecuador() -> Post:
    """Base duty 0 on rare-earth metals (illustrative), so that E11 shows the floor alone."""
    free = measure(
        "ec.base.280530",
        "base",
        ["280530"],
        [percent("0")],
        legal_basis=act("ec.demo.2026", "1"),
        illustrative=True,
    )
    return Post("ec.trade", (("bloc.measure.created.v1", free),))


def chapter() -> Chapter:
    """The whole chapter."""
    return Chapter(
        title="Tariff measures",
        sentence="The EU's ferro-alloy thresholds as printed; base duties and a zero rate for origins in the bloc.",
        posts=(safeguards(), united_states(), ecuador()),
    )
