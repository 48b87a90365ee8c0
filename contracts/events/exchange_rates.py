"""Rates of exchange, as an authority publishes them: for two currencies, for some days, never open-ended.

A rate always says when it stops to apply. So there is no newest rate to fall back on when the next one is missing:
the answer is then "not known", which a system that takes the last rate it has cannot say. Each authority's rates for
a pair are a series of their own, because which authority's rate counts is a matter of each member's law.
"""

from msgspec import UNSET, UnsetType

from contracts.decimals import DecimalText
from contracts.events.payload import LegalPayload
from contracts.texts import Day, RateAuthority, Uri
from contracts.trade import Currency


class ExchangeRatePublished(LegalPayload, frozen=True, kw_only=True):
    """bloc.exchange_rate.published.v1: one unit of `base` is `rate` units of `quote` (1 GBP = 1.3399 USD).

    `applies_to` is the first day on which it no longer applies. Its stream is exchange_rate/ and the series:
    authority, base and quote in lower case, joined by dots.
    """

    authority: RateAuthority
    base: Currency
    quote: Currency
    rate: DecimalText
    applies_from: Day
    applies_to: Day
    uri: Uri | UnsetType = UNSET

    @property
    def series(self) -> str:
        """Which rates this is one of, such as `hmrc.gbp.usd`."""
        return series_of(self.authority, self.base, self.quote)


def series_of(authority: str, base: str, quote: str) -> str:
    """The name of the rates that an authority publishes for one unit of `base` in `quote`."""
    return f"{authority}.{base.lower()}.{quote.lower()}"
