"""What the rules state leaves out, folded beside it: streams that are few enough to keep whole, and totals of duty.

Decisions need neither, but a state hash does, and so does whoever replays a ledger. Declarations are by far the most
entries, so of these only the type is looked for in the bytes, and only what totals read is decoded.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

import msgspec
from immutables import Map

from services.tariffs.domain.replay.totals import (
    SPEAKING,
    Said,
    Total,
    TotalKey,
    Totals,
    added,
    amounts_of,
    counted,
    drawn_from,
)
from services.tariffs.domain.replay.whole_state import COUNTED_KINDS, QUOTA_BALANCE
from services.tariffs.domain.reserve.streams import ON_DEMAND_KINDS, StreamState, empty_stream, evolve_stream
from services.tariffs.following.recorded import BrokenHistory, Place, event_in, place_of

KEPT_KINDS = ON_DEMAND_KINDS - COUNTED_KINDS
"""Kinds of stream that are kept whole."""

_TYPE_BEGINS, _TYPE_ENDS = b'"type":"bloc.', b".v"
_TYPE_SPACED = re.compile(rb'"type"\s*:\s*"bloc\.([a-z_]+\.[a-z_]+)\.v')


class _Event(msgspec.Struct, frozen=True):
    data: Said


class _Line(msgspec.Struct, frozen=True):
    event: _Event


_NO_TOTAL = (0, Decimal())
_SPEAKING = {event.encode(): event for event in SPEAKING}
_LINES = msgspec.json.Decoder(_Line)


class Tally:
    """Streams and totals up to the entry taken last. `streams` is a value; `totals` gives a copy."""

    def __init__(self, streams: Map[str, StreamState] | None = None, totals: Totals | None = None) -> None:
        self.streams: Map[str, StreamState] = Map() if streams is None else streams
        self._totals: dict[TotalKey, Total] = dict(totals or {})
        self._counts: dict[tuple[str, bytes], int] = {}

    @property
    def totals(self) -> Totals:
        """The totals as they are now."""
        totals = dict(self._totals)
        for (member, event), more in self._counts.items():
            key = counted(member, event.decode())
            count, sum_ = totals.get(key, _NO_TOTAL)
            totals[key] = (count + more, sum_)
        return totals

    def take(self, place: Place, line: bytes) -> bool:
        """Fold one served entry of a stream that is not part of the rules; True when its stream is kept whole."""
        if place.kind == QUOTA_BALANCE:
            self._add(drawn_from(place.stream.removeprefix("quota_balance/"), event_in(line).data))
        elif place.kind in KEPT_KINDS:
            state = self.streams.get(place.stream) or empty_stream(place.stream)
            state = evolve_stream(state, place.position, event_in(line))
            self.streams = self.streams.set(place.stream, state)
            return True
        return False

    def count(self, place: Place, line: bytes) -> None:
        """Count one served entry of a declaration, by far the most there are."""
        name = _name_of_type(line)
        counts, key = self._counts, (place.stream.split("/", 2)[1], name)
        counts[key] = counts.get(key, 0) + 1
        event = _SPEAKING.get(name)
        if event is not None:
            self._add(amounts_of(event, _LINES.decode(line).event.data))

    def _add(self, amounts: Iterable[tuple[TotalKey, Decimal]]) -> None:
        for key, amount in amounts:
            self._totals[key] = added(self._totals.get(key), amount)


def _name_of_type(line: bytes) -> bytes:
    """What happened to a declaration, as in `duty.assessed`, of its served line. Raises BrokenHistory.

    Neither stamp nor payload has a member `type`, and in a text the quotes would be escaped; an author may put blanks
    around the colon.
    """
    found = line.find(_TYPE_BEGINS)
    if found >= 0:
        begins = found + len(_TYPE_BEGINS)
        return line[begins : line.find(_TYPE_ENDS, begins)]
    spaced = _TYPE_SPACED.search(line)
    if spaced is None:
        raise BrokenHistory(f"entry {place_of(line).position} is of no type: {line[:120]!r}")
    return spaced[1]
