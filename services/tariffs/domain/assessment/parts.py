"""The part of an item that a quota was granted for, and the rest: one declared line becomes two.

Customs splits a line that crosses the end of a quota (UCC-IA, article 51), and so does this: masses exactly, values
in the minor unit of their currency, the rest of each going to the part beyond, so that the two always add up to what
was declared. Each part then owes its duty like any item. What the quota grants is decided by whoever holds its
balance (`quotas/`) and comes in as what is left; an item that has drawn already comes with what it drew, so that an
assessment made anew years later takes nothing from anybody.
"""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec
from msgspec import UNSET, UnsetType

from contracts.currencies import MINOR_UNIT_DIGITS
from contracts.decimals import EXACT, plain_text
from contracts.events.declarations import DeclarationItem
from contracts.events.duties import TraceStep
from contracts.events.quotas import QuotaShare
from contracts.values import Quantity

from .duties import Duties
from .exact import FRACTION_DIGITS_MAX, exact_text, written_down
from .selection import Candidate
from .undertakings import Exemption, is_capped, spared
from .unknown import NotKnown


class QuotaLeft(msgspec.Struct, frozen=True, gc=False):
    """Kilograms that an order number has left for an item, and why; `period_from` is UNSET when no period is open."""

    order_number: str
    kilograms: Decimal
    because: str
    period_from: date | UnsetType = UNSET
    position: int | None = None
    is_drawn: bool = False
    """What the item drew when it was recorded, and keeps whatever becomes of its claim."""


class Part(msgspec.Struct, frozen=True, gc=False):
    """An item, or one of the two that it is split into, and how the measures on it stand to that part."""

    item: DeclarationItem
    found: Sequence[Candidate]


def as_drawn(share: QuotaShare | UnsetType) -> QuotaLeft | None:
    """What an item has drawn already, as what is left for it: for assessing it anew."""
    if share is UNSET:
        return None
    because = "what the item drew when it was recorded"
    return QuotaLeft(share.order_number, share.drawn.kilograms, because, share.period_from, is_drawn=True)


def claim(
    duties: Duties,
    found: Sequence[Candidate],
    item: DeclarationItem,
    left: QuotaLeft | None,
    exemption: Exemption | None = None,
) -> QuotaShare | None:
    """Grant the item what the quota that it claims has left; None when it claims none, or one not for its goods.

    The cap of an undertaking that does not exempt the goods is not drawn on; what was drawn of it before stays drawn.
    """
    number = item.quota
    if number is UNSET:
        return None
    is_cap = exemption is not None and number in exemption.caps
    if not is_cap and not any(
        candidate.applies and _hangs_on(candidate) == (number, "within") for candidate in found
    ):
        because = f"no measure within quota {number} is in force for these goods from {item.origin}"
        duties.miss("quota", NotKnown("quota", because, "quota"))
        return None
    if left is None or left.order_number != number:
        duties.miss("quota", NotKnown("quota_balance", f"the balance of quota {number} was not asked for"))
        return None
    requested = _in_kilograms(item.net_mass.kilograms)
    if is_cap and exemption is not None and not exemption.holds and not left.is_drawn:
        duties.steps.append(_not_drawn(number, requested, left, exemption))
        return None
    drawn = requested if requested.number <= left.kilograms else _in_kilograms(left.kilograms)
    duties.steps.append(
        TraceStep(
            step="quota",
            input={
                "order_number": number,
                "requested": f"{requested.value} kg",
                "left": f"{exact_text(left.kilograms)} kg",
            },
            result=f"{drawn.value} kg within the quota",
            because=left.because,
            position=UNSET if left.position is None else left.position,
        )
    )
    return QuotaShare(order_number=number, period_from=left.period_from, requested=requested, drawn=drawn)


