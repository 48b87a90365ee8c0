"""Judging what customs does with a declaration after acceptance: the rules that it breaks, or what follows from it.

An act is judged on the declaration as its stream tells it, and only when all that followed from the acts before it
is recorded: a difference is reckoned from an assessment that stands. What is not in order with the declaration as a
whole ends the judging, because everything after it would only repeat that.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from contracts.envelope import Event
from contracts.events.lifecycle import (
    DeclarationAmended,
    DeclarationInvalidated,
    DutySettled,
    ReassessmentOrdered,
    RefundPaid,
    SecurityLodged,
    SecurityReleased,
)
from contracts.events.payload import Payload
from contracts.limits import IAT_AHEAD_SECONDS_MAX
from services.tariffs.domain.assessment.declared import DeclarationState
from services.tariffs.domain.assessment.figures import too_large
from services.tariffs.domain.assessment.importer import Importer, importer_on
from services.tariffs.domain.assessment.rules import ACCEPTED_BY_A_MEMBER, DUTY_CAN_BE_WRITTEN
from services.tariffs.domain.assessment.slips import slips
from services.tariffs.domain.assessment.unknown import NotKnown
from services.tariffs.domain.judged import Judged
from services.tariffs.domain.quotas.drawing import Balances
from services.tariffs.domain.rule import Rule, Violation
from services.tariffs.domain.state import RulesState

from .barring import barred_since
from .paying import refund_faults, settlement_faults
from .quotas import follow_invalidation
from .reassessing import Again, assess_again
from .rules import (
    AFTER_ACCEPTANCE,
    DECLARATION_RECORDED,
    NOT_BARRED,
    NOT_SETTLED_YET,
    NOTHING_AFTER_INVALIDATION,
    ONE_STEP_AFTER_ANOTHER,
)
from .securing import lodging_faults, release_faults
from .striking import derived_of, strike

_MOMENTS: Mapping[type[Payload], str] = {
    DeclarationAmended: "amended_at",
    DeclarationInvalidated: "invalidated_at",
    ReassessmentOrdered: "ordered_at",
    DutySettled: "settled_at",
    RefundPaid: "paid_at",
    SecurityLodged: "lodged_at",
    SecurityReleased: "released_at",
}
"""The field that says when each act happened."""


def judge_lifecycle(
    rules: RulesState,
    state: DeclarationState,
    event: Event[Any],
    *,
    now: datetime,
    ruleset: str,
    balances: Balances = MappingProxyType({}),
) -> Judged:
    """Judge one act on a declaration, on the rules as committed.

    `state` is that of its stream, `now` (aware) the moment of deciding, `ruleset` the rule book that decides,
    `balances` what was drawn of the quotas that its items hold of or claim.
    """
    data: Payload = event.data
    field = _MOMENTS.get(type(data))
    if field is None:
        return Judged((), ())  # a correction, or what only the service derives: other rules say no
    faults = tuple(_faults_of_stream(state, event, field, now))
    if isinstance(event.data, DeclarationAmended):
        faults += tuple(slips(event, state.accepted_at, now, ruleset))
    if faults:
        return Judged(faults, ())
    match data:
        case DeclarationAmended() | ReassessmentOrdered() | SecurityLodged():
            importer = importer_on(rules, data.member, state.accepted_at, rules.position)
            if isinstance(importer, NotKnown):
                return _refused(ACCEPTED_BY_A_MEMBER, event, "$.data.member", importer.because)
            if isinstance(data, SecurityLodged):
                return Judged(tuple(lodging_faults(rules, state, importer, event, ruleset)), ())
            return _reassessed(rules, state, importer, event, ruleset, balances)
        case DeclarationInvalidated() if state.claimed is not None:
            detail = "its duty is settled; amend it, and what was paid too much is refunded"
            return _refused(NOT_SETTLED_YET, event, "$.data.reference", detail)
        case DeclarationInvalidated():
            return Judged((), tuple(follow_invalidation(rules, state, event, balances)))
        case DutySettled():
            return Judged(tuple(settlement_faults(state, event)), ())
        case RefundPaid():
            return Judged(tuple(refund_faults(state, event)), ())
        case SecurityReleased():
            return Judged(tuple(release_faults(state, event)), ())
        case _:
            raise AssertionError(f"{event.type} has a moment and no judge")


def _refused(rule: Rule, event: Event[Any], path: str, detail: str) -> Judged:
    return Judged((Violation(rule, event.id, path, detail),), ())


def _faults_of_stream(
    state: DeclarationState, event: Event[Any], field: str, now: datetime
) -> Iterator[Violation]:
    """Faults of the act against the declaration as a whole."""
    data = event.data
    where = "$.data.reference"
    if state.importer is None:
        detail = f"no declaration {data.reference} to {data.member} is recorded"
        yield Violation(DECLARATION_RECORDED, event.id, where, detail)
        return
    yield from _faults_of_moment(state, event, field, now)
    if state.awaited:
        detail = "assessments of this very submission come first; post this event after they are recorded"
        yield Violation(ONE_STEP_AFTER_ANOTHER, event.id, where, detail)
    if state.is_invalidated and not isinstance(data, SecurityReleased):
        detail = f"declaration {data.reference} is invalidated"
        yield Violation(NOTHING_AFTER_INVALIDATION, event.id, where, detail)


def _faults_of_moment(
    state: DeclarationState, event: Event[Any], field: str, now: datetime
) -> Iterator[Violation]:
    moment: str = getattr(event.data, field)
    at = datetime.fromisoformat(moment)
    if at < datetime.fromisoformat(state.accepted_at):
        detail = f"the declaration was accepted at {state.accepted_at}"
        yield Violation(AFTER_ACCEPTANCE, event.id, f"$.data.{field}", detail)
    if at > now + timedelta(seconds=IAT_AHEAD_SECONDS_MAX):
        detail = f"{moment} is after {now.isoformat(timespec='seconds')}, when it was posted"
        yield Violation(AFTER_ACCEPTANCE, event.id, f"$.data.{field}", detail)


def _reassessed(
    rules: RulesState,
    state: DeclarationState,
    importer: Importer,
    event: Event[Any],
    ruleset: str,
    balances: Balances,
) -> Judged:
    again: list[Again] = []
    broken: list[Violation] = []
    for one in assess_again(rules, state, importer, event, ruleset, balances):
        if isinstance(one, Violation):
            broken.append(one)
        else:
            again.append(one)
    if broken:
        return Judged(tuple(broken), ())
    struck = strike(state, tuple(again), importer)
    large = too_large(struck.charged)
    if large is not None:
        return _refused(DUTY_CAN_BE_WRITTEN, event, "$.data", large.because)
    barred = barred_since(importer, event, struck)
    if barred is not None:
        return _refused(NOT_BARRED, event, "$.data", barred)
    return Judged((), tuple(derived_of(state, event, tuple(again), struck, ruleset)))
