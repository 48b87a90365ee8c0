"""Accusations as files, one JSON document each, in a folder beside the store.

Files and not rows, because an accusation is for other people: it is copied, mailed and published as it lies there. Its
name is made from what it says, so the same contradiction sent a thousand times is one file. It is on the disk before
the refused request is answered.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from bloc.witness.domain.accusing import Accusation, read_accusation
from bloc.witness.logs import Log
from contracts.limits import ACCUSATIONS_KEPT_MAX, ACCUSATIONS_UNPROVEN_KEPT_MAX
from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.notes import NoteFault

SUFFIX = ".json"


class AccusationFiles:
    """The accusations in a folder, oldest first, bounded for each log."""

    def __init__(self, folder: Path, log: Log) -> None:
        """Read what is there already; a file that is no accusation is passed over and named in the log."""
        self._folder = folder
        folder.mkdir(mode=0o700, exist_ok=True)
        self._known: dict[str, Accusation] = {}
        for path in sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: (path.stat().st_mtime_ns, path.name)):
            read = read_accusation(path.read_bytes())
            if isinstance(read, NoteFault):
                log.warning("accusation_unreadable", path=str(path), reason=read.reason)
            else:
                self._known[read.id] = read

    def all(self) -> tuple[Accusation, ...]:
        return tuple(self._known.values())

    def keep(self, accusation: Accusation) -> bool:
        """Write an accusation durably, if it is new and there is room; say whether it was written.

        Raises OSError when the disk does not take it.
        """
        if accusation.id in self._known:
            return False
        others = [one for one in self._known.values() if one.origin == accusation.origin]
        if accusation.is_proven:
            if sum(one.is_proven for one in others) >= ACCUSATIONS_KEPT_MAX:
                return False
        else:
            unproven = [one for one in others if not one.is_proven]
            self._remove(unproven[: max(0, len(unproven) + 1 - ACCUSATIONS_UNPROVEN_KEPT_MAX)])
        path = self._path(accusation)
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(accusation.encode())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        self._sync()
        self._known[accusation.id] = accusation
        return True

    def withdraw(self, checkpoint: Checkpoint) -> int:
        """Remove the unproven accusations against a checkpoint that has since been proven; say how many."""
        body = checkpoint.body.decode()
        cleared = [
            one for one in self._known.values() if not one.is_proven and one.second.startswith(f"{body}\n")
        ]
        self._remove(cleared)
        return len(cleared)

    def _remove(self, accusations: Iterable[Accusation]) -> None:
        for one in accusations:
            self._path(one).unlink(missing_ok=True)
            del self._known[one.id]

    def _path(self, accusation: Accusation) -> Path:
        return self._folder / f"{accusation.kind}-{accusation.id}{SUFFIX}"

    def _sync(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
