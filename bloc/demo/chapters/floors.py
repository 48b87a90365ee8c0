"""Chapter: reference prices and price floors. Prices are dated market facts; that a floor exists is illustrative.

110 USD/kg is a real number (the contract for difference between the US Department of Defense and MP Materials),
but that is a contract, not a border duty. The floor recorded here only borrows the figure.
"""

from typing import Any

from bloc.demo.cast import SECRETARIAT
from bloc.demo.telling import Chapter, Post, act, usd

OXIDE = "ndpr.oxide_compound.oxide_99"
METAL = "ndpr.unwrought_metal.metal"


def floor(line: str, amount: str, effective_from: str, article: str) -> dict[str, Any]:
    """Complete terms of a floor for imports from outside the bloc into any member's territory."""
    return {
        "line": line,
        "price": usd(amount, "kg"),
        "price_basis": "free_at_frontier_before_duty",
        "territory": "BLOC",
        "origins": {"include": ["ERGA_OMNES"], "exclude": ["BLOC"]},
        "schedule": {"kind": "full_gap"},
        "effective_from": effective_from,
        "published_on": "2026-04-24",
        "legal_basis": act("bloc.council.decision.2026-3", article),
        "illustrative": True,
    }


def market_price() -> Post:
    """About 123 USD/kg in February 2026: the first month above 110 since 2022 (secondary press)."""
    return Post(
        "bloc.prices",
        (
            (
                "bloc.reference_price.published.v1",
                {
                    "line": OXIDE,
                    "price": usd("123", "kg"),
                    "method": "assessed",
                    "period_from": "2026-02-01",
                    "period_to": "2026-03-01",
                    "assessor": "secondary press, about 20 February 2026",
                },
            ),
        ),
    )


def floors() -> Post:
    """110 USD/kg on the oxide (E06 to E10), 110 then 115 from 1 July on the metal (E11)."""
    return Post(
        SECRETARIAT,
        (
            ("bloc.price_floor.set.v1", floor(OXIDE, "110.00", "2026-05-01", "2")),
            ("bloc.price_floor.set.v1", floor(METAL, "110.00", "2026-05-01", "3")),
            ("bloc.price_floor.revised.v1", floor(METAL, "115.00", "2026-07-01", "4")),
        ),
    )


def chapter() -> Chapter:
    """The whole chapter."""
    return Chapter(
        title="Price floors",
        sentence="A floor of 110 USD/kg under NdPr oxide and metal; the metal's rises to 115 on 1 July.",
        posts=(market_price(), floors()),
    )
