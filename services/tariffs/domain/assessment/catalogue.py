"""Which line of the catalogue an item is of, as its importer says, and whether that can be true.

A six-digit code does not tell the mineral: fifteen of the sixty listed ones share 284690. So when the
catalogue has a line under the item's code, the item names its line or says "none"; a named line must be
under that code. Lines are read as of the governing day and as known at K, like everything else.
"""

from datetime import date

from msgspec import UNSET

from contracts.events.catalogue import LineTerms
from contracts.events.declarations import DeclarationItem
from contracts.trade import HS6_DIGITS
from services.tariffs.domain.histories.timeline import known_at
from services.tariffs.domain.state import RulesState

from .unknown import NotKnown


def line_defined(rules: RulesState, line: str, day: date, position: int) -> LineTerms | None:
    """Read a line of the catalogue on V = `day` as known at K = `position`; None when there is none."""
    for entry in reversed(known_at(rules.lines.get(line, ()), position)):
        if entry.data.effective_from <= day:
            return entry.data
    return None


def mineral_of(item: DeclarationItem) -> str | None:
    """Give the mineral of the item's line; None for goods of no line."""
    line = item.line
    return None if line is UNSET or line == "none" else line.partition(".")[0]


def line_fault(rules: RulesState, item: DeclarationItem, day: date, position: int) -> NotKnown | None:
    """Say what is wrong with the line that the item names or fails to name; None when nothing is."""
    hs6 = item.commodity_code[:HS6_DIGITS]
    named = item.line
    if named is not UNSET and named != "none":
        line = line_defined(rules, named, day, position)
        if line is None:
            because = f"{named} is not a line of the catalogue on {day}"
        elif line.hs_edition != item.hs_edition:
            because = f"{named} is defined in {line.hs_edition}, the item's code is of {item.hs_edition}"
        elif line.hs6 != hs6:
            because = f"{named} is under {line.hs6}, the item under {hs6}"
        else:
            return None
        return NotKnown("line_mismatch", because, "line")
    if named == "none":
        return None
    for name in rules.lines_by_hs6.get(hs6, ()):
        line = line_defined(rules, name, day, position)
        if line is not None and line.hs6 == hs6 and line.hs_edition == item.hs_edition:
            because = f'the catalogue has lines under {hs6}, such as {name}: name one, or say "none"'
            return NotKnown("line", because, "line")
    return None
