"""Chapter: a price undertaking, by which an exporter is spared an anti-dumping duty as long as it keeps its price.

Real: the act, its goods and its rate, 16.8 % on silicon of less than 99.99 % from China (Implementing Regulation (EU)
2022/1394, CN 2804 69 00), and that undertakings may take the place of such a duty (Regulation (EU) 2016/1036, article
8). The act was in force from 13 August 2022 and ends after five years. Illustrative: that one was offered and accepted
here, its minimum of 2,000 EUR/t, the company, the base duty of zero, who approves, and the shipments.
"""

from typing import Any

from bloc.demo.chapters import customs
from bloc.demo.chapters.acts import adopted
from bloc.demo.chapters.measures import illustrative, measure, percent
from bloc.demo.telling import Chapter, DutyExpected, Events, Post, act, four_eyes

ACT = "eu.reg.2022-1394"
REGULATION = "https://eur-lex.europa.eu/eli/reg_impl/2022/1394/oj"
BASIC_ACT = "https://eur-lex.europa.eu/eli/reg/2016/1036/oj"
START, END = "2022-08-13", "2027-08-13"
CODE, SILICON = "28046900", "silicon.unwrought_metal.metallurgical_grade"
DUMPING, UNDERTAKING, MODEL = "eu.anti_dumping.silicon", "eu.silicon.2026", "metallurgical"
MINIMUM = {"amount": "2000.00", "currency": "EUR", "per": "t"}
KEPT, BROKEN = "DEMO-UND-KEPT", "DEMO-UND-BELOW"


def duty() -> Events:
    """The act, a base duty of zero beside it, and 16.8 % against dumping."""
    title = "Definitive anti-dumping duty on imports of silicon originating in the People's Republic of China"
    terms = measure(
        DUMPING,
        "anti_dumping",
        [CODE],
        [percent("16.8")],
        origins={"include": ["CN"]},
        effective_from=START,
        effective_to=END,
        published_on="2022-08-12",
        legal_basis=act(ACT, "1", REGULATION),
    )
    return (
        adopted(
            ACT, title, "2022-08-11", START, act("eu.reg.2016-1036", "11(2)", BASIC_ACT), effective_to=END
        ),
        ("bloc.measure.created.v1", terms),
    )


def accepted() -> Events:
    """The undertaking: nothing of the 16.8 % on what the company sells at 2,000 EUR/t or above, free at frontier."""
    minimum = {
        "model": MODEL,
        "goods": {"hs_edition": "HS2022", "prefixes": [CODE]},
        "price": MINIMUM,
        "price_basis": "free_at_frontier_before_duty",
    }
    terms: dict[str, Any] = {
        "undertaking": UNDERTAKING,
        "company": customs.EXPORTERS["CN"],
        "exempts": [DUMPING],
        "minimums": [minimum],
        "effective_from": "2026-06-01",
        "legal_basis": act(ACT, "1", REGULATION),
        "illustrative": True,
    }
    return (("bloc.undertaking.accepted.v1", terms),)


def sold(reference: str, value: str, day: str) -> Post:
    """100 t of it, sold under the undertaking."""
    goods = customs.item(CODE, SILICON, "CN", ("100", "t"), value, "EUR")
    goods["invoice"] = {"number": reference, "amount": value, "currency": "EUR"}
    goods["undertaking"] = {"undertaking": UNDERTAKING, "model": MODEL}
    return customs.declared("EU", reference, f"{day}T10:00:00+02:00", goods)


def chapter() -> Chapter:
    """The whole chapter."""
    base = (("bloc.measure.created.v1", illustrative("eu", "2804")),)
    return Chapter(
        title="A price undertaking",
        sentence=(
            "16.8 % against dumping on silicon from China; a company keeps a minimum price and is spared, and pays as "
            "soon as it sells below."
        ),
        posts=(
            *four_eyes("eu.silicon-base", "eu.commission", "eu.council", "Base duty on chapter 2804", base),
            *four_eyes(
                "eu.silicon-duty", "eu.remedies", "eu.council", "Anti-dumping duty on silicon", duty()
            ),
            *four_eyes("eu.silicon-undertaking", "eu.remedies", "eu.council", "An undertaking", accepted()),
            sold(KEPT, "200000.00", "2026-06-22"),
            sold(BROKEN, "199000.00", "2026-06-23"),
        ),
        duties=(
            DutyExpected("UND", "at the minimum: 2,000 EUR/t", "EU", KEPT, "0.00", ("0.00",)),
            DutyExpected(
                "UND", "below it: 16.8 % of 199,000.00", "EU", BROKEN, "33432.00", ("0.00", "33432.00")
            ),
        ),
    )
