"""Replaying a history: the service's own fold over recorded entries, and nothing else.

On the way every hash that the service published is compared with the state that the replay has at that position. So
one run says both what the state is and whether the service understood the same entries as this machine does.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from bloc.history.bounds import check_reached, until
from bloc.history.faults import Broken
from bloc.history.published import Published, published_hashes
from bloc.history.sources import History, Lines, Progress, dense
from contracts.entry import CorruptEntry
from services.tariffs.domain.replay.document import FORMAT, StateHash, StateHasher
from services.tariffs.domain.replay.whole_state import WholeState
from services.tariffs.following.folding import Folding
from services.tariffs.following.garbage import without_looks_for_garbage
from services.tariffs.following.recorded import BrokenHistory, place_of


class Compared(Struct, frozen=True):
    """A published hash beside the one of this replay. `found` is None for a format that this release cannot write."""

    published: Published
    found: StateHash | None

    @property
    def agrees(self) -> bool | None:
        """Whether both are the same; None when that cannot be told."""
        if self.found is None:
            return None
        said = self.published.said
        return (said.state_hash, said.things) == (self.found.root, self.found.things)


class Replayed(Struct, frozen=True):
    """The state after the last entry that was asked for, when that was recorded, and what was compared."""

    state: WholeState
    hash: StateHash
    recorded_at: str
    compared: tuple[Compared, ...]

    @property
    def differs(self) -> bool:
        """Whether any published hash is another one than the replay's."""
        return any(each.agrees is False for each in self.compared)


def replay(history: History, to: int | datetime | None, progress: Progress) -> Replayed:
    """Fold a history up to a position or a moment. Raises Broken, NotRecorded and Unreadable (Trouble)."""
    published = sorted(published_hashes(history), key=lambda each: each.said.known_position)
    run = _Run(published)
    with without_looks_for_garbage():
        try:
            for lines in until(dense(history), to):
                run.take(lines)
                progress(run.position + 1)
        except (BrokenHistory, CorruptEntry, msgspec.DecodeError) as error:
            raise Broken(history.name, str(error)) from error
        check_reached(history.name, to, run.position)
        state = run.folding.state
        hashed = run.hasher.hash(state)
    return Replayed(state, hashed, place_of(run.last).recorded_at, tuple(run.compared))


class _Run:
    """A fold that halts where a hash was published."""

    def __init__(self, published: Sequence[Published]) -> None:
        self._awaited = list(reversed(published))
        self.folding = Folding()
        self.hasher = StateHasher()
        self.compared: list[Compared] = []
        self.last = b""

    @property
    def position(self) -> int:
        """Position of the last entry folded."""
        return self.folding.rules.position

    def take(self, lines: Lines) -> None:
        """Fold a batch."""
        for stretch in self._cut(lines):
            self.folding.take(stretch)
            while self._awaited and self._awaited[-1].said.known_position == self.position:
                self._compare(self._awaited.pop())
        self.last = lines[-1]

    def _cut(self, lines: Lines) -> Iterator[Lines]:
        while lines:
            awaited = self._awaited[-1].said.known_position if self._awaited else None
            count = len(lines) if awaited is None else min(len(lines), awaited - self.position)
            yield lines[:count]
            lines = lines[count:]

    def _compare(self, published: Published) -> None:
        known = published.said.format == FORMAT
        found = self.hasher.hash(self.folding.state) if known else None
        self.compared.append(Compared(published, found))
