"""Whose a measure is and of what kind: said once, at its creation, and true of every later act on it.

Both are asked of histories that may begin with anything: an act on a measure that nobody created is refused, but
the lines behind it in the same submission are still judged, and a recorded history is whatever it is.
"""

from collections.abc import Sequence

from contracts.events import MeasureCreated
from contracts.events.measures import MeasureKind
from services.tariffs.domain.histories.correcting import as_corrected, is_corrected
from services.tariffs.domain.histories.timeline import recorded_by
from services.tariffs.domain.state import Recorded


def territory_of_name(measure: str) -> str:
    """The territory of a measure: the first label of its name, which its creation cannot contradict."""
    return measure.split(".")[0].upper()


def kind_of_history(history: Sequence[Recorded], position: int) -> MeasureKind | None:
    """The kind that a measure was created with, as known at `position`; None when it never was.

    A measure of which everything is annulled keeps its kind, which tells what it is that never was; one of which an
    act stands without its creation has none, as if it had been recorded so.
    """
    acts = recorded_by(history, position)
    if is_corrected(acts):
        reading = as_corrected(acts)
        acts = reading.entries or tuple(act for act, _ in reading.annulled)
    for entry in acts:
        data = entry.event.data
        if isinstance(data, MeasureCreated):
            return data.kind
    return None
