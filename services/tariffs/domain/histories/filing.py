"""Where measures, floors and lines are filed, so that nobody has to look through all of them.

By code: every prefix is filed under itself, and each digit on the way to it is noted with the code before that digit.
So the measures above some goods are found by cutting digits off, and those below by following digits that are there;
the work is that of what is found, and not of how full a chapter is. (A list for each chapter, as there was at first,
made every new measure slower than the one before it.) By order: measures and floors stand in rows as they are first
recorded, in one of all and in one of each territory; where a page of them begins is found by halving.
Files only grow. They say where to look, and the histories what holds.
"""

from collections.abc import Iterator

from contracts.trade import HS6_DIGITS
from services.tariffs.domain.growing import Growing
from services.tariffs.domain.state import RulesState

SHORTEST_CODE = 2
"""Digits of a chapter, the shortest prefix that goods can be named by."""

CATALOGUE = ""
"""The territory under which the codes of catalogue lines are filed: they are no territory's own."""

ALL = ""
"""The territory under which everything stands in order."""


def index(growing: Growing, field: str, key: object, name: str) -> None:
    """Add a name under a key, once, behind those that are there: the order is the order of recording."""
    names = growing.held(field).get(key, ())
    if name not in names:
        growing.put(field, key, (*names, name))


def lead_to(growing: Growing, territory: str, code: str) -> None:
    """Note the way from the chapter down to a code."""
    for length in range(len(code) - 1, SHORTEST_CODE - 1, -1):
        key = (territory, code[:length])
        digits = growing.held("codes_below").get(key, "")
        if code[length] in digits:
            break  # whoever noted this digit noted the way to it
        growing.put("codes_below", key, digits + code[length])


def put_in_order(growing: Growing, territory: str, stream: str) -> None:
    """Put a stream that is recorded for the first time behind all others, and behind those of its territory."""
    for whose in (ALL, territory):
        growing.append("rules_in_order", whose, stream)


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
