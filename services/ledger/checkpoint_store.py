"""The last signed checkpoint as a file in a folder outside the database: what keeps a restored backup from forking.

A database can be put back to an earlier day, and then knows nothing of what was signed since. This file does, so it
belongs on another disk or machine than the database and is backed up apart from it. It is replaced whole: written
beside itself, flushed, renamed, and the folder flushed, so that after any crash it is the old one or the new one.
Whatever else is found there is a reason not to sign. The folder is locked while a signer uses it: two of them, from
two databases, could sign two histories.

The file is text: the SHA-256 of what follows in hex; a line with the format and the time of signing in nanoseconds
since 1970; an empty line; the signed note as it was published.
"""

import fcntl
import os
import re
from hashlib import sha256
from pathlib import Path

from contracts.limits import NOTE_BYTES_MAX
from contracts.tlog.notes import NoteFault
from services.ledger.domain.signing import Refusal, SignedCheckpoint, read_signed

_FILE = "checkpoint"
_FRESH = "checkpoint.new"
_LOCK = "lock"
_HEAD_BYTES_MAX = 256
_FORMAT = re.compile(rb"([0-9a-f]{64})\n(bloc checkpoint 1, signed at ([0-9]{1,19})\n\n(.*))", re.DOTALL)


class CheckpointStore:
    """The folder, for the log `origin`. Everything here blocks for as long as the disk takes."""

    def __init__(self, folder: Path, origin: str) -> None:
        self.path = folder / _FILE
        self._folder = folder
        self._origin = origin
        self._lock: int | None = None

    def lock(self) -> bool:
        """Take the folder for this process; False when another one has it. Makes the folder when it is missing.

        Raises OSError when it cannot be used. The system gives it back when the process ends, however it ends.
        """
        if self._lock is not None:
            return True
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except OSError:
            os.close(descriptor)
            raise
        self._lock = descriptor
        return True

    def unlock(self) -> None:
        """Give the folder back."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def read(self) -> SignedCheckpoint | Refusal | None:
        """What was signed last, None when nothing is kept; a refusal when it cannot be read, is torn, or is of
        another log. Signatures are for the caller to verify, who knows the keys."""
        try:
            with self.path.open("rb") as file:
                raw = file.read(NOTE_BYTES_MAX + _HEAD_BYTES_MAX + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            return Refusal("store_unreadable", f"{self.path} cannot be read: {error.strerror}; {_MEND}")
        match = _FORMAT.fullmatch(raw)
        if match is None or sha256(match[2]).hexdigest().encode() != match[1]:
            return Refusal("store_unreadable", f"{self.path} is torn or not a checkpoint file; {_MEND}")
        signed = read_signed(match[4], int(match[3]), self._origin)
        if isinstance(signed, NoteFault):
            return self.foreign(signed.reason)
        return signed

    def foreign(self, reason: str) -> Refusal:
        """What is kept is a checkpoint of somebody else's, and why."""
        return Refusal("store_foreign", f"{self.path} is not ours: {reason}; {_MEND}")

    def write(self, signed: SignedCheckpoint) -> None:
        """Keep a checkpoint; when this returns it survives a power failure. Raises OSError."""
        rest = b"bloc checkpoint 1, signed at %d\n\n" % signed.signed_at_ns + signed.note.encode()
        fresh = self._folder / _FRESH
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.write(sha256(rest).hexdigest().encode() + b"\n" + rest)
            file.flush()
            os.fsync(descriptor)
        # A crash before this line leaves the old file, one after it the new one.
        fresh.replace(self.path)
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def set_aside(self, name: str) -> None:
        """Move the file out of the way under another name, when an operator replaces it."""
        if self.path.exists():
            self.path.replace(self._folder / name)


_MEND = "put the right one back, or decide with `bloc ledger adopt-checkpoint`"
