"""What an order number has left, period by period, and who was cut off: on V, as known at K.

The answer "at acceptance time T" is the same question with K = T: the streams are read up to there.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from contracts.decimals import EXACT
from contracts.values import LegalBasis, Quantity
from services.tariffs.domain.assessment.exact import HUNDRED, exact_text, shown
from services.tariffs.domain.histories.effective import effective_on
from services.tariffs.domain.histories.timeline import InForce, NoneInForce, Span, timeline
from services.tariffs.domain.state import RulesState

from .balance import BalanceState
from .periods import Period, balance_stream, opened_as

ONE_DAY = timedelta(days=1)

CRITICAL_FROM_PERCENT = Decimal(90)
"""Share of its volume from which on a quota is critical (Implementing Regulation (EU) 2015/2447, article 53(1))."""

Status = Literal["open", "pending", "over", "closed"]


class CutOff(msgspec.Struct, frozen=True):
    """An item that got less than it asked for; `position` is of the drawing."""

    member: str
    reference: str
    item_no: int
    requested_kilograms: str
    held_kilograms: str
    short_kilograms: str
    position: int


class PeriodView(msgspec.Struct, frozen=True, kw_only=True):
    """One period: its volume on V (of one that is over, its last), what is drawn and left of it, and who was cut off,
    in order of recording.

    `closed` is a period that would be open on V but for a blocking or for its legal act; `because` says which.
    """

    period_from: date
    period_to: date | None
    status: Status
    because: str
    volume: Quantity
    drawn_kilograms: str
    left_kilograms: str
    used_percent: str
    critical: bool
    """At least 90 % of the volume is used (UCC-IA, article 53(1)). Whether it was critical from its opening on, which
    other periods decide (53(2)), is not said."""
    exhausted_at: int | UnsetType = UNSET
    """Position of the entry that took the last of it; UNSET while something is left."""
    drawings: int
    cut_off: tuple[CutOff, ...]
    cites: int
    legal_basis: LegalBasis


class QuotaView(msgspec.Struct, frozen=True):
    """An order number with all its periods as known at K, the earliest first."""

    order_number: str
    territory: str
    periods: tuple[PeriodView, ...]


def streams_of_quota(rules: RulesState, order_number: str, position: int) -> tuple[str, ...]:
    """The streams of all its periods as known at K: whoever shows the quota is to load them up to K."""
    return tuple(balance_stream(order_number, span.start) for span in _spans(rules, order_number, position))


def quota_view(
    rules: RulesState, order_number: str, day: date, position: int, balances: Mapping[str, BalanceState]
) -> QuotaView | None:
    """Show an order number; None when no period of it was recorded at K."""
    spans = _spans(rules, order_number, position)
    if not spans:
        return None
    answer = effective_on(rules, rules.quotas[order_number], day, position)
    periods: list[PeriodView] = []
    for span in spans:
        state = balances.get(balance_stream(order_number, span.start), BalanceState())
        status: Status = "pending" if day < span.start else "over"
        because = f"from {span.start} to before {span.end}"
        if span.contains(day):
            status = "open" if isinstance(answer, InForce) else "closed"
            because = answer.because if isinstance(answer, NoneInForce) else because
        within = min(max(day, span.start), date.max if span.end is None else span.end - ONE_DAY)
        period = opened_as(rules, order_number, span.act, within, position)
        periods.append(_period(period, span.end, status, because, state))
    return QuotaView(order_number, spans[0].act.data.territory, tuple(periods))


def _spans(rules: RulesState, order_number: str, position: int) -> tuple[Span, ...]:
    return timeline(rules.quotas.get(order_number, ()), position).terms


def _period(
    period: Period, end: date | None, status: Status, because: str, state: BalanceState
) -> PeriodView:
    terms, left = period.terms, period.left(state.held)
    volume = period.volume.kilograms
    used = EXACT.divide(EXACT.multiply(state.held, HUNDRED), volume) if volume else HUNDRED
    return PeriodView(
        period_from=terms.effective_from,
        period_to=end,
        status=status,
        because=because,
        volume=period.volume,
        drawn_kilograms=exact_text(state.held),
        left_kilograms=exact_text(left),
        used_percent=shown(used, 0, 2),
        critical=used >= CRITICAL_FROM_PERCENT,
        exhausted_at=UNSET if left or state.exhausted_at is None else state.exhausted_at,
        drawings=len(state.drawings),
        cut_off=_cut_off(state),
        cites=period.says_so,
        legal_basis=(period.amended or period.act).data.legal_basis,
    )


def _cut_off(state: BalanceState) -> tuple[CutOff, ...]:
    short = [(key, one) for key, one in state.drawings.items() if one.held < one.requested]
    short.sort(key=lambda found: (found[1].position, found[0]))
    return tuple(
        CutOff(
            member=member,
            reference=reference,
            item_no=item_no,
            requested_kilograms=exact_text(one.requested),
            held_kilograms=exact_text(one.held),
            short_kilograms=exact_text(EXACT.subtract(one.requested, one.held)),
            position=one.position,
        )
        for (member, reference, item_no), one in short
    )
