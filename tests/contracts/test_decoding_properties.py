"""Properties of the decoder: every valid event, changed once anywhere, is refused at that place or still valid.

The examples of all types are the ground; hypothesis chooses type, place and change.
"""

import json
import random
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import fields

from contracts.decoding import Malformed, decode_event, decode_header, encode_event
from contracts.json_faults import find_json_fault
from contracts.registry import EVENT_TYPES
from tests.contracts.mutations import (
    TYPE_NAMES,
    accepted,
    at,
    event,
    line,
    place_of,
    places,
    refused,
    with_key_twice,
    with_value,
    without,
)

types = st.sampled_from(TYPE_NAMES)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def spelled_freely(value: Any, chance: random.Random) -> str:
    """The same JSON in another spelling: other order of fields, blanks, escapes."""

    def blank() -> str:
        return " " * chance.choice((0, 0, 0, 1, 2))

    if isinstance(value, dict):
        shuffled = list(cast("dict[str, Any]", value).items())
        chance.shuffle(shuffled)
        inner = ",".join(
            f"{blank()}{spelled_freely(key, chance)}{blank()}:{blank()}{spelled_freely(below, chance)}{blank()}"
            for key, below in shuffled
        )
        return "{" + inner + "}"
    if isinstance(value, list):
        return (
            "["
            + ",".join(
                blank() + spelled_freely(below, chance) + blank() for below in cast("list[Any]", value)
            )
            + "]"
        )
    if isinstance(value, str) and chance.random() < 0.2:
        return '"' + "".join(f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else sign for sign in value) + '"'
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize("type_name", TYPE_NAMES)
def test_a_null_a_fraction_and_a_second_key_are_refused_at_every_place(type_name: str):
    """Exhaustive: no field of any type is forgotten."""
    value = event(type_name)
    for place in places(value):
        if not place.steps:
            continue
        assert refused(line(with_value(value, place, None))).path == place.path
        assert refused(line(with_value(value, place, 1.5))).path == place.path
        if isinstance(place.steps[-1], str):
            assert refused(with_key_twice(value, place)).path == place.path


@pytest.mark.parametrize("type_name", TYPE_NAMES)
def test_an_unknown_field_is_refused_in_every_object(type_name: str):
    """Misspelt optional fields must not be lost in silence. (Only the input of a trace step is free.)"""
    value = event(type_name)
    for place in places(value):
        if isinstance(at(value, place), dict) and not place.path.endswith(".input"):
            changed = with_value(value, place, {**at(value, place), "approved_by": "us.trade"})
            assert refused(line(changed)).path == f"{place.path}.approved_by"


@pytest.mark.parametrize("type_name", TYPE_NAMES)
def test_a_missing_field_is_refused_by_its_name_or_was_optional(type_name: str):
    """Exhaustive over all fields of all objects in the examples."""
    value = event(type_name)
    for place in places(value):
        if place.steps and isinstance(place.steps[-1], str) and ".input." not in place.path:
            left = decode_event(line(without(value, place)))
            if isinstance(left, Malformed):
                parent = place.path.rpartition(".")[0]
                assert left.path in (place.path, parent, "$.subject"), (place.path, left)
            else:
                assert place.path.removeprefix("$.data.") not in required_fields(type_name)


def required_fields(type_name: str) -> set[str]:
    return {field.name for field in fields(EVENT_TYPES[type_name].payload) if field.required}


@given(types, st.data())
@settings(max_examples=400)
def test_any_value_in_any_place_is_refused_with_a_path_or_is_valid(type_name: str, data: st.DataObject):
    """Whatever is put anywhere: never an exception, and what is let through is well-formed and canonical."""
    value = event(type_name)
    place = data.draw(st.sampled_from(list(places(value))))
    changed = with_value(value, place, data.draw(json_values))
    decoded = decode_event(line(changed))
    if isinstance(decoded, Malformed):
        assert decoded.path.startswith("$")
        assert decoded.mend
    else:
        assert json.loads(encode_event(decoded)) == changed


@given(types, st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_the_spelling_of_json_changes_nothing(type_name: str, chance: random.Random):
    """Order of fields, blanks and escapes are the author's; the event that is read is the same."""
    value = event(type_name)
    raw = spelled_freely(value, chance).strip().encode()
    assert decode_event(raw) == accepted(value)
    header = decode_header(raw)
    assert not isinstance(header, Malformed)
    assert header.subject == value["subject"]


@given(types, st.data(), st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_a_key_twice_is_refused_in_any_spelling(type_name: str, data: st.DataObject, chance: random.Random):
    """The two cheap proofs that nothing was dropped are never fooled, whatever the rest looks like."""
    value = event(type_name)
    named = [place for place in places(value) if place.steps and isinstance(place.steps[-1], str)]
    place = data.draw(st.sampled_from(named))
    marked = with_value(value, place, "\N{BLACK SQUARE}")
    mark = '"\N{BLACK SQUARE}"'
    raw = spelled_freely(marked, chance).replace("\\u25a0", "\N{BLACK SQUARE}").strip()
    key = spelled_freely(place.steps[-1], chance)
    one, two = (spelled_freely(at(value, place), chance) for _ in "12")
    fault = refused(raw.replace(mark, f"{one} , {key}: {two}").encode())
    assert fault.path == place.path
    assert "twice" in fault.reason


@given(types, st.data())
@settings(max_examples=400)
def test_a_changed_byte_never_raises(type_name: str, data: st.DataObject):
    """Flipped, inserted or lost on the way: an answer in every case."""
    raw = line(event(type_name))
    where = data.draw(st.integers(0, len(raw) - 1))
    new = data.draw(st.binary(max_size=3))
    broken = raw[:where] + new + raw[where + data.draw(st.integers(0, 2)) :]
    for decoded in (decode_event(broken), decode_header(broken)):
        if isinstance(decoded, Malformed):
            assert decoded.path.startswith("$")
            assert decoded.mend


@given(st.binary(max_size=300))
def test_arbitrary_bytes_never_raise(raw: bytes):
    """Noise from the network is answered like any malformed event."""
    assert isinstance(decode_event(raw), Malformed)
    assert isinstance(decode_event(b"{" + raw + b"}"), Malformed)


@given(json_values)
def test_the_slow_reader_agrees_with_the_standard_library(value: Any):
    """On sound JSON it finds nothing but nulls and fractions; on cut-off JSON it always finds something."""
    text = json.dumps({"a": value}).encode()
    fault = find_json_fault(text)
    if fault is not None:
        assert "null" in fault.reason or "fraction" in fault.reason or "surrogate" in fault.reason
    assert find_json_fault(text[:-1]) is not None


def test_the_place_of_a_path_is_found():
    """The walking of these tests is itself right."""
    value = event("bloc.declaration.accepted.v1")
    assert at(value, place_of(value, "$.data.items[0].net_mass.unit")) == "kg"
