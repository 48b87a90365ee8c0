"""Where the history of a thing lies in the rules state, by the stream that its entries stand on.

A correction names a stream and not a family, so this is the one table that leads from one to the other: for the fold,
which files a correction with its target, and for the rules, which judge it there.
"""

from collections.abc import Callable, Container
from functools import partial
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


Place = tuple[str, str]
"""Field of the rules state and thing: where a history lies."""


def place_of(state: RulesState, event: Event[Any]) -> Place | None:
    """Where the history lies that a correction or annulment is about; None if there is none."""
    return place_on(event.subject, partial(getattr, state))


def history_of(state: RulesState, stream: str) -> History:
    """All entries of a stream of the rules that can be corrected, as they were recorded; empty when there are none."""
    place = place_on(stream, partial(getattr, state))
    history: History = () if place is None else getattr(state, place[0])[place[1]]
    return history


def place_on(stream: str, histories: Callable[[str], Container[str]]) -> Place | None:
    """Where the history of a stream lies, if the `histories` of its field have it."""
    kind, _, thing = stream.partition("/")
    field = HISTORIES.get(kind)
    return (field, thing) if field is not None and thing in histories(field) else None
