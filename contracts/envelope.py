"""The envelope of an event: CloudEvents 1.0 in structured JSON, with nothing that the bloc does not need.

`Event` carries a typed payload; `Header` the same with `data` as raw bytes, for readers (the ledger) that
must know whose event it is and on which stream, and never what it means; `Envelope` is the header of a recorded one.
"""

from typing import Generic, Literal, TypeVar

from msgspec import UNSET, Raw, Struct, UnsetType

from contracts.events.payload import Payload
from contracts.texts import Count, EventId, EventTypeName, Instant, Source, StreamName

SOURCE_PREFIX = "/parties/"

P_co = TypeVar("P_co", bound=Payload, covariant=True)


class Event(Struct, Generic[P_co], frozen=True, gc=False, forbid_unknown_fields=True):
    """One fact in the bloc's language; `subject` is its stream, `time` when its author says it happened."""

    specversion: Literal["1.0"]
    id: EventId
    source: Source
    type: EventTypeName
    subject: StreamName
    time: Instant
    data: P_co
    datacontenttype: Literal["application/json"] | UnsetType = UNSET
    expectedversion: Count | UnsetType = UNSET

    @property
    def party(self) -> str:
        """The party that signs."""
        return self.source[len(SOURCE_PREFIX) :]


AnyEvent = Event[Payload]
"""An event of whichever type."""


class Envelope(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The envelope of a recorded event, whose texts were checked when it came in and are not matched again; `data` as
    the author's bytes (they belong to the decoded message: copy to keep)."""

    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    subject: str
    time: str
    data: Raw
    datacontenttype: Literal["application/json"] | UnsetType = UNSET
    expectedversion: int | UnsetType = UNSET

    @property
    def party(self) -> str:
        """The party that signs."""
        return self.source[len(SOURCE_PREFIX) :]

    def with_data(self, data: Payload) -> AnyEvent:
        """The event of this envelope, given its payload as it was decoded."""
        return Event(
            self.specversion,
            self.id,
            self.source,
            self.type,
            self.subject,
            self.time,
            data,
            self.datacontenttype,
            self.expectedversion,
        )


class Header(Envelope, frozen=True, gc=False, forbid_unknown_fields=True):
    """The envelope of an event that comes in: every text must have its form."""

    id: EventId
    source: Source
    type: EventTypeName
    subject: StreamName
    time: Instant
    expectedversion: Count | UnsetType = UNSET


def source_of(party: str) -> str:
    """The `source` of a party's events."""
    return SOURCE_PREFIX + party
