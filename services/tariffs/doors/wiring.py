"""What the HTTP handlers are wired to, found through the application's state."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

import msgspec
from litestar import Request, Response
from litestar.types import Scope
from msgspec import Struct

from contracts.problem import Problem
from services.tariffs.following.follower import Follower
from services.tariffs.following.hashing import LiveHash
from services.tariffs.intake.answers import JSON, Answer, problem_answer
from services.tariffs.intake.hallway import Hallway
from services.tariffs.metrics import Metrics
from services.tariffs.outside.ledger import LedgerClient

AnyRequest = Request[Any, Any, Any]

_ENCODER = msgspec.json.Encoder()


class Wiring(Struct, frozen=True):
    """The parts of the running service that the doors need. `clock` gives aware UTC times."""

    hallway: Hallway
    follower: Follower
    ledger: LedgerClient
    metrics: Metrics
    connected: Callable[[], bool]
    """Whether NATS is reached at the moment."""
    clock: Callable[[], datetime]
    live_hash: LiveHash


def wiring_of(request: AnyRequest) -> Wiring:
    """The parts behind this application."""
    return cast("Wiring", request.app.state.wiring)


def wiring_in(scope: Scope) -> Wiring:
    """The parts behind the application that an ASGI scope belongs to."""
    return cast("Wiring", scope["litestar_app"].state.wiring)


def respond(given: Answer) -> Response[bytes]:
    """An answer of the hallway as an HTTP response."""
    return Response(
        given.body, status_code=given.status, media_type=given.media_type, headers=dict(given.headers)
    )


def respond_problem(found: Problem) -> Response[bytes]:
    """A problem document as an HTTP response."""
    return respond(problem_answer(found))


def respond_json(document: Mapping[str, Any], *, status: int = 200) -> Response[bytes]:
    """A JSON document as an HTTP response; structs inside are written by their fields."""
    return Response(_ENCODER.encode(document), status_code=status, media_type=JSON)
