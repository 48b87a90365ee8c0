"""From verified lines to typed events: each line decoded once, strictly, and what the lines owe each other."""

from typing import Any

from msgspec.structs import replace

from contracts.body import Body
from contracts.decoding import decode_event
from contracts.envelope import Event, source_of
from contracts.malformed import Malformed
from services.tariffs.domain.world import Submission
from services.tariffs.intake.outcomes import KeyNotValid


def read_submission(body: Body, *, party: str, kid: str, length: int) -> Submission | Malformed | KeyNotValid:
    """Decode every line of a body that `party` signed with the key `kid`.

    The first faulty line is named; one bad line of a hundred refuses them all, and nothing is recorded of it.
    `length` is that of the body in bytes.
    """
    source = source_of(party)
    line_of_id: dict[str, int] = {}
    events: list[Event[Any]] = []
    for number, line in enumerate(body.lines):
        event = decode_event(line)
        if isinstance(event, Malformed):
            return replace(event, line=number)
        earlier = line_of_id.setdefault(event.id, number)
        if earlier != number:
            return Malformed(
                "$.id",
                f"the id {event.id} stands on line {earlier} as well",
                "give every event an id of its own (UUIDv7)",
                number,
            )
        if event.source != source:
            return KeyNotValid(
                kid,
                f"belongs to {party}, and the source on line {number} is {event.source}",
                body.digest,
                length,
            )
        events.append(event)
    return Submission(party=party, kid=kid, digest=body.digest, events=tuple(events))
