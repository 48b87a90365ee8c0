"""Question 7: what was accepted below the floor, by line, origin and exporter, and what was collected against the gap.

Amounts of members with different currencies are not added up: each row is in one. A row whose duty is less than its
gap is no fault by itself; the columns say what part of the gap the goods of the bloc, which are spared, account for.
"""

from decimal import Decimal

from msgspec import Struct

from contracts.decimals import EXACT, plain_text
from contracts.limits import REPORT_NAMED_MAX
from services.tariffs.domain.assessment.exact import HUNDRED, ZERO, exact_text, shown
from services.tariffs.domain.assessment.unknown import NotKnown
from services.tariffs.domain.state import RulesState

from .floors import against_floor, duty_of_floor
from .imports import Import
from .weightiest import Named, Weightiest

Key = tuple[str, str, str, str, str]
"""Mineral, line, origin, exporter, currency."""


class BelowFloorRow(Struct, frozen=True):
    """Items of one line and origin, sold by one exporter ("" where none is named), in one currency."""

    mineral: str
    line: str
    origin: str
    exporter: str
    currency: str
    items: int
    kilograms: str
    gap: str
    gap_of_the_bloc: str
    """The part on goods that the floor spares for being of the bloc: no duty, an alert."""
    floor_duty: str
    settled: str
    """Of the duty, what stands on declarations that were paid."""
    uncollected: str
    """Gap less duty."""
    collected_percent: str
    largest: tuple[Named, ...]


class MineralTotal(Struct, frozen=True):
    """All of one mineral in one currency."""

    mineral: str
    currency: str
    items: int
    gap: str
    floor_duty: str
    uncollected: str


class BelowFloor(Struct, frozen=True):
    """The report. `compared`: items of a line with a floor in force; `exempt`: those of them from an origin that the
    floor neither reaches nor spares for being of the bloc; `not_known`: items that could not be compared."""

    known_position: int
    compared: int
    exempt: int
    below: int
    not_known: int
    totals: tuple[MineralTotal, ...]
    rows: tuple[BelowFloorRow, ...]


class _Sum:
    def __init__(self) -> None:
        self.items = 0
        self.kilograms = self.gap = self.spared = self.duty = self.settled = ZERO
        self.largest = Weightiest[Named](REPORT_NAMED_MAX)


class BelowFloorReport:
    """Takes items in any order."""

    def __init__(self, rules: RulesState, line: str | None = None) -> None:
        """`line`: of this line of the catalogue only."""
        self._rules = rules
        self._line = line
        self._compared = self._exempt = self._not_known = 0
        self._sums: dict[Key, _Sum] = {}

    def take(self, one: Import) -> None:
        """Look at one item."""
        if self._line is not None and one.item.line != self._line:
            return
        found = against_floor(self._rules, one)
        if isinstance(found, NotKnown):
            self._not_known += 1
            return
        if found is None:
            return
        self._compared += 1
        self._exempt += not found.reaches and not found.spares
        gap = found.gap
        if not gap:
            return
        mineral = found.line.partition(".")[0]
        key = (mineral, found.line, one.item.origin, one.exporter_name, found.currency)
        total = self._sums.setdefault(key, _Sum())
        duty = duty_of_floor(one)
        total.items += 1
        total.kilograms = EXACT.add(total.kilograms, one.item.net_mass.kilograms)
        total.gap = EXACT.add(total.gap, gap)
        total.duty = EXACT.add(total.duty, duty)
        if found.spares:
            total.spared = EXACT.add(total.spared, gap)
        if one.is_settled:
            total.settled = EXACT.add(total.settled, duty)
        total.largest.add(gap, one.position, Named.of(one, gap))

    def result(self) -> BelowFloor:
        """The report, rows in order of their names."""
        rows = sorted(self._sums.items())
        return BelowFloor(
            known_position=self._rules.position,
            compared=self._compared,
            exempt=self._exempt,
            below=sum(total.items for _, total in rows),
            not_known=self._not_known,
            totals=_totals(rows),
            rows=tuple(_row(key, total) for key, total in rows),
        )


def _row(key: Key, total: _Sum) -> BelowFloorRow:
    mineral, line, origin, exporter, currency = key
    return BelowFloorRow(
        mineral=mineral,
        line=line,
        origin=origin,
        exporter=exporter,
        currency=currency,
        items=total.items,
        kilograms=exact_text(total.kilograms),
        gap=plain_text(total.gap),
        gap_of_the_bloc=plain_text(total.spared),
        floor_duty=plain_text(total.duty),
        settled=plain_text(total.settled),
        uncollected=plain_text(EXACT.subtract(total.gap, total.duty)),
        collected_percent=shown(EXACT.divide(EXACT.multiply(total.duty, HUNDRED), total.gap), 0, 1),
        largest=total.largest.all(),
    )


def _totals(rows: list[tuple[Key, _Sum]]) -> tuple[MineralTotal, ...]:
    sums: dict[tuple[str, str], tuple[int, Decimal, Decimal]] = {}
    for (mineral, _, _, _, currency), total in rows:
        items, gap, duty = sums.get((mineral, currency), (0, ZERO, ZERO))
        sums[mineral, currency] = (
            items + total.items,
            EXACT.add(gap, total.gap),
            EXACT.add(duty, total.duty),
        )
    return tuple(
        MineralTotal(
            mineral,
            currency,
            items,
            plain_text(gap),
            plain_text(duty),
            plain_text(EXACT.subtract(gap, duty)),
        )
        for (mineral, currency), (items, gap, duty) in sorted(sums.items())
    )
