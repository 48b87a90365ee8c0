"""How children are tied to us, stopped, and found again."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bloc.embedded.folders import claim_data_folder
from bloc.embedded.processes import command_line_of, end_leftover, leftover_pid, spawn
from bloc.embedded.services import Service
from bloc.trouble import Trouble

SLEEPS = [sys.executable, "-c", "import time; print('asleep', flush=True); time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
]
# A parent that ties its child by the watcher, as on systems without a death signal, and is then killed.
WATCHED_PARENT = """
import asyncio, signal, sys
from pathlib import Path
from bloc.embedded.processes import spawn

async def main():
    child = await spawn("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"],
                        log=Path(sys.argv[1]), die_signal=signal.SIGKILL, by_watcher=True)
    print(child.pid, flush=True)
    await child.wait()

asyncio.run(main())
"""


async def until(path: Path, text: str) -> None:
    """Wait until a log holds a text."""
    for _ in range(1000):
        if path.exists() and text in path.read_text():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{path} never said {text}")


async def test_a_child_that_ignores_the_polite_signal_is_killed(tmp_path: Path) -> None:
    """Stopping ends: after the patience for each signal comes SIGKILL."""
    child = await spawn("deaf", DEAF, log=tmp_path / "log", die_signal=signal.SIGKILL)
    await until(tmp_path / "log", "deaf")
    assert await child.stop((signal.SIGTERM, 0.2)) == -signal.SIGKILL
    assert not child.running


async def test_the_end_of_the_log_is_told(tmp_path: Path) -> None:
    """A server that does not start has usually said why: its last lines go into the message."""
    child = await spawn(
        "failing", ["sh", "-c", "echo no room; exit 3"], log=tmp_path / "log", die_signal=signal.SIGKILL
    )
    assert await child.wait() == 3
    assert child.last_words() == "no room"


async def test_without_a_death_signal_a_watcher_ends_the_child(tmp_path: Path) -> None:
    """Where the kernel does not tell children of their parent's death, a process that reads a pipe does."""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WATCHED_PARENT, str(tmp_path / "log"), stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    for _ in range(500):
        if not command_line_of(pid):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"process {pid} outlived its parent")


async def test_a_service_of_another_data_folder_is_left_alone(tmp_path: Path) -> None:
    """Pids recur, after every start of a machine above all: the one in our pid file may now be of a neighbour, who runs
    the very same module."""
    service = Service("poem", "this", "http://127.0.0.1:9", tmp_path)
    neighbour = await spawn(
        "neighbour", [*SLEEPS, "-m", "this"], log=tmp_path / "log", die_signal=signal.SIGKILL
    )
    (tmp_path / "poem.pid").write_text(f"{neighbour.pid}\n")
    with pytest.raises(Trouble, match="ended with status 0"):
        await service.start()
    assert neighbour.running
    await neighbour.stop()


async def test_a_service_of_an_earlier_start_is_ended(tmp_path: Path) -> None:
    """Its command line says whose it is."""
    service = Service("poem", "this", "http://127.0.0.1:9", tmp_path)
    marked = [SLEEPS[0], "-X", f"bloc={tmp_path / 'poem.pid'}", *SLEEPS[1:]]
    leftover = await spawn("leftover", marked, log=tmp_path / "log", die_signal=signal.SIGKILL)
    (tmp_path / "poem.pid").write_text(f"{leftover.pid}\n")
    with pytest.raises(Trouble, match="ended with status 0"):
        await service.start()
    assert await leftover.wait() == -signal.SIGKILL


async def test_a_leftover_of_an_earlier_start_is_ended(tmp_path: Path) -> None:
    """A pid file and the folder's name in the command line identify a server that slipped through."""
    pid_file = tmp_path / "server.pid"
    child = await spawn(
        "left", [*SLEEPS, str(tmp_path)], log=tmp_path / "log", die_signal=signal.SIGKILL, pid_file=pid_file
    )
    await until(tmp_path / "log", "asleep")
    await end_leftover(pid_file, str(tmp_path), signal.SIGTERM)
    assert await child.wait() == -signal.SIGTERM


async def test_a_stranger_with_the_same_pid_is_left_alone(tmp_path: Path) -> None:
    """Pids are used again: a process that does not name the folder is not ours to end."""
    pid_file = tmp_path / "server.pid"
    pid_file.write_text(f"{os.getpid()}\n")
    assert leftover_pid(pid_file, str(tmp_path)) is None
    await end_leftover(pid_file, str(tmp_path), signal.SIGKILL)


def test_a_folder_is_served_by_one_process_at_a_time(tmp_path: Path) -> None:
    """The claim is refused while it is held, and free again with its holder's end."""
    folder = tmp_path / "data"
    with claim_data_folder(folder), pytest.raises(Trouble, match=f"served already .process {os.getpid()}"):
        claim_data_folder(folder)
    claim_data_folder(folder).release()


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    """Data is never put among a person's own files."""
    (tmp_path / "letter.txt").write_text("Dear minister")
    with pytest.raises(Trouble, match="something else than a bloc"):
        claim_data_folder(tmp_path)
