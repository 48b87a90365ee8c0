"""Assessments that rest on an entry which was corrected or annulled later, and what they come to now.

An assessment names what it rests on: the citations of its lines, and the entries of its trace, those among them
that did not apply as well. It was made on `known_position`; what was mended after that may change it. Whether it
does, and by how much, is found by assessing the same item again: refunds and duty to be collected are differences,
never guesses. Nothing is recorded here.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from contracts.decimals import EXACT
from contracts.events.declarations import DeclarationItem
from contracts.events.duties import AssessedDuty, cited_by
from contracts.events.undertakings import UndertakingInvoiceInvalidated
from contracts.values import Identifier
from services.tariffs.domain.histories.correcting import CORRECTING, root_of
from services.tariffs.domain.histories.effective import act_of
from services.tariffs.domain.histories.timeline import ACT_ANNULLED
from services.tariffs.domain.state import History, Recorded, RulesState

from .assess import Assessment, assess_item
from .exact import ZERO
from .parts import as_drawn
from .undertakings import names_invoice


class Assessed(msgspec.Struct, frozen=True):
    """An item as it was declared and as it was assessed."""

    importer: Identifier
    accepted_at: str
    item: DeclarationItem
    duty: AssessedDuty


class Touched(msgspec.Struct, frozen=True):
    """An assessment that rests on mended entries. `due` is to be collected; below zero it is to be refunded.

    `due` is None while the duty is not known any more.
    """

    assessed: Assessed
    because: tuple[Recorded, ...]
    """The corrections and annulments that came after it, in order of recording."""
    now: Assessment
    due: Decimal | None


def mended_after(rules: RulesState, position: int) -> Mapping[int, tuple[Recorded, ...]]:
    """By position of each entry of a mended thing (its corrections too), and of each that rests on a mended or annulled
    legal act or has invoices that were invalidated: what mended it after `position`. Ask `concerns` of each item."""
    found: dict[int, tuple[Recorded, ...]] = {}
    for (field, thing), newest in rules.mended.items():
        if newest <= position:
            continue
        history: History = getattr(rules, field)[thing]
        later = [entry for entry in history if entry.position > position and entry.event.type in CORRECTING]
        roots = {entry.position: root_of(entry, history).position for entry in history}
        for entry in history:
            mends = tuple(mend for mend in later if roots[mend.position] == roots[entry.position])
            if mends and entry.position <= position:
                found[entry.position] = mends
    for name, history in rules.acts.items():
        later = [entry for entry in history if entry.position > position and _undoes(entry)]
        for entry in _resting_on(rules, name) if later else ():
            if entry.position <= position:
                _join(found, entry.position, later)
    for history in rules.undertakings.values():
        later = _of_invoices(history, position)
        for entry in history if later else ():
            if entry.position <= position:
                _join(found, entry.position, later)
    return found


def _join(found: dict[int, tuple[Recorded, ...]], position: int, later: Iterable[Recorded]) -> None:
    mends = {mend.position: mend for mend in (*found.get(position, ()), *later)}
    found[position] = tuple(mends[at] for at in sorted(mends))


def concerns(mend: Recorded, item: DeclarationItem) -> bool:
    """Whether what mended an entry is about this item: an invalidated invoice is about what was sold under it."""
    return not isinstance(mend.data, UndertakingInvoiceInvalidated) or names_invoice(mend.data, item)


def _of_invoices(history: History, position: int) -> list[Recorded]:
    """What was said after `position` about invoices of an undertaking: invalidated, and such words mended."""
    told = {entry.position for entry in history if isinstance(entry.data, UndertakingInvoiceInvalidated)}
    if not told:
        return []
    return [
        entry for entry in history if entry.position > position and root_of(entry, history).position in told
    ]


def _undoes(entry: Recorded) -> bool:
    """Whether an entry of a legal act changes days that are past: what is mended, and what a court annuls."""
    return entry.event.type in CORRECTING or entry.event.type == ACT_ANNULLED


def _resting_on(rules: RulesState, act: str) -> Iterable[Recorded]:
    """The entries of an act, and of every measure, floor and undertaking that ever named it."""
    yield from rules.acts[act]
    for things in (rules.measures, rules.floors, rules.undertakings):
        for history in things.values():
            if any(act_of(entry) == act for entry in history):
                yield from history


def touched(rules: RulesState, assessments: Iterable[Assessed], position: int) -> tuple[Touched, ...]:
    """Those of the assessments that rest on what was mended by K = `position`, assessed again on it."""
    mended: dict[int, Mapping[int, tuple[Recorded, ...]]] = {}
    found: list[Touched] = []
    for assessed in assessments:
        duty = assessed.duty
        known = duty.known_position
        if known not in mended:
            mended[known] = mended_after(rules, known)
        because = {
            mend.position: mend
            for cited in cited_by(duty)
            for mend in mended[known].get(cited, ())
            if mend.position <= position and concerns(mend, assessed.item)
        }
        if because:
            found.append(_again(rules, assessed, tuple(because[at] for at in sorted(because)), position))
    return tuple(found)


def totals(found: Iterable[Touched]) -> dict[tuple[str, str, str, str], Decimal]:
    """What is due in all, by member, scheme and id of the importer, and currency; below zero: to be refunded."""
    sums: dict[tuple[str, str, str, str], Decimal] = {}
    for one in found:
        duty, importer = one.assessed.duty, one.assessed.importer
        key = (duty.member, importer.scheme, importer.id, duty.currency)
        if one.due is not None:
            sums[key] = EXACT.add(sums.get(key, ZERO), one.due)
    return sums


def _again(rules: RulesState, assessed: Assessed, because: tuple[Recorded, ...], position: int) -> Touched:
    duty = assessed.duty
    now = assess_item(
        rules,
        member=duty.member,
        accepted_at=assessed.accepted_at,
        item=assessed.item,
        known_position=position,
        left=as_drawn(duty.quota),
    )
    is_known = now.status == "final" and now.currency == duty.currency
    due = EXACT.subtract(Decimal(now.total), Decimal(duty.total)) if is_known else None
    return Touched(assessed, because, now, due)
