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
from services.tariffs.domain.replay.whole_state import COUNTED_KINDS, DECLARATION, QUOTA_BALANCE
from services.tariffs.domain.reserve.streams import ON_DEMAND_KINDS, StreamState, empty_stream, evolve_stream
from services.tariffs.following.recorded import BrokenHistory, Place, event_in

KEPT_KINDS = ON_DEMAND_KINDS - COUNTED_KINDS
"""Kinds of stream that are kept whole."""

_EVENT = b',"event":'
_TYPE = re.compile(rb'"type"\s*:\s*"bloc\.([a-z_]+\.[a-z_]+)\.v')


class _Event(msgspec.Struct, frozen=True):
    data: Said


class _Line(msgspec.Struct, frozen=True):
    event: _Event


_NOTHING = Decimal()
_LINES = msgspec.json.Decoder(_Line)


class Tally:
    """Streams and totals up to the entry taken last. `streams` is a value; `totals` gives a copy."""

    def __init__(self, streams: Map[str, StreamState] | None = None, totals: Totals | None = None) -> None:
        self.streams: Map[str, StreamState] = Map() if streams is None else streams
        self._totals: dict[TotalKey, Total] = dict(totals or {})

    @property
    def totals(self) -> Totals:
        """The totals as they are now."""
        return dict(self._totals)

    def take(self, place: Place, kind: str, line: bytes) -> bool:
        """Fold one served entry of a stream of a `kind` that is not part of the rules; True when its stream is kept
        whole."""
        if kind == DECLARATION:
            self._count(place, line)
        elif kind == QUOTA_BALANCE:
            self._add(drawn_from(place.stream.removeprefix("quota_balance/"), event_in(line).data))
        elif kind in KEPT_KINDS:
            state = self.streams.get(place.stream) or empty_stream(place.stream)
            state = evolve_stream(state, place.position, event_in(line))
            self.streams = self.streams.set(place.stream, state)
            return True
        return False

    def _count(self, place: Place, line: bytes) -> None:
        """An event of a declaration. Its payload has no member `type`, and in a text the quotes would be escaped."""
        found = _TYPE.search(line, line.index(_EVENT))
        if found is None:
            raise BrokenHistory(f"entry {place.position} is of no type: {line[:120]!r}")
        event = found[1].decode()
        totals = self._totals
        key = counted(place.stream.split("/", 2)[1], event)
        totals[key] = added(totals.get(key), _NOTHING)
        if event in SPEAKING:
            self._add(amounts_of(event, _LINES.decode(line).event.data))

    def _add(self, amounts: Iterable[tuple[TotalKey, Decimal]]) -> None:
        for key, amount in amounts:
            self._totals[key] = added(self._totals.get(key), amount)
