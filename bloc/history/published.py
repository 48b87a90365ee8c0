"""The hashes of the state that a history holds: what a replay compares its own with."""

from collections.abc import Iterable

from msgspec import Struct

from bloc.history.faults import Broken
from bloc.history.http import LedgerHistory
from bloc.history.sources import History, dense
from contracts.events import StateHashPublished
from services.tariffs.following.recorded import event_in, place_of

STREAM = "bloc/state_hashes"
_ON_STREAM = b',"stream":"%s",' % STREAM.encode()
_STAMP_BEGINS_BYTES = 200
"""Position, time and stream stand in the first bytes of a served entry."""


class Published(Struct, frozen=True):
    """A hash that the deciding service published, at `position`."""

    position: int
    said: StateHashPublished


def published_hashes(history: History) -> list[Published]:
    """All of them, in order of recording. A ledger is asked for their stream; other histories are looked through."""
    if isinstance(history, LedgerHistory):
        lines: Iterable[bytes] = history.stream(STREAM)
    else:
        lines = (
            line for lines in dense(history) for line in lines if _ON_STREAM in line[:_STAMP_BEGINS_BYTES]
        )
    found: list[Published] = []
    for line in lines:
        data = event_in(line).data
        if not isinstance(data, StateHashPublished):
            raise Broken(history.name, f"entry {place_of(line).position} is no hash of the state")
        found.append(Published(place_of(line).position, data))
    return found
