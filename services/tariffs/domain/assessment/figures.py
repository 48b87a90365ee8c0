"""The figures of one declared item, read once: mass, customs value, contents, values to compare.

Figures stay in the currency in which they were declared or printed until somebody needs them in another
(`conversion.Exchange`), because a difference is taken before it is converted.
"""

from collections.abc import Mapping
from decimal import Decimal

import msgspec
from msgspec import UNSET

from contracts.events.declarations import DeclarationItem
from contracts.values import KILOGRAMS_PER_UNIT, Money

from .conversion import Exchange
from .exact import INTEGER_LIMIT
from .quantities import amount_of, content_kilograms
from .unknown import NotKnown


class ItemFigures(msgspec.Struct, frozen=True, gc=False):
    """What the duty of one item is computed from; duties are in `currency`, the importing member's.

    `ad_valorem_value` is the customs value in it, after the member's value rounding, with its text as the
    trace shows it. `exchange` turns other amounts into it.
    """

    item: DeclarationItem
    currency: str
    mass_kilograms: Decimal
    ad_valorem_value: Decimal
    ad_valorem_text: str
    exchange: Exchange


class Priced(msgspec.Struct, frozen=True, gc=False):
    """A price times the mass of the item (or of a content in it), in the price's currency, that mass, and the
    formula."""

    exact: Decimal
    kilograms: Decimal
    formula: str


FIELD_OF_PRICE_BASIS: Mapping[str, str] = {
    "free_at_frontier_before_duty": "free_at_frontier_value",  # TARIC condition F, action 11
    "cif_before_duty": "cif_value",  # N, 12
    "cif_plus_duty": "cif_value",  # G, 13; the duty is added by the caller
    "declared_price": "invoice",  # M, 02
}
"""Which value of the item a price is compared with."""


def declared_value(figures: ItemFigures, price_basis: str) -> Money | NotKnown:
    """Read the value that `price_basis` names, which must be there; it is in the currency it was declared in."""
    item = figures.item
    field = FIELD_OF_PRICE_BASIS[price_basis]
    match field:
        case "free_at_frontier_value":
            value = item.free_at_frontier_value
        case "cif_value":
            value = item.cif_value
        case _:
            invoice = item.invoice
            value = invoice if invoice is UNSET else Money(amount=invoice.amount, currency=invoice.currency)
    if value is UNSET:
        return NotKnown(
            "price_basis", f"the item has no {field}, which price basis {price_basis} reads", field
        )
    return value


def price_times_mass(
    figures: ItemFigures, amount: str, currency: str, per: str, content: str
) -> Priced | NotKnown:
    """Multiply a price by the item's mass, or by the mass of `content` in it ("" = the goods themselves).

    The unit price is not rounded: the product is formed first and divided by the unit last.
    """
    if content:
        counted = _content_of(figures, content)
        if isinstance(counted, NotKnown):
            return counted
    else:
        net_mass = figures.item.net_mass
        counted = _Counted(figures.mass_kilograms, net_mass.value, net_mass.unit)
    exact = amount_of(Decimal(amount), per, counted.kilograms)
    named = f"{per} {content}" if content else per
    formula = f"{amount} {currency}/{named} x {counted.value} {counted.unit}{counted.share}"
    if counted.unit != per:
        formula += _factors(counted.unit, per)
    return too_large(exact) or Priced(exact, counted.kilograms, formula)


def too_large(exact: Decimal) -> NotKnown | None:
    """Say so when a result does not fit into the 18 digits of the wire format, else None."""
    if exact < INTEGER_LIMIT:
        return None
    return NotKnown("size", "the result has more than 18 digits before the point")


class _Counted(msgspec.Struct, frozen=True, gc=False):
    """The quantity that a price is multiplied by: in kilograms, and as it was declared."""

    kilograms: Decimal
    value: str
    unit: str
    share: str = ""


def _content_of(figures: ItemFigures, content: str) -> _Counted | NotKnown:
    """Count the kilograms of `content`: by the declared percentage, else by the supplementary quantity."""
    item = figures.item
    declared = item.content
    if not isinstance(declared, msgspec.UnsetType) and declared.substance == content:
        mass = content_kilograms(figures.mass_kilograms, Decimal(declared.percent))
        return _Counted(mass, item.net_mass.value, item.net_mass.unit, f" x {declared.percent} / 100")
    second = item.supplementary
    if not isinstance(second, msgspec.UnsetType) and second.content == content:
        return _Counted(second.kilograms, second.value, second.unit, f" {content}")
    return NotKnown("content", f"the item does not declare its content of {content}", "content")


def _factors(unit: str, per: str) -> str:
    """Write the conversion from `unit` to `per`, through kilograms: " x 1000 kg/t / 0.45359237 kg/lb"."""
    into = "" if unit == "kg" else f" x {KILOGRAMS_PER_UNIT[unit]} kg/{unit}"
    return into if per == "kg" else f"{into} / {KILOGRAMS_PER_UNIT[per]} kg/{per}"
