"""The parties of the demo: who they are, and the mandate each of them acts under.

All mandates are illustrative: no such bloc has been founded, so no real party holds one.
"""

from msgspec import Struct

from bloc.demo.telling import Chapter, Post, act
from contracts.registry import ROLES

SECRETARIAT = "bloc.secretariat"
TARIFFS = "bloc.tariffs"
"""The party of the deciding service, which publishes the hash of its state."""


class Partner(Struct, frozen=True):
    """A party that posts in the demo, its role, and the territories it may speak for."""

    party: str
    role: str
    territories: tuple[str, ...]


PARTNERS = (
    Partner("bloc.council", "approver", ("BLOC",)),
    Partner("us.trade", "trade_ministry", ("US",)),
    Partner("us.commerce", "investigating_authority", ("US",)),
    Partner("us.itc", "investigating_authority", ("US",)),
    Partner("us.review", "approver", ("US",)),
    Partner("us.customs", "customs", ("US",)),
    Partner("eu.commission", "trade_ministry", ("EU",)),
    Partner("eu.remedies", "investigating_authority", ("EU",)),
    Partner("eu.council", "approver", ("EU",)),
    Partner("eu.customs", "customs", ("EU",)),
    Partner("ec.trade", "trade_ministry", ("EC",)),
    Partner("ec.council", "approver", ("EC",)),
    Partner("ec.customs", "customs", ("EC",)),
    Partner("gb.trade", "trade_ministry", ("GB",)),
    Partner("gb.customs", "customs", ("GB",)),
    Partner("gb.hmrc", "rate_publisher", ("GB",)),
    Partner("us.vault", "reserve_operator", ("BLOC",)),
    Partner("bloc.prices", "rate_publisher", ("BLOC",)),
    Partner("oem.clarios", "company", ("BLOC",)),
    Partner("oem.gevernova", "company", ("BLOC",)),
)


def mandate_of(partner: Partner) -> dict[str, object]:
    """The payload of `bloc.mandate.granted.v1` for a partner."""
    return {
        "mandate": f"{partner.party}.2026",
        "party": partner.party,
        "role": partner.role,
        "event_types": list(ROLES[partner.role]),
        "territories": list(partner.territories),
        "minerals": ["*"],
        "effective_from": "2026-01-01",
        "legal_basis": act("bloc.council.decision.2026-1", "1"),
        "illustrative": True,
    }


def introductions(jwks: dict[str, dict[str, str]], proofs: dict[str, str]) -> Chapter:
    """The secretariat registers every partner's first key and grants its mandate; one submission for all."""
    events: list[tuple[str, dict[str, object]]] = []
    for partner in PARTNERS:
        party = partner.party
        events.append(
            ("bloc.key.registered.v1", {"party": party, "jwk": jwks[party], "proof": proofs[party]})
        )
        if ROLES[partner.role]:
            events.append(("bloc.mandate.granted.v1", mandate_of(partner)))
    return Chapter(
        title="Keys and mandates",
        sentence=f"{len(PARTNERS)} parties prove that they hold their keys, and learn what they may post.",
        posts=(Post(SECRETARIAT, tuple(events)),),
    )
