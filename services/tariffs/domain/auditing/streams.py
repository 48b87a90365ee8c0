"""The streams that are loaded on demand, as an audit holds them: the newest state of each, some of them put away.

There is one for every declaration, so they cannot all stay in memory; the shell says where the ones go that nobody
has asked for lately. Their versions are counted along, since a stream that skips one was folded wrongly here.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from msgspec import Struct

from contracts.envelope import AnyEvent
from contracts.limits import AUDIT_STREAMS_HELD_MAX
from services.tariffs.domain.reserve.streams import empty_stream, evolve_stream, is_on_demand
from services.tariffs.domain.world import StreamHead

from .recorded_drafts import BrokenRecord, event_of_line

Waiting = tuple[int, int, bytes]
"""Position, version and event line of an entry that is yet to be folded."""


class Kept(Struct):
    """A stream as it is held: its head (None: nothing folded yet), and recorded lines that wait to be folded.

    Most declarations are never asked for again, so what is not judged here is kept as it was read: reading it can
    wait until somebody needs it.
    """

    head: StreamHead | None = None
    waiting: list[Waiting] = []
    mine: bool = True
    """Whether its last entry was judged here: of several audits that share a record, one answers for each stream."""


class Shelf(Protocol):
    """Where streams are put that are not needed at the moment."""

    def put(self, streams: list[tuple[str, Kept]]) -> None:
        """Keep these, in place of what was kept of the same streams before."""
        ...

    def take(self, stream: str) -> Kept | None:
        """Give one back; None when it was never put."""
        ...

    def each(self) -> Iterator[tuple[str, Kept]]:
        """All that are kept."""
        ...


class NoShelf:
    """For records that fit into memory."""

    def __init__(self) -> None:
        self._streams: dict[str, Kept] = {}

    def put(self, streams: list[tuple[str, Kept]]) -> None:
        """Keep these in memory."""
        self._streams.update(streams)

    def take(self, stream: str) -> Kept | None:
        """Give one back."""
        return self._streams.pop(stream, None)

    def each(self) -> Iterator[tuple[str, Kept]]:
        """All that are kept."""
        yield from self._streams.items()


class Streams:
    """Streams by name; those unused for longest go to the shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def heads(self, names: Iterable[str], new: frozenset[str] = frozenset()) -> dict[str, StreamHead]:
        """The heads of these streams, as far as they exist. `new`: known to have nothing recorded on them yet."""
        found: dict[str, StreamHead] = {}
        for name in names:
            kept = self._find(name, is_new=name in new)
            if kept is not None and (head := _folded(kept, name).head) is not None:
                found[name] = head
        return found

    def fold(self, position: int, version: int, event: AnyEvent) -> None:
        """Take in one entry, stamped with `version`; those of other kinds are passed over."""
        stream = event.subject
        if not is_on_demand(stream):
            return
        kept = self._find(stream, is_new=version == 1) or Kept()
        head = _next(_folded(kept, stream).head, stream, position, version, event)
        self.adopt({stream: head})

    def fold_later(self, position: int, version: int, stream: str, line: bytes, *, mine: bool = True) -> None:
        """Take in one entry unread."""
        kept = self._find(stream, is_new=version == 1) or Kept()
        kept.waiting.append((position, version, line))
        kept.mine = mine
        self._hold(stream, kept)

    def adopt(self, heads: Mapping[str, StreamHead]) -> None:
        """Take heads as they were folded by whoever decided."""
        for stream, head in heads.items():
            self._hold(stream, Kept(head))

    def each(self) -> Iterator[tuple[str, StreamHead]]:
        """Every stream that is looked after here once, with its newest head."""
        for name, kept in self.each_unread():
            if kept.mine and (head := head_of(kept, name)) is not None:
                yield name, head

    def each_unread(self) -> Iterator[tuple[str, Kept]]:
        """Every stream once, as it is held: who needs its head asks `head_of`."""
        yield from self._kept.items()
        yield from ((name, kept) for name, kept in self._shelf.each() if name not in self._kept)

    def _find(self, stream: str, *, is_new: bool) -> Kept | None:
        kept = self._kept.get(stream)
        return self._shelf.take(stream) if kept is None and not is_new else kept

    def _hold(self, stream: str, kept: Kept) -> None:
        self._kept[stream] = kept
        self._kept.move_to_end(stream)
        if len(self._kept) > AUDIT_STREAMS_HELD_MAX:
            self._shelf.put([self._kept.popitem(last=False) for _ in range(AUDIT_STREAMS_HELD_MAX // 2)])


def head_of(kept: Kept, stream: str) -> StreamHead | None:
    """The head of a stream with everything folded that waited; None when nothing is recorded on it."""
    return _folded(kept, stream).head


def _folded(kept: Kept, stream: str) -> Kept:
    """The same, with nothing waiting."""
    for position, version, line in kept.waiting:
        kept.head = _next(kept.head, stream, position, version, event_of_line(line, position))
    kept.waiting.clear()
    return kept


def _next(head: StreamHead | None, stream: str, position: int, version: int, event: AnyEvent) -> StreamHead:
    head = head or StreamHead(0, empty_stream(stream))
    check_version(position, stream, head.version + 1, version)
    return StreamHead(version, evolve_stream(head.state, position, event))


def check_version(position: int, stream: str, due: int, stamped: int) -> None:
    """Raises BrokenRecord when a stream is stamped with another version than is due."""
    if stamped != due:
        raise BrokenRecord(
            position, f"version {stamped} of {stream} stands where {due} is due; verify the record first"
        )
