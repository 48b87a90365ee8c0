"""What the HTTP handlers are wired to, found through the application's state."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from litestar.types import Scope
from msgspec import Struct

from services.serving.answers import AnyRequest
from services.tariffs.following.follower import Follower
from services.tariffs.following.hashing import LiveHash
from services.tariffs.intake.hallway import Hallway
from services.tariffs.metrics import Metrics
from services.tariffs.outside.ledger import LedgerClient


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
