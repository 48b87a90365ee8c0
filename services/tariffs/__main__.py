"""`python -m services.tariffs`: the deciding service as one process with one event loop."""

import gc
import os
import sys

import structlog
import uvloop

from contracts.environment import read_environment
from contracts.identity.keys import KeyFault, SigningKey
from contracts.limits import TARIFFS_GARBAGE_THRESHOLDS
from services.tariffs.composition import Service
from services.tariffs.logs import configure_logs
from services.tariffs.settings import Settings

log = structlog.get_logger(__name__)

BROKEN = 1
WRONG_SETTINGS = 2


def main() -> int:
    """Run until stopped. Returns the exit status: 0 stopped, 1 broken, 2 wrong settings."""
    configure_logs()
    gc.set_threshold(*TARIFFS_GARBAGE_THRESHOLDS)
    settings = read_environment(Settings, os.environ)
    faults = settings if isinstance(settings, list) else [fault for fault in (settings.fault(),) if fault]
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults or isinstance(settings, list):
        return WRONG_SETTINGS
    try:
        key = SigningKey.from_pem(settings.tariffs_key)
    except KeyFault as fault:
        print(f"BLOC_TARIFFS_KEY_FILE holds no signing key: {fault}", file=sys.stderr)
        return WRONG_SETTINGS
    if settings.allow_open_reads:
        log.warning("open_reads", host=settings.tariffs_host)
    try:
        uvloop.run(_serve(settings, key))
    except ExceptionGroup:
        log.exception("broken")
        return BROKEN
    return 0


async def _serve(settings: Settings, key: SigningKey) -> None:
    await Service(settings, key).run()


if __name__ == "__main__":
    sys.exit(main())
