"""Corrections and annulments: what was recorded wrongly is said again, or unsaid; the first entry stays for ever.

Both stand on the stream of their target, so its version moves with them. A correction carries the complete
payload of the target's type, and is decoded as strictly as the target was: that is why the type stands in
`target` and why `CORRECTABLE` knows the payloads. Corrections and annulments are events, so they may be
targets as well; whether a target exists, and whose it is, only the record can tell, and the rules judge it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, cast

from msgspec import Meta, Struct
from msgspec.structs import force_setattr

from contracts.events import (
    acts,
    areas,
    catalogue,
    emergencies,
    exchange_rates,
    floors,
    founding,
    measures,
    membership,
    quotas,
    undertakings,
)
from contracts.events.payload import LegalPayload, Payload, payload_in
from contracts.texts import EventId, EventTypeName, Position, Source, StreamName, Text

EVENT_CORRECTED = "bloc.event.corrected.v1"
EVENT_ANNULLED = "bloc.event.annulled.v1"


class Target(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """The entry that is meant: position and envelope both, so that a slip in either is seen."""

    position: Position
    type: EventTypeName
    source: Source
    id: EventId


class EventCorrected(LegalPayload, frozen=True, kw_only=True):
    """bloc.event.corrected.v1: the complete payload that `target` should have had, and why."""

    stream: StreamName
    target: Target
    corrected: Annotated[
        dict[str, Any],
        Meta(
            description="The complete payload of the target's type; checked as strictly as its own schema says."
        ),
    ]
    reason: Text

    def __post_init__(self) -> None:
        super().__post_init__()
        wanted = CORRECTABLE.get(self.target.type)
        if wanted is not None:
            force_setattr(self, "corrected", payload_in(".corrected", self.corrected, wanted))

    @property
    def payload(self) -> Payload | None:
        """`corrected` as the typed payload; None when the target's type is none that can be corrected."""
        said = cast("object", self.corrected)
        return said if isinstance(said, Payload) else None


class EventAnnulled(LegalPayload, frozen=True, kw_only=True):
    """bloc.event.annulled.v1: `target` never was (ex tunc). A repeal or a suspension is an act of its own."""

    stream: StreamName
    target: Target
    reason: Text


CORRECTABLE: Mapping[str, type[Payload]] = MappingProxyType(
    {
        "bloc.mandate.granted.v1": founding.MandateGranted,
        "bloc.mandate.revoked.v1": founding.MandateRevoked,
        "bloc.member.invited.v1": membership.MemberInvited,
        "bloc.member.memorandum_signed.v1": membership.MemberMemorandumSigned,
        "bloc.member.instrument_deposited.v1": membership.MemberInstrumentDeposited,
        "bloc.member_commitment.set.v1": membership.MemberCommitmentSet,
        "bloc.member_commitment.fulfilled.v1": membership.MemberCommitmentFulfilled,
        "bloc.member.acceded.v1": membership.MemberAcceded,
        "bloc.member.terms_amended.v1": membership.MemberTermsAmended,
        "bloc.member.suspended.v1": membership.MemberSuspended,
        "bloc.member.reinstated.v1": membership.MemberReinstated,
        "bloc.member.withdrawn.v1": membership.MemberWithdrawn,
        "bloc.mineral.listed.v1": catalogue.MineralListed,
        "bloc.mineral.delisted.v1": catalogue.MineralDelisted,
        "bloc.stage_line.defined.v1": catalogue.StageLineDefined,
        "bloc.stage_line.reclassified.v1": catalogue.StageLineReclassified,
        "bloc.act.adopted.v1": acts.ActAdopted,
        "bloc.act.published.v1": acts.ActPublished,
        "bloc.act.extended.v1": acts.ActExtended,
        "bloc.act.suspended.v1": acts.ActSuspended,
        "bloc.act.resumed.v1": acts.ActResumed,
        "bloc.act.repealed.v1": acts.ActRepealed,
        "bloc.act.annulled.v1": acts.ActAnnulled,
        "bloc.area.member_added.v1": areas.AreaMemberAdded,
        "bloc.area.member_removed.v1": areas.AreaMemberRemoved,
        "bloc.measure.created.v1": measures.MeasureCreated,
        "bloc.measure.amended.v1": measures.MeasureAmended,
        "bloc.measure.suspended.v1": measures.MeasureSuspended,
        "bloc.measure.resumed.v1": measures.MeasureResumed,
        "bloc.measure.terminated.v1": measures.MeasureTerminated,
        "bloc.reference_price.published.v1": floors.ReferencePricePublished,
        "bloc.exchange_rate.published.v1": exchange_rates.ExchangeRatePublished,
        "bloc.price_floor.set.v1": floors.PriceFloorSet,
        "bloc.price_floor.revised.v1": floors.PriceFloorRevised,
        "bloc.price_floor.suspended.v1": floors.PriceFloorSuspended,
        "bloc.price_floor.resumed.v1": floors.PriceFloorResumed,
        "bloc.price_floor.withdrawn.v1": floors.PriceFloorWithdrawn,
        "bloc.emergency.declared.v1": emergencies.EmergencyDeclared,
        "bloc.emergency.ended.v1": emergencies.EmergencyEnded,
        "bloc.quota.opened.v1": quotas.QuotaOpened,
        "bloc.quota.amended.v1": quotas.QuotaAmended,
        "bloc.quota.blocked.v1": quotas.QuotaBlocked,
        "bloc.quota.unblocked.v1": quotas.QuotaUnblocked,
        "bloc.undertaking.accepted.v1": undertakings.UndertakingAccepted,
        "bloc.undertaking.amended.v1": undertakings.UndertakingAmended,
        "bloc.undertaking.withdrawn.v1": undertakings.UndertakingWithdrawn,
        "bloc.undertaking.invoice_invalidated.v1": undertakings.UndertakingInvoiceInvalidated,
        EVENT_CORRECTED: EventCorrected,
        EVENT_ANNULLED: EventAnnulled,
    }
)
"""Types of entries that are read anew at every question, and so can be corrected or annulled; their payloads.

Keys and the founding are what signatures rest on; declarations, stock and refusals have events of their own.
"""
