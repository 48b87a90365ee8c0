"""Chapter: an emergency of supply, and what the reserve does in it (E22; illustrative, its trigger included).

The secretariat declares, with four eyes; the operator orders a release, whose shares come before everybody else; a
drawdown carries it out at the fixed price. What that leaves of the cover is computed and never posted.
"""

from bloc.demo.cast import SECRETARIAT
from bloc.demo.chapters.floors import METAL
from bloc.demo.chapters.reserve import OPERATOR, RESERVE, TERMS, drawdown
from bloc.demo.telling import Chapter, Post, act, four_eyes, kilograms

EMERGENCY, RELEASE = "2026-ndpr", "vault.2026-R01"
COMPANY, COMMITMENT = "oem.gevernova", "vault.gevernova.2026-01"
FIRST_DAY, DAY_AFTER = "2026-10-05", "2026-11-16"


def declared() -> tuple[Post, ...]:
    """An emergency of neodymium and praseodymium."""
    data = {
        "emergency": EMERGENCY,
        "minerals": ["ndpr"],
        "trigger": "Export licences are withheld",
        "effective_from": FIRST_DAY,
        "legal_basis": act("bloc.council.decision.2026-7", "1"),
        "illustrative": True,
    }
    law = (("bloc.emergency.declared.v1", data),)
    return four_eyes("bloc.emergency-2026", SECRETARIAT, "bloc.council", "Declare an emergency of NdPr", law)


def ordered() -> Post:
    """100 t of the metal, all of it for the company that is to be served first."""
    share = {"company": COMPANY, "purchase_commitment": COMMITMENT, "quantity": kilograms("100000")}
    data = {
        "release": RELEASE,
        "emergency": EMERGENCY,
        "reserve": RESERVE,
        "line": METAL,
        "quantity": kilograms("100000"),
        "shares": [share],
        "ordered_on": FIRST_DAY,
        "legal_basis": TERMS,
        "illustrative": True,
    }
    return Post(OPERATOR, (("bloc.emergency_release.ordered.v1", data),))


def ended() -> tuple[Post, ...]:
    """Six weeks later."""
    data = {
        "emergency": EMERGENCY,
        "effective_from": DAY_AFTER,
        "reason": "Licences are granted again",
        "legal_basis": act("bloc.council.decision.2026-8", "1"),
        "illustrative": True,
    }
    law = (("bloc.emergency.ended.v1", data),)
    return four_eyes("bloc.emergency-2026-end", SECRETARIAT, "bloc.council", "End the emergency of NdPr", law)


def chapter() -> Chapter:
    """The whole chapter."""
    drawn = drawdown(
        "vault.2026-0008",
        COMMITMENT,
        COMPANY,
        METAL,
        "vault.2026-M01",
        "100000",
        "9500000.00",
        release=RELEASE,
    )
    return Chapter(
        title="An emergency",
        sentence="Licences are withheld: 100 t of the metal are released, to those who must be served first.",
        posts=(*declared(), ordered(), drawn, *ended()),
    )
