"""`python -m services.ledger`: the ledger as one process with one event loop."""

import asyncio
import gc
import os
import signal
import sys

import structlog
import uvloop

from contracts.environment import read_environment
from services.ledger.composition import Service
from services.ledger.settings import Settings
from services.serving.logs import configure_logs

_log = structlog.get_logger(__name__)

GARBAGE_THRESHOLDS = (50_000, 20, 50)
"""What is remembered here is acyclic values that stay: looking through all of them often finds nothing."""
BROKEN = 1
WRONG_SETTINGS = 2


def main() -> int:
    """Run until stopped. Returns the exit status: 0 stopped, 1 broken, 2 wrong settings."""
    configure_logs()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    settings = read_environment(Settings, os.environ)
    faults = settings if isinstance(settings, list) else settings.faults()
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults or isinstance(settings, list):
        return WRONG_SETTINGS
    if settings.allow_open_reads:
        _log.warning("open_reads", host=settings.ledger_host)
    try:
        uvloop.run(_serve(settings))
    except ExceptionGroup:
        _log.exception("broken")
        return BROKEN
    return 0


async def _serve(settings: Settings) -> None:
    service = Service(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, service.stop)
    await service.run()


if __name__ == "__main__":
    sys.exit(main())
