"""Chapter: active anode material (graphite) from China, the case that ended with everything paid back (E16).

Real: petitions of 2024-12-18; a preliminary anti-dumping rate of 93.5 % on 2025-07-17; final rates of 93.5 % and
66.68 % on 2026-02-11; and on 2026-03-12 the International Trade Commission found no injury, so there is no order and
the deposits go back. Illustrative: the shipment, a base duty of zero, who approves, and that the United States were a
member on the day after the ministerial. What the commission rules carries nothing out by itself: the authority that
imposed the duties annuls them by acts of its own, which cite the ruling.
"""

from typing import Any

from bloc.demo.chapters import customs
from bloc.demo.chapters.acts import adopted
from bloc.demo.chapters.measures import measure, percent
from bloc.demo.telling import (
    Chapter,
    DutyExpected,
    Events,
    Post,
    RefundExpected,
    TargetOf,
    act,
    four_eyes,
    usd,
)

CASE = "us.active-anode-material"
COMMERCE, COMMISSION, REVIEW = "us.commerce", "us.itc", "us.review"
INITIATION = "https://www.govinfo.gov/content/pkg/FR-2025-01-15/html/2025-00656.htm"
TARIFF_ACT = "https://uscode.house.gov/browse/prelim@title19/chapter4"
"""Tariff Act of 1930: sections 1671d (subsidies) and 1673d (dumping) on final determinations."""
ITC = "https://www.usitc.gov/"
DUMPING_ACT, SUBSIDY_ACT = "us.fr.a-570-194", "us.fr.active-anode-material.cvd"
DUMPING, SUBSIDY = "us.anti_dumping.active-anode-material", "us.countervailing.active-anode-material"
GOODS = {"hs_edition": "HS2022", "prefixes": ["2504105000", "3801105000", "3801900000"]}
ARTIFICIAL = "graphite.derivative_product.artificial"
REFERENCE = "DEMO-E16"


def opened() -> Post:
    """The petitions against imports from China."""
    data = {
        "case": CASE,
        "kind": "investigation",
        "title": "Active anode material from China: dumping, subsidies, material retardation",
        "opened_on": "2024-12-18",
        "goods": GOODS,
        "legal_basis": act("us.19-usc.1673a", "(b)", INITIATION),
    }
    return Post(COMMERCE, (("bloc.case.opened.v1", data),))


def found(party: str, stage: str, ruled_on: str, affirmative: bool, effect: str, **more: Any) -> Post:
    """A determination. Final in the sense of the case is only the one about injury, which is the commission's."""
    data = {
        "case": CASE,
        "stage": stage,
        "ruled_on": ruled_on,
        "affirmative": affirmative,
        "effect": effect,
    }
    return Post(party, (("bloc.case.ruled.v1", data | more),))


def _act(name: str, title: str, day: str, section: str) -> tuple[str, dict[str, Any]]:
    return adopted(name, title, day, day, act(f"us.19-usc.{section}", "whole act", TARIFF_ACT))


def _duty(name: str, kind: str, rate: str, start: str, basis: str) -> tuple[str, dict[str, Any]]:
    terms = measure(
        name,
        kind,
        [],
        [percent(rate)],
        origins={"include": ["CN"]},
        effective_from=start,
        published_on=start,
        legal_basis=act(basis, "whole act", TARIFF_ACT),
    )
    return "bloc.measure.created.v1", terms | {"goods": GOODS}


def preliminary() -> Events:
    """93.5 % against dumping, as a deposit."""
    day = "2025-07-17"
    return (
        _act(DUMPING_ACT, "Active anode material from China: less than fair value", day, "1673b"),
        _duty(DUMPING, "anti_dumping", "93.5", day, DUMPING_ACT),
    )


def final() -> Events:
    """66.68 % against subsidies on top; the rate against dumping stays."""
    day = "2026-02-11"
    return (
        _act(SUBSIDY_ACT, "Active anode material from China: countervailable subsidies", day, "1671d"),
        _duty(SUBSIDY, "countervailing", "66.68", day, SUBSIDY_ACT),
    )


def annulments() -> Events:
    """Both duties never were: an annulment each, by who imposed them, citing the commission."""
    ruling = act("us.itc.2026-03-12", "negative determination", ITC)
    return tuple(
        (
            "bloc.event.annulled.v1",
            {
                "stream": f"measure/{name}",
                "target": TargetOf(f"measure/{name}", "bloc.measure.created.v1"),
                "reason": "No injury: no order was issued, deposits are refunded",
                "legal_basis": ruling,
            },
        )
        for name in (DUMPING, SUBSIDY)
    )


def declared() -> Post:
    """100,000.00 USD of it, accepted while both deposits were due."""
    goods = customs.item("3801105000", ARTIFICIAL, "CN", ("40", "t"), "100000.00", "USD")
    return customs.declared("US", REFERENCE, "2026-02-20T10:00:00-05:00", goods)


def paid_back() -> tuple[Post, ...]:
    """Customs has the declaration assessed again, and pays the refund that follows."""
    basis = act("us.19-usc.1673d", "(c)(2)", TARIFF_ACT)
    return (
        customs.reassessment_ordered(
            "US", REFERENCE, "2026-03-20T10:00:00-04:00", "No order was issued", basis
        ),
        customs.refund_paid("US", REFERENCE, usd("160180.00"), "2026-04-02T10:00:00-04:00"),
    )


def proceedings() -> tuple[Post, ...]:
    """From the petitions to the end of the case, in the order in which they happened."""
    dumping = act("us.fr.a-570-194", "preliminary determination", TARIFF_ACT)
    both = act("us.fr.a-570-194", "final determination", TARIFF_ACT)
    injury = act("us.itc.2026-03-12", "whole act", ITC)
    closed = {"case": CASE, "closed_on": "2026-03-12", "outcome": "ruled"}
    return (
        opened(),
        found(COMMERCE, "provisional", "2025-07-17", True, "none", legal_basis=dumping),
        *four_eyes("us.aam-preliminary", COMMERCE, REVIEW, "Deposit against dumping, 93.5 %", preliminary()),
        found(COMMERCE, "provisional", "2026-02-11", True, "none", legal_basis=both),
        *four_eyes("us.aam-final", COMMERCE, REVIEW, "Deposit against subsidies, 66.68 %", final()),
        declared(),
        customs.settled("US", REFERENCE, usd("160180.00"), "2026-02-27T10:00:00-05:00"),
        found(COMMISSION, "final", "2026-03-12", False, "ex_tunc", legal_basis=injury),
        *four_eyes("us.aam-annulled", COMMERCE, REVIEW, "Both deposits never were", annulments()),
        Post(COMMERCE, (("bloc.case.closed.v1", closed),)),
        *paid_back(),
    )


def chapter() -> Chapter:
    """The whole chapter."""
    return Chapter(
        title="Graphite",
        sentence=(
            "Deposits of 93.5 % and 66.68 % on anode material from China; then the commission finds no injury, both "
            "are annulled, and what was paid is paid back."
        ),
        posts=proceedings(),
        duties=(
            DutyExpected(
                "E16",
                "93.5 % and 66.68 % of 100,000.00",
                "US",
                REFERENCE,
                "160180.00",
                ("0.00", "93500.00", "66680.00"),
            ),
        ),
        refunds=(
            RefundExpected("E16", "no injury, no order", "US", REFERENCE, "160180.00", "0.00", "160180.00"),
        ),
    )
