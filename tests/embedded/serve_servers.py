"""A program that serves PostgreSQL and NATS from one folder until it is killed: the parent in tests of orphans.

It prints one JSON line with the processes and addresses once both answer.
"""

import asyncio
import json
import sys
from pathlib import Path

from bloc.embedded.folders import claim_data_folder
from bloc.embedded.nats import NatsServer
from bloc.embedded.postgres import Postgres


async def serve(folder: Path) -> None:
    with claim_data_folder(folder):
        postgres = Postgres(folder / "postgres", log=folder / "postgres.log")
        nats = NatsServer(folder / "nats", log=folder / "nats.log")
        await postgres.start()
        await nats.start()
        told = {"pids": [postgres.pid, nats.pid], "dsn": postgres.dsn(), "nats": nats.url("partner")}
        print(json.dumps(told), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
