"""How a handler answers: bytes as they are, a document as JSON, a fault as a problem document (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response
from msgspec import UNSET

from contracts.problem import MEDIA_TYPE, Problem, encode_problem

AnyRequest = Request[Any, Any, Any]
JSON = "application/json"
NDJSON = "application/x-ndjson"
OCTETS = "application/octet-stream"
EVENT_STREAM = "text/event-stream"
RETRY_AFTER = "Retry-After"

_ENCODER = msgspec.json.Encoder()


def respond_json(
    document: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    """A JSON document; structs are written by their fields."""
    return respond_bytes(_ENCODER.encode(document), status=status, headers=headers)


def respond_bytes(
    body: bytes, *, status: int = 200, media_type: str = JSON, headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    """Bytes that are written already."""
    return Response(body, status_code=status, media_type=media_type, headers=dict(headers or {}))


def respond_problem(problem: Problem) -> Response[bytes]:
    """A problem document with the status of its situation."""
    headers = {} if problem.retry_after is UNSET else {RETRY_AFTER: str(problem.retry_after)}
    return respond_bytes(
        encode_problem(problem), status=problem.status, media_type=MEDIA_TYPE, headers=headers
    )
