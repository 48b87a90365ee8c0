"""What the demo remembers of what it posted: where each entry stands and which id it has, as the receipts said.

Corrections, annulments and approvals name an earlier entry by its position, which nobody can know beforehand. A
partner's system keeps its receipts for that; so does this.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
from msgspec import Struct

from bloc.demo.telling import PositionOf, TargetOf


class _Authored(Struct):
    id: str
    source: str
    type: str
    subject: str


class Seen(Struct, frozen=True):
    """An entry that was recorded."""

    position: int
    type: str
    source: str
    id: str


class Memory:
    """The newest entry of each type on each stream that this demo posted."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], Seen] = {}

    def keep(self, authored: Sequence[bytes], receipt: Mapping[str, Any]) -> None:
        """Take note of recorded events: their lines stand from the receipt's first position on, what was derived
        from them after that."""
        for position, line in enumerate(authored, receipt["first_position"]):
            event = msgspec.json.decode(line, type=_Authored)
            seen = Seen(position, event.type, event.source, event.id)
            self._seen[event.subject, event.type] = seen

    def entry(self, stream: str, type_name: str) -> Seen:
        """The newest entry of that type on that stream."""
        return self._seen[stream, type_name]

    def filled_in(self, data: object) -> Any:
        """The data with every `TargetOf` and `PositionOf` replaced by what it stands for."""
        match data:
            case TargetOf():
                return msgspec.to_builtins(self.entry(data.stream, data.type))
            case PositionOf():
                return self.entry(data.stream, data.type).position
            case Mapping():
                fields = cast("Mapping[str, object]", data)
                return {name: self.filled_in(value) for name, value in fields.items()}
            case list() | tuple():
                return [self.filled_in(value) for value in cast("Sequence[object]", data)]
            case _:
                return data
