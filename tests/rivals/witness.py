"""`aics-witness` as an operator would run it: its own command line makes key, database and trust, then it serves."""

import asyncio
import json
from pathlib import Path
from typing import Any

from bloc.embedded.ports import chosen_port
from contracts.tlog.notes import NoteKey, parse_vkey

PATIENCE_SECONDS = 20


async def run(program: Path, *arguments: str, status: int = 0) -> str:
    """Run a program to its end; what it printed."""
    process = await asyncio.create_subprocess_exec(
        program, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            printed, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == status, (arguments, printed.decode(), said.decode())
    return printed.decode()


class IndependentWitness:
    """One witness, in a folder of its own."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._program = programs / "aics-witness"
        self._config = folder / "witness.json"
        self._log = folder / "witness.log"
        self._port = chosen_port(0, "")
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def prepare(self, log: NoteKey) -> NoteKey:
        """Make its key and its database, and let it trust a log; gives its own key as it prints it."""
        name, listen = "aics.example/witness", f"127.0.0.1:{self._port}"
        printed = await self._do("init", "--name", name, "--listen", listen)
        await self._do("add-log", "--origin", log.name, "--vkey", log.vkey)
        key = parse_vkey(printed.strip())
        assert isinstance(key, NoteKey), (printed, key)
        return key

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                self._program, "serve", "--config", str(self._config), stdout=log, stderr=log
            )

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def status(self) -> dict[str, Any]:
        """What it says about the one log that it follows."""
        (log,) = json.loads(await self._do("status", "--json"))["logs"]
        return log

    async def evidence(self) -> list[Any]:
        """Requests that it kept as proof of a lie; an honest log leaves none."""
        return json.loads(await self._do("evidence"))

    async def _do(self, command: str, *arguments: str) -> str:
        return await run(self._program, command, "--config", str(self._config), *arguments)
