"""The time of an event: when its author says that it happened, which nobody can know before.

Judged of every event there is, and so apart from the days of facts, which only some events have.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from contracts.limits import TIME_AHEAD_SECONDS_MAX
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

DAY_3 = Rule(
    id="DAY-3",
    title="No event is from the future",
    text=(
        f"The `time` of an event is at most {TIME_AHEAD_SECONDS_MAX // 60} minutes later than the moment at which it "
        "is decided, by the clock of the deciding service. What shall hold from a later day says so in its data."
    ),
    source="House rule: `time` is when the event happened (CloudEvents 1.0); clocks of partners differ by minutes",
    since=FIRST_RULE_BOOK,
    ruleset="2026.3",  # the releases before took any time
)
RULES = (DAY_3,)

_AHEAD_MAX = timedelta(seconds=TIME_AHEAD_SECONDS_MAX)


def violations(_rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """A time that lies ahead of the decision. A hypothesis is decided at no moment, and may say any."""
    now = submitted.recorded_at
    if now is None or not DAY_3.is_of(submitted.ruleset):
        return
    said = submitted.event.time
    if datetime.fromisoformat(said) - now > _AHEAD_MAX:
        clock = now.isoformat(timespec="seconds")
        yield submitted.breaks(
            DAY_3, "$.time", f"{said} lies ahead of {clock}; compare the clocks, and sign anew"
        )
