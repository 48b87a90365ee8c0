"""The composition root of a witness: opens the store, serves until told to stop."""

import asyncio
import os
import signal
import time

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from bloc.witness.accusation_files import AccusationFiles
from bloc.witness.http import WitnessApp
from bloc.witness.logs import Log
from bloc.witness.settings import Identity, Settings
from bloc.witness.store import Store, StoreFault
from bloc.witness.witnessing import Witness
from contracts.limits import (
    PARENT_WATCH_SECONDS,
    STOP_SECONDS_MAX,
    WITNESS_CONNECTIONS_MAX,
    WITNESS_HEADER_SECONDS_MAX,
)
from contracts.tlog.notes import COSIGNATURE_V1, NoteKey

ACCUSATIONS = "accusations"
"""The folder of accusations, beside the store."""

_BACKLOG = 1_024
_MILLISECONDS = 1_000


class Service:
    """One witness with its store and its address."""

    def __init__(self, settings: Settings, witness: Witness, store: Store, log: Log) -> None:
        self._settings = settings
        self._store = store
        self._log = log
        self._app = WitnessApp(witness, log)
        self._stopping = asyncio.Event()

    @classmethod
    def open(cls, settings: Settings, identity: Identity, log: Log) -> "Service | StoreFault":
        """Open the store of the settings; one that is lost, damaged or foreign is a fault."""
        key = NoteKey.of(settings.witness_name, identity.key.verifying, COSIGNATURE_V1)
        store = Store.open(settings.witness_store, key)
        if isinstance(store, StoreFault):
            return store
        witness = Witness(
            name=settings.witness_name,
            key=identity.key,
            logs=identity.logs,
            store=store,
            accusations=AccusationFiles(settings.witness_store.parent / ACCUSATIONS, log),
            clock=lambda: int(time.time()),
            log=log,
        )
        return cls(settings, witness, store, log)

    async def run(self) -> None:
        """Serve until SIGTERM, SIGINT or the end of the parent. Raises when the address cannot be had."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        server = Server(
            self._app,
            address=self._settings.witness_host,
            port=self._settings.witness_port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            backlog=_BACKLOG,
            backpressure=WITNESS_CONNECTIONS_MAX,
            http1_settings=HTTP1Settings(header_read_timeout=WITNESS_HEADER_SECONDS_MAX * _MILLISECONDS),
            log_enabled=False,
        )
        serving = asyncio.create_task(server.serve())
        waiting = [asyncio.create_task(self._stopping.wait()), asyncio.create_task(self._watch_parent())]
        done, _ = await asyncio.wait({serving, *waiting}, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        if serving in done:
            serving.result()
            raise RuntimeError("the HTTP server ended by itself")
        server.stop()
        await asyncio.wait({serving}, timeout=STOP_SECONDS_MAX)
        self._app.close()
        self._store.close()
        self._log.info("stopped")

    async def _watch_parent(self) -> None:
        """A launcher that died cannot stop us any more, so we stop ourselves."""
        parent = self._settings.parent_pid
        while not parent or os.getppid() == parent:  # noqa: ASYNC110 # the system tells nobody
            await asyncio.sleep(PARENT_WATCH_SECONDS)
        self._log.warning("parent_gone", parent=parent)
