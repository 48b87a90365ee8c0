"""Lists of rules: the measures and floors that a question is about, in order of first recording, page by page.

Which rules a code, a line or a territory leads to is read from the files (filing.py), and only the rules on the page
are laid out on their days: so a page costs its own length, whatever the tariff holds. The order never changes, and
nothing comes in between: a rule's first position is its place for ever, so a page that begins after a position begins
there in every later list as well, and at an earlier K the list is the same one, only shorter.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from heapq import merge
from itertools import takewhile

from msgspec import UNSET, Struct

from contracts.limits import RULES_LOOKED_THROUGH_MAX
from contracts.trade import BLOC
from contracts.values import Goods, Origins
from services.tariffs.domain.answers.views import FloorView, MeasureView, floor_at, measure_at
from services.tariffs.domain.assessment.coverage import reach
from services.tariffs.domain.histories.filing import (
    ALL,
    by_prefixes_above,
    by_prefixes_below,
    lines_on,
)
from services.tariffs.domain.histories.timeline import known_at
from services.tariffs.domain.measures import kind_of_history
from services.tariffs.domain.members.membership import bloc_origin
from services.tariffs.domain.state import RulesState

FLOORS = "floor"
"""The kind by which floors are asked for; they are no kind of measure."""

Place = tuple[int, str]
"""Position of a rule's first recording, and its stream."""


class RulesFilter(Struct, frozen=True):
    """Which rules are asked for; what is None is not asked about.

    `territory` means what applies there: its own measures, those of the whole bloc, and the floors. `code` means
    the goods under it: rules on it, above it, below it, and on the catalogue lines under it. `origin` means the rules
    that reach goods of a country on the day; what is not in force reaches none and is shown for its reason alone.
    """

    territory: str | None = None
    kind: str | None = None
    code: str | None = None
    line: str | None = None
    origin: str | None = None
    in_force_only: bool = True


class Page(Struct, frozen=True):
    """At most `limit` rules that were first recorded after position `after`, and not many more looked at."""

    after: int = -1
    limit: int = 2**62
    passed_over_max: int = RULES_LOOKED_THROUGH_MAX


class RulesView(Struct, frozen=True):
    """Measures and floors on V = `effective_at` as known at K = `position`, in order of first recording.

    `next` is the `after` of the page that follows, None at the end. A page that looked through as many rules as it
    may holds fewer than its limit, or none, and still has a next.
    """

    effective_at: date
    position: int
    measures: tuple[MeasureView, ...]
    floors: tuple[FloorView, ...]
    next: int | None = None


EVERYTHING = Page(passed_over_max=2**62)


def rules_at(
    rules: RulesState,
    day: date,
    position: int,
    wanted: RulesFilter | None = None,
    page: Page = EVERYTHING,
) -> RulesView:
    """Measures and floors on V = `day`, as known at K = `position`; all of them unless a page is asked for."""
    wanted = wanted or RulesFilter()
    measures: list[MeasureView] = []
    floors: list[FloorView] = []
    looked_at, last = 0, page.after
    for first, stream in takewhile(lambda place: place[0] <= position, _places(rules, wanted, page.after)):
        shown = len(measures) + len(floors)
        if shown >= page.limit or looked_at - shown >= page.passed_over_max:
            return RulesView(day, position, tuple(measures), tuple(floors), last)
        looked_at, last = looked_at + 1, first
        what, _, name = stream.partition("/")
        if what == "measure":
            measure = _measure(rules, name, day, position, wanted)
            measures += () if measure is None else (measure,)
        elif wanted.kind in (None, FLOORS):
            floor = floor_at(rules, name, day, position)
            floors += (floor,) if _is_floor_wanted(rules, floor, day, position, wanted) else ()
    if wanted.line is not None and wanted.line not in rules.floors and not wanted.in_force_only:
        floors.append(floor_at(rules, wanted.line, day, position))
    return RulesView(day, position, tuple(measures), tuple(floors))


