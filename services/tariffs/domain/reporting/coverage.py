"""Question 25: which measures no longer cover the goods of a line, since its codes changed or were corrected.

A measure names codes, and codes change under it: what was under 2846 90 yesterday is under another subheading
today, and the measure stays where it was. So for each line that was reclassified, or whose definition was corrected,
every measure of the record is asked twice, about the goods by their old codes on the last day of these and by their
new ones on the first. What was collected on the line under the measure says how much hangs on the answer.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from msgspec import UNSET, Struct, UnsetType

from contracts.decimals import EXACT, plain_text
from contracts.events.catalogue import LineTerms
from contracts.values import Goods
from services.tariffs.domain.assessment.coverage import goods_cover
from services.tariffs.domain.assessment.exact import ZERO
from services.tariffs.domain.histories.remembered import answer_of
from services.tariffs.domain.histories.timeline import InForce, known_at, recorded_by
from services.tariffs.domain.measures import kind_of_history, territory_of_name
from services.tariffs.domain.state import RulesState

from .imports import Import

_ONE_DAY = timedelta(days=1)


class Reclassified(Struct, frozen=True):
    """A line with its codes before and after, from `day` on, and the entry that says so."""

    line: str
    day: date
    position: int
    before: LineTerms
    after: LineTerms
    is_correction: bool
    """Whether the definition was corrected: then the old codes never were right, and `day` is its first."""


class CoverageChange(Struct, frozen=True):
    """A measure that covers the goods on only one side of the change, and why on each."""

    measure: str
    kind: str
    line: str
    day: date
    position: int
    change: str
    """`lost` or `gained`."""
    was: str
    now: str
    before: str
    after: str
    items: int
    """Items of the line that were charged under the measure, whenever."""
    duties: tuple[tuple[str, str], ...]
    """Currency and sum of what they were charged."""


class CoverageChanges(Struct, frozen=True):
    """The report. `kept`: measures that cover the goods on both sides."""

    known_position: int
    reclassified: int
    kept: int
    changes: tuple[CoverageChange, ...]


class _Probe(Struct, frozen=True):
    """The goods of a line as they are declared in a territory."""

    hs_edition: str
    commodity_code: str
    line: str | UnsetType
    additional_codes: tuple[str, ...] | UnsetType


class CoverageReport:
    """Takes items in any order, for what hangs on each measure."""

    def __init__(self, rules: RulesState) -> None:
        self._rules = rules
        self._changed = tuple(reclassified(rules))
        self._lines = frozenset(one.line for one in self._changed)
        self._items: dict[tuple[str, str], int] = {}
        self._duties: dict[tuple[str, str], dict[str, Decimal]] = {}

    def take(self, one: Import) -> None:
        """Look at one item."""
        line = one.item.line
        if line is UNSET or line not in self._lines:
            return
        charged: set[str] = set()
        for duty in one.duty.lines:
            kind, _, measure = duty.cites.stream.partition("/")
            if kind != "measure":
                continue
            charged.add(measure)
            sums = self._duties.setdefault((measure, line), {})
            currency = one.duty.currency
            sums[currency] = EXACT.add(sums.get(currency, ZERO), Decimal(duty.amount))
        for measure in charged:
            self._items[measure, line] = self._items.get((measure, line), 0) + 1

    def result(self) -> CoverageChanges:
        """The report, in order of the entries that reclassified."""
        kept = 0
        changes: list[CoverageChange] = []
        for one in self._changed:
            for measure in sorted(self._rules.measures):
                sides = _sides(self._rules, measure, one)
                if sides is None:
                    continue
                (covered, before), (covers, after) = sides
                kept += covered and covers
                if covered != covers:
                    changes.append(self._change(measure, one, before, after, lost=covered))
        return CoverageChanges(self._rules.position, len(self._changed), kept, tuple(changes))

    def _change(
        self, measure: str, one: Reclassified, before: str, after: str, *, lost: bool
    ) -> CoverageChange:
        place = (measure, one.line)
        kind = kind_of_history(self._rules.measures[measure], self._rules.position)
        return CoverageChange(
            measure=measure,
            kind=kind or "not known",
            line=one.line,
            day=one.day,
            position=one.position,
            change="lost" if lost else "gained",
            was=_code_of(one.before),
            now=_code_of(one.after),
            before=before,
            after=after,
            items=self._items.get(place, 0),
            duties=tuple(
                (currency, plain_text(amount))
                for currency, amount in sorted(self._duties.get(place, {}).items())
            ),
        )


def reclassified(rules: RulesState) -> Iterator[Reclassified]:
    """Every change of the codes of a line that is known at the end of the record, in order of its entries."""
    found: list[Reclassified] = []
    for line, history in rules.lines.items():
        known = known_at(history, rules.position)
        for before, after in pairwise(known):
            day = after.data.effective_from
            found.append(Reclassified(line, day, after.says_so, before.data, after.data, is_correction=False))
        recorded = {entry.position: entry for entry in recorded_by(history, rules.position)}
        for entry in known:
            first = recorded[entry.position].data
            if entry.corrected_by is not None and _classes(first) != _classes(entry.data):
                day = entry.data.effective_from
                found.append(Reclassified(line, day, entry.says_so, first, entry.data, is_correction=True))
    yield from sorted(found, key=lambda one: (one.position, one.line))


def _sides(
    rules: RulesState, measure: str, one: Reclassified
) -> tuple[tuple[bool, str], tuple[bool, str]] | None:
    """Whether the measure covers the goods before and after, and why; None when it does neither for want of terms."""
    last = one.day if one.is_correction else one.day - _ONE_DAY
    territory = territory_of_name(measure)
    before = _covers(rules, measure, last, _probe(one.before, territory))
    after = _covers(rules, measure, one.day, _probe(one.after, territory))
    return (before, after) if before[0] or after[0] else None


def _covers(rules: RulesState, measure: str, day: date, probe: _Probe) -> tuple[bool, str]:
    answer = answer_of(rules, rules.measures[measure], day, rules.position)
    if not isinstance(answer, InForce):
        return False, answer.because
    goods: Goods = answer.act.data.goods
    cover = goods_cover(goods, probe)
    if cover.covers:
        return True, cover.because
    finer = _finer(goods, probe)
    if finer:
        return True, f"{finer} is some of the goods under {probe.commodity_code}"
    return False, cover.because


def _finer(goods: Goods, probe: _Probe) -> str:
    """A prefix on some of the goods of a code that is not written out in full."""
    prefixes = () if goods.prefixes is UNSET or goods.hs_edition != probe.hs_edition else goods.prefixes
    return next((prefix for prefix in prefixes if prefix.startswith(probe.commodity_code)), "")


def _probe(terms: LineTerms, territory: str) -> _Probe:
    national = (code.code for code in terms.national_codes if code.territory == territory)
    added = UNSET if terms.additional_code is UNSET else (terms.additional_code,)
    return _Probe(terms.hs_edition, next(national, terms.hs6), terms.line, added)


def _classes(terms: LineTerms) -> tuple[object, ...]:
    return terms.hs_edition, terms.hs6, terms.national_codes, terms.additional_code


def _code_of(terms: LineTerms) -> str:
    return f"{terms.hs6} ({terms.hs_edition})"
