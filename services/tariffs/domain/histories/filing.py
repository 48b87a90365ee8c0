"""Where measures, floors and lines are filed, so that nobody has to look through all of them.

By code: every prefix is filed under itself, and each digit on the way to it is noted with the code before that digit.
So the measures above some goods are found by cutting digits off, and those below by following digits that are there;
the work is that of what is found, and not of how full a chapter is. (A list for each chapter, as there was at first,
made every new measure slower than the one before it.) By order: measures and floors are numbered as they are first
recorded, for all and for each territory; a page of them begins at a number that is found by halving.
Files only grow. They say where to look, and the histories what holds.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from immutables import Map

from contracts.trade import HS6_DIGITS
from services.tariffs.domain.state import RulesState

K = TypeVar("K")

CodesBelow = Map[tuple[str, str], str]

SHORTEST_CODE = 2
"""Digits of a chapter, the shortest prefix that goods can be named by."""

CATALOGUE = ""
"""The territory under which the codes of catalogue lines are filed: they are no territory's own."""

ALL = ""
"""The territory under which everything is numbered."""


def indexed(index: Map[K, tuple[str, ...]], keys: Iterable[K], name: str) -> Map[K, tuple[str, ...]]:
    """Add a name under each key, once, behind those that are there: the order is the order of recording."""
    for key in keys:
        names = index.get(key, ())
        if name not in names:
            index = index.set(key, (*names, name))
    return index


def led_to(below: CodesBelow, territory: str, codes: Iterable[str]) -> CodesBelow:
    """Note the way from the chapter down to each code."""
    for code in codes:
        for length in range(len(code) - 1, SHORTEST_CODE - 1, -1):
            key = (territory, code[:length])
            digits = below.get(key, "")
            if code[length] in digits:
                break  # whoever noted this digit noted the way to it
            below = below.set(key, digits + code[length])
    return below


def below(rules: RulesState, territory: str, code: str) -> Iterator[str]:
    """The codes on the ways down from a code, itself not among them."""
    for digit in rules.codes_below.get((territory, code), ""):
        deeper = code + digit
        yield deeper
        yield from below(rules, territory, deeper)


def by_prefixes_above(rules: RulesState, territory: str, code: str) -> Iterator[str]:
    """Measures that some terms of theirs put on a code or on a prefix of it."""
    by_prefix = rules.measures_by_prefix
    for length in range(SHORTEST_CODE, len(code) + 1):
        names = by_prefix.get((territory, code[:length]))
        if names:
            yield from names


def by_prefixes_below(rules: RulesState, territory: str, code: str) -> Iterator[str]:
    """Measures that some terms of theirs put on only some of the goods of a code."""
    for finer in below(rules, territory, code):
        yield from rules.measures_by_prefix.get((territory, finer), ())


def lines_on(rules: RulesState, code: str) -> Iterator[str]:
    """Lines of the catalogue with goods under a code: those of its subheading, or of all below a shorter one."""
    yield from rules.lines_by_hs6.get(code[:HS6_DIGITS], ())
    if len(code) < HS6_DIGITS:
        for finer in below(rules, CATALOGUE, code):
            yield from rules.lines_by_hs6.get(finer, ())


def numbered(
    rules: RulesState, territory: str, stream: str
) -> tuple[Map[tuple[str, int], str], Map[str, int]]:
    """Number a stream that is recorded for the first time, among all and among those of its territory."""
    in_order, counted = rules.rules_in_order, rules.rules_counted
    for whose in (ALL, territory):
        number = counted.get(whose, 0)
        in_order = in_order.set((whose, number), stream)
        counted = counted.set(whose, number + 1)
    return in_order, counted


def stream_numbered(rules: RulesState, territory: str, number: int) -> str:
    """The stream of a number; KeyError from `rules_counted[territory]` on."""
    return rules.rules_in_order[territory, number]
