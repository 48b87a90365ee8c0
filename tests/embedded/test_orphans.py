"""Killed with -9 in the middle of its work, a launcher leaves no servers, and the next one goes on."""

import asyncio
import json
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bloc.embedded.folders import can_run
from bloc.embedded.processes import Account, command_line_of

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 15.0


def accounts() -> list[Account | None]:
    """Whom to serve as: ourselves (None), and an ordinary user too when we are root and it can run this Python."""
    ours: list[Account | None] = [None]
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        ordinary = Account(nobody.pw_uid, nobody.pw_gid)
        if can_run(ordinary, Path(sys.executable)):
            ours.append(ordinary)
    return ours


@asynccontextmanager
async def serving(folder: Path, account: Account | None) -> AsyncGenerator[tuple[int, dict[str, Any]]]:
    """A launcher in a process of its own: its pid, and what it told. Killed with -9 at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.embedded.serve_servers",
        str(folder),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        user=None if account is None else account.uid,
        group=None if account is None else account.gid,
        extra_groups=None if account is None else [],
    )
    assert process.stdout is not None
    try:
        told = json.loads(await asyncio.wait_for(process.stdout.readline(), 60))
        yield process.pid, told
    finally:
        process.kill()
        await process.wait()


async def all_end(pids: list[int]) -> list[int]:
    """Those that are still running when patience ends; a zombie that nobody reaps has no command line."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    left = pids
    while left and asyncio.get_running_loop().time() < deadline:
        left = [pid for pid in left if command_line_of(pid)]
        await asyncio.sleep(0.02)
    return left


@pytest.mark.parametrize("account", accounts(), ids=lambda account: "itself" if account is None else "nobody")
async def test_kill_9_leaves_no_servers_and_the_next_start_goes_on(
    work_folder: Path, account: Account | None
) -> None:
    """The servers end with their parent; what was committed before the kill is there after the next start."""
    folder = work_folder / f"orphans_{'itself' if account is None else account.uid}"
    folder.mkdir()
    if account is not None:
        os.chown(folder, account.uid, account.gid)

    async with serving(folder, account) as (_, told):
        connection = await asyncpg.connect(told["dsn"])
        await connection.execute("CREATE TABLE lot AS SELECT 380 AS tonnes")
        await connection.close()

    assert await all_end(told["pids"]) == []
    async with serving(folder, account) as (_, again):
        connection = await asyncpg.connect(again["dsn"])
        assert await connection.fetchval("SELECT tonnes FROM lot") == 380
        await connection.close()
        assert again["nats"] == told["nats"]
    assert await all_end(again["pids"]) == []


async def test_a_second_start_on_the_same_folder_says_who_serves_it(work_folder: Path) -> None:
    """Two launchers on one folder would fight for it: the second one ends and names the first."""
    folder = work_folder / "twice"
    async with serving(folder, None) as (first_pid, _):
        second = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.embedded.serve_servers",
            str(folder),
            cwd=ROOT,
            stderr=subprocess.PIPE,
        )
        _, complaint = await second.communicate()
    assert second.returncode == 1
    assert f"is being served already (process {first_pid})" in complaint.decode()


async def test_interrupted_by_ctrl_c_the_servers_outlive_the_signal_but_not_the_parent(
    work_folder: Path,
) -> None:
    """Ctrl-C reaches every process of a terminal; the servers must wait for their parent to stop them in order."""
    async with serving(work_folder / "interrupted", None) as (pid, told):
        assert all(os.getsid(server) == server for server in told["pids"])
        os.kill(pid, signal.SIGKILL)
    assert await all_end(told["pids"]) == []
