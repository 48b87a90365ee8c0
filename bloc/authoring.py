"""Write an event the way any partner would: a dictionary of the law's own words in, one line of JSON out.

The command line, the demo and the benchmarks author events with this one function, so that everything they post
has passed the published types first. Ids are UUIDv7 and are made once per event, never once per attempt.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from uuid_utils import uuid7

from contracts.decoding import encode_event
from contracts.envelope import Event
from contracts.registry import EVENT_TYPES
from contracts.streams import stream_of


def author_event(party: str, type_name: str, data: Mapping[str, Any], *, time: str | None = None) -> bytes:
    """Return one event of `party` as a line of UTF-8 JSON.

    `data` holds the payload as events on the wire do: decimals as strings, dates as `YYYY-MM-DD`.
    Raises `msgspec.ValidationError` with the JSON path when the payload does not fit its type.
    """
    payload = msgspec.convert(data, EVENT_TYPES[type_name].payload)
    return encode_event(
        Event(
            specversion="1.0",
            id=str(uuid7()),
            source=f"/parties/{party}",
            type=type_name,
            subject=stream_of(type_name, payload),
            time=time or datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            data=payload,
        )
    )


def submission_body(events: Iterable[bytes]) -> bytes:
    """Join events to the body of one submission: one event a line, no final line feed."""
    return b"\n".join(events)
