"""`python -m services.tariffs`: the deciding service as one process with one event loop."""

import gc
import os
import sys

import structlog
import uvloop

from contracts.environment import read_environment
from contracts.limits import TARIFFS_GARBAGE_THRESHOLDS, TARIFFS_SWITCH_SECONDS
from services.serving.logs import configure_logs
from services.tariffs.composition import Service
from services.tariffs.settings import Settings

log = structlog.get_logger(__name__)

BROKEN = 1
WRONG_SETTINGS = 2


def main() -> int:
    """Run until stopped. Returns the exit status: 0 stopped, 1 broken, 2 wrong settings."""
    configure_logs()
    gc.set_threshold(*TARIFFS_GARBAGE_THRESHOLDS)
    sys.setswitchinterval(TARIFFS_SWITCH_SECONDS)
    settings = read_environment(Settings, os.environ)
    faults = settings if isinstance(settings, list) else settings.faults()
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults or isinstance(settings, list):
        return WRONG_SETTINGS
    if settings.allow_open_reads:
        log.warning("open_reads", host=settings.tariffs_host)
    try:
        uvloop.run(_serve(settings))
    except ExceptionGroup:
        log.exception("broken")
        return BROKEN
    return 0


async def _serve(settings: Settings) -> None:
    await Service(settings, settings.signing_key).run()


if __name__ == "__main__":
    sys.exit(main())
