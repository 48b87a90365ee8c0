"""Chapter: the legal acts on which base duties and floors rest.

From rule book 2026.2 on nothing is a measure or a floor without a recorded act of its own law (ACT-8, ACT-9), so the
acts come first. The tariff schedule of the United States is real; the others stand in for acts that nobody adopted.
"""

from typing import Any

from bloc.demo.cast import SECRETARIAT
from bloc.demo.telling import Chapter, Post, act

HTS = "https://hts.usitc.gov/"
FLOORS = "bloc.council.decision.2026-3"


def adopted(
    name: str, title: str, adopted_on: str, effective_from: str, basis: dict[str, str], **more: Any
) -> tuple[str, dict[str, Any]]:
    """The payload of `bloc.act.adopted.v1`; `basis` is what empowers its author."""
    return "bloc.act.adopted.v1", {
        "act": name,
        "title": title,
        "adopted_on": adopted_on,
        "effective_from": effective_from,
        "legal_basis": basis,
    } | more


def published(
    name: str, journal: str, number: str, published_on: str, uri: str
) -> tuple[str, dict[str, Any]]:
    """The payload of `bloc.act.published.v1`."""
    return "bloc.act.published.v1", {
        "act": name,
        "journal": journal,
        "number": number,
        "published_on": published_on,
        "uri": uri,
        "legal_basis": act(name, uri=uri),
    }


def schedule(territory: str) -> tuple[str, dict[str, Any]]:
    """An invented tariff schedule of 2026, for duties that are needed and not known."""
    return adopted(
        f"{territory}.demo.2026",
        "Illustrative tariff schedule of the demo",
        "2025-12-15",
        "2026-01-01",
        act(f"{territory}.constitution"),
        illustrative=True,
    )


def chapter() -> Chapter:
    """The whole chapter: each legislator records its own law."""
    hts = adopted(
        "us.hts.2026",
        "Harmonized Tariff Schedule of the United States, 2026",
        "2026-01-01",
        "2026-01-01",
        act("us.19-usc.1202", "whole act", HTS),
    )
    council = adopted(
        FLOORS,
        "Decision on price floors for neodymium and praseodymium",
        "2026-04-24",
        "2026-05-01",
        act("bloc.agreement.2026", "floors"),
        illustrative=True,
    )
    return Chapter(
        title="Legal acts",
        sentence="Each legislator records the acts that its duties will cite: no act, no duty.",
        posts=(
            Post("us.trade", (hts, schedule("us"))),
            Post("eu.commission", (schedule("eu"),)),
            Post("gb.trade", (schedule("gb"),)),
            Post("ec.trade", (schedule("ec"),)),
            Post(SECRETARIAT, (council,)),
        ),
    )
