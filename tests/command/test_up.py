"""`bloc up`: one folder, one bloc; it stops cleanly, and starts again however it ended."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.command.typed import PROJECT, Serving, lives, surroundings_of, typed

SERVERS = {"postgres", "nats", "ledger", "tariffs", "witness-us", "witness-eu", "witness-jp"}


@pytest.fixture(scope="session")
def _mortal(work_folder: Path) -> Iterator[Serving]:
    mortal = Serving(work_folder / "mortal_up")
    mortal.start()
    yield mortal
    mortal.stop(signal.SIGKILL)


@pytest.fixture
def mortal(_mortal: Serving) -> Serving:
    """A bloc to be stopped and killed; what a failed test left dead is started again."""
    if _mortal.process.poll() is not None:
        _mortal.start()
    return _mortal


def _gone(pids: dict[str, int]) -> bool:
    deadline = monotonic() + 10
    while any(lives(pid) for pid in pids.values()):
        if monotonic() > deadline:
            return False
        sleep(0.05)
    return True


def _size(mortal: Serving) -> int:
    return len(typed("entries", environment=mortal.environment).out.splitlines())


def test_a_second_up_on_the_same_folder_says_so(serving: Serving) -> None:
    """It names the folder and the process that serves it, and what to do; the first one is not disturbed."""
    second = typed(*serving.words, environment=serving.environment)
    assert second.status == 1
    assert f"{serving.data} is being served already (process {serving.process.pid}" in second.err
    assert "stop it first" in second.err
    assert serving.answers()


def test_a_port_in_use_is_said_before_anything_starts(serving: Serving, tmp_path: Path) -> None:
    """The port and the option that changes it are named."""
    words = ["--port", str(serving.port), "--ledger-port", "0"]
    refused = typed("up", "--data", tmp_path / "other", *words, environment=serving.environment)
    assert refused.status == 1
    assert f"Port {serving.port} is in use" in refused.err
    assert "--port" in refused.err


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """A folder with files that are no bloc's is refused and stays as it was."""
    (tmp_path / "thesis.txt").write_text("chapter one")
    refused = typed("up", "--data", tmp_path, environment=surroundings_of())
    assert refused.status == 1
    assert "something else than a bloc" in refused.err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_up_killed_leaves_no_orphans_and_starts_again(mortal: Serving) -> None:
    """kill -9 of the launcher ends all servers; the next start on the folder has everything that was there."""
    posted = typed(
        "post", PROJECT / "docs/mineral.json", "--key", "bloc.secretariat", environment=mortal.environment
    )
    assert posted.status == 0, posted
    size = _size(mortal)
    pids = mortal.children()
    assert pids.keys() == SERVERS
    mortal.stop(signal.SIGKILL)
    assert _gone(pids)
    mortal.start()
    assert mortal.answers()
    assert _size(mortal) == size
    again = typed(
        "post", PROJECT / "docs/mineral.json", "--key", "bloc.secretariat", environment=mortal.environment
    )
    assert (again.status, '"duplicate"' in again.out) == (0, True)


def test_up_stops_cleanly_and_goes_on_with_old_data(mortal: Serving) -> None:
    """Ctrl-C and its relatives end everything in order with exit status 0, and restart founds nothing anew."""
    size = _size(mortal)
    anchor = [line for line in mortal.shown.splitlines() if "trust anchor" in line]
    for number in (signal.SIGINT, signal.SIGTERM):
        pids = mortal.children()
        assert mortal.stop(number) == 0
        assert _gone(pids)
        assert "Stopped" in mortal.shown
        mortal.start()
        assert [line for line in mortal.shown.splitlines() if "trust anchor" in line] == anchor
    assert _size(mortal) == size


def test_a_server_that_ends_is_started_again(mortal: Serving) -> None:
    """A bloc that lost a server heals by itself and says what happened."""
    os.kill(mortal.children()["ledger"], signal.SIGKILL)
    deadline = monotonic() + 20
    while not ("ledger ended; starting it again" in mortal.shown and mortal.answers()):
        assert monotonic() < deadline, mortal.shown
        sleep(0.1)
