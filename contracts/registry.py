"""The event types: payload, stream, who may issue them, and what hangs on them. The table as data.

A test compares this module with the project's own copy of the published table. Adding a type means a row
here, a payload, a row there and a valid example; nothing else knows the list.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import get_args

from msgspec import Struct

from contracts import events
from contracts.events.payload import LegalPayload, Payload
from contracts.identity.keyring import FOUNDED
from contracts.texts import Role


class EventType(Struct, frozen=True):
    """What the language says about one type.

    `stream` is a template over the fields of the payload, or a property of it; `roles` may issue it ("party":
    the party that it is about); `derived`: written by the tariffs service only; `guarded`: its recording
    advances the key `rules`; `four_eyes`: needs an approved proposal (PRP-8).
    """

    name: str
    payload: type[Payload]
    stream: str
    roles: tuple[str, ...]
    derived: bool
    legal_basis: bool
    four_eyes: bool
    guarded: bool


_SECRETARIAT = ("secretariat",)
_MEASURE = ("trade_ministry", "investigating_authority")
_OPERATOR = ("reserve_operator",)
_COMPANY = ("company",)
_CUSTOMS = ("customs",)
_LEGISLATORS = ("secretariat", *_MEASURE)
_AUTHORS = (*_LEGISLATORS, "rate_publisher", "court")
_PROPOSERS = (*_LEGISLATORS, "rate_publisher", "reserve_operator")
_INVESTIGATOR = ("investigating_authority",)
_APPROVER = ("approver",)
_TARIFFS = ("tariffs",)
_BY_PARTY = "party/{party}"
_BY_MEMBER = "member/{member}"
_BY_ACT = "act/{act}"
_BY_AREA = "area/{area}"
_BY_MEASURE = "measure/{measure}"
_BY_FLOOR = "floor/{line}"
_BY_DECLARATION = "declaration/{member}/{reference}"
_BY_PROPOSAL = "proposal/{proposal}"
_BY_CASE = "case/{case}"
_BY_STOCK = "stock/{reserve}/{line}"
_BY_EMERGENCY = "emergency/{emergency}"
_BY_QUOTA = "quota/{order_number}"
_BY_QUOTA_PERIOD = "quota_balance/{order_number}/{period_from}"
_BY_UNDERTAKING = "undertaking/{undertaking}"
_BY_COMMITMENT = "purchase_commitment/{purchase_commitment}"


def _row(
    name: str, payload: type[Payload], stream: str, roles: tuple[str, ...], marks: str = "", version: int = 1
) -> EventType:
    """`marks`: g advances the guard `rules`, 4 needs four eyes, s: the tariffs service submits it like any party.
    Derived and legal follow from the row."""
    return EventType(
        name=f"bloc.{name}.v{version}",
        payload=payload,
        stream=stream,
        roles=roles,
        derived=roles == _TARIFFS and "s" not in marks,
        legal_basis=issubclass(payload, LegalPayload),
        four_eyes="4" in marks,
        guarded="g" in marks,
    )


_ROWS = (
    _row("founded", events.Founded, "bloc/charter", _SECRETARIAT),
    _row("key.registered", events.KeyRegistered, _BY_PARTY, ("secretariat", "party"), "g4"),
    _row("key.revoked", events.KeyRevoked, _BY_PARTY, ("party", "secretariat"), "g"),
    _row("mandate.granted", events.MandateGranted, _BY_PARTY, _SECRETARIAT, "g4"),
    _row("mandate.revoked", events.MandateRevoked, _BY_PARTY, _SECRETARIAT, "g4"),
    _row("member.invited", events.MemberInvited, _BY_MEMBER, _SECRETARIAT),
    _row("member.memorandum_signed", events.MemberMemorandumSigned, _BY_MEMBER, _SECRETARIAT),
    _row("member_commitment.set", events.MemberCommitmentSet, _BY_MEMBER, _SECRETARIAT),
    _row(
        "member_commitment.fulfilled",
        events.MemberCommitmentFulfilled,
        _BY_MEMBER,
        ("secretariat", "trade_ministry"),
    ),
    _row("member.acceded", events.MemberAcceded, _BY_MEMBER, _SECRETARIAT, "g4"),
    _row("member.suspended", events.MemberSuspended, _BY_MEMBER, _SECRETARIAT, "g4"),
    _row("member.reinstated", events.MemberReinstated, _BY_MEMBER, _SECRETARIAT, "g4"),
    _row("member.withdrawn", events.MemberWithdrawn, _BY_MEMBER, _SECRETARIAT, "g"),
    _row("mineral.listed", events.MineralListed, "mineral/{mineral}", _SECRETARIAT, "g"),
    _row("stage_line.defined", events.StageLineDefined, "line/{line}", _SECRETARIAT, "g"),
    _row("measure.created", events.MeasureCreated, _BY_MEASURE, _MEASURE, "g4"),
    _row("measure.amended", events.MeasureAmended, _BY_MEASURE, _MEASURE, "g4"),
    _row("measure.suspended", events.MeasureSuspended, _BY_MEASURE, _MEASURE, "g4"),
    _row("measure.resumed", events.MeasureResumed, _BY_MEASURE, _MEASURE, "g4"),
    _row("measure.terminated", events.MeasureTerminated, _BY_MEASURE, _MEASURE, "g4"),
    _row(
        "reference_price.published",
        events.ReferencePricePublished,
        "reference_price/{line}",
        ("rate_publisher", "secretariat"),
    ),
    _row("price_floor.set", events.PriceFloorSet, _BY_FLOOR, _SECRETARIAT, "g4"),
    _row("price_floor.revised", events.PriceFloorRevised, _BY_FLOOR, _SECRETARIAT, "g4"),
    _row("price_floor.suspended", events.PriceFloorSuspended, _BY_FLOOR, _SECRETARIAT, "g4"),
    _row("price_floor.resumed", events.PriceFloorResumed, _BY_FLOOR, _SECRETARIAT, "g4"),
    _row("price_floor.withdrawn", events.PriceFloorWithdrawn, _BY_FLOOR, _SECRETARIAT, "g4"),
    _row("declaration.accepted", events.DeclarationAccepted, _BY_DECLARATION, _CUSTOMS),
    _row("duty.assessed", events.DutyAssessed, _BY_DECLARATION, _TARIFFS),
    _row("price_undercut.detected", events.PriceUndercutDetected, _BY_DECLARATION, _TARIFFS),
    _row("reserve.capital_committed", events.ReserveCapitalCommitted, "reserve/{reserve}", _OPERATOR),
    _row("reserve.target_set", events.ReserveTargetSet, "reserve/{reserve}", _OPERATOR),
    _row("purchase_commitment.signed", events.PurchaseCommitmentSignedV1, _BY_COMMITMENT, _OPERATOR),
    _row("lot.received", events.LotReceived, _BY_STOCK, _OPERATOR),
    _row("drawdown.released", events.DrawdownReleased, _BY_STOCK, _OPERATOR),
    _row("replenishment.opened", events.ReplenishmentOpened, _BY_STOCK, _TARIFFS),
    _row("replenishment.received", events.ReplenishmentReceived, _BY_STOCK, _OPERATOR),
    _row("replenishment.fulfilled", events.ReplenishmentFulfilled, _BY_STOCK, _TARIFFS),
    _row("carrying_cost.accrued", events.CarryingCostAccrued, _BY_COMMITMENT, _OPERATOR),
    _row("submission.refused", events.SubmissionRefused, "refusal/{party}", _TARIFFS),
    _row("checkpoint_key.rotated", events.CheckpointKeyRotated, _BY_PARTY, ("party", "secretariat"), "g4"),
    _row(
        "exchange_rate.published",
        events.ExchangeRatePublished,
        "exchange_rate/{series}",
        ("rate_publisher",),
        "g",
    ),
    _row("entitlement.transferred", events.EntitlementTransferred, _BY_STOCK, _OPERATOR),
    _row("replenishment.extended", events.ReplenishmentExtended, _BY_STOCK, _OPERATOR),
    _row("event.corrected", events.EventCorrected, "{stream}", _AUTHORS, "g4"),
    _row("event.annulled", events.EventAnnulled, "{stream}", _AUTHORS, "g4"),
    _row("lot.relocated", events.LotRelocated, _BY_STOCK, _OPERATOR),
    _row("lot.loss_recorded", events.LotLossRecorded, _BY_STOCK, _OPERATOR),
    _row("ruleset.activated", events.RulesetActivated, "bloc/rulesets", _SECRETARIAT, "g4"),
    # Emergencies, and the rest of the reserve.
    _row("emergency.declared", events.EmergencyDeclared, _BY_EMERGENCY, _SECRETARIAT, "g4"),
    _row("emergency.ended", events.EmergencyEnded, _BY_EMERGENCY, _SECRETARIAT, "g4"),
    _row("emergency_release.ordered", events.EmergencyReleaseOrdered, _BY_STOCK, _OPERATOR),
    _row("buyback.exercised", events.BuybackExercised, _BY_STOCK, _OPERATOR),
    _row("replenishment.forgiven", events.ReplenishmentForgiven, _BY_STOCK, _OPERATOR),
    _row("replenishment.defaulted", events.ReplenishmentDefaulted, _BY_STOCK, _OPERATOR),
    _row("reserve.capital_drawn", events.ReserveCapitalDrawn, "reserve/{reserve}", _OPERATOR),
    # What becomes of a declaration.
    _row("declaration.amended", events.DeclarationAmended, _BY_DECLARATION, _CUSTOMS),
    _row("declaration.invalidated", events.DeclarationInvalidated, _BY_DECLARATION, _CUSTOMS),
    _row("reassessment.ordered", events.ReassessmentOrdered, _BY_DECLARATION, _CUSTOMS),
    _row("duty.reassessed", events.DutyReassessed, _BY_DECLARATION, _TARIFFS),
    _row("refund.opened", events.RefundOpened, _BY_DECLARATION, _TARIFFS),
    _row("additional_duty.opened", events.AdditionalDutyOpened, _BY_DECLARATION, _TARIFFS),
    _row("duty.settled", events.DutySettled, _BY_DECLARATION, _CUSTOMS),
    _row("refund.paid", events.RefundPaid, _BY_DECLARATION, _CUSTOMS),
    _row("security.lodged", events.SecurityLodged, _BY_DECLARATION, _CUSTOMS),
    _row("security.released", events.SecurityReleased, _BY_DECLARATION, _CUSTOMS),
    _row("state_hash.published", events.StateHashPublished, "bloc/state_hashes", _TARIFFS, "s"),
    _row("act.adopted", events.ActAdopted, _BY_ACT, _LEGISLATORS, "g4"),
    _row("act.published", events.ActPublished, _BY_ACT, _LEGISLATORS, "g4"),
    _row("act.extended", events.ActExtended, _BY_ACT, _LEGISLATORS, "g4"),
    _row("act.suspended", events.ActSuspended, _BY_ACT, _LEGISLATORS, "g4"),
    _row("act.resumed", events.ActResumed, _BY_ACT, _LEGISLATORS, "g4"),
    _row("act.repealed", events.ActRepealed, _BY_ACT, _LEGISLATORS, "g4"),
    _row("act.annulled", events.ActAnnulled, _BY_ACT, ("court",), "g"),
    _row("area.member_added", events.AreaMemberAdded, _BY_AREA, _SECRETARIAT, "g4"),
    _row("area.member_removed", events.AreaMemberRemoved, _BY_AREA, _SECRETARIAT, "g4"),
    _row("quota.opened", events.QuotaOpened, _BY_QUOTA, _LEGISLATORS, "g4"),
    _row("quota.blocked", events.QuotaBlocked, _BY_QUOTA, _LEGISLATORS, "g"),
    _row("quota.unblocked", events.QuotaUnblocked, _BY_QUOTA, _LEGISLATORS, "g"),
    _row("quota.drawn", events.QuotaDrawn, _BY_QUOTA_PERIOD, _TARIFFS),
    _row("quota.returned", events.QuotaReturned, _BY_QUOTA_PERIOD, _TARIFFS),
    _row("quota.exhausted", events.QuotaExhausted, _BY_QUOTA_PERIOD, _TARIFFS),
    _row("proposal.submitted", events.ProposalSubmitted, _BY_PROPOSAL, _PROPOSERS, "g"),
    _row("proposal.approved", events.ProposalApproved, _BY_PROPOSAL, _APPROVER, "g"),
    _row("proposal.rejected", events.ProposalRejected, _BY_PROPOSAL, _APPROVER, "g"),
    _row("proposal.withdrawn", events.ProposalWithdrawn, _BY_PROPOSAL, _PROPOSERS, "g"),
    _row("case.opened", events.CaseOpened, _BY_CASE, _LEGISLATORS),
    _row("case.consultations_held", events.CaseConsultationsHeld, _BY_CASE, _LEGISLATORS),
    _row("case.ruled", events.CaseRuled, _BY_CASE, ("court", "investigating_authority")),
    _row("case.closed", events.CaseClosed, _BY_CASE, (*_LEGISLATORS, "court")),
    _row("stage_line.reclassified", events.StageLineReclassified, "line/{line}", _SECRETARIAT, "g"),
    _row("undertaking.accepted", events.UndertakingAccepted, _BY_UNDERTAKING, _INVESTIGATOR, "g4"),
    _row("undertaking.amended", events.UndertakingAmended, _BY_UNDERTAKING, _INVESTIGATOR, "g4"),
    _row("undertaking.withdrawn", events.UndertakingWithdrawn, _BY_UNDERTAKING, _INVESTIGATOR, "g4"),
    _row(
        "undertaking.invoice_invalidated",
        events.UndertakingInvoiceInvalidated,
        _BY_UNDERTAKING,
        _INVESTIGATOR,
        "g4",
    ),
    _row("admission.activated", events.AdmissionActivated, "bloc/admissions", _SECRETARIAT, "g4"),
    _row("member.terms_amended", events.MemberTermsAmended, _BY_MEMBER, _SECRETARIAT, "g4"),
    _row("quota.amended", events.QuotaAmended, _BY_QUOTA, _LEGISLATORS, "g4"),
    # What companies say themselves, and the answer.
    _row("drawdown.requested", events.DrawdownRequested, _BY_STOCK, _COMPANY),
    _row("drawdown.declined", events.DrawdownDeclined, _BY_STOCK, _OPERATOR),
    _row("replenishment.announced", events.ReplenishmentAnnounced, _BY_STOCK, _COMPANY),
    _row("mineral.delisted", events.MineralDelisted, "mineral/{mineral}", _SECRETARIAT, "g"),
    _row("member.instrument_deposited", events.MemberInstrumentDeposited, _BY_MEMBER, _SECRETARIAT),
    # Newer versions of types above; `upcasting` reads the older ones as these.
    _row("purchase_commitment.signed", events.PurchaseCommitmentSigned, _BY_COMMITMENT, _OPERATOR, version=2),
)

EVENT_TYPES: Mapping[str, EventType] = MappingProxyType({row.name: row for row in _ROWS})
"""Every type by its name, in the order of the table."""


def is_named(event_type: str, by: Iterable[str]) -> bool:
    """Whether the `event_types` of a mandate name a type: itself, or its family (`bloc.measure.*`)."""
    return any(
        pattern == event_type or (pattern.endswith("*") and event_type.startswith(pattern[:-1]))
        for pattern in by
    )


ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        role: tuple(row.name for row in _ROWS if role in row.roles and row.name != FOUNDED)
        for role in get_args(Role)
    }
)
"""Preset `event_types` of a mandate for each role: the types whose row names it, but for the founding, which is
recorded once and before there is any mandate. The territory and the kinds are narrowed by the rules."""