def parts_of(
    duties: Duties,
    found: Sequence[Candidate],
    item: DeclarationItem,
    share: QuotaShare | None,
    exemption: Exemption | None = None,
) -> tuple[Part, ...]:
    """The item as it is, or split where the quota ends: the part within, then the part beyond."""
    if not any(_hangs_on(candidate) for candidate in found) and not is_capped(exemption):
        return (Part(item, spared(found, exemption, None)),)
    if share is None or not share.drawn.number:
        return (Part(item, _standing(found, None, exemption)),)
    if share.drawn.number >= share.requested.number:
        return (Part(item, _standing(found, share.order_number, exemption)),)
    within, beyond = split(item, share.drawn.number)
    values = (f"{part.customs_value.amount} {part.customs_value.currency}" for part in (within, beyond))
    masses = (f"{part.net_mass.value} kg" for part in (within, beyond))
    results = tuple(f"{mass}, customs value {value}" for mass, value in zip(masses, values, strict=True))
    duties.steps.append(TraceStep(step="split", rule="house.split.by_mass", results=results))
    granted = _standing(found, share.order_number, exemption)
    return (Part(within, granted), Part(beyond, _standing(found, None, exemption)))


def split(item: DeclarationItem, kilograms: Decimal) -> tuple[DeclarationItem, DeclarationItem]:
    """Split an item into one of `kilograms` and one of the rest; `kilograms` lies between zero and its net mass."""
    whole = item.net_mass.kilograms

    def of(amount: Decimal, digits: int) -> tuple[Decimal, Decimal]:
        share = EXACT.divide(EXACT.multiply(amount, kilograms), whole)
        first = share.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=EXACT)
        return first, EXACT.subtract(amount, first)

    masses = (_in_kilograms(kilograms), _in_kilograms(EXACT.subtract(whole, kilograms)))
    changes: tuple[dict[str, object], dict[str, object]] = ({"net_mass": masses[0]}, {"net_mass": masses[1]})
    for field in ("customs_value", "free_at_frontier_value", "cif_value", "invoice"):
        value = getattr(item, field)
        if value is UNSET:
            continue
        amounts = of(Decimal(value.amount), MINOR_UNIT_DIGITS[value.currency])
        for change, amount in zip(changes, amounts, strict=True):
            change[field] = msgspec.structs.replace(value, amount=plain_text(amount))
    if item.supplementary is not UNSET:
        numbers = of(item.supplementary.number, FRACTION_DIGITS_MAX)
        for change, number in zip(changes, numbers, strict=True):
            change["supplementary"] = msgspec.structs.replace(item.supplementary, value=exact_text(number))
    first, rest = (msgspec.structs.replace(item, **change) for change in changes)
    return first, rest


def _not_drawn(number: str, requested: Quantity, left: QuotaLeft, exemption: Exemption) -> TraceStep:
    return TraceStep(
        step="quota",
        input={
            "order_number": number,
            "requested": f"{requested.value} kg",
            "left": f"{exact_text(left.kilograms)} kg",
        },
        result="nothing is drawn",
        because=f"it caps undertaking {exemption.undertaking}, which does not exempt the goods",
        position=UNSET if left.position is None else left.position,
    )


def _in_kilograms(kilograms: Decimal) -> Quantity:
    """As it is written down: twelve digits after the point at most, and never more than there is."""
    return Quantity(exact_text(written_down(kilograms)), "kg")


def _hangs_on(candidate: Candidate) -> tuple[str, str] | None:
    """The order number that a measure hangs on, and whether it is for what lies within or beyond."""
    terms = candidate.terms
    if terms is None or terms.quota is UNSET:
        return None
    return terms.quota.order_number, terms.quota.applies


def _standing(
    found: Sequence[Candidate], granted: str | None, exemption: Exemption | None
) -> tuple[Candidate, ...]:
    """The measures as they stand to goods that quota `granted` was granted for, or none."""
    return tuple(_stands(candidate, granted) for candidate in spared(found, exemption, granted))


def _stands(candidate: Candidate, granted: str | None) -> Candidate:
    hangs_on = _hangs_on(candidate)
    if hangs_on is None or not candidate.applies:
        return candidate
    number, applies = hangs_on
    where = "within" if number == granted else "beyond"
    because = f"{candidate.because}; the goods are {where} quota {number}"
    return msgspec.structs.replace(candidate, applies=where == applies, because=because)
