"""What companies owe the reserve on V: open, in part, overdue, in default, forgiven or fulfilled, and what it costs.

Overdue follows from dates alone and is posted by nobody, so it is counted once however often it is asked. A default
is a recorded finding; neither it nor forgiving takes back a day that was late.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from contracts.events.reserve import PurchaseCommitmentSigned
from contracts.values import Money
from services.tariffs.domain.assessment.exact import exact_text

from .charges import ONE_DAY, open_on, overdue_charge
from .holdings import Terms
from .stock import Forgiveness, Obligation, StockState

ObligationStatus = Literal["open", "partly_fulfilled", "overdue", "defaulted", "forgiven", "fulfilled"]
"""`forgiven`: nothing is open any more, and some of it did not come back."""


class ExtensionView(msgspec.Struct, frozen=True):
    """More time that was granted for an obligation, and the entry that says so."""

    extended_on: date
    due_on: date
    position: int


class ForgivenView(msgspec.Struct, frozen=True):
    """What need not come back any more, why, and the entry that says so."""

    forgiven_on: date
    kilograms: str
    reason: str
    position: int


class ObligationView(msgspec.Struct, frozen=True):
    """A duty to refill by `due_on`, the last day in time as granted up to V; the charge covers the days before V.

    `days_overdue` counts from the due day in force, so an extension ends it; the charge keeps the days before the
    extension. `days_left` is how many days are left in time, None when nothing is open or it is overdue.
    """

    obligation: str
    purchase_commitment: str
    company: str
    line: str
    status: ObligationStatus
    kilograms: str
    open_kilograms: str
    due_on: date
    first_overdue_day: date
    days_overdue: int
    days_left: int | None
    extensions: tuple[ExtensionView, ...]
    forgiven: tuple[ForgivenView, ...]
    defaulted_on: date | None
    """First day of its default, from that day on; it stays owed."""
    defaulted_at: int | None
    charge: Money | None
    """None when the commitment agrees on no charge; zero while nothing is overdue."""


def obligations_on(terms: Terms, stocks: Mapping[str, StockState], day: date) -> tuple[ObligationView, ...]:
    """Give every obligation that has begun by a day, by line and name."""
    return tuple(
        _view(name, line, obligation, terms.get(obligation.purchase_commitment), day)
        for line, stock in stocks.items()
        for name, obligation in sorted(stock.obligations.items())
        if _has_begun(stock, obligation, day)
    )


def _has_begun(stock: StockState, obligation: Obligation, day: date) -> bool:
    drawdown = stock.drawdowns.get(obligation.drawdown)
    return drawdown is None or drawdown.released_on <= day


def _view(
    name: str, line: str, obligation: Obligation, terms: PurchaseCommitmentSigned | None, day: date
) -> ObligationView:
    left = open_on(obligation, day)
    forgiven = [part for part in obligation.forgiven if part.forgiven_on <= day]
    default = obligation.default
    if default is not None and day < default.defaulted_on:
        default = None
    until = day if left else min(day, _closed_on(obligation, day))
    due_on = obligation.due_in_force(day)
    first_overdue_day = due_on + ONE_DAY
    return ObligationView(
        obligation=name,
        purchase_commitment=obligation.purchase_commitment,
        company=obligation.company,
        line=line,
        status=_status(obligation, left, day),
        kilograms=exact_text(obligation.kilograms),
        open_kilograms=exact_text(left),
        due_on=due_on,
        first_overdue_day=first_overdue_day,
        days_overdue=max(0, (until - first_overdue_day).days),
        days_left=(due_on - day).days if left and day <= due_on else None,
        extensions=tuple(
            ExtensionView(extension.extended_on, extension.due_on, extension.position)
            for extension in obligation.extensions
            if extension.extended_on <= day
        ),
        forgiven=tuple(_forgiven(part) for part in forgiven),
        defaulted_on=None if default is None else default.defaulted_on,
        defaulted_at=None if default is None else default.position,
        charge=None if terms is None else overdue_charge(terms, obligation, day),
    )


def _forgiven(part: Forgiveness) -> ForgivenView:
    return ForgivenView(part.forgiven_on, exact_text(part.kilograms), part.reason, part.position)


def _closed_on(obligation: Obligation, day: date) -> date:
    """The last day on which something came back or was forgiven."""
    days = [receipt.received_on for receipt in obligation.receipts]
    days += [part.forgiven_on for part in obligation.forgiven]
    return max(days, default=day)


def _status(obligation: Obligation, left: Decimal, day: date) -> ObligationStatus:
    if not left:
        return "forgiven" if any(part.forgiven_on <= day for part in obligation.forgiven) else "fulfilled"
    if obligation.default is not None and obligation.default.defaulted_on <= day:
        return "defaulted"
    if day > obligation.due_in_force(day):
        return "overdue"
    return "open" if left == obligation.kilograms else "partly_fulfilled"
