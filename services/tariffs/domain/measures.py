"""Whose a measure is and of what kind: said once, at its creation, and true of every later act on it.

Both are asked of histories that may begin with anything: an act on a measure that nobody created is refused, but
the lines behind it in the same submission are still judged, and a recorded history is whatever it is.
"""

from collections.abc import Sequence

from contracts.events import MeasureCreated
from services.tariffs.domain.state import Recorded


def territory_of_name(measure: str) -> str:
    """The territory of a measure: the first label of its name, which its creation cannot contradict."""
    return measure.split(".")[0].upper()


def kind_of_history(history: Sequence[Recorded]) -> str | None:
    """The kind that a measure was created with; None when it never was."""
    return next((entry.data.kind for entry in history if isinstance(entry.data, MeasureCreated)), None)
