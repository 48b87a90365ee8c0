"""`python -m bloc.witness`: a witness as one process. `bloc witness serve` runs the same."""

import asyncio
import os
import sys
from collections.abc import Mapping

from bloc.witness.logs import Log
from bloc.witness.service import Service
from bloc.witness.settings import Identity, Settings, identity_of
from bloc.witness.store import StoreFault
from contracts.environment import read_environment

BROKEN = 1
WRONG_SETTINGS = 2


def main(environ: Mapping[str, str]) -> int:
    """Run until stopped. Returns the exit status: 0 stopped, 1 broken, 2 wrong settings or a store that is not ours."""
    settings = read_environment(Settings, environ)
    identity = settings if isinstance(settings, list) else identity_of(settings)
    if not isinstance(settings, Settings) or not isinstance(identity, Identity):
        print(*identity if isinstance(identity, list) else (), sep="\n", file=sys.stderr)
        return WRONG_SETTINGS
    log = Log()
    service = Service.open(settings, identity, log)
    if isinstance(service, StoreFault):
        print(service.reason, file=sys.stderr)
        return WRONG_SETTINGS
    try:
        asyncio.run(service.run())
    except (OSError, RuntimeError) as error:
        address = f"{settings.witness_host}:{settings.witness_port}"
        # The web server puts a trace of its own below the first line.
        log.error("broken", address=address, reason=str(error).partition("\n")[0])
        return BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
