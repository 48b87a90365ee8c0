"""The rules as answers: measures, floors and members on V as known at K, each with the entries it rests on.

Pure functions from the rules state to structs that the API writes as JSON; the doors only parse dates and resolve
K to a position. Every answer is one of three: in force, known to be none (with the reason), not known at K.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from contracts.duty_expressions import DutyComponent
from contracts.events import EventAnnulled, EventCorrected, Limitation
from contracts.events.quotas import MeasureQuota
from contracts.schedules import Schedule
from contracts.values import (
    DutyRounding,
    Goods,
    LegalBasis,
    Money,
    Origins,
    Price,
    ValueRounding,
)
from services.tariffs.domain.histories.remembered import answer_of
from services.tariffs.domain.histories.timeline import Answer, InForce, NoneInForce, WhyNone, recorded_by
from services.tariffs.domain.measures import kind_of_history, territory_of_name
from services.tariffs.domain.members.commitments import CommitmentStanding, commitments_on
from services.tariffs.domain.members.membership import Status, notice_on, standing_on, status_on
from services.tariffs.domain.state import Recorded, RulesState

AnswerStatus = Literal["in_force", "not_known"] | WhyNone


class ActView(Struct, frozen=True):
    """One recorded act on a measure or a floor, as a line of its history."""

    type: str
    position: int
    recorded_at: str
    effective_from: date | UnsetType = UNSET
    effective_to: date | UnsetType = UNSET
    corrects: int | UnsetType = UNSET
    """Position of the entry that this one corrects."""
    annuls: int | UnsetType = UNSET
    """Position of the entry that this one annuls."""


class MeasureView(Struct, frozen=True, kw_only=True):
    """A measure on one day. Terms are there when it is in force, `because` when it is not."""

    measure: str
    kind: str
    territory: str
    status: AnswerStatus
    position: int
    because: str | UnsetType = UNSET
    goods: Goods | UnsetType = UNSET
    origins: Origins | UnsetType = UNSET
    duty: tuple[DutyComponent, ...] | UnsetType = UNSET
    quota: MeasureQuota | UnsetType = UNSET
    """The order number that it hangs on, and whether it applies within or beyond it."""
    since: date | UnsetType = UNSET
    until: date | UnsetType = UNSET
    legal_basis: LegalBasis | UnsetType = UNSET
    illustrative: bool | UnsetType = UNSET


class FloorView(Struct, frozen=True, kw_only=True):
    """The floor of a line on one day, and every act on it that was known at K."""

    line: str
    status: AnswerStatus
    because: str | UnsetType = UNSET
    price: Price | UnsetType = UNSET
    price_basis: str | UnsetType = UNSET
    schedule: Schedule | UnsetType = UNSET
    origins: Origins | UnsetType = UNSET
    cap_percent: str | UnsetType = UNSET
    since: date | UnsetType = UNSET
    until: date | UnsetType = UNSET
    position: int | UnsetType = UNSET
    legal_basis: LegalBasis | UnsetType = UNSET
    illustrative: bool | UnsetType = UNSET
    acts: tuple[ActView, ...] = ()


class WithdrawalView(Struct, frozen=True):
    """A notice of withdrawal, the first day outside, and the entry that says so."""

    notified_on: date
    effective_from: date
    position: int


class MemberView(Struct, frozen=True, kw_only=True):
    """A member on one day: status, the terms that it takes part on, and its commitments."""

    member: str
    status: Status
    since: date | UnsetType = UNSET
    position: int | UnsetType = UNSET
    suspended_minerals: tuple[str, ...] = ()
    territories: tuple[str, ...] | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    legal_tz: str | UnsetType = UNSET
    value_rounding: ValueRounding | UnsetType = UNSET
    duty_rounding: DutyRounding | UnsetType = UNSET
    exchange_rate_rule: str | UnsetType = UNSET
    settlement_minimum: Money | UnsetType = UNSET
    limitation: Limitation | UnsetType = UNSET
    terms_from: date | UnsetType = UNSET
    """First day of these terms: of its accession, or of their newest amendment."""
    terms_position: int | UnsetType = UNSET
    withdrawal: WithdrawalView | UnsetType = UNSET
    """There from the notice on, until the member is outside."""
    commitments: tuple[CommitmentStanding, ...] = ()


def measure_at(rules: RulesState, name: str, day: date, position: int) -> MeasureView | None:
    """A measure on V as known at K; None when nothing about it was recorded at K."""
    history = rules.measures[name]
    answer = answer_of(rules, history, day, position)
    territory = territory_of_name(name)
    kind = kind_of_history(history, position) or "unknown"
    match answer:
        case InForce(act=act):
            return MeasureView(
                measure=name,
                kind=kind,
                territory=territory,
                status="in_force",
                position=act.says_so,
                goods=act.data.goods,
                origins=act.data.origins,
                duty=act.data.duty,
                quota=act.data.quota,
                since=answer.since,
                until=UNSET if answer.until is None else answer.until,
                legal_basis=act.data.legal_basis,
                illustrative=act.data.illustrative,
            )
        case NoneInForce(act=act):
            return MeasureView(
                measure=name,
                kind=kind,
                territory=territory,
                status=answer.why,
                position=act.says_so,
                because=answer.because,
                legal_basis=act.data.legal_basis,
            )
        case _:
            return None


def floor_at(rules: RulesState, line: str, day: date, position: int) -> FloorView:
    """The floor of a line on V as known at K."""
    history = rules.floors.get(line, ())
    answer: Answer = answer_of(rules, history, day, position)
    acts = tuple(_acts(recorded_by(history, position)))
    match answer:
        case InForce(act=act):
            return FloorView(
                line=line,
                status="in_force",
                price=act.data.price,
                price_basis=act.data.price_basis,
                schedule=act.data.schedule,
                origins=act.data.origins,
                cap_percent=act.data.cap_percent,
                since=answer.since,
                until=UNSET if answer.until is None else answer.until,
                position=act.says_so,
                legal_basis=act.data.legal_basis,
                illustrative=act.data.illustrative,
                acts=acts,
            )
        case NoneInForce(act=act):
            return FloorView(
                line=line,
                status=answer.why,
                because=answer.because,
                position=act.says_so,
                legal_basis=act.data.legal_basis,
                acts=acts,
            )
        case _:
            return FloorView(line=line, status="not_known", because=answer.because)


def members_at(rules: RulesState, day: date, position: int) -> tuple[MemberView, ...]:
    """All members about which anything was recorded at K, on V, sorted by code."""
    return tuple(
        member_at(rules, member, day, position)
        for member in sorted(rules.members)
        if recorded_by(rules.members[member], position)
    )


def member_at(rules: RulesState, member: str, day: date, position: int) -> MemberView:
    """One member on V as known at K."""
    standing = standing_on(rules, member, day, position)
    terms: Any = None if standing.accession is None else standing.accession.data
    return MemberView(
        member=member,
        status=status_on(standing, day),
        since=UNSET if standing.act is None else standing.since,
        position=UNSET if standing.act is None else standing.act.says_so,
        suspended_minerals=standing.suspended_on(day),
        territories=UNSET if terms is None else terms.territories,
        currency=UNSET if terms is None else terms.currency,
        legal_tz=UNSET if terms is None else terms.legal_tz,
        value_rounding=UNSET if terms is None else terms.value_rounding,
        duty_rounding=UNSET if terms is None else terms.duty_rounding,
        exchange_rate_rule=UNSET if terms is None else terms.exchange_rate_rule,
        settlement_minimum=UNSET if terms is None else terms.settlement_minimum,
        limitation=UNSET if terms is None else terms.limitation,
        terms_from=UNSET if terms is None else terms.effective_from,
        terms_position=UNSET if standing.accession is None else standing.accession.says_so,
        withdrawal=_withdrawal(notice_on(rules, member, day, position)),
        commitments=commitments_on(rules, member, day, position),
    )


def _withdrawal(notice: Recorded | None) -> WithdrawalView | UnsetType:
    if notice is None:
        return UNSET
    return WithdrawalView(notice.data.notified_on, notice.data.effective_from, notice.says_so)


def _acts(history: Iterable[Recorded]) -> Iterator[ActView]:
    """The acts as they were recorded; a correction with the days that it says."""
    for entry in history:
        at = (entry.event.type, entry.position, entry.recorded_at)
        match entry.data:
            case EventAnnulled() as data:
                yield ActView(*at, annuls=data.target.position)
            case EventCorrected() as data:
                yield ActView(*at, *_days(data.payload), corrects=data.target.position)
            case data:
                yield ActView(*at, *_days(data))


def _days(data: object) -> tuple[date | UnsetType, date | UnsetType]:
    return getattr(data, "effective_from", UNSET), getattr(data, "effective_to", UNSET)
