"""Cases as known at K: how far the proceedings have come, and what was ruled."""

from datetime import date
from typing import Literal

from msgspec import Struct

from contracts.events import CaseClosed, CaseConsultationsHeld, CaseOpened, CaseRuled
from services.tariffs.domain.histories.timeline import recorded_by
from services.tariffs.domain.state import Recorded, RulesState

CaseStatus = Literal["opened", "consulted", "settled", "ruled_provisionally", "ruled", "closed"]


class Case(Struct, frozen=True):
    """A case with what happened in it, in order of recording."""

    opened: Recorded
    consultations: tuple[Recorded, ...]
    rulings: tuple[Recorded, ...]
    closed: Recorded | None

    @property
    def terms(self) -> CaseOpened:
        """What it was opened about."""
        return self.opened.data

    @property
    def final(self) -> Recorded | None:
        """The final ruling, None while there is none."""
        return next((entry for entry in self.rulings if entry.data.stage == "final"), None)

    @property
    def is_settled(self) -> bool:
        """Whether consultations ended it."""
        return any(entry.data.settled for entry in self.consultations)

    @property
    def status(self) -> CaseStatus:
        """How far it has come."""
        if self.closed is not None:
            return "closed"
        if self.final is not None:
            return "ruled"
        if self.is_settled:
            return "settled"
        if self.rulings:
            return "ruled_provisionally"
        return "consulted" if self.consultations else "opened"

    @property
    def last_day(self) -> date:
        """The day of the newest step."""
        days = [self.terms.opened_on]
        days += (entry.data.held_on for entry in self.consultations)
        days += (entry.data.ruled_on for entry in self.rulings)
        return max(days)


def case_at(rules: RulesState, name: str, position: int) -> Case | None:
    """A case as known at K = `position`; None when none of that name had been opened."""
    entries = recorded_by(rules.cases.get(name, ()), position)
    opened = next((entry for entry in entries if isinstance(entry.data, CaseOpened)), None)
    if opened is None:
        return None
    return Case(
        opened=opened,
        consultations=tuple(entry for entry in entries if isinstance(entry.data, CaseConsultationsHeld)),
        rulings=tuple(entry for entry in entries if isinstance(entry.data, CaseRuled)),
        closed=next((entry for entry in entries if isinstance(entry.data, CaseClosed)), None),
    )
