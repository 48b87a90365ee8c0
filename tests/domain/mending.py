"""Corrections and annulments of facts, in few words: of what stands at a position, by whoever said it."""

from typing import Any

import msgspec

from contracts.envelope import Event
from services.tariffs.domain.histories.places import history_of
from tests.domain.facts import act, event
from tests.domain.given import Bloc


def target(bloc: Bloc, position: int, stream: str, /, **slips: Any) -> dict[str, Any]:
    """The target of a correction, read from the record; keyword arguments put slips in."""
    found = next(entry.event for entry in history_of(bloc.rules, stream) if entry.position == position)
    named = {"position": position, "type": found.type, "source": found.source, "id": found.id}
    return named | slips


def corrected(bloc: Bloc, original: Event[Any], position: int, /, *, by: str = "", **more: Any) -> Event[Any]:
    """What `original` said at a position is corrected in these fields of its payload (None leaves one out)."""
    said: dict[str, Any] = msgspec.to_builtins(original.data) | more
    words = {name: value for name, value in said.items() if value is not None}
    return mending("corrected", bloc, original, position, by=by, corrected=words)


def annulled(bloc: Bloc, original: Event[Any], position: int, /, *, by: str = "", **slips: Any) -> Event[Any]:
    """What `original` said at a position is annulled."""
    return mending("annulled", bloc, original, position, by=by, slips=slips)


def mending(
    verb: str,
    bloc: Bloc,
    original: Event[Any],
    position: int,
    *,
    by: str = "",
    slips: dict[str, Any] | None = None,
    **more: Any,
) -> Event[Any]:
    """A correction or annulment; `slips` replace parts of its target."""
    data = {
        "stream": original.subject,
        "target": target(bloc, position, original.subject, **(slips or {})),
        "reason": "A slip of the pen",
        "legal_basis": act("9"),
    }
    return event(by or original.party, f"bloc.event.{verb}.v1", data | more)
