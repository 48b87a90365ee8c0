"""The importing member on the governing day: which day it is there, and how its law rounds.

The rules that apply are those of the day on which customs accepted the declaration (UCC Art. 77(2) and
85(1)), and a day begins at midnight of the member's own clock: 03:30 UTC on 1 July is still 30 June in New
York, and 23:30 UTC on 30 June is already July in Seoul. The time zone is a term of the accession, like
currency and rounding. Zones come from the pinned `tzdata` release and never from the machine, so that two
replicas read the same history alike.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

import msgspec

from contracts.events.membership import MemberTerms, MemberTermsAmended
from contracts.values import DutyRounding, ValueRounding
from services.tariffs.domain.histories.remembered import standing_of
from services.tariffs.domain.histories.timeline import known_at
from services.tariffs.domain.state import Recorded, RulesState

from .minor_units import minor_unit
from .unknown import NotKnown


class Importer(msgspec.Struct, frozen=True, gc=False):
    """An importing member on one day: the terms of its accession, as amended, read once for a declaration."""

    member: str
    accepted_at: str
    day: date
    accession: Recorded
    terms: MemberTerms
    value_unit: Decimal
    duty_unit: Decimal
    value_rule: str
    """Name of the value rounding, "" for the house rule (minor unit), which changes no declared value."""
    duty_rule: str


@lru_cache(maxsize=512)
def legal_zone(name: str) -> ZoneInfo | None:
    """Load an IANA time zone from the pinned release; None when it has no zone of that name."""
    place = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    if not place.is_file():
        return None
    with place.open("rb") as data:
        try:
            return ZoneInfo.from_file(data, key=name)
        except ValueError:  # a file beside the zones, such as "leapseconds"
            return None


def governing_date(accepted_at: str, zone: ZoneInfo) -> date | None:
    """Give the civil day of an instant (RFC 3339) in a zone; None beyond the years 1 to 9999."""
    try:
        return datetime.fromisoformat(accepted_at).astimezone(zone).date()
    except (ValueError, OverflowError):
        return None


def importer_on(rules: RulesState, member: str, accepted_at: str, position: int) -> Importer | NotKnown:
    """Find the member's terms of the day on which it accepted something, as known at `position`.

    The day depends on the zone and the zone on the terms of the day; so each accession is asked whether it
    holds on the day that it says it is, the newest first (a member that left and came back, or took other terms,
    has more than one). In the hours that a member gains by moving its clock, neither says so: then the old
    clock tells the day, and the terms of that day hold.
    """
    history = known_at(rules.members.get(member, ()), position)
    days: list[str] = []
    between: Importer | None = None
    for accession in reversed(history):
        terms = accession.data
        if not isinstance(terms, MemberTerms):
            continue
        zone = legal_zone(terms.legal_tz)
        day = None if zone is None else governing_date(accepted_at, zone)
        if day is None:
            days.append(f"{accepted_at} is no day in {terms.legal_tz}")
        else:
            standing = standing_of(rules, member, day, position).accession
            if standing is not None and standing.position == accession.position:
                return _importer(member, accepted_at, day, accession)
            if standing is not None and isinstance(standing.data, MemberTermsAmended):
                between = _importer(member, accepted_at, day, standing)
            days.append(f"{member} is not a member on {day} ({terms.legal_tz})")
    if not days:
        return NotKnown("member", f"no accession of {member} is recorded at position {position}")
    return between or NotKnown("member", days[0])


def _importer(member: str, accepted_at: str, day: date, accession: Recorded) -> Importer:
    terms: MemberTerms = accession.data
    value_unit, duty_unit, value_rule, duty_rule = _roundings(
        member, terms.currency, terms.value_rounding, terms.duty_rounding
    )
    return Importer(member, accepted_at, day, accession, terms, value_unit, duty_unit, value_rule, duty_rule)


@lru_cache(maxsize=512)
def _roundings(
    member: str, currency: str, value: ValueRounding, duty: DutyRounding
) -> tuple[Decimal, Decimal, str, str]:
    """The units of value and duty rounding, and the names of the two rules."""
    house_unit = minor_unit(currency)
    value_unit, duty_unit = Decimal(value.unit), Decimal(duty.unit)
    is_house = duty_unit == house_unit and duty.mode == "half_up" and duty.per == "line"
    whose = "house" if is_house else member.lower()
    value_rule = "" if value_unit <= house_unit else f"{member.lower()}.value.{value.mode}.{value.unit}"
    return value_unit, duty_unit, value_rule, f"{whose}.{duty.per}.{duty.mode}.{duty.unit}"
