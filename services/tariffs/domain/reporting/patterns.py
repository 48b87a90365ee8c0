"""Question 15: patterns that an auditor looks into: they are no faults, and each says what was found and where.

    price_just_above   an exporter's prices lie 0 to NEAR_FLOOR_PERCENT above the floor again and again
    origin_shift       an importer's goods come from the bloc more than before, since a floor began or rose
    splitting          one importer, exporter, line and day, and several declarations
    lowered_later      values were lowered by amendments after acceptance (rebates, corrected invoices)

Sums are kept by line and company, for splitting by day too: so their number is that of the trade relations in the
period, not of the declarations.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from msgspec import UNSET, Struct, field
from msgspec.structs import replace

from contracts.decimals import EXACT, plain_text
from contracts.limits import (
    LOWERED_ITEMS_MIN,
    NEAR_FLOOR_ITEMS_MIN,
    NEAR_FLOOR_PERCENT,
    NEAR_FLOOR_SHARE_PERCENT,
    REPORT_NAMED_MAX,
    SPLIT_DECLARATIONS_MIN,
)
from services.tariffs.domain.assessment.exact import HUNDRED, ZERO, shown
from services.tariffs.domain.assessment.shortfall import Shortfall
from services.tariffs.domain.state import RulesState

from .floors import against_floor
from .imports import Import
from .origin_shifts import OriginShifts
from .suspicions import Suspicion
from .weightiest import Named, Weightiest


class Patterns(Struct, frozen=True):
    """The report: items looked at, and what was found, in order of pattern, line and company."""

    known_position: int
    items: int
    found: tuple[Suspicion, ...]


class _Prices(Struct):
    """Of one exporter and line: items that the floor reaches, those just above it, and some of these."""

    items: int = 0
    near: int = 0
    named: Weightiest[Named] = field(default_factory=lambda: Weightiest[Named](REPORT_NAMED_MAX))


class _Parts(Struct):
    """Of one importer, exporter, line and day: the declarations, some of them by name, and the value of the items."""

    declarations: set[str] = field(default_factory=set[str])
    kilograms: Decimal = ZERO
    named: Weightiest[Named] = field(default_factory=lambda: Weightiest[Named](REPORT_NAMED_MAX))


class _Lowered(Struct):
    """Of one exporter, line and currency: items whose value was lowered, by how much, and those then below a floor."""

    items: int = 0
    amount: Decimal = ZERO
    through: int = 0
    named: Weightiest[Named] = field(default_factory=lambda: Weightiest[Named](REPORT_NAMED_MAX))


class PatternsReport:
    """Takes items in any order; those of no line of the catalogue are passed over."""

    def __init__(self, rules: RulesState) -> None:
        self._rules = rules
        self._items = 0
        self._prices: dict[tuple[str, str], _Prices] = {}
        self._parts: dict[tuple[str, str, str, date], _Parts] = {}
        self._lowered: dict[tuple[str, str, str], _Lowered] = {}
        self._shifts = OriginShifts(rules)

    def take(self, one: Import) -> None:
        """Look at one item."""
        line = one.item.line
        if line is UNSET or line == "none":
            return
        self._items += 1
        against = against_floor(self._rules, one)
        found = against if isinstance(against, Shortfall) else None
        importer = one.importer_name
        self._shifts.take(one, importer, line, found)
        self._part(one, importer, line)
        if found is not None and found.reaches:
            self._price(one, line, found)
        if one.amended_at is not None:
            self._lower(one, line, found)

    def _price(self, one: Import, line: str, found: Shortfall) -> None:
        prices = self._prices.setdefault((line, one.exporter_name), _Prices())
        prices.items += 1
        above = EXACT.minus(found.lacking)
        near = EXACT.divide(EXACT.multiply(found.wanted, Decimal(NEAR_FLOOR_PERCENT)), HUNDRED)
        if ZERO <= above <= near:
            prices.near += 1
            prices.named.add(found.wanted, one.position, Named.of(one, above))

    def _part(self, one: Import, importer: str, line: str) -> None:
        parts = self._parts.setdefault((line, importer, one.exporter_name, one.day), _Parts())
        kilograms = one.item.net_mass.kilograms
        parts.declarations.add(f"{one.member}/{one.reference}")
        parts.kilograms = EXACT.add(parts.kilograms, kilograms)
        parts.named.add(kilograms, one.position, Named.of(one, kilograms))

    def _lower(self, one: Import, line: str, found: Shortfall | None) -> None:
        was, now = one.first.customs_value, one.item.customs_value
        less = EXACT.subtract(Decimal(was.amount), Decimal(now.amount))
        same_mass = one.first.net_mass.kilograms == one.item.net_mass.kilograms
        if was.currency != now.currency or less <= ZERO or not same_mass:
            return
        lowered = self._lowered.setdefault((line, one.exporter_name, was.currency), _Lowered())
        lowered.items += 1
        lowered.amount = EXACT.add(lowered.amount, less)
        lowered.named.add(less, one.position, Named.of(one, less))
        if found is not None and found.lacking > ZERO:
            before = against_floor(self._rules, replace(one, item=one.first))
            lowered.through += isinstance(before, Shortfall) and before.lacking <= ZERO

    def result(self) -> Patterns:
        """The report."""
        found = (*self._near(), *self._shifts.found(), *self._split(), *self._cheaper())
        return Patterns(self._rules.position, self._items, found)

    def _near(self) -> Iterator[Suspicion]:
        for (line, exporter), prices in sorted(self._prices.items()):
            share = EXACT.divide(Decimal(prices.near * 100), Decimal(prices.items))
            if prices.near < NEAR_FLOOR_ITEMS_MIN or share < NEAR_FLOOR_SHARE_PERCENT:
                continue
            yield Suspicion(
                pattern="price_just_above",
                line=line,
                company=exporter,
                because=f"{prices.near} of {prices.items} items ({shown(share, 0, 1)} %) are priced 0 to "
                f"{NEAR_FLOOR_PERCENT} % above the floor",
                items=prices.near,
                examples=prices.named.all(),
            )

    def _split(self) -> Iterator[Suspicion]:
        for (line, importer, exporter, day), parts in sorted(self._parts.items()):
            number = len(parts.declarations)
            if number < SPLIT_DECLARATIONS_MIN:
                continue
            yield Suspicion(
                pattern="splitting",
                line=line,
                company=importer,
                because=f"{number} declarations on {day} for {plain_text(parts.kilograms)} kg in all from "
                f"{exporter or 'an exporter who is not named'}",
                items=number,
                examples=parts.named.all(),
            )

    def _cheaper(self) -> Iterator[Suspicion]:
        for (line, exporter, currency), lowered in sorted(self._lowered.items()):
            if lowered.items < LOWERED_ITEMS_MIN and not lowered.through:
                continue
            yield Suspicion(
                pattern="lowered_later",
                line=line,
                company=exporter,
                because=f"{lowered.items} items were amended after acceptance to {plain_text(lowered.amount)} "
                f"{currency} less in all; {lowered.through} of them were at or above the floor before",
                items=lowered.items,
                examples=lowered.named.all(),
            )
