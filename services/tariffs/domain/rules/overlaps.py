"""Measures that would meet on the same goods, and acts elsewhere that make measures meet.

Terms that are posted are held against their neighbours (MSR-6). But two measures that were apart may also come together
without a word about either: a country joins the area of one of them or leaves an area that another one spares, a line
gets codes that another measure is on, and what was ended or narrowed comes back when that act is annulled. Those acts
are judged here, by looking for meetings that are there after the act and not before. A court's annulment is refused by
nobody; the audit names what comes of it.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from contracts.envelope import AnyEvent, Event
from contracts.events import MeasureAmended, MeasureCreated
from contracts.events.corrections import EVENT_CORRECTED
from contracts.events.quotas import MeasureQuota
from contracts.values import Goods, Origins
from services.tariffs.domain.evolve import evolve
from services.tariffs.domain.histories.correcting import CORRECTING
from services.tariffs.domain.histories.effective import act_of, laid_out, still_stands
from services.tariffs.domain.histories.filing import by_prefixes_above, by_prefixes_below, lines_on
from services.tariffs.domain.histories.timeline import ACT_ANNULLED, Span, known_at
from services.tariffs.domain.measures import kind_of_history, territory_of_name
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation, is_from
from services.tariffs.domain.scope import codes_of_lines, goods_overlap, origins_overlap, without_areas
from services.tariffs.domain.state import History, RulesState

MSR_8 = Rule(
    id="MSR-8",
    title="No act elsewhere makes measures meet",
    text=(
        "No change of an area, no reclassification of a line, and no correction or annulment brings two measures of "
        "one kind and territory into force on the same day for the same goods and a common origin."
    ),
    source="TARIC, business rule ME32, asked again at each transaction that may break it",
    since=FIRST_RULE_BOOK,
    ruleset="2026.2",  # the first release judged only what was said of the measures themselves
)
RULES = (MSR_8,)

EXACT_SINCE = "2026.2"
"""The first rule book in which goods of different editions of the HS never meet (an item is declared in one), and areas
are read on the days that both terms share. Before, they were read on all days of each: more was refused."""

MEASURE_CREATED = "bloc.measure.created.v1"
MEASURE_AMENDED = "bloc.measure.amended.v1"

WIDENING = ("bloc.area.", "bloc.stage_line.reclassified.")
"""Beginnings of the types that may make measures meet, besides what mends and what a court annuls."""


Days = tuple[date, date | None]
"""From a day to before another, None: open."""


class Terms(Struct, frozen=True):
    """What is held against the neighbours: goods, origins and quota of a measure, on the days of a span."""

    measure: str
    kind: str | None
    goods: Goods
    origins: Origins
    quota: MeasureQuota | UnsetType
    start: date
    end: date | None


class Overlap(Struct, frozen=True):
    """Another measure on some of the same goods and origins, and the days of its terms."""

    other: str
    span: Span
    goods: str
    origins: str

    @property
    def days(self) -> str:
        """The days in words."""
        return f"from {self.span.start}" + (f" to {self.span.end}" if self.span.end else "")


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Whether an act that is about no measure's terms makes measures meet."""
    event = submitted.event
    if event.type == ACT_ANNULLED or _says_terms(event):
        return
    for measure, overlap in newly_meeting(rules, event, submitted.ruleset):
        yield submitted.breaks(
            MSR_8,
            "$.data",
            f"{measure} and {overlap.other} ({overlap.span.act.where}) would both be on {overlap.goods} of "
            f"{overlap.origins} {overlap.days}; end or narrow one of them first",
        )


def _says_terms(event: Event[Any]) -> bool:
    """Whether an act is the correction of terms, which are held against their neighbours like posted ones (MSR-6)."""
    return event.type == EVENT_CORRECTED and event.data.target.type in (MEASURE_CREATED, MEASURE_AMENDED)


def newly_meeting(rules: RulesState, event: AnyEvent, ruleset: str) -> list[tuple[str, Overlap]]:
    """Pairs of measures that meet after an act and did not before; each pair once, under the name found first."""
    if not (event.type.startswith(WIDENING) or event.type in CORRECTING or event.type == ACT_ANNULLED):
        return []
    concerned = _concerned(rules, event)
    if not concerned:
        return []
    after = evolve(rules, rules.position + 1, "", event)
    found: list[tuple[str, Overlap]] = []
    seen: set[frozenset[str]] = set()
    for measure in concerned:
        before = {overlap.other for overlap in _meetings_of(rules, measure, ruleset)}
        for overlap in _meetings_of(after, measure, ruleset):
            pair = frozenset((measure, overlap.other))
            if overlap.other not in before and pair not in seen:
                seen.add(pair)
                found.append((measure, overlap))
    return found


