"""What an auditor wants to see: late facts, duties raised before publication, measures that meet, "none" as a line.

All of it is judged on the rules as they stood just before the entry, and none of it changes a verdict: a late fact is
lawful, whether a publication was in time is for courts, a court may well revive what another measure has taken the
place of, and who says "none" may be right.
"""

from collections.abc import Iterator

from msgspec import UNSET
from msgspec.structs import replace

from contracts.envelope import AnyEvent
from contracts.events import DeclarationAccepted
from contracts.trade import HS6_DIGITS
from services.tariffs.domain.assessment.catalogue import line_fault
from services.tariffs.domain.assessment.importer import importer_on
from services.tariffs.domain.assessment.unknown import NotKnown
from services.tariffs.domain.period import written_day
from services.tariffs.domain.rule import RULESETS
from services.tariffs.domain.rules.overlaps import newly_meeting
from services.tariffs.domain.state import RulesState

from .findings import Finding
from .lags import begins_on
from .publication import raised_too_early
from .recorded_drafts import RecordedDraft


def notices(rules: RulesState, event: AnyEvent, position: int, draft: RecordedDraft) -> Iterator[Finding]:
    """Notices about one authored entry. `rules` is the state before it."""
    if isinstance(event.data, DeclarationAccepted):
        yield from _lines_of_none(rules, event, event.data, position, draft)
        return
    for measure, overlap in newly_meeting(rules, event, RULESETS[-1]):
        yield Finding(
            kind="measures_meet",
            position=position,
            party=event.party,
            text=f"from here on {measure} and {overlap.other} are both on {overlap.goods} of {overlap.origins} "
            f"{overlap.days}",
            rule="MSR-8",
        )
    begins = begins_on(event)
    if begins is None:
        return
    recorded_on = written_day(draft.recorded_at)
    days = (recorded_on - begins).days
    if days > 0:
        yield Finding(
            kind="late_fact",
            position=position,
            party=event.party,
            text=f"this {event.type} on {event.subject} holds from {begins}; recorded {_days(days)} later",
            expected=begins.isoformat(),
            recorded=recorded_on.isoformat(),
        )
    raised = raised_too_early(rules, event, recorded_on)
    if raised is not None:
        yield Finding(
            kind="raised_before_publication",
            position=position,
            party=event.party,
            text=f"{raised.what} from {begins}, {_days((raised.published_on - begins).days)} before {raised.how}",
            rule="GATT 1994, article X:2",
            expected=raised.published_on.isoformat(),
            recorded=begins.isoformat(),
        )


def _lines_of_none(
    rules: RulesState, event: AnyEvent, declared: DeclarationAccepted, position: int, draft: RecordedDraft
) -> Iterator[Finding]:
    """Items that say "none" although the catalogue has lines under their code."""
    for index, item in enumerate(declared.items):
        if item.line != "none" or item.commodity_code[:HS6_DIGITS] not in rules.lines_by_hs6:
            continue
        known = draft.decision.position
        importer = importer_on(rules, declared.member, declared.accepted_at, known)
        if isinstance(importer, NotKnown):
            continue
        unnamed = line_fault(rules, replace(item, line=UNSET), importer.day, known)
        if unnamed is not None:
            yield Finding(
                kind="line_none",
                position=position,
                party=event.party,
                text=f'item {item.item_no} of {event.subject} says "none"; {unnamed.because}',
                path=f"$.data.items[{index}].line",
                recorded="none",
            )


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
