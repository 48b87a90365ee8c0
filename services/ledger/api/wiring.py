"""What the HTTP handlers are wired to, found through the application's state; and how they answer."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

import msgspec
from litestar import Request, Response
from msgspec import UNSET, Struct

from contracts.problem import MEDIA_TYPE, Problem, encode_problem
from services.ledger.head import Head
from services.ledger.metrics import Metrics
from services.ledger.published import Published
from services.ledger.store.connecting import Pool

AnyRequest = Request[Any, Any, Any]
JSON = "application/json"
NDJSON = "application/x-ndjson"
OCTETS = "application/octet-stream"
EVENT_STREAM = "text/event-stream"

_ENCODER = msgspec.json.Encoder()


class Wiring(Struct, frozen=True):
    """The parts of the running service that the handlers need. `clock` gives aware UTC times."""

    pool: Pool
    head: Head
    published: Published
    metrics: Metrics
    origin: str
    connected: Callable[[], bool]
    """Whether NATS is reached at the moment."""
    clock: Callable[[], datetime]


def wiring_of(request: AnyRequest) -> Wiring:
    """The parts behind this application."""
    return cast("Wiring", request.app.state.wiring)


def respond_json(document: object, *, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """A JSON document as an HTTP response; structs are written by their fields."""
    return respond_bytes(_ENCODER.encode(document), headers=headers)


def respond_bytes(
    body: bytes, *, media_type: str = JSON, headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    """Bytes that are written already."""
    return Response(body, media_type=media_type, headers=dict(headers or {}))


def respond_problem(problem: Problem) -> Response[bytes]:
    """A problem document as an HTTP response."""
    headers = {} if problem.retry_after is UNSET else {"Retry-After": str(problem.retry_after)}
    return Response(
        encode_problem(problem), status_code=problem.status, media_type=MEDIA_TYPE, headers=headers
    )
