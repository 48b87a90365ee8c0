"""How an item stands to the price floor of its day, as known at the end of the record, in its importer's currency.

The assessment that stands says what was collected; this says what the goods lacked, whatever share of it is duty:
goods of the bloc are spared, a schedule takes a part, a cap takes less. It is reckoned by the functions that assess,
so that on an item that owes the whole gap the two are equal to the cent.
"""

from decimal import Decimal

from msgspec import Struct

from contracts.decimals import EXACT
from services.tariffs.domain.assessment.catalogue import mineral_of
from services.tariffs.domain.assessment.conversion import Exchange
from services.tariffs.domain.assessment.declared import in_minor_units
from services.tariffs.domain.assessment.duties import Duties
from services.tariffs.domain.assessment.exact import ZERO
from services.tariffs.domain.assessment.expression import gap_to
from services.tariffs.domain.assessment.figures import (
    FIELD_OF_PRICE_BASIS,
    ItemFigures,
    declared_value,
    price_times_mass,
)
from services.tariffs.domain.assessment.floor import FloorMet, meet_floor
from services.tariffs.domain.assessment.importer import Importer, importer_on
from services.tariffs.domain.assessment.selection import Meeting
from services.tariffs.domain.assessment.unknown import NotKnown
from services.tariffs.domain.remembered import origin_of
from services.tariffs.domain.state import RulesState

from .imports import Import


class AgainstFloor(Struct, frozen=True):
    """An item beside the floor in force on its line. Amounts are exact, in `currency`."""

    line: str
    position: int
    """Position of the entry that carries the floor's terms."""
    currency: str
    wanted: Decimal
    """Floor x quantity."""
    lacking: Decimal
    """What the declared value lacks to it; below zero when it is above."""
    reaches: bool
    """Whether the floor reaches the origin."""
    spares: bool
    """Whether the goods are spared for being of the bloc."""

    @property
    def gap(self) -> Decimal:
        """What the goods lack, in minor units of the currency; zero at or above the floor."""
        return in_minor_units(max(ZERO, self.lacking), self.currency)


def against_floor(rules: RulesState, one: Import) -> AgainstFloor | NotKnown | None:
    """Compare an item with the floor in force on its day; None when there is none, or its line has none recorded."""
    position = rules.position
    importer = importer_on(rules, one.member, one.accepted_at, position)
    if isinstance(importer, NotKnown):
        return importer
    bloc = origin_of(rules, one.item.origin, importer.day, position, mineral_of(one.item))
    meeting = Meeting(importer.member, importer.day, position, bloc)
    met = meet_floor(rules, meeting, one.item, Duties([], [], []))
    return None if met is None else _compared(rules, one, importer, met)


def duty_of_floor(one: Import) -> Decimal:
    """What the assessment that stands charges to keep the floor, in its currency."""
    total = ZERO
    for line in one.duty.lines:
        if line.kind == "price_floor":
            total = EXACT.add(total, Decimal(line.amount))
    return total


def _compared(
    rules: RulesState, one: Import, importer: Importer, met: FloorMet
) -> AgainstFloor | NotKnown | None:
    item, price, basis = one.item, met.terms.price, met.terms.price_basis
    exchange = Exchange(rules, importer, rules.position, item.exported_on, [])
    currency = importer.terms.currency
    figures = ItemFigures(item, currency, item.net_mass.kilograms, ZERO, "0", exchange)
    money = declared_value(figures, basis)
    if isinstance(money, NotKnown):
        return money
    content = price.content if isinstance(price.content, str) else ""
    priced = price_times_mass(figures, price.amount, price.currency, price.per, content)
    if isinstance(priced, NotKnown):
        return priced
    gap = gap_to(figures, priced, price.currency, money, FIELD_OF_PRICE_BASIS[basis])
    wanted = exchange.convert(priced.exact, price.currency)
    if isinstance(gap, NotKnown):
        return gap
    if isinstance(wanted, NotKnown):
        return wanted
    lacking = gap.exact
    if basis == "cif_plus_duty":
        lacking = EXACT.subtract(lacking, _duty_before(one))
    return AgainstFloor(met.line, met.act.says_so, currency, wanted.exact, lacking, met.applies, met.spares)


def _duty_before(one: Import) -> Decimal:
    """The duties that a floor on the price with duty counts as part of the price."""
    total = ZERO
    for line in one.duty.lines:
        if line.kind != "price_floor":
            total = EXACT.add(total, Decimal(line.exact))
    return total
