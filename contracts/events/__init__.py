"""The payloads of the event types: one class for each, one module for each family."""

from contracts.events.catalogue import MineralListed, StageLineDefined
from contracts.events.corrections import CORRECTABLE, EventAnnulled, EventCorrected, Target
from contracts.events.declarations import DeclarationAccepted, DeclarationItem, Invoice, OriginProof
from contracts.events.duties import DutyAssessed, DutyBasis, DutyLine, PriceUndercutDetected, TraceStep
from contracts.events.exchange_rates import ExchangeRatePublished
from contracts.events.floors import (
    PriceFloorResumed,
    PriceFloorRevised,
    PriceFloorSet,
    PriceFloorSuspended,
    PriceFloorWithdrawn,
    ReferencePricePublished,
)
from contracts.events.founding import (
    CheckpointKeyRotated,
    Founded,
    KeyRegistered,
    KeyRevoked,
    MandateGranted,
    MandateRevoked,
)
from contracts.events.governance import RulesetActivated
from contracts.events.intake import BrokenRule, SubmissionRefused
from contracts.events.measures import (
    MeasureAmended,
    MeasureCreated,
    MeasureResumed,
    MeasureSuspended,
    MeasureTerminated,
)
from contracts.events.membership import (
    MemberAcceded,
    MemberCommitmentFulfilled,
    MemberCommitmentSet,
    MemberInvited,
    MemberMemorandumSigned,
    MemberReinstated,
    MemberSuspended,
    MemberWithdrawn,
)
from contracts.events.payload import LegalPayload, Payload
from contracts.events.reserve import (
    CarryingCostAccrued,
    Financing,
    PurchaseCommitmentSigned,
    ReserveCapitalCommitted,
    ReserveTargetSet,
)
from contracts.events.stock import (
    DrawdownReleased,
    EntitlementTransferred,
    LotLossRecorded,
    LotReceived,
    LotRelocated,
    LotShare,
    ReplenishmentExtended,
    ReplenishmentFulfilled,
    ReplenishmentOpened,
    ReplenishmentReceived,
)
from contracts.schedules import Schedule

__all__ = [
    "CORRECTABLE",
    "BrokenRule",
    "CarryingCostAccrued",
    "CheckpointKeyRotated",
    "DeclarationAccepted",
    "DeclarationItem",
    "DrawdownReleased",
    "DutyAssessed",
    "DutyBasis",
    "DutyLine",
    "EntitlementTransferred",
    "EventAnnulled",
    "EventCorrected",
    "ExchangeRatePublished",
    "Financing",
    "Founded",
    "Invoice",
    "KeyRegistered",
    "KeyRevoked",
    "LegalPayload",
    "LotLossRecorded",
    "LotReceived",
    "LotRelocated",
    "LotShare",
    "MandateGranted",
    "MandateRevoked",
    "MeasureAmended",
    "MeasureCreated",
    "MeasureResumed",
    "MeasureSuspended",
    "MeasureTerminated",
    "MemberAcceded",
    "MemberCommitmentFulfilled",
    "MemberCommitmentSet",
    "MemberInvited",
    "MemberMemorandumSigned",
    "MemberReinstated",
    "MemberSuspended",
    "MemberWithdrawn",
    "MineralListed",
    "OriginProof",
    "Payload",
    "PriceFloorResumed",
    "PriceFloorRevised",
    "PriceFloorSet",
    "PriceFloorSuspended",
    "PriceFloorWithdrawn",
    "PriceUndercutDetected",
    "PurchaseCommitmentSigned",
    "ReferencePricePublished",
    "ReplenishmentExtended",
    "ReplenishmentFulfilled",
    "ReplenishmentOpened",
    "ReplenishmentReceived",
    "ReserveCapitalCommitted",
    "ReserveTargetSet",
    "RulesetActivated",
    "Schedule",
    "StageLineDefined",
    "SubmissionRefused",
    "Target",
    "TraceStep",
]
