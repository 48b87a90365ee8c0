"""Walking and changing JSON events in tests: every place in an event by its path, and one change at a time."""

import copy
import json
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from contracts.decoding import Malformed, decode_event
from contracts.examples import example_of
from contracts.registry import EVENT_TYPES

TYPE_NAMES = tuple(EVENT_TYPES)
DECLARATION = "bloc.declaration.accepted.v1"
FLOOR_SET = "bloc.price_floor.set.v1"
MEASURE = "bloc.measure.created.v1"
COMMITMENT = "bloc.purchase_commitment.signed.v1"


class Place(NamedTuple):
    """A place in an event: its JSON path as the decoder writes it, and the steps to it."""

    path: str
    steps: tuple[str | int, ...]


def event(type_name: str) -> dict[str, Any]:
    """The example of a type, as a dictionary of its own."""
    return json.loads(example_of(type_name))


def line(value: object) -> bytes:
    """Compact JSON, as most authors write an event."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def places(value: Any, path: str = "$", steps: tuple[str | int, ...] = ()) -> Iterator[Place]:
    """Every value in an event, the whole event first."""
    yield Place(path, steps)
    if isinstance(value, dict):
        for key, below in cast("dict[str, Any]", value).items():
            yield from places(below, f"{path}.{key}", (*steps, key))
    if isinstance(value, list):
        for index, below in enumerate(cast("list[Any]", value)):
            yield from places(below, f"{path}[{index}]", (*steps, index))


def at(value: Any, place: Place) -> Any:
    """What stands at a place."""
    for step in place.steps:
        value = value[step]
    return value


def with_value(value: Any, place: Place, new: object) -> Any:
    """A copy of the event with another value at the place."""
    if not place.steps:
        return new
    changed = copy.deepcopy(value)
    holder = changed
    for step in place.steps[:-1]:
        holder = holder[step]
    holder[place.steps[-1]] = new
    return changed


def without(value: Any, place: Place) -> Any:
    """A copy of the event without the field at the place."""
    changed = copy.deepcopy(value)
    holder = changed
    for step in place.steps[:-1]:
        holder = holder[step]
    del holder[place.steps[-1]]
    return changed


def with_key_twice(value: Any, place: Place) -> bytes:
    """The event as bytes, with the field at the place written twice in its object."""
    marked = with_value(value, place, "\N{BLACK SQUARE}")
    key = json.dumps(place.steps[-1])
    old = line(at(value, place)).decode()
    return line(marked).decode().replace('"\N{BLACK SQUARE}"', f"{old},{key}:{old}").encode()


def refused(raw: bytes) -> Malformed:
    """The fault that is found in these bytes; there must be one, and it must say what to do."""
    fault = decode_event(raw)
    assert isinstance(fault, Malformed), f"let through: {raw[:200]!r}"
    assert fault.path.startswith("$")
    assert fault.reason
    assert fault.mend
    return fault


def refused_with(type_name: str, path: str, new: object) -> Malformed:
    """As `refused`, for the example of a type with another value at a path; the fault names the path."""
    value = event(type_name)
    fault = refused(line(with_value(value, place_of(value, path), new)))
    assert fault.path == path, fault
    return fault


def accepted(value: object) -> Any:
    """The decoded event of a dictionary, which must be let through."""
    decoded = decode_event(line(value))
    assert not isinstance(decoded, Malformed), decoded
    return decoded


def place_of(value: Any, path: str) -> Place:
    """The place with this path; a last step that is not there yet is where a new field goes."""
    for place in places(value):
        if place.path == path:
            return place
    parent, _, key = path.rpartition(".")
    return Place(path, (*place_of(value, parent).steps, key))