def overlaps(rules: RulesState, terms: Terms, ruleset: str) -> Iterator[Overlap]:
    """Other measures of the kind, in the same branch of the nomenclature, that meet these terms.

    Goods come first: they tell nearly all neighbours apart, and laying out a history costs more.
    """
    territory = territory_of_name(terms.measure)
    exact = is_from(ruleset, EXACT_SINCE)
    for other in _neighbours(rules, territory, terms.goods):
        history = rules.measures[other]
        if other == terms.measure or kind_of_history(history, rules.position) != terms.kind:
            continue
        if not _share_goods(rules, territory, terms.goods, history):
            continue
        for laid in laid_out(rules, history, rules.position).terms:
            span = still_stands(rules, laid)
            if span is None or not span.overlaps(terms.start, terms.end):
                continue
            theirs = span.act.data
            if terms.quota != theirs.quota or (exact and theirs.goods.hs_edition != terms.goods.hs_edition):
                continue
            goods = goods_overlap(rules, territory, terms.goods, theirs.goods)
            own, others = (terms.start, terms.end), (span.start, span.end)
            if exact:
                own = others = _shared(own, others)
            origins = origins_overlap(
                without_areas(rules, terms.origins, *own), without_areas(rules, theirs.origins, *others)
            )
            if goods is not None and origins is not None:
                yield Overlap(other, span, goods, origins)
                break


def _shared(one: Days, other: Days) -> Days:
    """The days that two spans share, which do."""
    ends = [end for end in (one[1], other[1]) if end is not None]
    return max(one[0], other[0]), min(ends, default=None)


def _meetings_of(rules: RulesState, measure: str, ruleset: str) -> Iterator[Overlap]:
    """What the terms of a measure meet, as they stand now."""
    history = rules.measures[measure]
    kind = kind_of_history(history, rules.position)
    for laid in laid_out(rules, history, rules.position).terms:
        span = still_stands(rules, laid)
        if span is None:
            continue
        data = span.act.data
        terms = Terms(measure, kind, data.goods, data.origins, data.quota, span.start, span.end)
        yield from overlaps(rules, terms, ruleset)


def _concerned(rules: RulesState, event: AnyEvent) -> list[str]:
    """The measures whose reach an act may widen, in order of name; looked for only when such an act is posted."""
    kind, _, thing = event.subject.partition("/")
    match kind:
        case "measure":
            found = {thing} if thing in rules.measures else set[str]()
        case "area":
            found = {name for name, history in rules.measures.items() if _names_area(history, thing)}
        case "line":
            found = {
                name for key, names in rules.measures_by_line.items() if key[1] == thing for name in names
            }
        case "act":
            found = {
                name
                for name, history in rules.measures.items()
                if any(act_of(entry) == thing for entry in history)
            }
        case _:
            found = set[str]()
    return sorted(found)


def _names_area(history: History, area: str) -> bool:
    """Whether some terms of a measure, corrected or not, name an area in their origins."""
    for entry in history:
        data: Any = entry.data
        origins = getattr(getattr(data, "payload", None) or data, "origins", None)
        if origins is None:
            continue
        excluded = () if origins.exclude is UNSET else origins.exclude
        if area in (*origins.include, *excluded):
            return True
    return False


def _share_goods(rules: RulesState, territory: str, goods: Goods, history: History) -> bool:
    """Whether any terms of a measure, of whatever day, are on some of these goods."""
    return any(
        goods_overlap(rules, territory, goods, entry.data.goods) is not None
        for entry in known_at(history, rules.position)
        if isinstance(entry.data, MeasureCreated | MeasureAmended)
    )


def _neighbours(rules: RulesState, territory: str, goods: Goods) -> list[str]:
    """Measures that may share goods, in order of recording: on the same lines, or by codes above and below.

    A correction is judged with its target taken out, so the measure that it is about may have no entry at all.
    """
    prefixes = () if goods.prefixes is UNSET else goods.prefixes
    lines = () if goods.lines is UNSET else goods.lines
    found: set[str] = set()
    for code in (*prefixes, *codes_of_lines(rules, territory, lines)):
        found.update(by_prefixes_above(rules, territory, code))
        found.update(by_prefixes_below(rules, territory, code))
    for line in (*lines, *(line for prefix in prefixes for line in lines_on(rules, prefix))):
        found.update(rules.measures_by_line.get((territory, line), ()))
    known = (name for name in found if rules.measures[name])
    return sorted(known, key=lambda name: rules.measures[name][0].position)
