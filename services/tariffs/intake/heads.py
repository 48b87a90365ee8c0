"""The newest known state of each stream that decisions read, including drafts that are not recorded yet.

A lot, a commitment or a declaration is decided on the state that the decision before it left behind, while
that one is still on its way to the ledger. This is what lets one hot stream serve 64 submissions at once:
drafts are published in the order of decision, so each draft's `expects` is met by the one before it. When a
draft fails, everything decided after it on the same stream was decided on something that never happened: it
will fail at the ledger too, and the chain is forgotten and loaded again.

Each chain (from one load onwards) has a number. A failed draft breaks only the chain that it was part of, or
the second failure of an old chain would tear down the new one that the first failure's retry has begun.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from itertools import islice

import msgspec

from services.tariffs.domain.decide import StreamHead
from services.tariffs.domain.reserve.streams import StreamState, empty_stream


class _Chain(msgspec.Struct):
    """One stream's head, the number of its chain, and how many drafts on it are still under way."""

    head: StreamHead
    number: int
    under_way: int = 0


class Heads:
    """Stream heads by stream name, at most `streams_max` (streams with drafts under way are never dropped).

    `load` reads a stream's head from the ledger; it raises LedgerAway when it cannot.
    """

    def __init__(self, load: Callable[[str], Awaitable[StreamHead]], *, streams_max: int) -> None:
        self._load = load
        self._streams_max = streams_max
        self._chains: OrderedDict[str, _Chain] = OrderedDict()
        self._next_number = 0
        self._loading: dict[str, asyncio.Task[None]] = {}
        self._under_way: dict[str, int] = {}
        self._idle: dict[str, asyncio.Event] = {}

    def missing(self, streams: Iterable[str]) -> list[str]:
        """Which of these streams have to be loaded before anything can be decided on them."""
        return [stream for stream in streams if stream not in self._chains]

    def state_of(self, stream: str) -> StreamState | None:
        """The newest known state of a stream; None when it is not loaded."""
        chain = self._chains.get(stream)
        return None if chain is None else chain.head.state

    def crowded(self, streams: Iterable[str], drafts_max: int) -> str | None:
        """A stream among these on which so many drafts are under way that no more should follow; None if none."""
        return next((name for name in streams if self._under_way.get(name, 0) >= drafts_max), None)

    def assume_empty(self, stream: str) -> None:
        """Begin a chain on the guess that the stream does not exist yet (if wrong, the ledger says conflict)."""
        if stream not in self._chains:
            self._begin(stream, StreamHead(version=0, state=empty_stream(stream)))

    async def load(self, stream: str) -> None:
        """Begin a chain from what is recorded. Many callers share one read.

        Drafts of an earlier chain that are still under way are waited for: they may yet be recorded, and a
        chain begun before that would only conflict with them.
        """
        task = self._loading.get(stream)
        if task is None:
            task = asyncio.ensure_future(self._load_alone(stream))
            self._loading[stream] = task
            task.add_done_callback(lambda _: self._loading.pop(stream, None))
        await asyncio.shield(task)

    async def _load_alone(self, stream: str) -> None:
        while self._under_way.get(stream):
            await self._idle.setdefault(stream, asyncio.Event()).wait()
        head = await self._load(stream)
        if stream not in self._chains:
            self._begin(stream, head)

    def _begin(self, stream: str, head: StreamHead) -> None:
        self._next_number += 1
        self._chains[stream] = _Chain(head=head, number=self._next_number)

    def read(self, streams: Collection[str]) -> dict[str, StreamHead]:
        """The heads of these streams, all of which must be there (see `missing`).

        This is also where the streams unused for longest are dropped, never the ones that are just being read.
        """
        heads = {stream: self._chains[stream].head for stream in streams}
        over = len(self._chains) - self._streams_max
        if over > 0:
            idle = (name for name, chain in self._chains.items() if not chain.under_way and name not in heads)
            for name in list(islice(idle, over)):
                del self._chains[name]
        return heads

    def advance(self, heads: Mapping[str, StreamHead]) -> dict[str, int]:
        """Put a decided draft on its chains. Returns the chain numbers, to be handed to `settled` later."""
        numbers: dict[str, int] = {}
        for stream, head in heads.items():
            chain = self._chains[stream]
            chain.head = head
            chain.under_way += 1
            self._under_way[stream] = self._under_way.get(stream, 0) + 1
            numbers[stream] = chain.number
            self._chains.move_to_end(stream)
        return numbers

    def settled(self, numbers: Mapping[str, int], *, recorded: bool) -> None:
        """A draft has its receipt (or was never published): release its streams; break its chains if it failed."""
        for stream, number in numbers.items():
            left = self._under_way[stream] - 1
            if left:
                self._under_way[stream] = left
            else:
                del self._under_way[stream]
                waiting = self._idle.pop(stream, None)
                if waiting is not None:
                    waiting.set()
            chain = self._chains.get(stream)
            if chain is None or chain.number != number:
                continue
            if recorded:
                chain.under_way -= 1
            else:
                del self._chains[stream]

    def seen(self, stream: str, version: int) -> None:
        """The follower saw this version recorded: if we do not know it, another writer was there. Forget ours."""
        chain = self._chains.get(stream)
        if chain is not None and chain.head.version < version:
            del self._chains[stream]

    def __len__(self) -> int:
        return len(self._chains)
