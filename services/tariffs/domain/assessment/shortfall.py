"""What an item lacks to the floor of its line, whatever share of that is duty: worked out beside an assessment.

The assessment says what is owed: goods of the bloc are spared, a schedule takes a part, a cap takes less. Whoever asks
how far below the floor goods were, or how near above it, asks here. The functions are those that assess, so on an item
that owes the whole gap the two are equal to the cent.
"""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from contracts.decimals import EXACT
from contracts.events.declarations import DeclarationItem
from contracts.events.duties import DutyLine
from services.tariffs.domain.histories.remembered import origin_of
from services.tariffs.domain.state import RulesState

from .catalogue import mineral_of
from .conversion import Exchange
from .exact import ZERO
from .expression import gap_to
from .figures import FIELD_OF_PRICE_BASIS, ItemFigures, declared_value, price_times_mass
from .floor import FloorMet, floor_on
from .importer import Importer
from .minor_units import in_minor_units
from .selection import Meeting
from .unknown import NotKnown


class Shortfall(Struct, frozen=True):
    """An item beside the floor in force on its line. Amounts are exact, in `currency`, the importing member's."""

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
        """What goods that are not exempt lack, to the minor unit; zero at or above the floor."""
        is_exempt = not self.reaches and not self.spares
        return ZERO if is_exempt else in_minor_units(max(ZERO, self.lacking), self.currency)


def shortfall_of(
    rules: RulesState, importer: Importer, item: DeclarationItem, charged: Iterable[DutyLine]
) -> Shortfall | NotKnown | None:
    """Compare an item with the floor in force on its day, as known at `rules.position`; None when there is none.

    `charged` are the lines of its assessment, which a floor on the price with duty (`cif_plus_duty`) reckons with.
    """
    position = rules.position
    bloc = origin_of(rules, item.origin, importer.day, position, mineral_of(item))
    meeting = Meeting(importer.member, importer.day, position, bloc)
    found = floor_on(rules, meeting, item)
    if found is None or found.met is None:
        return None
    return _compared(rules, importer, item, found.met, charged)


def _compared(
    rules: RulesState, importer: Importer, item: DeclarationItem, met: FloorMet, charged: Iterable[DutyLine]
) -> Shortfall | NotKnown:
    price, basis = met.terms.price, met.terms.price_basis
    exchange = Exchange(rules, importer, rules.position, item.exported_on, [])
    currency = importer.terms.currency
    # The base of ad valorem duties, which a difference to a price does not read, is left out.
    figures = ItemFigures(item, currency, item.net_mass.kilograms, ZERO, "0", exchange)
    money = declared_value(figures, basis)
    if isinstance(money, NotKnown):
        return money
    content = price.content if isinstance(price.content, str) else ""
    priced = price_times_mass(figures, price.amount, price.currency, price.per, content)
    if isinstance(priced, NotKnown):
        return priced
    gap = gap_to(figures, priced, price.currency, money, FIELD_OF_PRICE_BASIS[basis])
    if isinstance(gap, NotKnown):
        return gap
    wanted = exchange.convert(priced.exact, price.currency)
    if isinstance(wanted, NotKnown):
        return wanted
    lacking = gap.exact
    if basis == "cif_plus_duty":
        for line in charged:
            if line.kind != "price_floor":
                lacking = EXACT.subtract(lacking, Decimal(line.exact))
    return Shortfall(met.line, met.act.says_so, currency, wanted.exact, lacking, met.applies, met.spares)
