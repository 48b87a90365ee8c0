"""Child processes that never outlive us, and data folders that only one of us serves.

Servers that survive the program that started them are worse than servers that crash: they hold ports, sockets
and files that the next start needs. So every child is tied to its parent twice. The kernel tells it when the
parent dies (Linux), or a watcher process does, reading a pipe that only the parent holds open (elsewhere).
And a pid file lets the next start find and end what slipped through. Each child gets a session of its own, so
that Ctrl-C reaches only the parent, which then stops the others in the right order.
"""

import asyncio
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec import Struct

from bloc.trouble import Trouble

LEFTOVER_PATIENCE_SECONDS = 15.0
TAIL_LINES = 12
_PR_SET_PDEATHSIG = 1


class Account(Struct, frozen=True):
    """The operating system user that a child runs as."""

    uid: int
    gid: int


class FolderClaim:
    """A data folder that is ours alone until we end, however we end: the lock goes with the process."""

    def __init__(self, folder: Path, descriptor: int) -> None:
        self.folder = folder
        self._descriptor = descriptor

    @classmethod
    def take(cls, folder: Path, note: str = "") -> Self:
        """Lock the folder; `note` tells a second starter where to look instead (an address).

        Raises Trouble when another process holds it.
        """
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 4096, 0).decode(errors="replace").strip()
            os.close(descriptor)
            raise Trouble(
                f"{folder} is being served already ({holder or 'it left no note'}).",
                "Use that one, stop it first, or choose another folder with --data.",
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()}{', ' if note else ''}{note}\n".encode(), 0)
        return cls(folder, descriptor)

    def release(self) -> None:
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class Child:
    """One running server: its process, its log, and how it is stopped."""

    def __init__(
        self,
        name: str,
        process: asyncio.subprocess.Process,
        log: Path,
        watcher: subprocess.Popen[bytes] | None,
    ) -> None:
        self.name = name
        self.pid = process.pid
        self.log = log
        self._process = process
        self._watcher = watcher
        # Reaped at once, so that the watcher can never signal a stranger who got the same pid.
        self._reaped = asyncio.create_task(self._reap())

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    @property
    def exit_code(self) -> int | None:
        return self._process.returncode

    async def wait(self) -> int:
        return await asyncio.shield(self._reaped)

    async def stop(self, *steps: tuple[signal.Signals, float]) -> int:
        """Send each signal in turn and wait that many seconds for the end; SIGKILL closes the list."""
        for number, patience_seconds in steps:
            self.send(number)
            try:
                return await asyncio.wait_for(self.wait(), patience_seconds)
            except TimeoutError:
                continue
        self.send(signal.SIGKILL)
        return await self.wait()

    def send(self, number: signal.Signals) -> None:
        if self.running:
            self._process.send_signal(number)

    def last_words(self) -> str:
        """The end of the log, for an error message."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError as error:
            return f"(no log: {error})"
        return "\n".join(lines[-TAIL_LINES:])

    async def _reap(self) -> int:
        code = await self._process.wait()
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.wait()
            if self._watcher.stdin is not None:
                self._watcher.stdin.close()
        return code


async def spawn(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    die_signal: signal.Signals,
    pid_file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    account: Account | None = None,
    by_watcher: bool = not sys.platform.startswith("linux"),
) -> Child:
    """Start a child that gets `die_signal` when we die. Its output is appended to `log`.

    Call it on the thread that lives as long as the program (the loop's): Linux ties the death signal to the
    thread that forked. `by_watcher` is for systems without PR_SET_PDEATHSIG, and for their test.
    """
    identity: dict[str, object] = {}
    if account is not None:
        identity = {"user": account.uid, "group": account.gid, "extra_groups": []}
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *(os.fspath(word) for word in command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=None if environment is None else dict(environment),
            start_new_session=True,
            # preexec_fn runs after the change of user, which would have cleared the death signal.
            preexec_fn=None if by_watcher else _tie_to_parent(os.getpid(), die_signal),
            **identity,  # pyright: ignore[reportArgumentType] # user, group and extra_groups, or nothing
        )
    if pid_file is not None:
        fresh = pid_file.with_name(f"{pid_file.name}.new")
        fresh.write_text(f"{process.pid}\n")
        fresh.rename(pid_file)
    return Child(name, process, log, _watch(process.pid, die_signal) if by_watcher else None)


def _tie_to_parent(parent_pid: int, die_signal: signal.Signals) -> Callable[[], None]:
    libc = ctypes.CDLL(
        None, use_errno=True
    )  # loaded before the fork: the child should only make a system call

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(die_signal))
        if os.getppid() != parent_pid:  # it died between fork and prctl: nobody will tell us
            os._exit(1)

    return tie


def _watch(pid: int, die_signal: signal.Signals) -> subprocess.Popen[bytes]:
    # Reading ends when the last write end closes, and only the parent has one: at its death, however it died.
    program = f"import os, sys; sys.stdin.buffer.read(); os.kill({pid}, {int(die_signal)})"
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", program], stdin=subprocess.PIPE, start_new_session=True
    )


def command_line_of(pid: int) -> str:
    """What a process was started with; empty when there is no such process."""
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        try:
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    shown = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout


def leftover_pid(pid_file: Path, marker: str) -> int | None:
    """The process that a pid file names, if it lives and has the marker in its command line: pids recur."""
    try:
        pid = int(pid_file.read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    return pid if pid > 1 and marker in command_line_of(pid) else None


async def end_leftover(pid_file: Path, marker: str, number: signal.Signals) -> None:
    """Wait for the end of a server that an earlier, killed program left behind, helping with signals.

    Only call it while holding the folder's claim: then nobody else can have a right to that server.
    """
    pid = leftover_pid(pid_file, marker)
    if pid is None:
        return
    loop = asyncio.get_running_loop()
    deadline = loop.time() + LEFTOVER_PATIENCE_SECONDS
    _signal_quietly(pid, number)
    while leftover_pid(pid_file, marker) is not None:
        if loop.time() > deadline:
            _signal_quietly(pid, signal.SIGKILL)
        await asyncio.sleep(0.05)


def _signal_quietly(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it ended in between, which is what we want
