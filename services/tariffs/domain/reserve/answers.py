"""Questions about a reserve on V that its view answers only in part: what falls due, what a release would do to the
cover. Nothing is posted: each is computed from the states and from dates, so asking with a later V is the forecast.
"""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from contracts.decimals import EXACT
from services.tariffs.domain.assessment.exact import ZERO, exact_text, shown

from .cover import COVER_DIGITS, CoverView
from .obligations import ObligationView


def becoming_overdue(obligations: Iterable[ObligationView], days: int) -> tuple[ObligationView, ...]:
    """Give what is open and in time on V, and overdue `days` after it if nothing comes; by company, line, due day."""
    soon = [owed for owed in obligations if owed.days_left is not None and owed.days_left < days]
    return tuple(sorted(soon, key=lambda owed: (owed.company, owed.line, owed.due_on, owed.obligation)))


def cover_after(cover: CoverView, release: Decimal) -> CoverView:
    """Give the cover as it would be with `release` kilograms less in stock (E22); never less than nothing."""
    left = max(EXACT.subtract(Decimal(cover.kilograms), release), ZERO)
    demand = Decimal(cover.daily_demand_kilograms)
    days = EXACT.divide(left, demand) if demand else ZERO
    return msgspec.structs.replace(
        cover,
        kilograms=exact_text(left),
        days=shown(days, COVER_DIGITS, COVER_DIGITS),
        is_below_target=days < Decimal(cover.target_days),
    )
