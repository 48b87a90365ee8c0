"""An assessment written down: as the event that is recorded beside a declaration, as its alert, or as its faults.

One place for what a declaration and a reassessment have in common, so that both read alike in the ledger.
"""

from collections.abc import Iterator

from msgspec import UNSET

from contracts.events.duties import DutyAssessed, PriceUndercutDetected
from services.tariffs.domain.rule import Violation

from .assess import Assessment
from .rules import RULE_OF


def faults_of(assessment: Assessment, event_id: str, path: str, ruleset: str) -> Iterator[Violation]:
    """Name what was not known of an item and is, by that rule book, the fault of whoever declared it.

    `path` is the item's. The rule book is asked here, because whoever finds a fault derives nothing any more.
    """
    for missing in assessment.unknown:
        rule = RULE_OF.get(missing.what)
        if rule is not None and rule.is_of(ruleset):
            where = path + (f".{missing.field}" if missing.field else "")
            yield Violation(rule=rule, event_id=event_id, path=where, detail=missing.because)


def duty_of(assessment: Assessment, *, reference: str, declaration_event: str, ruleset: str) -> DutyAssessed:
    """Write an item's assessment; the importing member was known."""
    assert assessment.governing_date is not None
    assert assessment.currency is not None
    return DutyAssessed(
        member=assessment.member,
        reference=reference,
        declaration_event=declaration_event,
        item_no=assessment.item_no,
        status=assessment.status,
        ruleset=ruleset,
        known_position=assessment.known_position,
        governing_date=assessment.governing_date,
        currency=assessment.currency,
        lines=assessment.lines,
        total=assessment.total,
        trace=assessment.trace,
        quota=UNSET if assessment.quota is None else assessment.quota,
    )


def alert_of(
    assessment: Assessment, *, reference: str, declaration_event: str
) -> PriceUndercutDetected | None:
    """Write the alert for an item below a floor that no duty reaches; None when there is none."""
    undercut = assessment.undercut
    if undercut is None:
        return None
    return PriceUndercutDetected(
        member=assessment.member,
        reference=reference,
        declaration_event=declaration_event,
        item_no=assessment.item_no,
        line=undercut.line,
        declared_value=undercut.declared_value,
        floor_value=undercut.floor_value,
        gap=undercut.gap,
        gap_per_unit=undercut.gap_per_unit,
        cites=undercut.cites,
    )
