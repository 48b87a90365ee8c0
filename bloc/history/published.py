"""The hashes of the state that a history holds, and the entries up to a moment: what a replay asks of it first."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from msgspec import Struct

from bloc.history.faults import Broken
from bloc.history.http import LedgerHistory
from bloc.history.sources import History, Lines, dense
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


def until(batches: Iterable[Lines], to: int | datetime | None) -> Iterator[Lines]:
    """The entries up to a position, or recorded up to a moment (aware); all of them for None."""
    if to is None:
        yield from batches
    elif isinstance(to, datetime):
        yield from _until_moment(batches, recorded_text(to))
    else:
        left = to + 1
        for lines in batches:
            if len(lines) >= left:
                yield lines[:left]
                return
            left -= len(lines)
            yield lines


def recorded_text(moment: datetime) -> str:
    """A moment as stamps write it; texts of this form are in order of time."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _until_moment(batches: Iterable[Lines], moment: str) -> Iterator[Lines]:
    for lines in batches:
        if place_of(lines[-1]).recorded_at <= moment:
            yield lines
            continue
        first_beyond = bisect_right(lines, moment, key=lambda line: place_of(line).recorded_at)
        if first_beyond:
            yield lines[:first_beyond]
        return
