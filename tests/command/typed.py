"""The command as a user types it: a process of its own, whose output and exit status are all that is looked at."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, sleep

import httpx
from msgspec import Struct

from bloc.embedded.ports import chosen_port

BLOC = Path(sys.executable).with_name("bloc")
PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60


class Done(Struct, frozen=True):
    """What a finished command left: exit status, standard output, standard error."""

    status: int
    out: str
    err: str


def surroundings_of(**more: str) -> dict[str, str]:
    """An environment in which no variable of this machine's own bloc is set."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("BLOC_")}
    return own | {"NO_COLOR": "1", **more}


def typed(
    *words: str | Path, environment: Mapping[str, str], given: bytes = b"", cwd: Path | None = None
) -> Done:
    """Run `bloc <words>` to its end. Whatever happens, nobody is shown a traceback."""
    done = subprocess.run(
        [BLOC, *words],
        env=dict(environment),
        input=given,
        cwd=cwd,
        capture_output=True,
        check=False,
        timeout=60,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in out + err, err
    return Done(done.returncode, out, err)


class Serving:
    """`bloc up` on a folder, in the background, with more options. The ports stay the same for every start."""

    def __init__(self, data: Path, *more: str) -> None:
        self.data = data
        self._more = more
        self.port, self.ledger_port = chosen_port(0, "--port"), chosen_port(0, "--ledger-port")
        self.tariffs_url = f"http://127.0.0.1:{self.port}"
        self.ledger_url = f"http://127.0.0.1:{self.ledger_port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What the other commands need to find it."""
        keys = str(self.data / "keys")
        return surroundings_of(
            BLOC_TARIFFS_URL=self.tariffs_url, BLOC_LEDGER_URL=self.ledger_url, BLOC_KEYS=keys
        )

    @property
    def words(self) -> list[str]:
        """How it is started."""
        ports = ["--port", str(self.port), "--ledger-port", str(self.ledger_port)]
        return ["up", "--data", str(self.data), *ports, *self._more]

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    @property
    def shown(self) -> str:
        """What it has printed since its last start."""
        return self._log.read_text()

    @property
    def _log(self) -> Path:
        return self.data.with_suffix(".log")

    def start(self) -> None:
        """Start it and wait until it takes submissions."""
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [BLOC, *self.words], env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = monotonic() + PATIENCE_SECONDS
        while "processes" not in self.shown:
            assert self.process.poll() is None, self.shown
            assert monotonic() < deadline, self.shown
            sleep(0.1)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Signal it; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)

    def children(self) -> dict[str, int]:
        """The servers that it says it runs, and their process ids."""
        return self._row("processes") | {
            f"witness-{name}": pid for name, pid in self._row("witnesses").items()
        }

    def _row(self, title: str) -> dict[str, int]:
        lines = [line.strip() for line in self.shown.splitlines() if line.strip().startswith(title)]
        pairs = [pair.split() for line in lines for pair in line.removeprefix(title).split(",")]
        return {name: int(pid) for name, pid in pairs}

    def answers(self) -> bool:
        """Whether both services take requests."""
        try:
            asked = [httpx.get(f"{url}/health/ready") for url in (self.tariffs_url, self.ledger_url)]
        except httpx.TransportError:
            return False
        return all(answer.is_success for answer in asked)


def lives(pid: int) -> bool:
    """Whether there is such a process, and it is no corpse that only waits to be collected."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
