"""Paying what is owed on a declaration, and paying back: exactly what was assessed or opened, and once."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import UNSET

from contracts.decimals import plain_text
from contracts.envelope import Event
from contracts.events.lifecycle import DutySettled, RefundPaid
from contracts.values import Money
from services.tariffs.domain.assessment.declared import Claim, DeclarationState
from services.tariffs.domain.rule import Violation

from .rules import AMOUNT_OWED


def settlement_faults(state: DeclarationState, event: Event[DutySettled]) -> Iterator[Violation]:
    """Check that a payment is of the duty of the declaration, or of one additional duty, as it is owed."""
    data = event.data
    if data.additional_duty is not UNSET:
        claim = state.additional_duties.get(data.additional_duty)
        place = ("additional_duty", data.additional_duty)
        yield from _claim_faults(event.id, place, claim, data.amount, state.currency)
        return
    if state.claimed is not None:
        detail = "the duty of this declaration is settled; name the additional_duty that is paid"
        yield Violation(AMOUNT_OWED, event.id, "$.data", detail)
        return
    yield from _amount_faults(event.id, data.amount, state.charged, state.currency)


def refund_faults(state: DeclarationState, event: Event[RefundPaid]) -> Iterator[Violation]:
    """Check that a refund that is paid was opened, was not paid before, and comes to the same."""
    data = event.data
    claim = state.refunds.get(data.refund)
    yield from _claim_faults(event.id, ("refund", data.refund), claim, data.amount, state.currency)


def _claim_faults(
    event_id: str, place: tuple[str, str], claim: Claim | None, amount: Money, currency: str
) -> Iterator[Violation]:
    field, name = place
    what = field.replace("_", " ")
    if claim is None:
        yield Violation(AMOUNT_OWED, event_id, f"$.data.{field}", f"no {what} {name} was opened")
    elif claim.is_met:
        yield Violation(AMOUNT_OWED, event_id, f"$.data.{field}", f"{what} {name} was paid before")
    else:
        yield from _amount_faults(event_id, amount, claim.amount, currency)


def _amount_faults(event_id: str, amount: Money, owed: Decimal, currency: str) -> Iterator[Violation]:
    if (amount.value, amount.currency) != (owed, currency):
        detail = f"{plain_text(owed)} {currency} is owed, and {amount.amount} {amount.currency} is paid"
        yield Violation(AMOUNT_OWED, event_id, "$.data.amount", detail)
