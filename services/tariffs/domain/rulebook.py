"""The rule book: every rule in order of precedence, and the one way to ask which of them an event breaks.

All violations of an event are collected, so that its author mends them in one go; the order of the book says which
of them leads. Authority comes first: whoever may not speak at all need not hear that his interval is empty. The
rules of declarations and of the reserve judge while they calculate (`assessment/`, `reserve/`), and that of ids before
anything is judged, so only their values are listed here; `decide` collects what they find.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from contracts.events import Payload
from services.tariffs.domain.assessment.rules import RULES as DECLARATION_RULES
from services.tariffs.domain.evolve import FOLDED_TYPES
from services.tariffs.domain.lifecycle.rules import RULES as LIFECYCLE_RULES
from services.tariffs.domain.reserve.rules import RULES as RESERVE_RULES
from services.tariffs.domain.rule import RULESET, Rule, Submitted, Violation, is_from
from services.tariffs.domain.rules import (
    admissions,
    amounts,
    areas,
    cases,
    catalogue,
    checkpoint_keys,
    commitments,
    consents,
    corrections,
    days,
    emergencies,
    exchange_rates,
    founding,
    ids,
    intervals,
    keys,
    legal_acts,
    mandates,
    measures,
    membership,
    overlaps,
    prices,
    proposals,
    quotas,
    rule_books,
    state_hashes,
    times,
    undertakings,
)
from services.tariffs.domain.state import RulesState

__all__ = ["NO_MANDATE", "RULES", "RULESET", "in_precedence", "predicates_of", "violations"]

FAMILIES = (
    founding,
    mandates,
    keys,
    checkpoint_keys,
    rule_books,
    admissions,
    state_hashes,
    proposals,
    intervals,
    days,
    times,
    amounts,
    membership,
    commitments,
    catalogue,
    legal_acts,
    areas,
    measures,
    overlaps,
    prices,
    exchange_rates,
    emergencies,
    quotas,
    undertakings,
    corrections,
    cases,
    consents,
)


def _any(_event_type: str, _payload: type[Payload]) -> bool:
    return True


Predicate = Callable[[RulesState, Submitted], Iterable[Violation]]
"""What a family finds in an event."""

CONCERNS: Mapping[Predicate, Callable[[str, type[Payload]], bool]] = {
    founding.violations: _any,
    mandates.violations: _any,
    proposals.violations: proposals.concerns,
    intervals.violations: intervals.concerns,
    days.violations: days.concerns,
    times.violations: _any,
}
"""Families that judge more than what is folded into the rules, and which events of the others: by type and payload."""

RULES: tuple[Rule, ...] = (
    *ids.RULES,
    *(rule for family in FAMILIES for rule in family.RULES),
    *DECLARATION_RULES,
    *LIFECYCLE_RULES,
    *RESERVE_RULES,
)
"""Every rule, in order of precedence."""

NO_MANDATE = mandates.MND_1
"""The rule whose violation is answered with 403 rather than 422."""

_PLACES = {rule.id: place for place, rule in enumerate(RULES)}

AT_THE_END = {rule.id: "2026.3" for rule in (proposals.PRP_8, proposals.PRP_9)}
"""Rules that stand at the end from a rule book on: the approval of what cannot be recorded would be in vain, so its
author hears first what is wrong with it."""


def violations(rules: RulesState, submitted: Submitted) -> tuple[Violation, ...]:
    """The rules that an event breaks on this state, as far as they need nothing but the rules state; in precedence.

    The very function that refuses a submission and that an audit asks of recorded history.
    """
    data: Payload = submitted.event.data
    found = [
        violation
        for violations_of in predicates_of(submitted.event.type, type(data))
        for violation in violations_of(rules, submitted)
        if violation.rule.judges(submitted.recorded_on, submitted.ruleset)
    ]
    return in_precedence(found, submitted.ruleset) if found else ()


@cache
def predicates_of(event_type: str, payload: type[Payload]) -> tuple[Predicate, ...]:
    """Those that can find anything in such an event, in order of precedence: most events are declarations, which need
    not be shown to twenty-six families each time."""
    predicates = tuple(family.violations for family in FAMILIES)
    if event_type in FOLDED_TYPES:
        return predicates
    return tuple(one for one in predicates if one in CONCERNS and CONCERNS[one](event_type, payload))


def in_precedence(found: Iterable[Violation], ruleset: str) -> tuple[Violation, ...]:
    """Violations in the order of that rule book; within one rule in the order in which they were found."""
    ends = {rule for rule, first in AT_THE_END.items() if is_from(ruleset, first)}
    return tuple(sorted(found, key=lambda one: (one.rule.id in ends, _PLACES[one.rule.id])))
