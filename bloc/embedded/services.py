"""One of our own services as a process beside us: started with settings, ready when it says so over HTTP."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from bloc.embedded.processes import Child, end_leftover, spawn
from bloc.trouble import Trouble

PROJECT = Path(__file__).parents[2]
READY_PATIENCE_SECONDS = 120.0  # folding a long history, or catching up with a full draft stream
STOP_PATIENCE_SECONDS = 15.0
POLL_SECONDS = 0.05


class Service:
    """A service that is started with `python -m <module>` and answers at `url`."""

    def __init__(self, name: str, module: str, url: str, logs: Path) -> None:
        self.name = name
        self.url = url
        self.log = logs.absolute() / f"{name}.log"
        self.settings: Mapping[str, str] = {}
        self._module = module
        self._pid_file = self.log.with_suffix(".pid")
        # An option that Python leaves to whoever uses it. It tells our process from that of another data folder, which
        # runs the same module and may have been given the pid that ours once had.
        self._marker = f"bloc={self._pid_file}"
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.running else None

    async def start(self) -> None:
        """Start the process and return when /health/ready says 200. Raises Trouble when it ends before."""
        await end_leftover(self._pid_file, self._marker, signal.SIGKILL)
        own = {name: value for name, value in os.environ.items() if not name.startswith("BLOC_")}
        self._child = await spawn(
            self.name,
            [sys.executable, "-X", self._marker, "-m", self._module],
            log=self.log,
            pid_file=self._pid_file,
            # Without ceremony: what it has not committed was promised to nobody.
            die_signal=signal.SIGKILL,
            environment={
                **own,
                "PYTHONUNBUFFERED": "1",
                "BLOC_PARENT_PID": str(os.getpid()),
                **self.settings,
            },
            cwd=PROJECT,
        )
        await self._until_ready(self._child)

    async def stop(self) -> None:
        """Ask it to finish what it is doing, then to end."""
        if self._child is not None:
            await self._child.stop((signal.SIGTERM, STOP_PATIENCE_SECONDS))
            self._pid_file.unlink(missing_ok=True)

    async def kill(self) -> None:
        if self._child is not None:
            await self._child.stop()

    async def _until_ready(self, child: Child) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + READY_PATIENCE_SECONDS
        said = "nothing"
        async with httpx.AsyncClient(base_url=self.url, timeout=2, trust_env=False) as client:
            while child.running and loop.time() < deadline:
                try:
                    answer = await client.get("/health/ready")
                except httpx.TransportError as error:
                    said = type(error).__name__
                else:
                    if answer.is_success:
                        return
                    said = answer.text
                await asyncio.sleep(POLL_SECONDS)
        if child.running:
            await child.stop((signal.SIGTERM, STOP_PATIENCE_SECONDS))
            raise Trouble(f"{self.name} did not become ready; it last said: {said}", f"See {self.log}.")
        raise Trouble(
            f"{self.name} ended with status {child.exit_code} instead of starting.",
            f"The end of {self.log} says:\n{child.last_words()}",
        )
