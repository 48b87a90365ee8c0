"""What was derived when a submission was decided, beside what is derived from it now.

The ids of derived events follow from their causes, so the two are matched by id. An event with another id that says
what an expected one says is a double: somebody would owe a thing twice.
"""

from collections.abc import Iterator, Sequence
from typing import Any, cast

import msgspec
from msgspec import Struct

from contracts.decoding import encode_event
from contracts.envelope import Event
from contracts.limits import DIFFERENCES_SHOWN_MAX, VALUE_SHOWN_CHARACTERS_MAX
from contracts.malformed import UNREADABLE

from .findings import FaultKind, Finding

ASSESSMENTS = frozenset({"bloc.duty.assessed.v1", "bloc.duty.reassessed.v1"})


class _Derived(Struct):
    id: str
    type: str
    source: str
    data: Any


_DECODE = msgspec.json.Decoder(_Derived)


def compare(
    expected: Sequence[Event[Any]], recorded: Sequence[bytes], first: int, cause: int
) -> Iterator[Finding]:
    """Findings about derived events: `first` is the position of the first recorded one, `cause` that of the draft."""
    due = {event.id: event for event in expected}
    seen: dict[str, int] = {}
    said: list[tuple[int, _Derived, bytes]] = []
    for place, line in enumerate(recorded):
        said.append((first + place, _read(line), line))
        seen.setdefault(said[-1][1].id, first + place)
    for position, derived, line in said:
        event = due.get(derived.id)
        if event is not None and seen[derived.id] == position:
            yield from _differences(event, derived, line, position)
        else:
            yield _not_due(derived, position, expected, cause, again=event is not None)
    for event in expected:
        if event.id not in seen:
            yield Finding(
                kind="derived_missing",
                position=cause,
                party=event.party,
                text=f"a {event.type} on {event.subject} follows from what is recorded here, and is not recorded",
                expected=_cut(encode_event(event).decode()),
            )
    order = [event.id for event in expected if event.id in seen]
    if order != sorted(order, key=seen.__getitem__):
        text = "the derived events stand in another order than that of their causes"
        yield Finding(kind="derived_differs", position=first, party=said[0][1].source, text=text)


def _read(line: bytes) -> _Derived:
    """Read a derived line as plain data; one that is no JSON has no id, and is due to nothing."""
    try:
        return _DECODE.decode(line)
    except UNREADABLE:
        return _Derived("", "unreadable", "", None)


def _differences(event: Event[Any], derived: _Derived, line: bytes, position: int) -> Iterator[Finding]:
    wanted = encode_event(event)
    if wanted == line:
        return
    differing = list(_paths("$", msgspec.json.decode(wanted), msgspec.json.decode(line)))
    kind: FaultKind = "assessment_differs" if derived.type in ASSESSMENTS else "derived_differs"
    if not differing:
        text = f"the {derived.type} says what is expected, and is written in another way"
        yield Finding(kind=kind, position=position, party=event.party, text=text)
    for path, due, found in differing[:DIFFERENCES_SHOWN_MAX]:
        yield Finding(
            kind=kind,
            position=position,
            party=event.party,
            text=f"{path} of the {derived.type} is {found}; decided again it is {due}",
            path=path,
            expected=due,
            recorded=found,
        )


def _not_due(
    derived: _Derived, position: int, expected: Sequence[Event[Any]], cause: int, *, again: bool
) -> Finding:
    twin = next((event for event in expected if _plain(event) == derived.data), None)
    if again or twin is not None:
        kind, why = "derived_doubled", "says again what another entry of its draft says"
    else:
        kind, why = "derived_without_cause", "follows from nothing in its draft"
    return Finding(
        kind=kind,
        position=position,
        party=derived.source.rpartition("/")[2],
        text=f"this {derived.type} {why}, which begins at position {cause}",
        recorded=_cut(derived.id),
    )


def _plain(event: Event[Any]) -> Any:
    """The payload as JSON has it."""
    return msgspec.json.decode(msgspec.json.encode(event.data))


def _paths(path: str, wanted: Any, found: Any) -> Iterator[tuple[str, str, str]]:
    """JSON path, expected and recorded text of each value that differs, in the order of writing."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        one, other = cast("dict[str, Any]", wanted), cast("dict[str, Any]", found)
        for name in dict.fromkeys((*one, *other)):
            yield from _paths(f"{path}.{name}", one.get(name, _ABSENT), other.get(name, _ABSENT))
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):  # pyright: ignore[reportUnknownArgumentType]
        pairs = zip(cast("list[Any]", wanted), cast("list[Any]", found), strict=True)
        for place, (due, said) in enumerate(pairs):
            yield from _paths(f"{path}[{place}]", due, said)
    elif wanted != found:
        yield path, _shown(wanted), _shown(found)


class _Absent(Struct):
    pass


_ABSENT = _Absent()


def _shown(value: Any) -> str:
    return "nothing" if value is _ABSENT else _cut(msgspec.json.encode(value).decode())


def _cut(text: str) -> str:
    return text if len(text) <= VALUE_SHOWN_CHARACTERS_MAX else text[:VALUE_SHOWN_CHARACTERS_MAX] + "…"
