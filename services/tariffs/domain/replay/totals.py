"""Totals of what happened to declarations: how often, and how much duty, by member, kind and currency.

A sum is all that is kept of a declaration, so that a replay of millions of them takes no more memory than one of
thousands. What is added up is what each entry says by itself (a reassessment its difference, a refund its amount),
never a balance that only the whole stream could tell; so the order of two declarations cannot matter.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from msgspec import UNSET, Struct, UnsetType

from contracts.decimals import EXACT
from contracts.events.quotas import QuotaDrawn, QuotaReturned

COMMON_CURRENCY = ""
"""Stands where an event is counted and says no amount."""


class SaidMoney(Struct, frozen=True, gc=False):
    """An amount in its currency."""

    amount: str
    currency: str


class SaidLine(Struct, frozen=True, gc=False):
    """One duty of an assessment."""

    kind: str
    amount: str


class Said(Struct, frozen=True):
    """The fields of an event of a declaration that totals read; the rest, the trace above all, is passed over."""

    member: str
    currency: str | UnsetType = UNSET
    lines: tuple[SaidLine, ...] = ()
    delta: str | UnsetType = UNSET
    amount: SaidMoney | UnsetType = UNSET
    gap: SaidMoney | UnsetType = UNSET


TotalKey = tuple[str, str, str, str]
"""Member (or quota and the start of its period), event (as in `duty.assessed`), kind of duty ("" where there is
none), and currency or unit ("" for a mere count)."""
Total = tuple[int, Decimal]
"""How many, and how much."""
Totals = Mapping[TotalKey, Total]

_ASSESSED = "duty.assessed"
_REASSESSED = "duty.reassessed"
SPEAKING = frozenset(
    (
        _ASSESSED,
        _REASSESSED,
        "price_undercut.detected",
        "refund.opened",
        "refund.paid",
        "additional_duty.opened",
        "duty.settled",
        "security.lodged",
    )
)
"""Events of a declaration that say an amount; of the others it is enough to count them, unread."""


def counted(member: str, event: str) -> TotalKey:
    """Under which key an event that says no amount is counted."""
    return (member, event, "", COMMON_CURRENCY)


def drawn_from(quota: str, data: object) -> Iterator[tuple[TotalKey, Decimal]]:
    """What an event on the balance of a quota's period adds, in kilograms: drawn, or returned."""
    match data:
        case QuotaDrawn():
            yield (quota, "quota.drawn", "", "kg"), data.drawn.kilograms
        case QuotaReturned():
            yield (quota, "quota.returned", "", "kg"), data.quantity.kilograms
        case _:
            return


def amounts_of(event: str, said: Said) -> Iterator[tuple[TotalKey, Decimal]]:
    """What an event adds, and to which totals."""
    if event == _ASSESSED and said.currency is not UNSET:
        for line in said.lines:
            yield (said.member, event, line.kind, said.currency), Decimal(line.amount)
    elif event == _REASSESSED and said.currency is not UNSET and said.delta is not UNSET:
        yield (said.member, event, "", said.currency), Decimal(said.delta)
    money = said.gap if said.gap is not UNSET else said.amount
    if money is not UNSET:
        yield (said.member, event, "", money.currency), Decimal(money.amount)


def added(total: Total | None, amount: Decimal) -> Total:
    """A total with one amount more."""
    count, sum_ = total or (0, Decimal())
    return count + 1, EXACT.add(sum_, amount)
