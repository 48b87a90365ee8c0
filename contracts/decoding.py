"""Strict decoding of events: what is let in here is what every reader will understand the same way.

Two decoders run one after the other: the envelope, then the payload of its type. They refuse floats, nulls,
unknown fields, wrong forms and bad UTF-8 by themselves, in C. What they let pass is a key that stands twice
(the last one wins, silently), so that is looked for: written back, an event has as many bytes, or at least
as many strings, as were sent, unless something was dropped. Only when that cannot be told so cheaply is the
whole text read a second time. The path to a fault is looked for when there is one, never before.
"""

import difflib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from contracts.envelope import AnyEvent, Event, Header
from contracts.events.payload import Payload
from contracts.json_faults import find_json_fault, shown
from contracts.limits import EVENT_BYTES_MAX
from contracts.malformed import UNREADABLE, Malformed, TooLarge, UnknownType
from contracts.registry import EVENT_TYPES
from contracts.streams import stream_of
from contracts.upcasting import as_newest
from contracts.wrong_values import explain

__all__ = ["Malformed", "decode_event", "decode_header", "decode_payload", "encode_event", "fault_of_data"]

_HEADERS = msgspec.json.Decoder(Header)
_PAYLOADS = {name: msgspec.json.Decoder(row.payload) for name, row in EVENT_TYPES.items()}
_ENCODER = msgspec.json.Encoder()
_PLAIN = msgspec.json.Decoder()


class _KeyTwiceError(ValueError):
    """Stops the second reading at the first key that stands twice."""


def decode_event(raw: bytes) -> AnyEvent | Malformed:
    """Decode one event line, strictly. `TooLarge` (a `Malformed`) when only its size is wrong.

    An older version of a type is read as the newest; the type of the event stays the one that was sent.
    The signer is not known here: that `source` names the party whose key signed is checked by the caller.
    """
    if fault := _fault_of_line(raw):
        return fault
    try:
        header = _HEADERS.decode(raw)
    except UNREADABLE as error:
        return _explain(error, raw, Header, "$")
    row = EVENT_TYPES.get(header.type)
    if row is None:
        return find_json_fault(raw) or _unknown_type(header.type)
    try:
        data = _PAYLOADS[header.type].decode(header.data)
    except UNREADABLE as error:
        return _explain(error, raw, row.payload, "$.data")
    event = header.with_data(data)
    if _may_hold_a_key_twice(raw, _ENCODER.encode(event)) and (fault := _fault_of_keys(raw)):
        return fault
    if fault := _fault_of_stream(header, data) or _fault_of_time(header.time):
        return fault
    newest = as_newest(header.type, data)
    return event if newest is data else replace(event, data=newest)


def decode_header(raw: bytes) -> Header | Malformed:
    """Decode the envelope alone, strictly; `data` is known to be an object and nothing else.

    For readers that record events and do not judge them. A key twice inside `data` is not looked for; who must know
    that there is none asks `fault_of_data`.
    """
    if fault := _fault_of_line(raw):
        return fault
    try:
        header = _HEADERS.decode(raw)
    except UNREADABLE as error:
        return _explain(error, raw, Header, "$")
    if header.type not in EVENT_TYPES:
        return _unknown_type(header.type)
    if bytes(header.data)[:1] != b"{":
        return Malformed("$.data", "must be a JSON object", "send the payload of the event's type")
    if _may_hold_a_key_twice(raw, _ENCODER.encode(header)) and (fault := _fault_of_envelope_keys(raw)):
        return fault
    return _fault_of_time(header.time) or header


def fault_of_data(raw: bytes, data: msgspec.Raw) -> Malformed | None:
    """Whether a key stands twice in the `data` of the event line `raw`, or it is no JSON at all, whatever its type.

    For readers that take payloads as they are, and yet must not let two others understand them differently. Only
    strings are counted: a number may well be written longer than it was read.
    """
    try:
        written = _ENCODER.encode(_PLAIN.decode(data))
        if b"\\" not in raw and written.count(b'"') == bytes(data).count(b'"'):
            return None
        return _fault_of_keys(raw)
    except (*UNREADABLE, ValueError) as error:
        return find_json_fault(raw) or Malformed(
            "$.data", f"not JSON: {error}", "write it with a JSON library"
        )


