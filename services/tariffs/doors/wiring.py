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


class Reading(Struct, frozen=True):
    """All that a read needs: what is folded, the ledger behind it, and a `clock` that gives aware UTC times."""

    follower: Follower
    ledger: LedgerClient
    clock: Callable[[], datetime]


class Wiring(Reading, frozen=True, kw_only=True):
    """The parts of the running service that the doors need."""

    hallway: Hallway
    metrics: Metrics
    connected: Callable[[], bool]
    """Whether NATS is reached at the moment."""
    live_hash: LiveHash


def reading_of(request: AnyRequest) -> Reading:
    """What reads are answered from, in a service as without one."""
    return cast("Reading", request.app.state.wiring)


def wiring_of(request: AnyRequest) -> Wiring:
    """The parts behind this application."""
    return cast("Wiring", request.app.state.wiring)


def wiring_in(scope: Scope) -> Wiring:
    """The parts behind the application that an ASGI scope belongs to."""
    return cast("Wiring", scope["litestar_app"].state.wiring)
