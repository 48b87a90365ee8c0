"""A witness at work: reads a request, judges it inside the transaction that keeps the answer, signs, remembers.

Everything here is synchronous and runs on one thread, so that two requests never overlap within this process; and the
transaction takes the write lock before it reads, so that two processes on one store do not either. The order is the
promise: check, sign, write, commit, and only then does anybody learn of the cosignature.
"""

import sqlite3
from collections.abc import Callable
from hashlib import sha256

from msgspec import Struct

from bloc.witness.accusation_files import AccusationFiles
from bloc.witness.domain.accusing import Accusation
from bloc.witness.domain.judging import (
    UNAVAILABLE,
    Cosigned,
    Logs,
    MayCosign,
    Presented,
    Refusal,
    WentBack,
    judge,
    read_request,
)
from bloc.witness.logs import Log
from bloc.witness.store import Store
from contracts.identity.keys import SigningKey
from contracts.tlog.checkpoints import Checkpoint, cosign
from contracts.tlog.notes import COSIGNATURE_V1, NoteKey

Clock = Callable[[], int]
"""POSIX seconds."""


RETIRED = "this witness has to be retired"


class State(Struct, frozen=True):
    """What a witness holds: the newest cosigned checkpoint of every log, and what is wrong, if anything is."""

    held: tuple[Cosigned, ...]
    trouble: str | None


class Witness:
    """One key, one store, the logs that it follows. All methods are for one thread."""

    def __init__(
        self,
        *,
        name: str,
        key: SigningKey,
        logs: Logs,
        store: Store,
        accusations: AccusationFiles,
        clock: Clock,
        log: Log,
    ) -> None:
        self.key = NoteKey.of(name, key.verifying, COSIGNATURE_V1)
        self._signing_key = key
        self._logs = logs
        self._store = store
        self._accusations = accusations
        self._clock = clock
        self._log = log
        self._store_trouble: str | None = None
        # A log that is followed no more still has its last cosigned checkpoint shown.
        self._origins = {sha256(origin.encode()).hexdigest(): origin for origin in {*logs, *store.origins()}}

    def add_checkpoint(self, raw: bytes) -> Cosigned | Refusal:
        """Answer one add-checkpoint request. The cosignature that is returned is durable."""
        presented = read_request(raw, self._logs, self.key)
        if isinstance(presented, Refusal):
            return presented
        try:
            answer = self._decide(presented)
        except sqlite3.Error as error:
            # The commit may have happened or not; the next request reads what is true.
            self._store_trouble = f"the store does not work: {error}"
            self._log.error("store_failed", reason=str(error))
            return Refusal(UNAVAILABLE, "the store of this witness does not work")
        self._store_trouble = None
        if isinstance(answer, Refusal):
            if answer.accusation is not None:
                self._accuse(answer.accusation)
        else:
            self._withdraw(answer.checkpoint)
        return answer

    def note_of(self, origin_hash: str) -> bytes | None:
        """The newest cosigned note of the log whose origin has this SHA-256 (hex), or None when there is none."""
        origin = self._origins.get(origin_hash)
        held = None if origin is None else self._store.newest(origin)
        return None if held is None else held.note

    def accusations(self) -> tuple[Accusation, ...]:
        """All accusations that are kept, oldest first."""
        return self._accusations.all()

    def state(self) -> State:
        """What is held now, and whether anything keeps this witness from cosigning."""
        try:
            newest = (self._store.newest(origin) for origin in sorted(self._origins.values()))
            held = tuple(one for one in newest if one is not None)
            retired = self._store.retired()
        except sqlite3.Error as error:
            return State((), f"the store cannot be read: {error}")
        if retired is not None:
            return State(held, f"{RETIRED}: {retired}")
        behind = max((one.time for one in held), default=0) - self._clock()
        if behind > 0:
            return State(held, f"the clock is {behind} s behind the last cosignature: set it right")
        return State(held, self._store_trouble)

    def _decide(self, presented: Presented) -> Cosigned | Refusal:
        origin, size = presented.checkpoint.origin, presented.checkpoint.size
        with self._store.writing():
            retired = self._store.retired()
            if retired is not None:
                return Refusal(UNAVAILABLE, f"{RETIRED}: {retired}")
            held = self._store.newest(origin)
            decision = judge(presented, held, self._store.at(origin, size), self._clock())
            if isinstance(decision, MayCosign):
                decision = self._cosign(presented, decision.time)
                self._store.keep(decision)
            elif isinstance(decision, WentBack):
                self._store.retire(decision.reason, self._clock())
                self._log.error("retired", reason=decision.reason)
                return Refusal(UNAVAILABLE, f"{RETIRED}: {decision.reason}")
        return decision

    def _cosign(self, presented: Presented, time: int) -> Cosigned:
        signature = cosign(presented.note.body, self.key.name, self._signing_key, time)
        note = presented.note.with_lines([signature]).encode()
        return Cosigned(presented.checkpoint, note, signature.line, time)

    def _withdraw(self, proven: Checkpoint) -> None:
        try:
            if withdrawn := self._accusations.withdraw(proven):
                self._log.info("accusations_withdrawn", origin=proven.origin, number=withdrawn)
        except OSError as error:
            # The cosignature is kept already, and must not be held back for a file that cannot be removed.
            self._log.error("accusations_not_withdrawn", reason=str(error))

    def _accuse(self, accusation: Accusation) -> None:
        try:
            if self._accusations.keep(accusation):
                self._log.warning(
                    "accusation", kind=accusation.kind, id=accusation.id, origin=accusation.origin
                )
        except OSError as error:
            # The log file may be on a disk that has room; the refusal stands either way.
            self._log.error("accusation_not_kept", reason=str(error), accusation=accusation.encode().decode())
