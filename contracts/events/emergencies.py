"""Emergencies of supply, and what a reserve releases while one is declared.

The secretariat declares and ends; the operator of a reserve orders releases. A release takes nothing out of the
warehouse: it says who may draw how much before the others, and drawdowns carry it out. So it stands on the stream of
the stock, whose version decides between it and a drawdown of the same moment.
"""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.events.payload import LegalPayload
from contracts.limits import RELEASE_SHARES_MAX
from contracts.texts import Day, Party, RecordId, Text
from contracts.trade import LineName, MineralScope
from contracts.values import Quantity


class EmergencyDeclared(LegalPayload, frozen=True, kw_only=True):
    """bloc.emergency.declared.v1: for all minerals ("*") or some, in every reserve; `trigger` says what happened."""

    emergency: RecordId
    minerals: Annotated[tuple[MineralScope, ...], Meta(min_length=1)]
    trigger: Text
    effective_from: Day
    effective_to: Day | UnsetType = UNSET


class EmergencyEnded(LegalPayload, frozen=True, kw_only=True):
    """bloc.emergency.ended.v1: `effective_from` is the first day that is no longer one of the emergency."""

    emergency: RecordId
    effective_from: Day
    reason: Text


class ReleaseShare(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """How much a company may draw under a commitment before those that stand behind it."""

    company: Party
    purchase_commitment: RecordId
    quantity: Quantity


class EmergencyReleaseOrdered(LegalPayload, frozen=True, kw_only=True):
    """bloc.emergency_release.ordered.v1: `shares` in order of priority; they sum to the quantity."""

    release: RecordId
    emergency: RecordId
    reserve: RecordId
    line: LineName
    quantity: Quantity
    shares: Annotated[tuple[ReleaseShare, ...], Meta(min_length=1, max_length=RELEASE_SHARES_MAX)]
    ordered_on: Day
