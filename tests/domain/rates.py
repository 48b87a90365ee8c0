"""Facts about rates of exchange, in the words of facts.py, and a British member that imports in dollars.

The rates are those of the worked examples: 1 GBP was 1.3399 USD and 1.1550 EUR in June 2026.
"""

from typing import Any

from contracts.envelope import Event
from tests.domain.facts import act, event, goods, measure, percent
from tests.domain.given import Bloc, founded_bloc
from tests.domain.members import joined

MIDSUMMER = "2026-06-24T10:00:00+01:00"
"""24 June in London."""


def rate(
    value: str = "1.3399", base: str = "GBP", quote: str = "USD", by: str = "bloc.prices", **more: Any
) -> Event[Any]:
    """A rate is published: for June 2026, by HMRC, unless said otherwise."""
    data = {
        "authority": "hmrc",
        "base": base,
        "quote": quote,
        "rate": value,
        "applies_from": "2026-06-01",
        "applies_to": "2026-07-01",
        "legal_basis": act("rates"),
    }
    return event(by, "bloc.exchange_rate.published.v1", data | more)


def quarterly(value: str, quote: str = "USD", **more: Any) -> Event[Any]:
    """The rate of one euro in dollars that the United States take, for the second quarter."""
    terms = {"authority": "frbny", "applies_from": "2026-04-01", "applies_to": "2026-07-01"}
    return rate(value, "EUR", quote, **(terms | more))


def british_bloc(duty: str = "0", **terms: Any) -> Bloc:
    """A bloc whose member is the United Kingdom, with a base duty on 2846 90."""
    accession = {"legal_tz": "Europe/London", "currency": "GBP", "exchange_rate_rule": "gb.hmrc.monthly"}
    base = measure(
        "gb.base.284690",
        by="gb.trade",
        goods=goods("284690"),
        duty=[percent(duty)],
        effective_from="2026-01-01",
    )
    return founded_bloc().record(*joined("GB", **(accession | terms)), base)


def money(amount: str, currency: str = "USD") -> dict[str, str]:
    """An amount in a currency."""
    return {"amount": amount, "currency": currency}
