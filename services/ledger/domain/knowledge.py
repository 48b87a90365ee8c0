"""What is known of the record when a draft is judged: recorded ids, and the versions of keys.

The record is too large to hold, so a batch brings the slice that its drafts ask about (see `plan`). The slice
is layered: rows read from the database, then what an earlier batch sealed that may not be committed yet, then
what this batch has sealed so far. Together they say what one endless table would say, which is why the borders
of batches cannot be seen in the entries.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

EventKey = tuple[str, str]
"""(source, id) of an event: unique in a ledger for ever."""


class KnownEvent(Struct, frozen=True, gc=False):
    """A recorded event: where, when (text of the stamp), and the author's bytes.

    `part_position` is the position of line 0 of its part, equal for lines that were recorded together;
    `part_lines` the number of lines of that part, `draft_count` that of the entries of the whole draft.
    """

    position: int
    part_position: int
    part_lines: int
    draft_count: int
    recorded_at: str
    event: bytes


class Learned(Struct, frozen=True):
    """What a sealed batch adds to the record: its ids, and the last version of each key that it advanced."""

    ids: Mapping[EventKey, KnownEvent] = {}
    versions: Mapping[str, int] = {}


NOTHING = Learned()


class Known:
    """The slice of the record that a batch needs; grows with what the batch itself records."""

    __slots__ = ("_layers", "_own_ids", "_own_versions", "_versions")

    def __init__(
        self,
        ids: Mapping[EventKey, KnownEvent],
        versions: Mapping[str, int],
        uncommitted: Learned = NOTHING,
    ) -> None:
        """`ids` and `versions` as read: keys of the plan that are not in them have never been recorded.

        `uncommitted` was sealed by the batch before, whose commit may still be under way.
        """
        self._own_ids: dict[EventKey, KnownEvent] = {}
        self._own_versions: dict[str, int] = {}
        self._layers = (self._own_ids, uncommitted.ids, ids)
        self._versions = {**versions, **uncommitted.versions}

    def holds_none_of(self, ids: frozenset[EventKey]) -> bool:
        """Whether no id is recorded: the fast answer for nearly every draft."""
        return all(layer.keys().isdisjoint(ids) for layer in self._layers if layer)

    def find(self, key: EventKey) -> KnownEvent | None:
        """The recorded event of this source and id, if any."""
        for layer in self._layers:
            if found := layer.get(key):
                return found
        return None

    def version_of(self, key: str) -> int:
        """The last version of a key, 0 when nothing was recorded on it."""
        return self._versions.get(key, 0)

    def advance(self, key: str) -> int:
        """Give a key its next version."""
        version = self._versions.get(key, 0) + 1
        self._versions[key] = self._own_versions[key] = version
        return version

    def remember(self, events: Iterable[tuple[EventKey, KnownEvent]]) -> None:
        """Take in events that were just sealed."""
        self._own_ids.update(events)

    def learned(self) -> Learned:
        """What this batch added."""
        return Learned(self._own_ids, self._own_versions)
