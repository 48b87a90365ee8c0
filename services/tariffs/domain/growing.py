"""A rules state that entries are being folded into: what the fold writes to, until the batch is whole.

A state is a value, and a value for each of a hundred thousand entries would copy its way down every map that the entry
touches, only to be thrown away by the next one. So a batch writes into maps that are opened at the first change
(`immutables`: what was copied for this batch is written in place) and closed once. What nobody wrote to stays the very
same object: what is remembered of the rules goes by identity. The state that was begun with does not change, so a batch
that breaks off in the middle leaves nothing behind.
"""

from typing import Any

from immutables import Map, MapMutation
from msgspec.structs import replace

from services.tariffs.domain.histories.long import appended
from services.tariffs.domain.state import RulesState


class Growing:
    """Goes on from `state`; `grown` gives what came of it, once."""

    __slots__ = ("_opened", "_others", "_state")

    def __init__(self, state: RulesState) -> None:
        self._state = state
        self._opened: dict[str, MapMutation[Any, Any]] = {}
        self._others: dict[str, Any] = {}

    def held(self, field: str) -> Map[Any, Any] | MapMutation[Any, Any]:
        """A map of the state as it is by now, to read. It may be another one after the next change."""
        opened = self._opened.get(field)
        return getattr(self._state, field) if opened is None else opened

    def put(self, field: str, key: object, value: object) -> None:
        """Put a value into a map."""
        opened = self._opened.get(field)
        if opened is None:
            opened = self._opened[field] = getattr(self._state, field).mutate()
        opened[key] = value

    def append(self, field: str, thing: object, entry: object) -> None:
        """Append to the history of a thing, which may begin with it."""
        opened = self._opened.get(field)
        if opened is None:
            opened = self._opened[field] = getattr(self._state, field).mutate()
        opened[thing] = appended(opened.get(thing, ()), entry)

    def other(self, field: str) -> Any:
        """A field that is no map, as it is by now."""
        return self._others[field] if field in self._others else getattr(self._state, field)

    def set_other(self, field: str, value: object) -> None:
        """Set a field that is no map."""
        self._others[field] = value

    def grown(self, position: int) -> RulesState:
        """The state after the entry at `position`. Nothing may be put into this one any more."""
        maps = {field: opened.finish() for field, opened in self._opened.items()}
        return replace(self._state, position=position, **maps, **self._others)
