"""What becomes of a declaration after it was accepted: changed, invalidated, reassessed, secured, paid, paid back.

Customs of the member says what happened and when (`_at`); what follows for the duty, and what is then to be
refunded or demanded, is derived by the tariffs service in the same draft. The day that governs an assessment stays
that of acceptance (UCC Art. 85(1)): an amendment changes what was declared, never when. Acts that change what is
owed name their legal basis; payments do not, they only meet what is owed.
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from contracts.decimals import DecimalText, SignedDecimalText
from contracts.events.declarations import DeclarationItem
from contracts.events.duties import AssessedDuty, cited_by
from contracts.events.payload import LegalPayload, Payload, check_instant
from contracts.limits import DECLARATION_ITEMS_MAX
from contracts.shapes import FieldFault
from contracts.texts import EventId, Instant, Number, Position, RecordId, Text
from contracts.trade import Member
from contracts.values import LegalBasis, Money

SomeItems = Annotated[tuple[DeclarationItem, ...], Meta(min_length=1, max_length=DECLARATION_ITEMS_MAX)]
ItemNumbers = Annotated[tuple[Number, ...], Meta(min_length=1, max_length=DECLARATION_ITEMS_MAX)]


class DeclarationAmended(LegalPayload, frozen=True, kw_only=True):
    """bloc.declaration.amended.v1: the complete new terms of some items; the others stay (UCC Art. 173)."""

    member: Member
    reference: RecordId
    amended_at: Instant
    items: SomeItems
    reason: Text
    beyond_limitation: LegalBasis | UnsetType = UNSET
    """What allows a demand or a refund after the years that the member's terms set (UCC Art. 103(2))."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_instant(".amended_at", self.amended_at)
        _check_rising(tuple(item.item_no for item in self.items), ".item_no")


class DeclarationInvalidated(LegalPayload, frozen=True, kw_only=True):
    """bloc.declaration.invalidated.v1: the whole declaration is void, and nothing is owed on it (UCC Art. 174)."""

    member: Member
    reference: RecordId
    invalidated_at: Instant
    reason: Text

    def __post_init__(self) -> None:
        super().__post_init__()
        check_instant(".invalidated_at", self.invalidated_at)


class ReassessmentOrdered(LegalPayload, frozen=True, kw_only=True):
    """bloc.reassessment.ordered.v1: assess again on what is known now, all items unless some are named."""

    member: Member
    reference: RecordId
    ordered_at: Instant
    items: ItemNumbers | UnsetType = UNSET
    reason: Text
    beyond_limitation: LegalBasis | UnsetType = UNSET
    """As in an amendment."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_instant(".ordered_at", self.ordered_at)
        if self.items is not UNSET:
            _check_rising(self.items)


class DutyReassessed(AssessedDuty, frozen=True, kw_only=True):
    """bloc.duty.reassessed.v1: derived; takes the place of the assessment `supersedes`, because of `cause`.

    `delta` is the new total less the previous one. `because` holds the positions of corrections and annulments
    that touched what the superseded assessment rested on, and from rule book 2026.3 on of what else was recorded after
    it and changed the duty. What it means for money is in the last steps of the trace.
    """

    supersedes: EventId
    cause: EventId
    reason: Literal["declaration_amended", "reassessment_ordered"]
    because: tuple[Position, ...]
    previous_total: DecimalText
    delta: SignedDecimalText


def named_by(duty: AssessedDuty) -> tuple[int, ...]:
    """Positions of all entries that an assessment rests on, and of those because of which it was made again."""
    because = duty.because if isinstance(duty, DutyReassessed) else ()
    return tuple(sorted({*cited_by(duty), *because}))


class RefundOpened(Payload, frozen=True, kw_only=True):
    """bloc.refund.opened.v1: derived; `amount` is `claimed` (paid or demanded so far) less `charged` (now)."""

    member: Member
    reference: RecordId
    refund: RecordId
    cause: EventId
    charged: Money
    claimed: Money
    amount: Money


class AdditionalDutyOpened(Payload, frozen=True, kw_only=True):
    """bloc.additional_duty.opened.v1: derived; `amount` is `charged` (all items now) less `claimed` so far."""

    member: Member
    reference: RecordId
    additional_duty: RecordId
    cause: EventId
    charged: Money
    claimed: Money
    amount: Money


class DutySettled(Payload, frozen=True, kw_only=True):
    """bloc.duty.settled.v1: the duty of the declaration was paid, or the `additional_duty` that is named."""

    member: Member
    reference: RecordId
    additional_duty: RecordId | UnsetType = UNSET
    amount: Money
    settled_at: Instant

    def __post_init__(self) -> None:
        super().__post_init__()
        check_instant(".settled_at", self.settled_at)


class RefundPaid(Payload, frozen=True, kw_only=True):
    """bloc.refund.paid.v1: a refund was paid out to the importer."""

    member: Member
    reference: RecordId
    refund: RecordId
    amount: Money
    paid_at: Instant

    def __post_init__(self) -> None:
        super().__post_init__()
        check_instant(".paid_at", self.paid_at)


class SecurityLodged(LegalPayload, frozen=True, kw_only=True):
    """bloc.security.lodged.v1: security for duty that may become due; the items it covers are provisional.

    `items` are complete terms of those items as customs holds them possible (a standard import value in the place
    of the declared price); `amount` is the duty on these less the duty assessed (UCC Art. 90; UCC-IA Art. 140).
    """

    member: Member
    reference: RecordId
    security: RecordId
    form: Literal["cash_deposit", "undertaking", "other"]
    items: SomeItems
    amount: Money
    lodged_at: Instant
    reason: Text

    def __post_init__(self) -> None:
        super().__post_init__()
        check_instant(".lodged_at", self.lodged_at)
        _check_rising(tuple(item.item_no for item in self.items), ".item_no")


class SecurityReleased(Payload, frozen=True, kw_only=True):
    """bloc.security.released.v1: the whole security went back (UCC Art. 98)."""

    member: Member
    reference: RecordId
    security: RecordId
    released_at: Instant
    reason: Text

    def __post_init__(self) -> None:
        super().__post_init__()
        check_instant(".released_at", self.released_at)


def _check_rising(numbers: tuple[int, ...], field: str = "") -> None:
    last = 0
    for index, number in enumerate(numbers):
        if number <= last:
            raise FieldFault(
                f".items[{index}]{field}",
                f"item numbers must rise, and {number} follows {last}",
                "name each item once, in the order of the declaration",
            )
        last = number
