"""Days of facts: what is recorded as having happened has happened.

An invitation, a signature, a lot that came in, a day that costs money: each is a fact with a day of its own, and one
that lies ahead would be believed by every later answer. Days from which something shall hold (`effective_from`), are
due or will be published are words about the future and stay free. Declarations and cases have rules of their own
(DEC-2, LIF-2, CAS-5). Recording reads no clock but that of the decision, so an audit finds what a refusal said.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from msgspec import UNSET

from contracts.events import CarryingCostAccrued, Payload, ReferencePricePublished
from contracts.events.floors import MARKET_METHODS
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

DAY_1 = Rule(
    id="DAY-1",
    title="What has not happened is not recorded",
    text=(
        "The day of a fact (invited, signed, adopted, received, released, …) is at the latest the day on which it is "
        "recorded, wherever on earth that is; carrying cost is of days that are over."
    ),
    source="House rule: a fact from the future would be believed by every answer after it",
    since=FIRST_RULE_BOOK,
    ruleset="2026.2",  # the first release held only declarations and cases to the clock
)
DAY_2 = Rule(
    id="DAY-2",
    title="No market has priced what lies ahead",
    text=(
        "The period of a reference price that was assessed, or taken from an index, has begun when it is recorded; "
        "prices by cost or contract may lie ahead."
    ),
    source="House rule: a fact from the future would be believed by every answer after it",
    since=FIRST_RULE_BOOK,
    ruleset="2026.3",
)
RULES = (DAY_1, DAY_2)

PLANNED = frozenset({"published_on", "due_on", "expected_on"})
"""Days that may lie ahead: a publication that is announced, a deadline, what a company expects."""

JUDGED_ELSEWHERE = ("bloc.case.",)
"""Families whose days follow one another by rules of their own."""

TOMORROW = timedelta(days=1)
"""The recorded day is that of UTC; east of it the next one has begun."""


def concerns(_event_type: str, payload: type[Payload]) -> bool:
    """Whether events with such a payload hold days of facts."""
    return payload is CarryingCostAccrued or bool(_days_of_facts(payload.__struct_fields__))


def violations(_rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Days of an event that lie ahead of its recording."""
    event = submitted.event
    if event.type.startswith(JUDGED_ELSEWHERE):
        return
    data = event.data
    latest = submitted.recorded_on + TOMORROW
    for field in _days_of_facts(data.__struct_fields__):
        day: date = getattr(data, field)
        if day is not UNSET and day > latest:
            yield submitted.breaks(
                DAY_1, f"$.data.{field}", f"{day} lies ahead; record it when it has happened"
            )
    if isinstance(data, CarryingCostAccrued) and data.period_to > latest:
        because = f"the days to before {data.period_to} are not over; a forecast is read, not recorded"
        yield submitted.breaks(DAY_1, "$.data.period_to", because)
    if (
        isinstance(data, ReferencePricePublished)
        and data.method in MARKET_METHODS
        and data.period_from > latest
    ):
        because = f"no market has a price of {data.period_from} yet; record it when the period has begun"
        yield submitted.breaks(DAY_2, "$.data.period_from", because)


@cache
def _days_of_facts(fields: tuple[str, ...]) -> tuple[str, ...]:
    """The fields of a payload that hold the day of a fact; their names say so."""
    return tuple(field for field in fields if field.endswith("_on") and field not in PLANNED)
