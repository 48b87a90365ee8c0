"""Rates of exchange: of two currencies, above nothing, one that begins on a day, with an end, believable, and said by
whoever may say it."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from contracts.events import ExchangeRatePublished
from contracts.limits import EXCHANGE_RATE_DAYS_MAX
from contracts.trade import BLOC
from services.tariffs.domain.exchange import EXCHANGE_RATE_RULES
from services.tariffs.domain.governance.mandates import live_mandates
from services.tariffs.domain.histories.timeline import known_entries
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import Recorded, RulesState

FXR_1 = Rule(
    id="FXR-1",
    title="A rate is of two currencies",
    text="The base and the quote of a rate of exchange are different currencies.",
    source="House rule: a currency is worth one of itself, and nobody publishes that",
    since=FIRST_RULE_BOOK,
)
FXR_2 = Rule(
    id="FXR-2",
    title="A rate is above zero",
    text="A rate of exchange is more than zero.",
    source="Agreement on Customs Valuation, article 9(2): it reflects the current value of the currency",
    since=FIRST_RULE_BOOK,
)
FXR_3 = Rule(
    id="FXR-3",
    title="One rate begins on a day",
    text=(
        "No two rates of a series begin on the same day. A rate that begins within the days of another takes its place "
        "on its own days; a rate that was wrong from the start is corrected."
    ),
    source="House rule: otherwise the duty of a day would depend on which publication was read",
    since=FIRST_RULE_BOOK,
)
FXR_4 = Rule(
    id="FXR-4",
    title="A rate ends",
    text=f"A rate of exchange applies on at most {EXCHANGE_RATE_DAYS_MAX} days.",
    source="House rule: a rate without end is a stale rate by another name",
    since=FIRST_RULE_BOOK,
)
FXR_5 = Rule(
    id="FXR-5",
    title="A rate is believable",
    text=(
        "A rate is less than a hundred times, and more than a hundredth of, the rate of its series that begins last "
        "before it."
    ),
    source="House rule: such a jump is a slipped point or a rate the wrong way round",
    since=FIRST_RULE_BOOK,
)
FXR_6 = Rule(
    id="FXR-6",
    title="The rates of a member's law come from its own publisher",
    text=(
        "Rates of an authority that an exchange rate rule reads (ecb, hmrc, frbny, bloc) are published by a party "
        "whose mandate as rate publisher is for the territory of that rule, or for BLOC."
    ),
    source="House rule: otherwise one member's publisher could set the rates at which another one assesses",
    since=FIRST_RULE_BOOK,
    ruleset="2026.3",  # the second rule book asked only for a mandate for rates
)
RULES = (FXR_1, FXR_2, FXR_3, FXR_4, FXR_5, FXR_6)

JUMP_FACTOR = 100
"""From this factor on a rate is taken for a mistake; redenominated currencies have a code of their own."""


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Rate rules that an event breaks."""
    data = submitted.event.data
    if not isinstance(data, ExchangeRatePublished):
        return
    history = known_entries(rules.exchange_rates, data.series)
    if data.base == data.quote:
        yield submitted.breaks(FXR_1, "$.data.quote", f"base and quote are both {data.base}")
    if not Decimal(data.rate):
        yield submitted.breaks(FXR_2, "$.data.rate", f"the rate of {data.series} is 0")
    for entry in history:
        if entry.data.applies_from == data.applies_from:
            yield submitted.breaks(
                FXR_3,
                "$.data.applies_from",
                f"{entry.data.rate} begins on {data.applies_from} already ({entry.where})",
            )
            break
    days = (data.applies_to - data.applies_from).days
    if days > EXCHANGE_RATE_DAYS_MAX:
        yield submitted.breaks(FXR_4, "$.data.applies_to", f"it applies on {days} days")
    yield from _jump(submitted, data, history)
    yield from _foreign(rules, submitted, data.authority)


def _foreign(rules: RulesState, submitted: Submitted, authority: str) -> Iterator[Violation]:
    """Whether the author may speak for the authority: for no one else's law than that of its territories."""
    read_by = [rule for rule in EXCHANGE_RATE_RULES.values() if rule.authority == authority]
    if not read_by:
        return
    mandated = {
        territory
        for mandate in live_mandates(rules, submitted.event.party, submitted.recorded_on)
        if mandate.names_type("bloc.exchange_rate.published.v1")
        for territory in mandate.territories
    }
    if not mandated & {BLOC, *(rule.territory for rule in read_by)}:
        whose = ", ".join(sorted({rule.territory for rule in read_by}))
        names = ", ".join(rule.name for rule in read_by)
        yield submitted.breaks(
            FXR_6,
            "$.data.authority",
            f"{authority} is read by {names}; {submitted.event.party} publishes rates for "
            f"{', '.join(sorted(mandated)) or 'nobody'}, not for {whose}",
        )


def _jump(
    submitted: Submitted, data: ExchangeRatePublished, history: Sequence[Recorded]
) -> Iterator[Violation]:
    """Compare with the rate before it; a rate of zero is compared with nothing."""
    earlier = [entry for entry in history if entry.data.applies_from < data.applies_from]
    if not earlier or not Decimal(data.rate):
        return
    before = max(earlier, key=lambda entry: entry.data.applies_from)
    old, new = Decimal(before.data.rate), Decimal(data.rate)
    if old and (new >= old * JUMP_FACTOR or new * JUMP_FACTOR <= old):
        yield submitted.breaks(
            FXR_5,
            "$.data.rate",
            f"{data.rate} follows {before.data.rate} of {before.data.applies_from} ({before.where}); a rate is "
            f"units of {data.quote} for one {data.base}",
        )


def beside(changed: Sequence[Recorded], entries: Sequence[Recorded]) -> Iterator[Recorded]:
    """Of the rates of a series, in order of recording, those that FXR-3 or FXR-5 judge by one of `changed`.

    They begin on its day, or it begins last before them, of what was recorded before them.
    """
    days = {entry.data.applies_from for entry in changed}
    begun: list[date] = []
    for entry in entries:
        begins: date = entry.data.applies_from
        place = bisect_left(begun, begins)
        last = begun[place - 1] if place else date.min
        if any(last <= day <= begins for day in days):
            yield entry
        begun.insert(place, begins)
