"""Which entries bear on the duty on goods: what was recorded after an assessment, and holds on its day.

An assessment cites what it looked at. What was recorded later and holds from an earlier day (a termination told late, a
rate of exchange published after its day, terms of a member amended back) it could not cite. So that is found by scope,
on the ways on which an assessment finds its law: measures by code, line and territory, the floor, the legal acts of
both, lines of the catalogue, the origin, terms of the importing member, rates of its authority, the undertaking that
is claimed. The lists are rather too long than too short, and cheap: whether anything changed, and at which of them, is
found by assessing the very item again (`touched.py`). Each thing's entries are listed once, with the earliest day that
any of those behind can change, so that nearly always one look at the end of a list says: nothing.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import accumulate, chain

from msgspec import UNSET, Struct

from contracts.events.corrections import EventCorrected
from contracts.events.declarations import DeclarationItem
from contracts.events.exchange_rates import ExchangeRatePublished
from contracts.events.membership import MemberTerms
from contracts.limits import TIMELINE_ANSWERS_REMEMBERED_MAX
from contracts.trade import BLOC, HS6_DIGITS
from services.tariffs.domain.exchange import EXCHANGE_RATE_RULES
from services.tariffs.domain.histories.correcting import CORRECTING
from services.tariffs.domain.histories.effective import act_of
from services.tariffs.domain.histories.filing import by_prefixes_above, by_prefixes_below
from services.tariffs.domain.histories.timeline import ACTS
from services.tariffs.domain.members.membership import STEP_DAYS, day_of
from services.tariffs.domain.state import Recorded, RulesState

from .importer import importer_on
from .unknown import NotKnown

CLOCKS_APART = timedelta(days=2)
"""The civil days of one instant differ by no more: from 12 hours behind UTC to 14 hours before it."""

_HISTORIES = ("members", "lines", "acts", "areas", "measures", "floors", "exchange_rates", "undertakings")
"""The histories that assessments read."""

Days = tuple[date, date]
"""From a first day to before an end."""
Key = tuple[str, ...]


class Bearing(Struct, frozen=True):
    """Entries in order of position, each with the days on which it can change an answer: `starts` to before `ends`.

    `earliest` are the first days of each entry and of all behind it.
    """

    positions: tuple[int, ...]
    starts: tuple[date, ...]
    ends: tuple[date, ...]
    earliest: tuple[date, ...]

    def after(self, position: int, first: date, last: date) -> Iterator[int]:
        """Positions after `position` of what can change an answer on one of the days from `first` to `last`."""
        place = bisect_right(self.positions, position)
        if place == len(self.positions) or self.earliest[place] > last:
            return
        for at in range(place, len(self.positions)):
            if self.starts[at] <= last and first < self.ends[at]:
                yield self.positions[at]


class Bearings:
    """What bears on items as known in `rules`; remembered as long as this is kept."""

    def __init__(self, rules: RulesState) -> None:
        self._rules = rules
        self._of_things: dict[Key, Bearing] = {}
        self._of_goods: dict[Key, tuple[Bearing, ...]] = {}

    def after(self, position: int, member: str, accepted_at: str, item: DeclarationItem) -> tuple[int, ...]:
        """Positions of entries recorded after `position` that may change the duty on an item, in order."""
        importer = importer_on(self._rules, member, accepted_at, self._rules.position)
        day = None if isinstance(importer, NotKnown) else importer.day
        first, last = (date.min, date.max) if day is None else (day, day)
        if item.exported_on is not UNSET:
            first = min(first, item.exported_on)  # the rate of that day may be the one that counts
        found = {at for bearing in self._on(member, item) for at in bearing.after(position, first, last)}
        return tuple(sorted(found))

    def _on(self, member: str, item: DeclarationItem) -> tuple[Bearing, ...]:
        line = "" if item.line is UNSET else item.line
        claimed = "" if item.undertaking is UNSET else item.undertaking.undertaking
        key = (member, item.commodity_code, line, item.origin, claimed)
        found = self._of_goods.get(key)
        if found is None:
            if len(self._of_goods) >= TIMELINE_ANSWERS_REMEMBERED_MAX:
                self._of_goods.clear()
            things = dict.fromkeys(
                _things(self._rules, member, item.commodity_code, line, item.origin, claimed)
            )
            every = (self._thing(thing) for thing in things)
            found = self._of_goods[key] = tuple(one for one in every if one.positions)
        return found

    def _thing(self, key: Key) -> Bearing:
        found = self._of_things.get(key)
        if found is None:
            found = self._of_things[key] = _listed(_entries(self._rules, *key))
        return found


def newest_late(rules: RulesState) -> int:
    """Position of the newest entry that can bear on what was accepted before it was recorded; -1 when there is none."""
    newest = -1
    for field in _HISTORIES:
        for history in getattr(rules, field).values():
            for entry in reversed(history):
                if entry.position <= newest:
                    break
                if days_of(entry)[0] <= entry.recorded_on + CLOCKS_APART:
                    newest = entry.position
                    break
    return newest


def days_of(entry: Recorded) -> Days:
    """The days on which an entry can change an answer: any, when it mends another one or has no day of its own; and
    when it begins something, since the days before are then known to be without, where nothing was known."""
    data = entry.data
    if isinstance(data, ExchangeRatePublished):
        return data.applies_from, data.applies_to
    if entry.event.type in STEP_DAYS:
        return day_of(entry), date.max
    begins = ACTS.get(entry.event.type) == "begin"
    start = UNSET if begins else getattr(data, "effective_from", UNSET)
    return (date.min if start is UNSET else start), date.max


def _things(
    rules: RulesState, member: str, code: str, line: str, origin: str, undertaking: str
) -> Iterator[Key]:
    """The things that an assessment of such goods may read: a kind of list and a name, each."""
    yield "terms", member
    for authority, own in _rates_taken(rules, member):
        yield "rates", authority, own
    yield "areas", origin
    for other in rules.members_by_country.get(origin, ()):
        yield "members", other
    for name in (line,) if line not in ("", "none") else rules.lines_by_hs6.get(code[:HS6_DIGITS], ()):
        yield "lines", name
    on_acts = [("floors", line), ("undertakings", undertaking)]
    for place in (member, BLOC):
        names = chain(
            by_prefixes_above(rules, place, code),
            by_prefixes_below(rules, place, code),
            rules.measures_by_line.get((place, line), ()),
        )
        on_acts += [("measures", name) for name in names]
    yield from on_acts
    yield from (("acts", act) for act in _acts_of(rules, on_acts))


def _acts_of(rules: RulesState, things: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The legal acts that these things ever named, and those that such acts named."""
    seen: set[str] = set()
    waiting = list(things)
    while waiting:
        field, name = waiting.pop()
        for entry in getattr(rules, field).get(name, ()):
            for act in _named_in(entry):
                if act and act not in seen:
                    seen.add(act)
                    waiting.append(("acts", act))
                    yield act


