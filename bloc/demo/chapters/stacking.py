"""Chapter: duties that stack on one line (E15), as on a reconciled line of a real CBP Form 7501.

Real: the entered value of 14,172.00 USD and the three duties on it, 2.9 % of the tariff schedule, 25 % under Section
301 of the Trade Act of 1974 and 50 % under Section 232 of the Trade Expansion Act of 1962, each rounded on a line of
its own and then added. The form names the two remedies by headings of chapter 99; here they are additional codes that
the importer declares. Illustrative: the goods, which are of no line of the catalogue, the codes, who approves.
"""

from typing import Any

from bloc.demo.chapters import customs
from bloc.demo.chapters.acts import HTS, adopted
from bloc.demo.chapters.measures import measure, percent
from bloc.demo.telling import Chapter, DutyExpected, Events, act, four_eyes

PREFIX = "732690"
DAY = "2026-01-01"
REFERENCE = "DEMO-E15"
REMEDIES = (
    ("301", "25", "us.section-301", "us.19-usc.2411", "Trade Act of 1974, Section 301: articles from China"),
    (
        "232",
        "50",
        "us.section-232",
        "us.19-usc.1862",
        "Trade Expansion Act of 1962, Section 232: articles of steel",
    ),
)
"""Section, rate, the act here, the law that empowers it, title."""


def base() -> Events:
    """The duty of the tariff schedule, to which the others add."""
    terms = measure(
        f"us.base.{PREFIX}",
        "base",
        [PREFIX],
        [percent("2.9")],
        legal_basis=act("us.hts.2026", "7326.90", HTS),
        published_on=DAY,
        illustrative=True,
    )
    return (("bloc.measure.created.v1", terms),)


def remedies() -> Events:
    """The act and the duty of each section."""
    events: list[tuple[str, dict[str, Any]]] = []
    for section, rate, basis, power, title in REMEDIES:
        terms = measure(
            f"us.safeguard.section-{section}",
            "safeguard",
            [],
            [percent(rate)],
            origins={"include": ["CN"]},
            legal_basis=act(basis, "whole act", HTS),
            published_on=DAY,
            illustrative=True,
        )
        goods = {"hs_edition": "HS2022", "prefixes": [PREFIX], "additional_codes": [f"S{section}"]}
        events.append(adopted(basis, title, DAY, DAY, act(power, "whole act", HTS)))
        events.append(("bloc.measure.created.v1", terms | {"goods": goods}))
    return tuple(events)


def chapter() -> Chapter:
    """The whole chapter."""
    goods = customs.item("7326908688", "none", "CN", ("2", "t"), "14172.00", "USD")
    goods["additional_codes"] = [f"S{section}" for section, *_ in REMEDIES]
    lines = ("410.99", "3543.00", "7086.00")
    return Chapter(
        title="Stacked duties",
        sentence="Three duties on one line of a real entry, each rounded, then added: tariff, Sections 301 and 232.",
        posts=(
            *four_eyes("us.stacking-base", "us.trade", "us.review", "Duty on articles of steel", base()),
            *four_eyes("us.stacking", "us.commerce", "us.review", "Sections 301 and 232", remedies()),
            customs.declared("US", REFERENCE, "2026-06-22T10:00:00-04:00", goods),
        ),
        duties=(DutyExpected("E15", "2.9 + 25 + 50 % of 14,172.00", "US", REFERENCE, "11039.99", lines),),
    )