def decode_payload(type_name: str, data: bytes | msgspec.Raw) -> Payload:
    """Decode the payload of a recorded event, which was checked when it came in; ValidationError otherwise.

    An older version of a type is read as the newest (`upcasting`). For folding entries: no second look for keys that
    stand twice. KeyError for an unknown type.
    """
    return as_newest(type_name, _PAYLOADS[type_name].decode(data))


def encode_event(event: Event[Any]) -> bytes:
    """Write an event as one line of UTF-8: compact, optional fields that are not there left out."""
    return _ENCODER.encode(event)


def _fault_of_line(raw: bytes) -> Malformed | None:
    """What makes bytes no event line at all, before any JSON is read."""
    if len(raw) > EVENT_BYTES_MAX:
        return TooLarge(
            "$",
            f"the event has {len(raw)} bytes, the limit is {EVENT_BYTES_MAX}",
            "split it (a declaration of many items may be several events), or cite papers by digest",
        )
    if raw[:1] != b"{" or raw[-1:] != b"}":
        return Malformed(
            "$",
            "an event begins with { and ends with }, without white space around it",
            "send one JSON object per line, in structured CloudEvents mode",
        )
    if b"\n" in raw or b"\r" in raw:
        return Malformed(
            "$",
            "an event is one line, and this one has line breaks",
            "write it compactly, not pretty-printed",
        )
    return None


def _may_hold_a_key_twice(raw: bytes, written: bytes) -> bool:
    """Whether `raw` must be read again; `written` is what was understood of it, in its shortest form.

    No value is written longer than it was read, and a key that was dropped makes the text shorter: so equal
    length proves that nothing was dropped. Where blanks make the lengths differ and no escape hides a quote,
    the quotes are twice the strings, and a dropped key is at least one string.
    """
    if len(written) == len(raw):
        return False
    return b"\\" in raw or written.count(b'"') != raw.count(b'"')


def _fault_of_keys(raw: bytes) -> Malformed | None:
    """Read the whole text again, looking for a key that stands twice in one object."""
    try:
        json.loads(raw, object_pairs_hook=_refuse_key_twice)
    except _KeyTwiceError:
        return find_json_fault(raw)
    return None


def _refuse_key_twice(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) != len(pairs):
        raise _KeyTwiceError


def _fault_of_envelope_keys(raw: bytes) -> Malformed | None:
    """Read the whole text again, looking for an attribute that stands twice."""
    try:
        names: list[str] = json.loads(raw, object_pairs_hook=_names)
    except RecursionError:
        return find_json_fault(raw)
    for index, name in enumerate(names):
        if name in names[:index]:
            return Malformed(f"$.{name}", "the attribute is there twice", "keep one of the two")
    return None


def _names(pairs: Iterable[tuple[str, Any]]) -> list[str]:
    return [name for name, _ in pairs]


def _fault_of_stream(header: Header, data: Payload) -> Malformed | None:
    stream = stream_of(header.type, data)
    if header.subject == stream:
        return None
    return Malformed(
        "$.subject",
        f"{header.subject} is not the stream of this event, which is {stream}",
        f'write "subject":"{stream}"',
    )


def _fault_of_time(time: str) -> Malformed | None:
    try:
        datetime.fromisoformat(time)
    except ValueError as error:
        return Malformed(
            "$.time", f"{time} is no instant: {error}", "take the time from a clock, in RFC 3339"
        )
    return None


def _unknown_type(name: str) -> UnknownType:
    close = difflib.get_close_matches(name, EVENT_TYPES, n=1)
    advice = f"did you mean {close[0]}?" if close else "GET /schema/events lists the types"
    return UnknownType("$.type", f"{shown(name)} is no event type of this release", advice)


def _explain(error: Exception, raw: bytes, root: type[msgspec.Struct], prefix: str) -> Malformed:
    """Say why the decoder stopped: first what is wrong with the text, then what is wrong with a value."""
    if fault := find_json_fault(raw):
        return fault
    if isinstance(error, msgspec.ValidationError):
        return explain(error, root, prefix)
    return Malformed(prefix, f"not JSON: {error}", "write the event with a JSON library, as one object")
