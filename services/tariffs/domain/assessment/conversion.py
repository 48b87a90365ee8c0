"""Amounts in other currencies, turned into the importing member's: exactly, in one place, and never by a substitute.

The rule that the member's accession names says whose rate counts and of which day; the rate is looked up as known at
K. An amount is converted once and not rounded: a floor in dollars on a value in dollars is subtracted in dollars, and
the difference is converted (E17: two rounded amounts would differ by a penny more).
"""

from datetime import date
from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType

from contracts.decimals import EXACT
from contracts.events.duties import TraceStep
from services.tariffs.domain.exchange import (
    EXCHANGE_RATE_RULES,
    NO_CONVERSION,
    ExchangeRateRule,
)
from services.tariffs.domain.histories.remembered import rate_of
from services.tariffs.domain.state import Recorded, RulesState

from .importer import Importer
from .unknown import NotKnown


class RateUsed(msgspec.Struct, frozen=True, gc=False):
    """A rate for one foreign currency: multiply by it, or divide by it when it is units of the foreign one."""

    rule: ExchangeRateRule
    act: Recorded
    day: date

    def convert(self, amount: Decimal) -> Decimal:
        """Give the amount in the member's currency, to 34 digits."""
        rate = Decimal(self.act.data.rate)
        return EXACT.divide(amount, rate) if self.rule.own_is_base else EXACT.multiply(amount, rate)

    @property
    def factor(self) -> str:
        """The conversion as it stands in a formula."""
        data = self.act.data
        return f"{'/' if self.rule.own_is_base else 'x'} {data.rate} {data.quote}/{data.base}"


class Converted(msgspec.Struct, frozen=True, gc=False):
    """An amount in the member's currency, and how a formula says so ("" when it was in it already)."""

    exact: Decimal
    factor: str


class Exchange(msgspec.Struct, gc=False):
    """The rates that one item needs. Each is looked up once, and its step goes into the trace at that moment."""

    rules: RulesState
    importer: Importer
    position: int
    exported_on: date | UnsetType
    steps: list[TraceStep]
    found: dict[str, RateUsed | NotKnown] = msgspec.field(default_factory=dict)

    @property
    def own(self) -> str:
        """The importing member's currency."""
        return self.importer.terms.currency

    def convert(self, amount: Decimal, currency: str, field: str = "") -> Converted | NotKnown:
        """Turn an amount into the member's currency. `field` is where the amount stands below the item."""
        if currency == self.own:
            return Converted(amount, "")
        if currency not in self.found:
            self.found[currency] = self._look_up(currency)
        rate = self.found[currency]
        if isinstance(rate, NotKnown):
            return rate if rate.what == "export_day" else msgspec.structs.replace(rate, field=field)
        return Converted(rate.convert(amount), f" {rate.factor}")

    def _look_up(self, currency: str) -> RateUsed | NotKnown:
        named = self.importer.terms.exchange_rate_rule
        rule = EXCHANGE_RATE_RULES.get(named)
        if rule is None:
            says = (
                "takes no rate of exchange" if named == NO_CONVERSION else "names no rule of this rule book"
            )
            return self._not_known(currency, f"the accession of {self.importer.member} {says}")
        day = self._day(rule)
        if isinstance(day, NotKnown):
            return day
        if not rule.holds(day):
            return self._not_known(currency, f"rule {rule.name} does not hold on {day}")
        series = rule.series(self.own, currency)
        act = rate_of(self.rules.exchange_rates.get(series, ()), day, self.position)
        if act is None:
            return self._not_known(currency, f"{series} has none for {day} at position {self.position}")
        if not Decimal(act.data.rate):
            return self._not_known(currency, f"{series} is 0 on {day}")
        used = RateUsed(rule, act, day)
        self.steps.append(_step(used, series))
        return used

    def _day(self, rule: ExchangeRateRule) -> date | NotKnown:
        """The day whose rate counts. Goods that leave after they are accepted have no such day yet."""
        if rule.day == "acceptance":
            return self.importer.day
        if self.exported_on is UNSET:
            because = (
                f"rule {rule.name} takes the rate of the day of exportation, which the item does not say"
            )
            return NotKnown("export_day", because, "exported_on")
        if self.exported_on > self.importer.day:
            because = (
                f"exported on {self.exported_on}, which is after {self.importer.day}, the day of acceptance"
            )
            return NotKnown("export_day", because, "exported_on")
        return self.exported_on

    def _not_known(self, currency: str, because: str) -> NotKnown:
        return NotKnown("exchange_rate", f"no rate of exchange from {currency} to {self.own}: {because}")


def _step(used: RateUsed, series: str) -> TraceStep:
    data = used.act.data
    basis = data.legal_basis
    return TraceStep(
        step="exchange_rate",
        input={"stream": f"exchange_rate/{series}", used.rule.day: used.day.isoformat()},
        because=f"{used.rule.source}; published under {basis.act}, {basis.article}",
        rule=used.rule.name,
        result=f"1 {data.base} = {data.rate} {data.quote}",
        position=used.act.says_so,
    )
