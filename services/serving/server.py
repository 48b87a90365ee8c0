"""Serves an application inside a service's own event loop, so that everything in it shares one thread.

Granian parses HTTP in Rust outside the loop; its embedded server starts no process and installs no signal handler.
"""

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server
from litestar import Litestar

_BACKLOG = 1_024


class HttpServer:
    """One address, served until `stop`. `backpressure`: requests under way at once; more wait in the socket."""

    def __init__(self, app: Litestar, *, host: str, port: int, backpressure: int) -> None:
        self._server = Server(
            app,
            address=host,
            port=port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            backlog=_BACKLOG,
            backpressure=backpressure,
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
