"""The few payloads that the ledger opens, because what it does with later drafts rests on them.

They are decoded in full, as strictly as the deciding service did. All other payloads are none of its business.
"""

from collections.abc import Iterable

from msgspec import Struct

from contracts.admissions import ADMISSION_ACTIVATED
from contracts.decoding import decode_event
from contracts.envelope import Header
from contracts.events import AdmissionActivated
from contracts.identity.keyring import FOUNDED, KEY_EVENTS
from contracts.malformed import Malformed

Line = tuple[Header, bytes]
"""An event: its envelope, and its bytes."""


class KeyEvent(Struct, frozen=True):
    """An event that changes the key ring: its index in the draft, its type, its payload as bytes."""

    index: int
    type: str
    data: bytes


def key_events_in(events: Iterable[Line]) -> tuple[KeyEvent, ...] | Malformed:
    """The events of a draft that change the key ring."""
    found: list[KeyEvent] = []
    for index, (header, line) in enumerate(events):
        if header.type in KEY_EVENTS:
            event = decode_event(line)
            if isinstance(event, Malformed):
                return event
            if header.type == FOUNDED and index:
                return Malformed(
                    "$", "a founding is the first event of its submission", "found the bloc first of all"
                )
            found.append(KeyEvent(index, header.type, bytes(header.data)))
    return tuple(found)


def activated_in(events: Iterable[Line]) -> int | Malformed:
    """The highest version of the rules of admission that a draft activates, 0 for none."""
    highest = 0
    for header, line in events:
        if header.type == ADMISSION_ACTIVATED:
            event = decode_event(line)
            if isinstance(event, Malformed):
                return event
            if isinstance(event.data, AdmissionActivated):
                highest = max(highest, event.data.version)
    return highest
