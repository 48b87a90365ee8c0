"""Whether a mineral is off the list on V as known at K. Nothing else follows from it: floors, measures and stock of it
go on until they are ended, and say so where an auditor looks for gaps.
"""

from datetime import date

from contracts.events import MineralDelisted
from services.tariffs.domain.histories.timeline import known_at
from services.tariffs.domain.state import Recorded, RulesState


def delisting_on(rules: RulesState, mineral: str, day: date, position: int) -> Recorded | None:
    """The entry that took a mineral off the list, while it is off it on V = `day` as known at K = `position`."""
    for entry in reversed(known_at(rules.minerals.get(mineral, ()), position)):
        if entry.data.effective_from <= day:
            return entry if isinstance(entry.data, MineralDelisted) else None
    return None
