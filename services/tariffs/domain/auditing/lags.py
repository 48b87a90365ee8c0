"""From taking effect over publication to the record: how long each issuer takes, in days.

A fact is late when it was recorded after its first day in force. That is lawful, and it is what makes an answer of
yesterday differ from one of today, so an auditor asks who does it and how often.
"""

from datetime import date
from typing import Any

from msgspec import UNSET, Struct

from contracts.envelope import AnyEvent, Event
from contracts.events import EventCorrected
from services.tariffs.domain.period import written_day


class Lag(Struct):
    """Of one issuer: facts with a first day in force, those recorded after it, and after their publication."""

    facts: int = 0
    late: int = 0
    late_days: int = 0
    """Sum over the late facts."""
    late_days_max: int = 0
    published: int = 0
    """Facts that name the day of their publication."""
    publication_days: int = 0
    """Sum of the days from publication to the record."""
    publication_days_max: int = 0

    def join(self, other: "Lag") -> None:
        """Add what was counted elsewhere."""
        self.facts += other.facts
        self.late += other.late
        self.late_days += other.late_days
        self.late_days_max = max(self.late_days_max, other.late_days_max)
        self.published += other.published
        self.publication_days += other.publication_days
        self.publication_days_max = max(self.publication_days_max, other.publication_days_max)


class Lags:
    """Sums by issuer."""

    def __init__(self) -> None:
        self._by_party: dict[str, Lag] = {}

    def take(self, event: AnyEvent, recorded_at: str) -> None:
        """Count one fact; one without a first day in force is passed over."""
        begins = begins_on(event)
        if begins is None:
            return
        recorded_on = written_day(recorded_at)
        lag = self._by_party.setdefault(event.party, Lag())
        lag.facts += 1
        days = (recorded_on - begins).days
        if days > 0:
            lag.late += 1
            lag.late_days += days
            lag.late_days_max = max(lag.late_days_max, days)
        published_on = getattr(event.data, "published_on", UNSET)
        if published_on is not UNSET:
            waited = max((recorded_on - published_on).days, 0)
            lag.published += 1
            lag.publication_days += waited
            lag.publication_days_max = max(lag.publication_days_max, waited)

    def by_issuer(self) -> dict[str, Lag]:
        """By party, in the order of their names."""
        return dict(sorted(self._by_party.items()))


def begins_on(event: Event[Any]) -> date | None:
    """The first day on which a fact holds; for a correction, that of the corrected one. None when it has none."""
    data = event.data
    while isinstance(data, EventCorrected):
        data = data.payload
    day = getattr(data, "effective_from", UNSET)
    if day is UNSET:
        day = getattr(data, "applies_from", UNSET)
    return None if day is UNSET else day
