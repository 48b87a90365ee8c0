"""Where a server may keep its files, and which operating system user it runs as.

PostgreSQL refuses to run as root, so root starts it as `nobody`. That user must be able to reach the programs
and the data, but folders that are not ours keep their modes: a clone in /root (0700) stays closed. Then the
files of PostgreSQL live under /var/lib/bloc and the data folder holds a link to them. An ordinary user runs
everything as itself.
"""

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bloc.embedded.processes import Account, FolderClaim
from bloc.trouble import Trouble

ROOT_HOME = Path("/var/lib/bloc")
# 104 bytes on macOS, 108 on Linux, with the closing zero.
SOCKET_PATH_BYTES_MAX = 103


def claim_data_folder(data: Path) -> FolderClaim:
    """Make the data folder if need be, and take it for this process.

    Raises Trouble when another process serves it, or when it holds files that are not a bloc's.
    """
    fresh = not data.exists()
    if fresh:
        data.mkdir(parents=True)
    elif not data.is_dir() or (any(data.iterdir()) and not (data / "lock").exists()):
        raise Trouble(f"{data} holds something else than a bloc.", "Name a new or empty folder with --data.")
    # Servers of another user walk through it to their own folders; what is secret in it has modes of its own.
    if fresh or not any(data.iterdir()):
        data.chmod(0o711)
    return FolderClaim.take(data)


@contextmanager
def temporary_folder(purpose: str) -> Generator[Path]:
    """A folder for data that nobody keeps, removed at the end; its path is short, for the sake of sockets.

    Unlike other temporary folders it can be walked through, so that a server of another user finds its own in it.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"bloc-{purpose}-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def account_for(folder: Path) -> Account | None:
    """Whom the server in `folder` runs as: ourselves (None); if we are root, the folder's owner or nobody."""
    if os.geteuid() != 0:
        return None
    if folder.exists() and (owner := folder.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise Trouble(
            "PostgreSQL does not run as root, and there is no user `nobody` to run it as.",
            "Start as an ordinary user.",
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid)


def can_enter(account: Account | None, folder: Path) -> bool:
    """Whether that user can walk into the folder. The system is asked: it alone knows ACLs and mounts."""
    return _as_account(account, ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)])


def can_run(account: Account | None, program: Path) -> bool:
    """Whether that user can run the program (`--version`)."""
    return _as_account(account, [str(program), "--version"])


def _as_account(account: Account | None, command: list[str]) -> bool:
    try:
        done = subprocess.run(
            command,
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            extra_groups=None if account is None else [],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return done.returncode == 0


def open_home(home: Path, account: Account | None) -> Path:
    """Make `home` (a server's folder inside the data folder) and return where its files really are.

    If the server's user cannot get there, that is a fresh folder under /var/lib/bloc, and `home` links to it.
    """
    if home.is_symlink() and not home.exists():
        raise Trouble(f"{home} links to {home.readlink()}, which is gone.", "Restore it, or remove the link.")
    if not home.exists():
        home.mkdir(mode=0o711)
        home.chmod(0o711)
        if not can_enter(account, home):
            home.rmdir()
            home.symlink_to(_home_elsewhere(home))
    if not can_enter(account, home.resolve()):
        user = os.geteuid() if account is None else account.uid
        raise Trouble(
            f"User {user} cannot enter {home.resolve()}, which an earlier start made.",
            "Open the folders above it (chmod a+x), or choose another data folder.",
        )
    return home.resolve()


def _home_elsewhere(home: Path) -> Path:
    # What is temporary stays temporary: nobody looks for leftovers of a test under /var/lib.
    temporary = Path(tempfile.gettempdir())
    place = temporary if home.is_relative_to(temporary) else ROOT_HOME
    place.mkdir(mode=0o711, parents=True, exist_ok=True)
    real = place / f"bloc-{home.name}-{secrets.token_hex(8)}"
    real.mkdir()
    real.chmod(0o711)
    return real


def give(folder: Path, account: Account | None) -> None:
    """Hand a folder to the server's user, closed to everybody else."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.uid, account.gid)


def socket_folder(home: Path, account: Account | None, longest_name: str) -> Path:
    """A closed folder for a server's socket: in `home`, or with a short name if that path would be too long.

    The short one is shared by all starts on the same home, and refused when somebody else made it first.
    """
    inside = home / "socket"
    if len(os.fsencode(inside / longest_name)) <= SOCKET_PATH_BYTES_MAX:
        give(inside, account)
        return inside
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"bloc-{name}"
    if len(os.fsencode(short / longest_name)) > SOCKET_PATH_BYTES_MAX:
        short = Path("/tmp") / f"bloc-{name}"
    uid = os.geteuid() if account is None else account.uid
    if os.path.lexists(short):
        found = short.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.geteuid()}:
            raise Trouble(
                f"{short} belongs to somebody else.", "Remove it, or use a data folder with a shorter path."
            )
    give(short, account)
    return short
