"""Chapter: a member whose duties are in another currency than the floor (E17), and an invoice in a third one (E17b).

Real: the monthly rates of HMRC for June 2026, as the press reported them. The rule is that the rate of the day of
acceptance counts, and that nothing takes its place when it is missing. The floor duty is subtracted in the floor's
currency, converted once and rounded once: from rounded values it would be a penny more.
"""

from bloc.demo.chapters import customs
from bloc.demo.chapters.floors import OXIDE
from bloc.demo.telling import Chapter, DutyExpected, Post, act

JUNE = (("USD", "1.3399"), ("EUR", "1.1550"), ("CNY", "9.1168"))
AT = "2026-06-15T10:00:00+01:00"
MAGNETS = "ndpr.derivative_product.permanent_magnets"


def rates() -> Post:
    """What one pound was worth in June 2026."""
    uri = "https://www.trade-tariff.service.gov.uk/exchange_rates"
    return Post(
        "gb.hmrc",
        tuple(
            (
                "bloc.exchange_rate.published.v1",
                {
                    "authority": "hmrc",
                    "base": "GBP",
                    "quote": quote,
                    "rate": rate,
                    "applies_from": "2026-06-01",
                    "applies_to": "2026-07-01",
                    "legal_basis": act("gb.hmrc.monthly-rates", "June 2026", uri),
                },
            )
            for quote, rate in JUNE
        ),
    )


def chapter() -> Chapter:
    """The whole chapter."""
    oxide = customs.item("2846904000", OXIDE, "CN", ("2500", "kg"), "237500.00", "USD")
    magnets = customs.item("8505110000", MAGNETS, "CN", ("1000", "kg"), "100000.00", "EUR")
    return Chapter(
        title="Currencies",
        sentence="Britain assesses in pounds, at the rate that its own rule names for the day.",
        posts=(
            rates(),
            customs.declared("GB", "DEMO-E17", AT, oxide),
            customs.declared("GB", "DEMO-E17B", AT, magnets),
        ),
        duties=(
            DutyExpected(
                "E17",
                "2.5 t at 95 USD/kg, floor 110 USD/kg",
                "GB",
                "DEMO-E17",
                "27987.16",
                ("0.00", "27987.16"),
                basis="177252.03",
            ),
            DutyExpected(
                "E17b",
                "10 % of 100,000.00 EUR",
                "GB",
                "DEMO-E17B",
                "8658.01",
                ("8658.01",),
                basis="86580.09",
            ),
        ),
    )
