"""`bloc up` as a person meets it: a table, an address that answers, Ctrl-C, a second start, and kill -9."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from bloc.embedded.ports import free_port
from bloc.embedded.processes import command_line_of

ROOT = Path(__file__).parents[2]
SERVERS = {"postgres", "nats", "ledger", "tariffs", "witness-us"}
PATIENCE_SECONDS = 60.0


class Up:
    """One running `bloc up`, and the addresses it was told to use."""

    def __init__(self, process: asyncio.subprocess.Process, data: Path, ledger_port: int) -> None:
        self.process = process
        self.data = data
        self.ledger_url = f"http://127.0.0.1:{ledger_port}"

    def pids(self) -> dict[str, int]:
        """The servers it started."""
        return {path.stem: int(path.read_text()) for path in (self.data / "logs").glob("*.pid")}

    async def head(self) -> int:
        """The size of the ledger, asked until it answers and something was recorded."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        async with httpx.AsyncClient(base_url=self.ledger_url) as client:
            while asyncio.get_running_loop().time() < deadline and self.process.returncode is None:
                try:
                    answer = await client.get("/head")
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
                    continue
                if answer.is_success and answer.json()["size"] > 0:
                    return int(answer.json()["size"])
                await asyncio.sleep(0.1)
        raise AssertionError("bloc up never answered")

    async def told_by(self, text: str) -> str:
        """What it printed until (and with) a text."""
        assert self.process.stdout is not None
        told = ""
        while text not in told:
            line = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE_SECONDS)
            assert line, f"it ended after saying: {told}"
            told += line.decode()
        return told


@asynccontextmanager
async def up(data: Path) -> AsyncGenerator[Up]:
    """Run `bloc up` on a folder; killed with -9 at the end if it still runs."""
    ledger_port = free_port()
    options = ("--port", str(free_port()), "--ledger-port", str(ledger_port), "--witnesses", "1")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bloc",
        "up",
        "--data",
        str(data),
        *options,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield Up(process, data, ledger_port)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def end_of(pids: dict[str, int]) -> dict[str, int]:
    """Those that are left when all had time to end."""
    for _ in range(500):
        pids = {name: pid for name, pid in pids.items() if command_line_of(pid)}
        if not pids:
            break
        await asyncio.sleep(0.02)
    return pids


async def test_ctrl_c_stops_everything_with_status_0(work_folder: Path) -> None:
    """An empty folder becomes a founded bloc; Ctrl-C stops all servers in order, and that is no error."""
    async with up(work_folder / "up_stopped") as running:
        table = await running.told_by("logs")
        assert running.ledger_url in table
        assert await running.head() >= 1
        pids = running.pids()
        assert set(pids) == SERVERS
        running.process.send_signal(signal.SIGINT)
        said, _ = await asyncio.wait_for(running.process.communicate(), PATIENCE_SECONDS)
        assert said.decode().endswith("Stopped\n")
        assert running.process.returncode == 0
    assert await end_of(pids) == {}


async def test_kill_9_leaves_no_orphans_and_the_next_start_goes_on(work_folder: Path) -> None:
    """All servers lose their parent and end; the next start serves the same ledger."""
    data = work_folder / "up_killed"
    async with up(data) as first:
        size = await first.head()
        await first.told_by("processes")
        pids = first.pids()
        first.process.kill()
    assert set(pids) == SERVERS
    assert await end_of(pids) == {}
    async with up(data) as second:
        assert await second.head() == size
        refused = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "bloc", "up", "--data", str(data), "--port", "0", "--ledger-port", "0"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert refused.returncode == 1
        assert "is being served already" in refused.stderr
        assert await second.head() == size


async def test_servers_that_end_are_started_again(work_folder: Path) -> None:
    """A bloc that stays half up would answer 503 until somebody looks: each server is replaced when it is gone."""
    async with up(work_folder / "up_mended") as running:
        await running.told_by("processes")
        for name in sorted(SERVERS):
            old = running.pids()[name]
            os.kill(old, signal.SIGKILL)
            await running.told_by(f"{name} ended; starting it again")
            await until_replaced(running, name, old)
        assert await running.head() >= 1


async def until_replaced(running: Up, name: str, old: int) -> None:
    """Wait until another process does the work of a server that was killed."""
    for _ in range(1000):
        if running.pids()[name] != old:
            break
        await asyncio.sleep(0.02)
    assert command_line_of(running.pids()[name])
