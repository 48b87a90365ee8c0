"""What a rule is, and what it means to break one.

A rule is a value: an id, its text in plain words, where it comes from, and the days on which it judges. The
predicate that goes with it lives beside it in `rules/`, and has two uses: it refuses a submission, and it finds
the same fault in recorded history. Rules have dates of their own, because a rule that is made tomorrow must not
accuse what was recorded yesterday. A rule that refuses what an older release accepted belongs to a later rule book,
and judges nothing before that rule book is activated in the record.
"""

from datetime import date, datetime
from typing import Any

from msgspec import Struct

from contracts.envelope import Event

RULESETS = ("2026.1", "2026.2", "2026.3")
"""The rule books of this release, oldest first. Which of them decides, the record says (`rule_books.py`). What is
decided otherwise than by an earlier release belongs to the newest."""

RULESET = RULESETS[0]
"""The rule book that a bloc is founded under; a later one is activated when the bloc decides so."""

FIRST_RULE_BOOK = date(2025, 1, 1)
"""First day judged by the first rule book: before any ledger of this kind existed, so it judges all of them."""


class Rule(Struct, frozen=True):
    """One rule of the rule book.

    `source` names the law, the agreement or the design decision behind it; `since` and `until` bound the recorded
    days that it judges (half-open, UTC): an entry recorded before `since` or from `until` on is none of its business.
    """

    id: str
    title: str
    text: str
    source: str
    since: date
    until: date | None = None
    ruleset: str = RULESET
    """The first rule book in which this rule judges; it judges in all later ones as well."""

    def judges(self, recorded_on: date, ruleset: str) -> bool:
        """Whether this rule applies to what is recorded on that day and decided by that rule book."""
        return (
            self.since <= recorded_on
            and (self.until is None or recorded_on < self.until)
            and self.is_of(ruleset)
        )

    def is_of(self, ruleset: str) -> bool:
        """Whether this rule stands in that rule book."""
        return is_from(ruleset, self.ruleset)


def is_from(ruleset: str, first: str) -> bool:
    """Whether a rule book is this one or a later one. Both are of this release."""
    return RULESETS.index(first) <= RULESETS.index(ruleset)


class Violation(Struct, frozen=True):
    """One rule broken by one event: where in the event (JSON path), and in plain words what to do about it; `recorded`
    is the position at which its id stands already, where that is what is wrong."""

    rule: Rule
    event_id: str
    path: str
    detail: str
    recorded: int | None = None


class Submitted(Struct, frozen=True, gc=False):
    """An event as the rules see it: with the party and key that signed it, its recorded day (UTC), and the rule
    book that it is judged by.

    Before recording, the day is the day of deciding; in an audit the day comes from the entry's stamp, and the rule
    book from the decision in it.
    """

    event: Event[Any]
    party: str
    kid: str
    recorded_on: date
    ruleset: str
    recorded_at: datetime | None = None
    """The moment of deciding, aware; None where there is none, as in a hypothesis."""

    def breaks(self, rule: Rule, path: str, detail: str) -> Violation:
        """The violation of `rule` by this event."""
        return Violation(rule=rule, event_id=self.event.id, path=path, detail=detail)