def _named_in(entry: Recorded) -> Iterator[str]:
    """The acts that an entry names: its own basis, and that of the words that it puts in the place of others."""
    yield act_of(entry)
    data = entry.data
    while isinstance(data, EventCorrected):
        data = data.payload
        basis = getattr(data, "legal_basis", None)
        if basis is not None:
            yield basis.act


def _rates_taken(rules: RulesState, member: str) -> Iterator[tuple[str, str]]:
    """Whose rates the law of a member ever took, for which currency of its own."""
    for entry in rules.members.get(member, ()):
        data = entry.data
        while isinstance(data, EventCorrected):
            data = data.payload
        if isinstance(data, MemberTerms):
            rule = EXCHANGE_RATE_RULES.get(data.exchange_rate_rule)
            if rule is not None:
                yield rule.authority, data.currency


def _entries(rules: RulesState, kind: str, name: str, own: str = "") -> Iterator[tuple[int, Days]]:
    """The entries of a thing, with the days on which they can change an answer."""
    match kind:
        case "rates":
            series = (
                history
                for history in rules.exchange_rates.values()
                if (rate := history[0].data).authority == name and own in (rate.base, rate.quote)
            )
            yield from ((entry.position, days_of(entry)) for entry in chain.from_iterable(series))
        case "areas":
            for entry in chain.from_iterable(rules.areas.values()):
                if entry.event.type in CORRECTING or entry.data.country == name:
                    yield entry.position, days_of(entry)
        case "members" | "terms":
            for entry in rules.members.get(name, ()):
                if entry.event.type in CORRECTING:
                    yield entry.position, (date.min, date.max)
                elif entry.event.type in STEP_DAYS:
                    start, end = days_of(entry)
                    # The governing day itself goes by the terms, and may be another by later ones.
                    yield entry.position, (start - CLOCKS_APART if kind == "terms" else start, end)
        case _:
            for entry in getattr(rules, kind).get(name, ()):
                yield entry.position, days_of(entry)


def _listed(entries: Iterable[tuple[int, Days]]) -> Bearing:
    found = sorted(entries)
    starts = tuple(start for _, (start, _) in found)
    earliest = tuple(accumulate(reversed(starts), min))[::-1]
    return Bearing(tuple(at for at, _ in found), starts, tuple(end for _, (_, end) in found), earliest)
