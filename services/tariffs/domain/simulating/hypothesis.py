"""Events that nobody posted, judged as if their authors had posted them together after the last entry.

A hypothesis that could never become law answers no question, so the rule book judges it like a submission: mandates,
overlaps, the order of acts and all. Two things are not asked of it, and that is said: the signature of its author, and
the consent of a second party, because both are what one simulates in order to get. Known they are as if they had been
recorded all along, which needs nothing of its own: an assessment at the end of the record knows everything.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from msgspec import Struct

from contracts.envelope import AnyEvent
from contracts.streams import kind_of
from services.tariffs.domain.evolve import FOLDED_TYPES, evolve
from services.tariffs.domain.governance.rule_books import rule_book_on
from services.tariffs.domain.rule import Submitted, Violation
from services.tariffs.domain.rulebook import in_precedence, violations
from services.tariffs.domain.rules.proposals import PRP_8, PRP_9
from services.tariffs.domain.state import RulesState

SUPPOSABLE_KINDS = frozenset(
    {
        "act",
        "area",
        "exchange_rate",
        "floor",
        "line",
        "measure",
        "member",
        "mineral",
        "quota",
        "reference_price",
        "undertaking",
    }
)
"""Kinds of streams that duty is assessed on, and that can be supposed otherwise."""

SUPPOSABLE_TYPES = frozenset({"bloc.mandate.granted.v1", "bloc.mandate.revoked.v1"})
"""Types that can be supposed beside those: an author may need a mandate first."""

RELAXED: Mapping[str, str] = MappingProxyType(
    {
        PRP_8.id: "the approval of a second party",
        PRP_9.id: "that an approved event is recorded once",
    }
)
"""Rules that a hypothesis is not held to, and what they ask for. Signatures are not asked for either."""


class Supposed(Struct, frozen=True):
    """The rules with the hypothesis, which begins at position `first`; `relaxed` is what it was not held to."""

    rules: RulesState
    first: int
    relaxed: tuple[Violation, ...]


class NotSupposed(Struct, frozen=True):
    """The hypothesis breaks rules, in order of precedence."""

    violations: tuple[Violation, ...]


def is_supposable(event: AnyEvent) -> bool:
    """Whether an event is about rules that duty is assessed on, so that supposing it can change a duty."""
    if event.type in SUPPOSABLE_TYPES:
        return True
    return event.type in FOLDED_TYPES and kind_of(event.subject) in SUPPOSABLE_KINDS


def suppose(rules: RulesState, events: Sequence[AnyEvent], recorded_on: date) -> Supposed | NotSupposed:
    """Judge events in order, each on the rules with those before it; all of them are supposable.

    `recorded_on` is the day (UTC) on which they would be recorded. Raises UnknownRuleBook.
    """
    ruleset = rule_book_on(rules, recorded_on)
    first = rules.position + 1
    broken: list[Violation] = []
    relaxed: list[Violation] = []
    for event in events:
        for violation in violations(rules, Submitted(event, event.party, "", recorded_on, ruleset)):
            (relaxed if violation.rule.id in RELAXED else broken).append(violation)
        rules = evolve(rules, rules.position + 1, "", event)
    if broken:
        return NotSupposed(in_precedence(broken, ruleset))
    return Supposed(rules, first, tuple(relaxed))
