"""Serves the application inside our own event loop, beside the sequencer.

Granian parses HTTP in Rust outside the loop; its embedded server starts no process and installs no signal
handler.
"""

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server
from litestar import Litestar

from contracts.limits import LIVE_SUBSCRIBERS_MAX

_BACKLOG = 1_024


class HttpServer:
    """One address, served until `stop`."""

    def __init__(self, app: Litestar, *, host: str, port: int) -> None:
        self._server = Server(
            app,
            address=host,
            port=port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            backlog=_BACKLOG,
            # Live feeds stay open, and must leave room for everybody else.
            backpressure=2 * LIVE_SUBSCRIBERS_MAX,
            log_enabled=False,
        )

    async def run(self) -> None:
        """Serve until `stop` is called. Raises when the address cannot be had, or the server ends by itself."""
        await self._server.serve()
        if not self._server.interrupt_signal:
            raise RuntimeError("the HTTP server ended by itself")

    def stop(self) -> None:
        """Close the listening socket and let `run` come to its end."""
        self._server.stop()
