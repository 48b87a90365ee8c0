"""Rates of exchange: which rate the law of a member takes, and what is recorded of it on V as known at K.

Members differ: the European Union and the United Kingdom take their authority's rate of the day on which customs
accepted the goods, the United States that of the day on which the goods were exported. Those are rules with a source
and with days on which they hold, kept here as values that an accession chooses by name. What a rule never says is
what to take instead of a rate that is not recorded: nothing is, the answer is "not known". (Systems that take the
newest rate they have compute a duty which no act says.)

Within a series the rate that began last holds: a month's rate is amended in the middle of the month, and a variance
of one day lies within a quarter, by a rate that begins later. So the answer does not depend on the order in which
rates were recorded.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from contracts.events.exchange_rates import ExchangeRatePublished, series_of
from contracts.trade import BLOC
from services.tariffs.domain.histories.timeline import known_at
from services.tariffs.domain.state import History, Recorded

DayOfRate = Literal["acceptance", "exportation"]


class ExchangeRateRule(Struct, frozen=True):
    """Which rate the law of a member takes, by the name that its accession gives.

    `territory`: whose law the rule is, and so whose publisher speaks for its `authority` (FXR-6); others may choose it.
    `own_is_base`: its authority publishes units of the foreign currency for one of the member's (1 GBP = 1.3399
    USD), else units of the member's for one foreign. The rule holds from `since` to before `until` (None: open).
    """

    name: str
    territory: str
    authority: str
    own_is_base: bool
    day: DayOfRate
    text: str
    source: str
    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether this is the law on a day (half-open)."""
        return self.since <= day and (self.until is None or day < self.until)

    def series(self, own: str, foreign: str) -> str:
        """The series that it reads to turn amounts in `foreign` into the member's `own` currency."""
        return series_of(self.authority, *((own, foreign) if self.own_is_base else (foreign, own)))


NO_CONVERSION = "none"
"""What an accession says when its member takes no rate: values in other currencies are then not known."""

_RULES = (
    ExchangeRateRule(
        name="eu.ucc-ia.146",
        territory="EU",
        authority="ecb",
        own_is_base=True,
        day="acceptance",
        text=(
            "The rate recorded on the penultimate Wednesday of a month applies to declarations accepted in the "
            "month that follows."
        ),
        source="Implementing Regulation (EU) 2015/2447, article 146; Union Customs Code, article 53(1)",
        since=date(2016, 5, 1),
    ),
    ExchangeRateRule(
        name="gb.hmrc.monthly",
        territory="GB",
        authority="hmrc",
        own_is_base=True,
        day="acceptance",
        text="The monthly rate in force on the day of acceptance; a rate amended within the month applies from then.",
        source="HMRC exchange rates for customs and VAT; Taxation (Cross-border Trade) Act 2018, section 16",
        since=date(2021, 1, 1),
    ),
    ExchangeRateRule(
        name="us.19-cfr.159.34",
        territory="US",
        authority="frbny",
        own_is_base=False,
        day="exportation",
        text=(
            "The rate certified for the quarter in which the goods were exported; where the rate certified for the "
            "day of exportation varies by 5 per cent or more, that one, published for the day."
        ),
        source="31 U.S.C. 5151; 19 CFR 159.31 to 159.34",
        since=date(1982, 9, 13),
    ),
    ExchangeRateRule(
        name="house.acceptance-day",
        territory=BLOC,
        authority="bloc",
        own_is_base=True,
        day="acceptance",
        text="The rate that the bloc's rate publisher publishes for the day of acceptance.",
        source="House rule for members that name no rule of their own",
        since=date(2025, 1, 1),
    ),
)

EXCHANGE_RATE_RULES: Mapping[str, ExchangeRateRule] = MappingProxyType({rule.name: rule for rule in _RULES})
"""Every rule that an accession may name, by its name; NO_CONVERSION is none of them."""


def rate_on(history: History, day: date, position: int) -> Recorded | None:
    """The rate of a series (its history) that holds on V = `day`, as known at K = `position`; None: it is not known.

    Of rates that apply on the day, the one that begins last; of two that begin together, the newer record.
    """
    found: Recorded | None = None
    for entry in known_at(history, position):
        data: ExchangeRatePublished = entry.data
        if data.applies_from <= day < data.applies_to and (
            found is None or data.applies_from >= found.data.applies_from
        ):
            found = entry
    return found
