"""What each address answers with 200, for OpenAPI: partner systems generate their clients from it.

The handlers write these documents member by member, from views of the domain; which view each member is stands here.
Every answer that a test of the reads gets is held against it, so the two cannot drift apart.
"""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType, defstruct

from contracts.receipt import Receipt
from services.tariffs.domain.answers.act_view import LegalActView
from services.tariffs.domain.answers.ending import Ending
from services.tariffs.domain.answers.gaps import FloorGap
from services.tariffs.domain.answers.lives import Life
from services.tariffs.domain.answers.refusals import RefusalView
from services.tariffs.domain.answers.views import FloorView, MeasureView, MemberView
from services.tariffs.domain.assessment.comparing import Comparison
from services.tariffs.domain.emergencies import EmergencyView
from services.tariffs.domain.governance.authority import Authority
from services.tariffs.domain.governance.party import PartyView
from services.tariffs.domain.members.commitments import MemberCommitment
from services.tariffs.domain.quotas.view import QuotaView
from services.tariffs.domain.reserve.carrying import CommitmentCostView, PeriodCostView
from services.tariffs.domain.reserve.cover import CoverView
from services.tariffs.domain.reserve.obligations import ObligationView
from services.tariffs.domain.reserve.releases import ReleaseView
from services.tariffs.domain.reserve.view import ReserveView
from services.tariffs.domain.undertakings import UndertakingView
from services.tariffs.doors.documents import (
    Admission,
    AsKnown,
    Case,
    DeclarationAsKnown,
    Difference,
    EventTypePage,
    EventTypeRow,
    Gain,
    HashOfState,
    OnDay,
    Outgoing,
    Projection,
    Proposal,
    Quoted,
    Ready,
    RefusedSubmission,
    RuleBook,
    Waiting,
    WholeProposal,
    WouldRecord,
)


def _on_day(name: str, base: type[Struct] = OnDay, **members: Any) -> type[Struct]:
    """A framed answer with these members; those that may be left out take UnsetType."""
    fields = [
        (member, kind, UNSET) if UnsetType in getattr(kind, "__args__", ()) else (member, kind)
        for member, kind in members.items()
    ]
    return defstruct(name, fields, bases=(base,), kw_only=True)


def _as_known(name: str, **members: Any) -> type[Struct]:
    return _on_day(name, AsKnown, **members)


_NEXT = int | UnsetType

_ANSWERED: Mapping[str, type[Struct] | tuple[type[Struct], ...]] = {
    "/submissions": (Receipt, WouldRecord, Waiting),
    "/submissions/{digest}": (Receipt, RefusedSubmission),
    "/assessments": Quoted,
    "/assessments/comparisons": _as_known("ComparisonOfQuotes", comparison=Comparison),
    "/rules": _on_day("Rules", measures=list[MeasureView], floors=list[FloorView], next=_NEXT),
    "/floors/{line}": _on_day("Floor", floor=FloorView),
    "/floors/{line}/history": _on_day("HistoryOfFloor", floor=Life),
    "/measures/{measure}/history": _on_day("HistoryOfMeasure", measure=Life),
    "/acts/{act}": _on_day("Act", act=LegalActView),
    "/rules/ending": _on_day("EndingRules", within_days=int, ending=list[Ending], next=str | UnsetType),
    "/rules/gaps": _on_day("RuleGaps", floors=list[FloorGap], lines_without_floor=list[str]),
    "/quotas/{order_number}": _on_day("Quota", quota=QuotaView),
    "/undertakings/{undertaking}": _on_day("Undertaking", undertaking=UndertakingView),
    "/declarations/{member}/{reference}": _as_known("Declaration", declaration=DeclarationAsKnown),
    "/diff": _on_day("Differences", from_position=int, changes=list[Difference]),
    "/members": _on_day("Members", members=list[MemberView]),
    "/members/{member}": _on_day("Member", member=MemberView),
    "/commitments": _on_day("Commitments", commitments=list[MemberCommitment]),
    "/parties/{party}": _on_day("Party", party=PartyView),
    "/rulesets": _on_day("RuleBooks", deciding=str, rulesets=list[RuleBook]),
    "/admissions": _on_day("Admissions", admits_by=int, admissions=list[Admission]),
    "/proposals": _on_day("Proposals", proposals=list[Proposal]),
    "/proposals/{proposal}": _on_day("OneProposal", proposal=WholeProposal),
    "/cases/{case}": _on_day("OneCase", case=Case),
    "/authority/{kind}/{thing}": _on_day("AuthorityOfThing", stream=str, acts=list[Authority]),
    "/emergencies": _on_day("Emergencies", emergencies=list[EmergencyView]),
    "/emergencies/{emergency}": _on_day("Emergency", emergency=EmergencyView),
    "/reserves/{reserve}": _on_day(
        "Reserve",
        reserve=ReserveView,
        carrying_costs=dict[str, list[PeriodCostView]],
        releases=list[ReleaseView],
        cover_after_releases=list[CoverView],
        cover_after_release=list[CoverView] | UnsetType,
    ),
    "/reserves/{reserve}/obligations": _on_day("Obligations", obligations=list[ObligationView]),
    "/reserves/{reserve}/commitments/{purchase_commitment}/carrying_cost": _on_day(
        "CarryingCost", carrying_cost=CommitmentCostView
    ),
    "/reserves/{reserve}/drawdowns": _on_day("Drawdowns", drawdowns=list[Outgoing], gains=list[Gain]),
    "/refusals": _as_known("Refusals", party=str, refusals=list[RefusalView], next=_NEXT),
    "/schema/events": defstruct(
        "EventTypes", [("types", list[EventTypeRow]), ("roles", dict[str, list[str]])]
    ),
    "/schema/events/{type_name}": EventTypePage,
    "/projections": defstruct("Projections", [("head", int), ("projections", list[Projection])]),
    "/projections/state/hash": HashOfState,
    "/health/live": defstruct("Live", [("status", Literal["live"])]),
    "/health/ready": Ready,
}

ANSWERED: Mapping[str, tuple[type[Struct], ...]] = {
    path: found if isinstance(found, tuple) else (found,) for path, found in _ANSWERED.items()
}
"""By address: one of these."""
