"""Origins that shift to the bloc when a floor begins or rises: an importer's mass of a line, by origin and floor.

The floor spares goods of the bloc. Where an importer's goods came from outside it before a rise and come from a member
since, either the floor works as it is meant to, or goods change their papers on the way; the figures cannot tell
which, so they are shown. Each term of a floor is compared with the one before it; before the first there was none.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct, field

from contracts.decimals import EXACT
from contracts.limits import ORIGIN_SHIFT_POINTS, REPORT_NAMED_MAX
from contracts.values import Price
from services.tariffs.domain.assessment.catalogue import mineral_of
from services.tariffs.domain.assessment.exact import HUNDRED, ZERO, shown, sum_of
from services.tariffs.domain.assessment.shortfall import Shortfall
from services.tariffs.domain.histories.remembered import origin_of
from services.tariffs.domain.histories.timeline import known_at
from services.tariffs.domain.state import RulesState

from .imports import Import
from .suspicions import Suspicion
from .weightiest import Named, Weightiest

_NO_FLOOR = -1


class _Mass(Struct):
    """Of one importer, line and floor: kilograms by origin, those of the bloc, and some items of the bloc."""

    items: int = 0
    by_origin: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    of_bloc: Decimal = ZERO
    named: Weightiest[Named] = field(default_factory=lambda: Weightiest[Named](REPORT_NAMED_MAX))

    @property
    def total(self) -> Decimal:
        """All of it."""
        return sum_of(self.by_origin.values())

    @property
    def share(self) -> Decimal:
        """The part of the bloc, in percent."""
        return EXACT.divide(EXACT.multiply(self.of_bloc, HUNDRED), self.total)

    @property
    def first_origin(self) -> str:
        """The origin of most of it."""
        return max(sorted(self.by_origin), key=lambda origin: self.by_origin[origin])


class _Terms(Struct, frozen=True):
    """A floor as it held from a day on; without a price there was none."""

    start: date
    position: int
    price: Price | None


class OriginShifts:
    """Takes items in any order."""

    def __init__(self, rules: RulesState) -> None:
        self._rules = rules
        self._masses: dict[tuple[str, str], dict[int, _Mass]] = {}

    def take(self, one: Import, importer: str, line: str, found: Shortfall | None) -> None:
        """Count one item under the floor of its day."""
        kilograms = one.item.net_mass.kilograms
        if not kilograms:
            return
        floor = _NO_FLOOR if found is None else found.position
        mass = self._masses.setdefault((line, importer), {}).setdefault(floor, _Mass())
        origin = one.item.origin
        mass.items += 1
        mass.by_origin[origin] = EXACT.add(mass.by_origin.get(origin, ZERO), kilograms)
        standing = origin_of(self._rules, origin, one.day, self._rules.position, mineral_of(one.item))
        if standing.belongs:
            mass.of_bloc = EXACT.add(mass.of_bloc, kilograms)
            mass.named.add(kilograms, one.position, Named.of(one, kilograms))

    def found(self) -> Iterator[Suspicion]:
        """What shifted, by line and importer."""
        for (line, importer), masses in sorted(self._masses.items()):
            terms = _terms(self._rules, line)
            met = [each for each in terms if each.position in masses]
            for former, later in pairwise(met):
                if not _rose(former.price, later.price):
                    continue
                before, after = masses[former.position], masses[later.position]
                points = EXACT.subtract(after.share, before.share)
                if points >= ORIGIN_SHIFT_POINTS:
                    yield _said(line, importer, later, before, after)


def _said(line: str, importer: str, later: _Terms, before: _Mass, after: _Mass) -> Suspicion:
    price = later.price
    assert price is not None  # it rose
    return Suspicion(
        pattern="origin_shift",
        line=line,
        company=importer,
        because=f"since the floor of {price.amount} {price.currency}/{price.per} (from {later.start}, position "
        f"{later.position}) {shown(after.share, 0, 1)} % of the mass is of the bloc, before it "
        f"{shown(before.share, 0, 1)} %; most of it came from {before.first_origin} and comes from "
        f"{after.first_origin}",
        items=after.items,
        examples=after.named.all(),
    )


def _terms(rules: RulesState, line: str) -> list[_Terms]:
    """The floors of a line by their first day, that there was none at first."""
    entries = known_at(rules.floors.get(line, ()), rules.position)
    found = [
        _Terms(entry.data.effective_from, entry.says_so, entry.data.price)
        for entry in entries
        if hasattr(entry.data, "price")
    ]
    return [_Terms(date.min, _NO_FLOOR, None), *sorted(found, key=lambda one: (one.start, one.position))]


def _rose(former: Price | None, later: Price | None) -> bool:
    """Whether a price per kilogram rose; prices in different currencies or of different contents do not compare."""
    if later is None:
        return False
    if former is None:
        return True
    if (former.currency, former.content) != (later.currency, later.content):
        return False
    return later.per_kilogram > former.per_kilogram
