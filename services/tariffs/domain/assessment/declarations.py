"""Judging a declaration: the rules that it breaks, or the duty on each of its items and the alerts.

Each item is assessed once. What the assessment did not know is a violation where the declaration is at
fault; else the assessments are what is recorded beside the declaration, in the same draft, so that the two
cannot be parted.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import MappingProxyType

from contracts.envelope import Event
from contracts.events.declarations import DeclarationAccepted
from contracts.limits import IAT_AHEAD_SECONDS_MAX
from services.tariffs.domain.judged import Derived, Judged
from services.tariffs.domain.lifecycle.rules import NOT_SETTLED_YET, NOTHING_AFTER_INVALIDATION
from services.tariffs.domain.quotas.drawing import Balances, after, drawings, left_for
from services.tariffs.domain.rule import Rule, Violation
from services.tariffs.domain.state import RulesState

from .assess import Assessment, assess_for
from .declared import DeclarationState
from .importer import importer_on
from .rules import (
    ACCEPTED_BY_A_MEMBER,
    ITEM_NUMBERS_GO_ON,
    NOT_ACCEPTED_IN_THE_FUTURE,
    ONE_DECLARATION_ONE_IMPORTER,
)
from .slips import slips
from .unknown import NotKnown
from .written import alert_of, duty_of, faults_of


def judge_declaration(
    rules: RulesState,
    state: DeclarationState,
    event: Event[DeclarationAccepted],
    *,
    now: datetime,
    ruleset: str,
    balances: Balances = MappingProxyType({}),
) -> Judged:
    """Judge one event of a declaration on the rules as committed.

    `state` is that of its stream, `now` (aware) the moment of deciding, `ruleset` the rule book that
    decides, `balances` what was drawn of the quotas that items claim. The derived events come item by item: the
    assessment, the alert if there is one, then the drawing on a quota, which the next item already sees.
    """
    declared = event.data
    broken = [*_faults_of_stream(state, event, now), *slips(event, declared.accepted_at, now, ruleset)]
    known_position = rules.position
    importer = importer_on(rules, declared.member, declared.accepted_at, known_position)
    if isinstance(importer, NotKnown):
        broken.append(_violation(ACCEPTED_BY_A_MEMBER, event, "$.data.accepted_at", importer.because))
        return Judged(tuple(broken), ())
    derived: list[Derived] = []
    for index, item in enumerate(declared.items):
        left = left_for(rules, item, importer.day, known_position, balances)
        assessment = assess_for(rules, importer, item, known_position, left)
        broken.extend(faults_of(assessment, event.id, f"$.data.items[{index}]", ruleset))
        if not broken:
            derived.extend(_derived(assessment, event, ruleset))
            drawn = drawings(assessment, left, reference=declared.reference, declaration_event=event.id)
            balances = after(balances, drawn)
            derived.extend(drawn)
    return Judged(tuple(broken), () if broken else tuple(derived))


def _faults_of_stream(
    state: DeclarationState, event: Event[DeclarationAccepted], now: datetime
) -> Iterator[Violation]:
    """Faults of the declaration as a whole, and against what its stream holds already."""
    declared = event.data
    try:
        is_ahead = datetime.fromisoformat(declared.accepted_at) > now + timedelta(
            seconds=IAT_AHEAD_SECONDS_MAX
        )
    except (ValueError, OverflowError):
        is_ahead = False  # no day of the calendar: importer_on says so
    if is_ahead:
        yield _violation(
            NOT_ACCEPTED_IN_THE_FUTURE,
            event,
            "$.data.accepted_at",
            f"{declared.accepted_at} is after {now.isoformat(timespec='seconds')}, when it was posted",
        )
    if state.importer is None:
        return
    if state.is_invalidated:
        detail = f"declaration {declared.reference} is invalidated"
        yield _violation(NOTHING_AFTER_INVALIDATION, event, "$.data.reference", detail)
    elif state.claimed is not None:
        detail = "the duty of this declaration is settled; declare these items under another reference"
        yield _violation(NOT_SETTLED_YET, event, "$.data.items", detail)
    if declared.importer != state.importer:
        first = f"{state.importer.scheme} {state.importer.id}"
        yield _violation(
            ONE_DECLARATION_ONE_IMPORTER, event, "$.data.importer", f"the importer is {first} so far"
        )
    if declared.accepted_at != state.accepted_at:
        yield _violation(
            ONE_DECLARATION_ONE_IMPORTER,
            event,
            "$.data.accepted_at",
            f"the declaration was accepted at {state.accepted_at}; write it in the same way",
        )
    if declared.items[0].item_no <= state.last_item_no:
        yield _violation(
            ITEM_NUMBERS_GO_ON,
            event,
            "$.data.items[0].item_no",
            f"item {state.last_item_no} is recorded; go on with {state.last_item_no + 1}",
        )


def _violation(rule: Rule, event: Event[DeclarationAccepted], path: str, detail: str) -> Violation:
    return Violation(rule=rule, event_id=event.id, path=path, detail=detail)


def _derived(assessment: Assessment, event: Event[DeclarationAccepted], ruleset: str) -> Iterator[Derived]:
    """Write down one item's assessment, and its alert."""
    reference = event.data.reference
    yield (
        "bloc.duty.assessed.v1",
        duty_of(assessment, reference=reference, declaration_event=event.id, ruleset=ruleset),
    )
    alert = alert_of(assessment, reference=reference, declaration_event=event.id)
    if alert is not None:
        yield "bloc.price_undercut.detected.v1", alert
