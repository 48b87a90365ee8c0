"""Areas: groups of countries of origin, as a preference or an exemption names them, with dated membership.

The whole world and the bloc are no areas: everybody is in the first, and the second follows from membership.
"""

from msgspec import UNSET, UnsetType

from contracts.events.payload import LegalPayload
from contracts.texts import Day, Text
from contracts.trade import AreaCode, Country


class AreaMemberAdded(LegalPayload, frozen=True, kw_only=True):
    """bloc.area.member_added.v1"""

    area: AreaCode
    country: Country
    effective_from: Day
    effective_to: Day | UnsetType = UNSET
    area_name: Text | UnsetType = UNSET


class AreaMemberRemoved(LegalPayload, frozen=True, kw_only=True):
    """bloc.area.member_removed.v1: `effective_from` is the first day outside."""

    area: AreaCode
    country: Country
    effective_from: Day
