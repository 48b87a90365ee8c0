"""What the HTTP handlers are wired to, found through the application's state."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from msgspec import Struct

from services.ledger.head import Head
from services.ledger.metrics import Metrics
from services.ledger.published import Published
from services.ledger.store.connecting import Pool
from services.serving.answers import AnyRequest


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
