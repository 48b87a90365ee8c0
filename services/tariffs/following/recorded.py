"""Reading what the ledger serves: which entry a line is, cheaply, and its event, where somebody needs it.

Most entries are declarations and assessments that say nothing about rules. Their stamp is written by the ledger
in a fixed field order, so one regular expression over the first hundred bytes tells position, stream and
version, and the rest of the line is never read.
"""

import re

import msgspec

from contracts.decoding import decode_payload
from contracts.entry import event_served
from contracts.envelope import AnyEvent, Envelope
from contracts.registry import EVENT_TYPES
from services.tariffs.domain.newer import NewerReleaseNeeded
from services.tariffs.domain.state import Recorded

_PLACE = re.compile(
    rb'\{"stamp":\{"position":(\d+),"recorded_at":"([^"]+)","stream":"(([^"/]+)/[^"]+)","version":(\d+),'
)
_ENVELOPES = msgspec.json.Decoder(Envelope)


class BrokenHistory(RuntimeError):
    """What the ledger serves is no dense history of entries. Nothing may be decided on it."""


class UnknownEventType(BrokenHistory, NewerReleaseNeeded):
    """The ledger serves an event of a type, or with a field, that this release does not have.

    Whatever is decided on the rest could differ from what a newer release decides, so nothing is.
    """

    def __init__(self, position: int, what: str) -> None:
        super().__init__(f"entry {position}: this release does not know {what}; run a newer one")


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where an entry stands; `kind` is that of its stream."""

    position: int
    recorded_at: str
    stream: str
    kind: str
    version: int


def place_of(line: bytes) -> Place:
    """Position, time, stream and version of a served entry, from the first bytes of its line."""
    found = _PLACE.match(line)
    if found is None:
        raise BrokenHistory(f"this is no served entry: {line[:120]!r}")
    position, recorded_at, stream, kind, version = found.groups()
    return Place(int(position), recorded_at.decode(), stream.decode(), kind.decode(), int(version))


def event_in(line: bytes) -> AnyEvent:
    """The event of a served entry. It was decoded strictly when it came in, so its envelope is not doubted again.

    Raises UnknownEventType.
    """
    envelope = _ENVELOPES.decode(event_served(line))
    if envelope.type not in EVENT_TYPES:
        raise UnknownEventType(place_of(line).position, f"the type {envelope.type}")
    try:
        data = decode_payload(envelope.type, envelope.data)
    except msgspec.ValidationError as error:
        what = f"all that a {envelope.type} may say ({error})"
        raise UnknownEventType(place_of(line).position, what) from error
    return envelope.with_data(data)


def recorded_in(line: bytes) -> Recorded:
    """The event of a served entry with its place. Raises UnknownEventType."""
    place = place_of(line)
    return Recorded(place.position, event_in(line), place.recorded_at)
