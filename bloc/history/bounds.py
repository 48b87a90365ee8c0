"""How far a history is read: up to a position, or up to what was recorded by a moment. This is K, never the day asked
about.

What the history does not hold is said: the state at its end is not the state at a later position.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from bloc.history.faults import Broken, NotRecorded
from bloc.history.sources import Lines
from services.tariffs.following.recorded import place_of


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


def check_reached(name: str, to: int | datetime | None, position: int) -> None:
    """Whether a reading that ended with the entry at `position` (-1: none) came to what was asked for.

    Raises NotRecorded when the history ends before it or begins after it, Broken when it is empty.
    """
    if isinstance(to, int) and position < to:
        raise NotRecorded(
            f"{name} ends with entry {position}, and {to} is asked for.",
            "Ask for an entry that is in it, or read a longer record.",
        )
    if position < 0 and to is not None:
        raise NotRecorded(
            f"In {name} nothing was recorded by {to}.",
            "That is when something was recorded (K). The day that is asked about (V) is an option of its own.",
        )
    if position < 0:
        raise Broken(name, "nothing is recorded in it")
