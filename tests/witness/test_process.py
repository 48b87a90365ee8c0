"""The witness as an operator runs it: settings, signals, exit status, and how little it takes to start."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bloc.embedded.ports import chosen_port
from bloc.embedded.services import PROJECT
from bloc.witness.making import new_witness
from contracts.identity.keys import SigningKey
from contracts.tlog.notes import NoteKey
from tests.witness.growing import GrowingLog
from tests.witness.running import NAME, RunningWitness

COMMAND = [sys.executable, "-m", "bloc.witness"]
LOG = GrowingLog("bloc.example/ledger")
RESIDENT_BYTES_MAX = 80 * 1024 * 1024
"""Half as much again as was measured (45 MB, a third of it shared): three witnesses run in every demo."""


def settings_in(folder: Path) -> dict[str, str]:
    made = new_witness(folder, NAME, made_at=1)
    return {
        "BLOC_WITNESS_NAME": NAME,
        "BLOC_WITNESS_KEY_FILE": str(made.key_file),
        "BLOC_WITNESS_STORE": str(made.store_file),
        "BLOC_WITNESS_POLICY": LOG.policy,
        "BLOC_WITNESS_PORT": str(chosen_port(0, "")),
    }


def environment(settings: dict[str, str]) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("BLOC_")}
    return own | settings


def ended(settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        COMMAND,
        env=environment(settings),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_wrong_settings_are_all_named_at_once(tmp_path: Path) -> None:
    """Exit status 2, a sentence for each, and no value repeated: it may be a secret."""
    done = ended({"BLOC_WITNESS_KEY": "hunter2", "BLOC_WITNESS_PORT": "port"})
    assert done.returncode == 2
    for name in ("BLOC_WITNESS_NAME", "BLOC_WITNESS_STORE", "BLOC_WITNESS_POLICY", "BLOC_WITNESS_PORT"):
        assert name in done.stderr
    wrong = settings_in(tmp_path)
    del wrong["BLOC_WITNESS_KEY_FILE"]
    done = ended(wrong | {"BLOC_WITNESS_KEY": "hunter2", "BLOC_WITNESS_POLICY": "log nonsense"})
    assert done.returncode == 2
    assert "BLOC_WITNESS_KEY cannot be used" in done.stderr
    assert "BLOC_WITNESS_POLICY cannot be used: line 1" in done.stderr
    assert "hunter2" not in done.stderr


def test_a_lost_or_foreign_store_stops_the_start(tmp_path: Path) -> None:
    """Exit status 2 and what to do: the store is gone, or it is another witness's."""
    settings = settings_in(tmp_path / "one")
    other = settings_in(tmp_path / "two")
    swapped = ended(settings | {"BLOC_WITNESS_STORE": other["BLOC_WITNESS_STORE"]})
    assert (swapped.returncode, "belongs to" in swapped.stderr) == (2, True)
    Path(settings["BLOC_WITNESS_STORE"]).unlink()
    lost = ended(settings)
    assert (lost.returncode, "retire" in lost.stderr) == (2, True)


def test_the_key_of_a_log_cannot_witness(tmp_path: Path) -> None:
    """Who signs the log must not vouch for it with the same key."""
    settings = settings_in(tmp_path)
    own = SigningKey.from_pem(Path(settings["BLOC_WITNESS_KEY_FILE"]).read_bytes())
    key = NoteKey.of(LOG.origin, own.verifying)
    done = ended(settings | {"BLOC_WITNESS_POLICY": f"log {key.vkey}\n"})
    assert (done.returncode, "a key of its own" in done.stderr) == (2, True)


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    """Exit status 1, and no traceback."""
    settings = settings_in(tmp_path)
    with socket.create_server(("127.0.0.1", int(settings["BLOC_WITNESS_PORT"]))):
        done = ended(settings)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert settings["BLOC_WITNESS_PORT"] in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_when_it_is_told_to(tmp_path: Path, number: signal.Signals) -> None:
    """Exit status 0."""
    settings = settings_in(tmp_path)
    process = await asyncio.create_subprocess_exec(*COMMAND, env=environment(settings), cwd=PROJECT)
    url = f"http://127.0.0.1:{settings['BLOC_WITNESS_PORT']}/health/ready"
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(20):
        while True:
            try:
                assert (await client.get(url)).status_code == 200
                break
            except httpx.TransportError:
                await asyncio.sleep(0.02)
    process.send_signal(number)
    assert await asyncio.wait_for(process.wait(), 10) == 0


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    """BLOC_PARENT_PID names a process that is not its parent: it stops by itself."""
    assert ended(settings_in(tmp_path) | {"BLOC_PARENT_PID": "1"}).returncode == 0


def test_it_loads_little() -> None:
    """Nothing of the services, no web framework, no database driver, no logging or metrics library."""
    shown = subprocess.run(
        [sys.executable, "-c", "import sys, bloc.witness.__main__; print(*sys.modules)"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    heavy = {
        "litestar",
        "structlog",
        "prometheus_client",
        "httpx",
        "asyncpg",
        "sqlalchemy",
        "rich",
        "services",
    }
    assert heavy & set(shown.stdout.split()) == set()


async def test_it_stays_small(witness: RunningWitness, log: GrowingLog) -> None:
    """Some hundred requests later it still fits three times into a demo."""
    await witness.cosigned(log, 0, 1)
    for size in range(2, 60):
        await witness.cosigned(log, size - 1, size)
    status = Path(f"/proc/{witness.service.pid}/statm")
    if status.exists():  # Linux
        resident = int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        assert resident < RESIDENT_BYTES_MAX


async def test_a_log_may_change_its_key(work_folder: Path) -> None:
    """Old key, then both in an overlap, then the new one alone: the history goes on, and once the old key is out of
    the policy it signs nothing any more."""
    first, second = (SigningKey.from_seed(seed * 4) for seed in (b"first___", b"second__"))
    old = GrowingLog("rotated.example/ledger", first)
    both, new = old.signed_with(first, second), old.signed_with(second)
    async with RunningWitness(work_folder / "rotated", (old,)) as witness:
        await witness.cosigned(old, 0, 5)
        # The log signs with both already, the witness knows the first only.
        await witness.cosigned(both, 5, 6)
        assert (await witness.post(new.request(6, 7))).status_code == 403
        await witness.follow((old, new))
        await witness.cosigned(both, 6, 7)
        await witness.cosigned(old, 7, 8)
        await witness.cosigned(new, 8, 9)
        await witness.follow((new,))
        assert (await witness.post(old.request(9, 10))).status_code == 403
        await witness.cosigned(both, 9, 10)
        await witness.cosigned(new, 10, 11)
        assert (await witness.post(new.forked(2).request(11, 11))).status_code == 422


async def test_a_log_that_is_followed_no_more_is_still_shown(work_folder: Path) -> None:
    """404 for what it posts, while monitors still read what was cosigned last."""
    leaving, staying = GrowingLog("leaving.example/ledger"), GrowingLog("staying.example/ledger")
    async with RunningWitness(work_folder / "leaving", (leaving, staying)) as witness:
        await witness.cosigned(leaving, 0, 5)
        await witness.follow((staying,))
        assert (await witness.post(leaving.request(5, 6))).status_code == 404
        assert await witness.monitored(leaving) == leaving.checkpoint(5).body
        await witness.follow((leaving, staying))
        assert (await witness.post(leaving.request(0, 6))).status_code == 409
        await witness.cosigned(leaving, 5, 6)
