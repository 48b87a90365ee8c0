"""Lodging and releasing security for duty that may yet become due.

The story behind it is the entry price: the declared price is doubted, a standard import value is held possible, and
the importer secures the difference until the price is found true or the duty is assessed anew. So customs states
the terms that it holds possible, and anybody can compute the amount again.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from contracts.decimals import EXACT, plain_text
from contracts.envelope import Event
from contracts.events.lifecycle import SecurityLodged, SecurityReleased
from services.tariffs.domain.assessment.assess import assess_for
from services.tariffs.domain.assessment.declared import DeclarationState
from services.tariffs.domain.assessment.exact import ZERO
from services.tariffs.domain.assessment.importer import Importer
from services.tariffs.domain.assessment.parts import as_drawn
from services.tariffs.domain.assessment.written import faults_of
from services.tariffs.domain.rule import Violation
from services.tariffs.domain.state import RulesState

from .reassessing import not_declared
from .rules import RELEASED_WHEN_NOTHING_CAN_BE_DUE, SECURITY_IS_THE_DIFFERENCE, SECURITY_NAMED_ONCE


def lodging_faults(
    rules: RulesState,
    state: DeclarationState,
    importer: Importer,
    event: Event[SecurityLodged],
    ruleset: str,
) -> Iterator[Violation]:
    """Judge a security: a new name, items of the declaration that none covers, and an amount that is the difference."""
    data = event.data
    if data.security in state.securities:
        detail = f"security {data.security} is lodged already"
        yield Violation(SECURITY_NAMED_ONCE, event.id, "$.data.security", detail)
    difference: Decimal | None = ZERO
    for index, item in enumerate(data.items):
        path = f"$.data.items[{index}]"
        before = state.items.get(item.item_no)
        if before is None or before.duty is None:
            yield not_declared(event.id, f"{path}.item_no", item.item_no, state)
            return
        if before.is_secured:
            detail = f"item {item.item_no} is under a security; assess it for good first"
            yield Violation(SECURITY_NAMED_ONCE, event.id, f"{path}.item_no", detail)
        possible = assess_for(rules, importer, item, rules.position, as_drawn(before.duty.quota))
        yield from faults_of(possible, event.id, path, ruleset)
        is_known = possible.status == "final" and before.duty.is_final and possible.currency == state.currency
        if difference is not None and is_known:
            more = EXACT.subtract(Decimal(possible.total), Decimal(before.duty.total))
            difference = EXACT.add(difference, more)
        else:
            difference = None
    yield from _amount_faults(state, event, difference)


def _amount_faults(
    state: DeclarationState, event: Event[SecurityLodged], difference: Decimal | None
) -> Iterator[Violation]:
    amount, path = event.data.amount, "$.data.amount"
    if amount.currency != state.currency:
        detail = f"the duty is in {state.currency}, the security in {amount.currency}"
        yield Violation(SECURITY_IS_THE_DIFFERENCE, event.id, path, detail)
    elif difference is None:
        if not amount.value:
            yield Violation(
                SECURITY_IS_THE_DIFFERENCE, event.id, path, "a security of nothing secures nothing"
            )
    elif difference <= 0:
        detail = f"these terms would not raise the duty: the difference is {plain_text(difference)}"
        yield Violation(SECURITY_IS_THE_DIFFERENCE, event.id, "$.data.items", detail)
    elif amount.value != difference:
        detail = f"the difference is {plain_text(difference)} {state.currency}, not {amount.amount}"
        yield Violation(SECURITY_IS_THE_DIFFERENCE, event.id, path, detail)


def release_faults(state: DeclarationState, event: Event[SecurityReleased]) -> Iterator[Violation]:
    """Judge a release: of a security that is held, when nothing more can become due."""
    data = event.data
    security = state.securities.get(data.security)
    if security is None or security.is_released:
        detail = f"security {data.security} " + (
            "was never lodged" if security is None else "went back before"
        )
        yield Violation(SECURITY_NAMED_ONCE, event.id, "$.data.security", detail)
        return
    if datetime.fromisoformat(data.released_at) < datetime.fromisoformat(security.lodged_at):
        detail = f"it was lodged at {security.lodged_at}"
        yield Violation(SECURITY_NAMED_ONCE, event.id, "$.data.released_at", detail)
    if state.is_invalidated:
        return
    waiting = [
        number for number in security.items if number in state.items and state.items[number].is_provisional
    ]
    if waiting:
        detail = f"item {waiting[0]} is provisional; amend it or order its reassessment first"
        yield Violation(RELEASED_WHEN_NOTHING_CAN_BE_DUE, event.id, "$.data.security", detail)
    unpaid = [name for name, claim in state.additional_duties.items() if not claim.is_met]
    if unpaid:
        detail = f"additional duty {min(unpaid)} is open"
        yield Violation(RELEASED_WHEN_NOTHING_CAN_BE_DUE, event.id, "$.data.security", detail)
