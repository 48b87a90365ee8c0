"""The streams that are loaded on demand, as an audit holds them: the newest state of each, some of them put away.

There is one for every declaration, so they cannot all stay in memory; the shell says where the ones go that nobody
has asked for lately. Their versions are counted along, since a stream that skips one was folded wrongly here.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from contracts.envelope import AnyEvent
from contracts.limits import AUDIT_STREAMS_HELD_MAX
from contracts.streams import kind_of
from services.tariffs.domain.reserve.streams import ON_DEMAND_KINDS, empty_stream, evolve_stream
from services.tariffs.domain.world import StreamHead

from .recorded_drafts import BrokenRecord


class Shelf(Protocol):
    """Where heads are put that are not needed at the moment."""

    def put(self, heads: list[tuple[str, StreamHead]]) -> None:
        """Keep these, in place of what was kept of the same streams before."""
        ...

    def take(self, stream: str) -> StreamHead | None:
        """Give one back; None when it was never put."""
        ...

    def each(self) -> Iterator[tuple[str, StreamHead]]:
        """All that are kept."""
        ...


class NoShelf:
    """For records that fit into memory."""

    def __init__(self) -> None:
        self._heads: dict[str, StreamHead] = {}

    def put(self, heads: list[tuple[str, StreamHead]]) -> None:
        """Keep these in memory."""
        self._heads.update(heads)

    def take(self, stream: str) -> StreamHead | None:
        """Give one back."""
        return self._heads.pop(stream, None)

    def each(self) -> Iterator[tuple[str, StreamHead]]:
        """All that are kept."""
        yield from self._heads.items()


class Streams:
    """Heads by name; those unused for longest go to the shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._heads: OrderedDict[str, StreamHead] = OrderedDict()

    def heads(self, names: Iterable[str], new: frozenset[str] = frozenset()) -> dict[str, StreamHead]:
        """The heads of these streams, as far as they exist. `new`: known to have nothing recorded on them yet."""
        found: dict[str, StreamHead] = {}
        for name in names:
            head = self._head(name, is_new=name in new)
            if head is not None:
                found[name] = head
        return found

    def fold(self, position: int, version: int, event: AnyEvent) -> None:
        """Take in one entry, stamped with `version`; those of other kinds are passed over."""
        stream = event.subject
        if kind_of(stream) not in ON_DEMAND_KINDS:
            return
        head = self._head(stream, is_new=version == 1) or StreamHead(0, empty_stream(stream))
        if head.version != version - 1:
            raise BrokenRecord(
                position,
                f"version {version} of {stream} follows version {head.version}; verify the record first",
            )
        self.adopt({stream: StreamHead(version, evolve_stream(head.state, position, event))})

    def adopt(self, heads: Mapping[str, StreamHead]) -> None:
        """Take heads as they were folded by whoever decided."""
        for stream, head in heads.items():
            self._heads[stream] = head
            self._heads.move_to_end(stream)
        if len(self._heads) > AUDIT_STREAMS_HELD_MAX:
            self._shelf.put([self._heads.popitem(last=False) for _ in range(AUDIT_STREAMS_HELD_MAX // 2)])

    def each(self) -> Iterator[tuple[str, StreamHead]]:
        """Every stream once, with its newest head."""
        yield from self._heads.items()
        yield from ((name, head) for name, head in self._shelf.each() if name not in self._heads)

    def _head(self, stream: str, *, is_new: bool) -> StreamHead | None:
        head = self._heads.get(stream)
        if head is None and not is_new:
            head = self._shelf.take(stream)
            if head is not None:
                self._heads[stream] = head
        return head
