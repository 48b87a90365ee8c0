"""Chapter: reference prices and price floors. Prices are dated market facts; that a floor exists is illustrative.

110 USD/kg is a real number (the contract for difference between the US Department of Defense and MP Materials),
but that is a contract, not a border duty. The floor recorded here only borrows the figure. The floor of the metal is
recorded wrongly, at 112: what that costs, and how it is mended, is told in `correction`.
"""

from typing import Any

from bloc.demo.cast import SECRETARIAT
from bloc.demo.telling import Chapter, Post, act, usd

OXIDE = "ndpr.oxide_compound.oxide_99"
METAL = "ndpr.unwrought_metal.metal"
COBALT = "cobalt.unwrought_metal.mattes_unwrought_powders"
RIGHT, WRONG = "110.00", "112.00"
"""The floor of the metal as it was decided, and as it was recorded (E12)."""


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
    """110 USD/kg on the oxide (E06 to E10); a slip, then 115 from 1 July on the metal (E11); 40 on cobalt (E18)."""
    return Post(
        SECRETARIAT,
        (
            ("bloc.price_floor.set.v1", floor(OXIDE, RIGHT, "2026-05-01", "2")),
            ("bloc.price_floor.set.v1", floor(METAL, WRONG, "2026-05-01", "3")),
            ("bloc.price_floor.revised.v1", floor(METAL, "115.00", "2026-07-01", "4")),
            ("bloc.price_floor.set.v1", floor(COBALT, "40.00", "2026-05-01", "5")),
        ),
    )


def chapter() -> Chapter:
    """The whole chapter."""
    return Chapter(
        title="Price floors",
        sentence="110 USD/kg under NdPr oxide, 115 under the metal from 1 July, 40 under cobalt; one is a slip.",
        posts=(market_price(), floors()),
    )
