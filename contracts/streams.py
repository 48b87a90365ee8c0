"""Streams and keys: where an event belongs, and what its recording advances.

The stream is always computed from the payload, so that the author's `subject` can be checked; the keys are
computed from type and stream alone, so that the ledger needs no payload to admit a draft.
"""

import re
from operator import attrgetter

from contracts.events.corrections import CORRECTABLE
from contracts.events.payload import Payload
from contracts.registry import EVENT_TYPES

RULES_GUARD = "rules"
"""The key of all that decisions read as rules: two new measures share no stream, but they share this."""

_GUARDED = frozenset(name for name, row in EVENT_TYPES.items() if row.guarded)
_TEMPLATES = {
    name: (re.sub(r"\{\w+\}", "%s", row.stream), tuple(re.findall(r"\{(\w+)\}", row.stream)))
    for name, row in EVENT_TYPES.items()
}
_KINDS = {name: (row.stream.partition("{")[0], row.stream.count("/")) for name, row in EVENT_TYPES.items()}
STREAM_KINDS = frozenset(prefix.partition("/")[0] for prefix, _ in _KINDS.values() if prefix)
"""Kinds of the streams that some event type of this release stands on."""

_CORRECTED = frozenset(_KINDS[name] for name in CORRECTABLE if _KINDS[name][0])
"""Forms of the streams on which corrections and annulments stand: those of their targets."""
_FIELDS = {name: attrgetter(*fields) if fields else None for name, (_, fields) in _TEMPLATES.items()}


def stream_of(type_name: str, data: Payload) -> str:
    """The stream of an event, `<kind>/<id>` or `<kind>/<id>/<id>`. KeyError for an unknown type."""
    template = _TEMPLATES[type_name][0]
    fields = _FIELDS[type_name]
    return template if fields is None else template % fields(data)


def fits_type(type_name: str, stream: str) -> bool:
    """Whether a stream has the form of those of a type, its payload unread. KeyError for an unknown type."""
    kind, slashes = _KINDS[type_name]
    if not kind:
        return any(stream.startswith(prefix) and stream.count("/") == number for prefix, number in _CORRECTED)
    return stream.startswith(kind) and stream.count("/") == slashes


def keys_of(type_name: str, stream: str) -> tuple[str, ...]:
    """The keys that recording the event advances: its stream, and for rule events the guard `rules`.

    KeyError for an unknown type: the caller answers malformed.
    """
    if type_name in _GUARDED:
        return (stream, RULES_GUARD)
    if type_name not in EVENT_TYPES:
        raise KeyError(type_name)
    return (stream,)


def party_stream(party: str) -> str:
    """The stream of a party's keys and mandates; always among the keys that a draft of the party expects."""
    return f"party/{party}"


def kind_of(stream: str) -> str:
    """The kind of a stream: "floor" of floor/ndpr.oxide_compound.oxide_99."""
    return stream[: stream.index("/")]
