"""Membership: invitations, memoranda, commitments with a due day, accession, suspension, withdrawal.

Days late, lapsed and overdue are derived from these dates and never posted. What a member rounds to, which
time zone its law follows and which exchange rate it takes are part of its accession, because they differ.
"""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.events.payload import LegalPayload, Payload
from contracts.limits import LIMITATION_YEARS_MAX
from contracts.shapes import FieldFault
from contracts.texts import Day, RecordId, Text, Uri
from contracts.trade import Country, Currency, Member, MineralScope, TimeZone
from contracts.values import DutyRounding, Money, ValueRounding

Years = Annotated[int, Meta(ge=1, le=LIMITATION_YEARS_MAX)]


class MemberInvited(Payload, frozen=True, kw_only=True):
    """bloc.member.invited.v1"""

    member: Member
    invited_on: Day
    forum: Text
    uri: Uri | UnsetType = UNSET


class MemberMemorandumSigned(Payload, frozen=True, kw_only=True):
    """bloc.member.memorandum_signed.v1: `binding` is what the text says of itself."""

    member: Member
    title: Text
    signed_on: Day
    binding: bool
    counterparties: tuple[Member, ...]
    uri: Uri | UnsetType = UNSET


class MemberInstrumentDeposited(LegalPayload, frozen=True, kw_only=True):
    """bloc.member.instrument_deposited.v1: the state's instrument of accession is with the depositary, by which it
    consents to be bound (Vienna Convention on the Law of Treaties, articles 15 and 16)."""

    member: Member
    deposited_on: Day
    depositary: Text
    uri: Uri | UnsetType = UNSET


class MemberCommitmentSet(Payload, frozen=True, kw_only=True):
    """bloc.member_commitment.set.v1: `due_on` is the last day in time."""

    member: Member
    commitment: RecordId
    text: Text
    due_on: Day
    uri: Uri | UnsetType = UNSET


class MemberCommitmentFulfilled(Payload, frozen=True, kw_only=True):
    """bloc.member_commitment.fulfilled.v1"""

    member: Member
    commitment: RecordId
    fulfilled_on: Day
    uri: Uri | UnsetType = UNSET


class Limitation(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Years from the day of acceptance within which duty is demanded, and within which it is refunded."""

    demand_years: Years
    refund_years: Years


class MemberTerms(LegalPayload, frozen=True, kw_only=True):
    """With which countries a member takes part, and how it calculates, from a day on.

    `settlement_minimum`: a net difference below it, found after the duty was settled, is neither refunded nor
    demanded (19 CFR 159.6). Left out, every difference is. `limitation`: what is found later than that is neither
    demanded nor refunded unless the act says what allows it (UCC Art. 103 and 121). Left out, time bars nothing.
    """

    member: Member
    effective_from: Day
    territories: Annotated[tuple[Country, ...], Meta(min_length=1)]
    legal_tz: TimeZone
    currency: Currency
    value_rounding: ValueRounding
    duty_rounding: DutyRounding
    exchange_rate_rule: Text
    settlement_minimum: Money | UnsetType = UNSET
    limitation: Limitation | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        minimum = self.settlement_minimum
        if minimum is not UNSET and minimum.currency != self.currency:
            raise FieldFault(
                ".settlement_minimum.currency",
                f"the member's duties are in {self.currency}, not in {minimum.currency}",
                "give the minimum in the member's currency",
            )


class MemberAcceded(MemberTerms, frozen=True, kw_only=True):
    """bloc.member.acceded.v1: `effective_from` is the first day as a member. A net difference below
    `settlement_minimum`, found after the duty was settled, is neither refunded nor demanded (19 CFR 159.6)."""


class MemberTermsAmended(MemberTerms, frozen=True, kw_only=True):
    """bloc.member.terms_amended.v1: the complete new terms, not a patch; days before keep the terms they had.

    A member takes another currency, another rounding rule, or its customs territory gains or loses a country. What
    was accepted before, and is assessed again later, is assessed on the terms of its own day.
    """


class MemberSuspended(LegalPayload, frozen=True, kw_only=True):
    """bloc.member.suspended.v1: for all minerals ("*") or some."""

    member: Member
    minerals: Annotated[tuple[MineralScope, ...], Meta(min_length=1)]
    grounds: Text
    effective_from: Day
    effective_to: Day | UnsetType = UNSET


class MemberReinstated(LegalPayload, frozen=True, kw_only=True):
    """bloc.member.reinstated.v1"""

    member: Member
    minerals: Annotated[tuple[MineralScope, ...], Meta(min_length=1)]
    effective_from: Day


class MemberWithdrawn(LegalPayload, frozen=True, kw_only=True):
    """bloc.member.withdrawn.v1: `effective_from` is the first day outside."""

    member: Member
    notified_on: Day
    effective_from: Day
