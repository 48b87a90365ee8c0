"""What a simulation comes to: exact sums in each currency, by member, by line, by importer, and the largest changes.

Amounts of different currencies are never added. An item whose duty is not known with or without the hypothesis is in no
sum of duty: it is counted, with why, and the recorded duty on such items stands beside them.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from heapq import heappush, heappushpop

from msgspec import Struct, field

from contracts.decimals import EXACT
from contracts.limits import SIMULATION_CHANGES_LISTED_MAX
from services.tariffs.domain.assessment.exact import ZERO

from .reckoning import Reckoned


class Simulated(Struct, frozen=True):
    """One item: what was recorded of it, and what it owes and lacks without and with the hypothesis."""

    stream: str
    item_no: int
    importer: tuple[str, str]
    """Scheme and id."""
    line: str
    """Line of the catalogue; "none" for goods of no line."""
    day: str
    """The governing day."""
    currency: str
    recorded: Decimal
    without: Reckoned
    supposed: Reckoned

    @property
    def member(self) -> str:
        """The member that assessed."""
        return self.stream.split("/")[1]

    @property
    def difference(self) -> Decimal | None:
        """What the hypothesis adds to the duty; below zero what it takes away; None when it cannot be known."""
        if self.supposed.duty is None or self.without.duty is None:
            return None
        return EXACT.subtract(self.supposed.duty, self.without.duty)


class Sum(Struct):
    """Items in one currency. Duties and gaps are of the compared items; `recorded` is what stands of those."""

    items: int = 0
    not_compared: int = 0
    changed: int = 0
    recorded: Decimal = ZERO
    without: Decimal = ZERO
    supposed: Decimal = ZERO
    below_without: int = 0
    """Items below the floor without the hypothesis."""
    below_supposed: int = 0
    gap_without: Decimal = ZERO
    gap_supposed: Decimal = ZERO
    recorded_not_compared: Decimal = ZERO
    """What stands of the items that cannot be compared."""

    @property
    def difference(self) -> Decimal:
        """What the hypothesis adds to the duty."""
        return EXACT.subtract(self.supposed, self.without)

    def add(self, one: Simulated) -> None:
        """Count one item."""
        self.items += 1
        without, supposed = one.without.duty, one.supposed.duty
        if without is None or supposed is None:
            self.not_compared += 1
            self.recorded_not_compared = EXACT.add(self.recorded_not_compared, one.recorded)
            return
        self.changed += without != supposed
        self.recorded = EXACT.add(self.recorded, one.recorded)
        self.without = EXACT.add(self.without, without)
        self.supposed = EXACT.add(self.supposed, supposed)
        self.below_without += one.without.gap > ZERO
        self.below_supposed += one.supposed.gap > ZERO
        self.gap_without = EXACT.add(self.gap_without, one.without.gap)
        self.gap_supposed = EXACT.add(self.gap_supposed, one.supposed.gap)

    def join(self, other: "Sum") -> None:
        """Add what was counted elsewhere."""
        for name in self.__struct_fields__:
            mine, theirs = getattr(self, name), getattr(other, name)
            setattr(self, name, mine + theirs if isinstance(mine, int) else EXACT.add(mine, theirs))


class Cell(Struct, frozen=True, order=True):
    """What is summed up apart."""

    member: str
    line: str
    scheme: str
    id: str
    currency: str


class Outcome(Struct):
    """Everything that a simulation found; memory grows with importers and lines, not with declarations."""

    declarations: int = 0
    cells: dict[Cell, Sum] = {}
    changes: list[tuple[Decimal, str, int, Simulated]] = []
    """The largest differences, as a heap."""
    not_compared: Counter[str] = field(default_factory=Counter)
    """Why items could not be compared, and how many for each reason."""

    def add(self, one: Simulated) -> None:
        """Count one item."""
        cell = Cell(one.member, one.line, *one.importer, one.currency)
        self.cells.setdefault(cell, Sum()).add(one)
        difference = one.difference
        if difference is None:
            self.not_compared[_why(one)] += 1
        elif difference:
            entry = (abs(difference), one.stream, one.item_no, one)
            if len(self.changes) < SIMULATION_CHANGES_LISTED_MAX:
                heappush(self.changes, entry)
            else:
                heappushpop(self.changes, entry)

    def summed(self, by: Callable[[Cell], tuple[str, ...]]) -> dict[tuple[str, ...], Sum]:
        """Sums by some of the fields of cells, in order; always name the currency among them."""
        sums: dict[tuple[str, ...], Sum] = {}
        for cell in sorted(self.cells):
            sums.setdefault(by(cell), Sum()).join(self.cells[cell])
        return dict(sorted(sums.items()))

    def largest(self) -> Iterator[Simulated]:
        """Items whose duty changes, the largest difference first; of equals in order of declarations."""
        for _, _, _, one in sorted(self.changes, key=lambda entry: (-entry[0], entry[1], entry[2])):
            yield one

    @property
    def affected(self) -> tuple[tuple[str, str], ...]:
        """Importers (scheme and id) with an item whose duty changes."""
        return tuple(sorted({(cell.scheme, cell.id) for cell, found in self.cells.items() if found.changed}))


def _why(one: Simulated) -> str:
    """Why an item cannot be compared: for what it would be refused, or what is not known."""
    side, found = ("with the hypothesis", one.supposed)
    if one.without.duty is None:
        side, found = ("with or without the hypothesis", one.without)
    verb = f"refused for {', '.join(found.rules)}" if found.rules else "not known"
    return f"{verb} {side}: {found.because}"
