"""Assessing items of a declaration again: by amendment on new terms, by order on what is known now.

The day that governs stays that of acceptance; what is known moves on. The answer is either broken rules or one
`Again` for each item, from which the events are written and the account is struck. What was corrected or annulled
after the superseded assessment, and touches what that rested on, is found here and never taken from the author; so is,
from rule book 2026.3 on, what was recorded late and changed the duty.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from contracts.envelope import Event
from contracts.events.declarations import DeclarationItem
from contracts.events.lifecycle import DeclarationAmended, ReassessmentOrdered
from services.tariffs.domain.assessment.assess import Assessment, assess_for, assess_item
from services.tariffs.domain.assessment.bearing import Bearings
from services.tariffs.domain.assessment.declared import DeclarationState, ItemState, Standing
from services.tariffs.domain.assessment.importer import Importer
from services.tariffs.domain.assessment.parts import as_drawn
from services.tariffs.domain.assessment.touched import (
    Mended,
    Outcome,
    mended_after,
    mends_of,
    outcome_of,
    responsible,
)
from services.tariffs.domain.assessment.written import faults_of
from services.tariffs.domain.judged import Derived
from services.tariffs.domain.quotas.drawing import Balances, after
from services.tariffs.domain.rule import RULESET, RULESETS, Violation
from services.tariffs.domain.state import RulesState

from .quotas import follow_amendment, left_for_amended
from .rules import ITEMS_DECLARED, REASSESSED_FOR_GOOD, SOMETHING_CHANGES

LATE_FACTS_SINCE = "2026.3"
"""The first rule book that names what was recorded late: the ones before named corrections and annulments alone."""


class Again(msgspec.Struct, frozen=True):
    """An item assessed again: the terms, the event that gave them, the assessment superseded and the new one."""

    item: DeclarationItem
    said_by: str
    superseded: Standing
    now: Assessment
    because: tuple[int, ...]
    """Positions of what mended the entries that the superseded assessment rested on."""
    late: tuple[int, ...] = ()
    """Positions of what else was recorded since and changed the duty on the terms of the superseded assessment."""
    quota: tuple[Derived, ...] = ()
    """What the item gives back of a quota, and draws."""


class _Wanted(msgspec.Struct, frozen=True):
    """An item to assess again, and the path of whatever is wrong with it."""

    path: str
    before: ItemState
    item: DeclarationItem
    said_by: str


def assess_again(
    rules: RulesState,
    state: DeclarationState,
    importer: Importer,
    event: Event[Any],
    ruleset: str,
    balances: Balances,
) -> tuple[Violation, ...] | tuple[Again, ...]:
    """Assess what an amendment or an order names; violations in the place of the answer when there are any."""
    wanted = list(_wanted(state, event))
    broken = [one for one in wanted if isinstance(one, Violation)]
    known_after: dict[int, Mended] = {}
    bearings = Bearings(rules)
    found: list[Again] = []
    for one in wanted:
        if isinstance(one, Violation):
            continue
        superseded = one.before.duty
        assert superseded is not None  # nothing is decided while assessments are awaited
        held = superseded.quota
        is_amended = isinstance(event.data, DeclarationAmended)
        left = left_for_amended(rules, importer, one.item, held, balances) if is_amended else as_drawn(held)
        now = assess_for(rules, importer, one.item, rules.position, left)
        drawn = follow_amendment(rules, event, held, now, left, balances) if is_amended else ()
        balances = after(balances, drawn)
        broken += _faults(event, one, state.currency, now, ruleset)
        known = superseded.known_position
        if known not in known_after:
            known_after[known] = mended_after(rules, known)
        because = mends_of(known_after[known], superseded.cites, one.before.item)
        late: tuple[int, ...] = ()
        if RULESETS.index(ruleset) >= RULESETS.index(LATE_FACTS_SINCE):
            late = _late(rules, bearings, state, importer.member, one.before)
        others = tuple(position for position in late if position not in because)
        found.append(Again(one.item, one.said_by, superseded, now, because, others, drawn))
    return tuple(broken) or tuple(found)


def _late(
    rules: RulesState, bearings: Bearings, state: DeclarationState, member: str, before: ItemState
) -> tuple[int, ...]:
    """Positions of what was recorded after an assessment and changes what it comes to on the very same terms."""
    item, duty, accepted_at = before.item, before.duty, state.accepted_at
    assert duty is not None  # as in the caller

    def known_at(position: int) -> Assessment:
        left = as_drawn(duty.quota)
        return assess_item(
            rules, member=member, accepted_at=accepted_at, item=item, known_position=position, left=left
        )

    later = bearings.after(duty.known_position, member, accepted_at, item)
    if not later:
        return ()
    was = Outcome(duty.is_final, state.currency, duty.total)
    return responsible(later, was, outcome_of(known_at(rules.position)), known_at)


def _wanted(state: DeclarationState, event: Event[Any]) -> Iterator[_Wanted | Violation]:
    data = event.data
    if isinstance(data, DeclarationAmended):
        for index, item in enumerate(data.items):
            path = f"$.data.items[{index}]"
            before = state.items.get(item.item_no)
            if before is None:
                yield not_declared(event.id, f"{path}.item_no", item.item_no, state)
            elif before.item == item:
                detail = f"item {item.item_no} has these terms already"
                yield Violation(SOMETHING_CHANGES, event.id, path, detail)
            else:
                yield _Wanted(path, before, item, event.id)
        return
    assert isinstance(data, ReassessmentOrdered)
    numbers: Sequence[int] = sorted(state.items) if data.items is msgspec.UNSET else data.items
    for index, number in enumerate(numbers):
        path = "$.data" if data.items is msgspec.UNSET else f"$.data.items[{index}]"
        before = state.items.get(number)
        if before is None:
            yield not_declared(event.id, path, number, state)
        else:
            yield _Wanted(path, before, before.item, before.said_by)


def not_declared(event_id: str, path: str, number: int, state: DeclarationState) -> Violation:
    """Say that the declaration has no item of that number."""
    there = ", ".join(map(str, sorted(state.items)[:10]))
    return Violation(ITEMS_DECLARED, event_id, path, f"there is no item {number}; items are {there}")


def _faults(
    event: Event[Any], one: _Wanted, currency: str, now: Assessment, ruleset: str
) -> Iterator[Violation]:
    """What is wrong with an item that was assessed again; what the rules of declarations say comes alone.

    An order repeats terms that were accepted, so a later rule book asks nothing more of them.
    """
    is_amended = isinstance(event.data, DeclarationAmended)
    declared = tuple(faults_of(now, event.id, one.path, ruleset if is_amended else RULESET))
    if declared:
        for fault in declared:
            yield fault if is_amended else msgspec.structs.replace(fault, path=one.path)
        return
    number = one.item.item_no
    if now.currency != currency:
        detail = f"item {number} was assessed in {currency} and would be in {now.currency}"
        yield Violation(REASSESSED_FOR_GOOD, event.id, one.path, detail)
    if now.status == "provisional" and one.before.duty is not None and one.before.duty.is_final:
        missing = "; ".join(missing.because for missing in now.unknown)
        detail = f"the duty on item {number} is final, and this is not known now: {missing}"
        yield Violation(REASSESSED_FOR_GOOD, event.id, one.path, detail)
