"""Where the history of a thing lies in the rules state, by the stream that its entries stand on.

A correction names a stream and not a family, so this is the one table that leads from one to the other: for the fold,
which files a correction with its target, and for the rules, which judge it there.
"""

from typing import Any

from contracts.envelope import Event
from services.tariffs.domain.state import History, RulesState

HISTORIES = {
    "floor": "floors",
    "act": "acts",
    "area": "areas",
    "measure": "measures",
    "member": "members",
    "mineral": "minerals",
    "line": "lines",
    "party": "mandates",
    "reference_price": "reference_prices",
    "exchange_rate": "exchange_rates",
    "emergency": "emergencies",
    "quota": "quotas",
    "undertaking": "undertakings",
}
"""Kind of stream → the histories that its entries are filed in. (A party's keys are not corrected.)"""


def place_of(state: RulesState, event: Event[Any]) -> tuple[str, str] | None:
    """Where the history lies that a correction or annulment is about: field of the state and thing; None if none."""
    return _place_of(state, event.subject)


def history_of(state: RulesState, stream: str) -> History:
    """All entries of a stream of the rules that can be corrected, as they were recorded; empty when there are none."""
    place = _place_of(state, stream)
    history: History = () if place is None else getattr(state, place[0])[place[1]]
    return history


def _place_of(state: RulesState, stream: str) -> tuple[str, str] | None:
    kind, _, thing = stream.partition("/")
    field = HISTORIES.get(kind)
    return (field, thing) if field is not None and thing in getattr(state, field) else None