def _places(rules: RulesState, wanted: RulesFilter, after: int) -> Iterable[Place]:
    """The rules that a question may be about, in order, from after a position on."""
    if wanted.code is None and wanted.line is None:
        whose = (ALL,) if wanted.territory is None else {wanted.territory, BLOC}
        return merge(*(_in_order_after(rules, territory, after) for territory in whose))
    found = {f"measure/{name}" for name in _measures_on(rules, wanted)}
    lines = {*(() if wanted.line is None else (wanted.line,)), *_lines_of_code(rules, wanted)}
    found |= {f"floor/{line}" for line in lines if line in rules.floors}
    places = ((_first(rules, stream), stream) for stream in found)
    return sorted(place for place in places if place[0] > after)


def _in_order_after(rules: RulesState, territory: str, after: int) -> Iterator[Place]:
    """The rules of a territory from after a position on; where they begin is found by halving."""
    streams = rules.rules_in_order.get(territory, ())
    start = bisect_right(streams, after, key=lambda stream: _first(rules, stream))
    for number in range(start, len(streams)):
        yield _first(rules, streams[number]), streams[number]


def _first(rules: RulesState, stream: str) -> int:
    what, _, name = stream.partition("/")
    return (rules.measures if what == "measure" else rules.floors)[name][0].position


def _measures_on(rules: RulesState, wanted: RulesFilter) -> Iterator[str]:
    territories = rules.rules_in_order if wanted.territory is None else (wanted.territory, BLOC)
    lines = {*(() if wanted.line is None else (wanted.line,)), *_lines_of_code(rules, wanted)}
    for territory in territories:
        if wanted.code is not None:
            yield from by_prefixes_above(rules, territory, wanted.code)
            yield from by_prefixes_below(rules, territory, wanted.code)
        for line in lines:
            yield from rules.measures_by_line.get((territory, line), ())


def _lines_of_code(rules: RulesState, wanted: RulesFilter) -> Iterable[str]:
    return () if wanted.code is None else lines_on(rules, wanted.code)


def _measure(
    rules: RulesState, name: str, day: date, position: int, wanted: RulesFilter
) -> MeasureView | None:
    if wanted.kind is not None and kind_of_history(rules.measures[name], position) != wanted.kind:
        return None
    view = measure_at(rules, name, day, position)
    if view is None or (wanted.in_force_only and view.status != "in_force"):
        return None
    if view.goods is UNSET or view.origins is UNSET:
        return view
    if not _is_on(rules, view.goods, position, wanted):
        return None
    return view if _is_reached(rules, view.origins, None, day, position, wanted) else None


def _is_floor_wanted(
    rules: RulesState, view: FloorView, day: date, position: int, wanted: RulesFilter
) -> bool:
    """A floor that was not known at K is an answer only to a question about its line: that other lines have floors
    now is nothing that was known then."""
    asked = wanted.code is None or view.line == wanted.line
    if not asked and not _is_line_under(rules, view.line, wanted.code or "", position):
        return False
    if view.status != "in_force" or view.origins is UNSET:
        return not wanted.in_force_only and (view.status != "not_known" or view.line == wanted.line)
    mineral = view.line.partition(".")[0]
    return _is_reached(rules, view.origins, mineral, day, position, wanted)


def _is_on(rules: RulesState, goods: Goods, position: int, wanted: RulesFilter) -> bool:
    """Whether the goods in force are those asked for; the files know all that ever were."""
    if wanted.code is None and wanted.line is None:
        return True
    lines = () if goods.lines is UNSET else goods.lines
    if wanted.line in lines:
        return True
    if wanted.code is None:
        return False
    prefixes = () if goods.prefixes is UNSET else goods.prefixes
    if any(_is_in_one_branch(prefix, wanted.code) for prefix in prefixes):
        return True
    return any(_is_line_under(rules, line, wanted.code, position) for line in lines)


def _is_line_under(rules: RulesState, line: str, code: str, position: int) -> bool:
    defined = known_at(rules.lines.get(line, ()), position)
    return any(_is_in_one_branch(entry.data.hs6, code) for entry in defined)


def _is_in_one_branch(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _is_reached(
    rules: RulesState, origins: Origins, mineral: str | None, day: date, position: int, wanted: RulesFilter
) -> bool:
    if wanted.origin is None:
        return True
    standing = bloc_origin(rules, wanted.origin, day, position, mineral)
    return reach(origins, wanted.origin, standing, day).covers
