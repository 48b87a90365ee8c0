"""A Python environment for programs that we did not write and that want a newer Python than ours.

It is made once, from a lock with hashes, in a folder of the checkout that git ignores, and kept as long as the lock
stays the same: `make rivals` makes it, and so does the first test that needs it. Where no Python of 3.12 or newer
is at hand there is none, and the tests that need one say so.
"""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".rivals"
LOCK = Path(__file__).with_name("requirements.lock")
NAMES = ("python3.14", "python3.13", "python3.12", "python3")
FIT = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))"
ASK_SECONDS_MAX = 20
INSTALL_SECONDS_MAX = 300
MISSING = "no Python 3.12 or newer is at hand: the independent witness needs one"


def newer_python() -> str | None:
    """A Python of 3.12 or newer that really runs; a name on the path may be a signpost that leads nowhere."""
    return next((python for python in _candidates() if _fits(python)), None)


def environment() -> Path | None:
    """The folder of the environment's programs, made if need be; None where no Python is new enough."""
    made = FOLDER / sha256(LOCK.read_bytes()).hexdigest()[:16]
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as claimed:
        fcntl.flock(claimed, fcntl.LOCK_EX)
        if not (made / "complete").exists():
            python = newer_python()
            if python is None:
                return None
            _make(python, made)
    return made / "bin"


def _make(python: str, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _run(python, "-m", "venv", str(folder))
    pip = (str(folder / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check")
    _run(*pip, "install", "--no-deps", "--require-hashes", "--requirement", str(LOCK))
    (folder / "complete").touch()


def _candidates() -> Iterator[str]:
    yield sys.executable
    yield from filter(None, map(shutil.which, NAMES))
    if pyenv := shutil.which("pyenv"):
        said = subprocess.run(
            [pyenv, "root"], capture_output=True, text=True, timeout=ASK_SECONDS_MAX, check=False
        )
        yield from sorted(map(str, Path(said.stdout.strip()).glob("versions/*/bin/python3")), reverse=True)


def _fits(python: str) -> bool:
    asked = subprocess.run([python, "-c", FIT], capture_output=True, timeout=ASK_SECONDS_MAX, check=False)
    return asked.returncode == 0


def _run(*command: str) -> None:
    said = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS_MAX, check=False)
    if said.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{said.stdout}{said.stderr}")


if __name__ == "__main__":
    print(environment() or MISSING)
