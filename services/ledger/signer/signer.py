"""The one that signs checkpoints: as soon as entries are committed, and at most once a second.

Each signature is made in one order: fsync the folder outside the database, then the row, then publication. A crash
before the first leaves nothing; after it the next start finds a checkpoint in the folder that has no row yet, and
adds the row; after the row only readers have to hear of it. There is one way to begin, after any of these, after a
restored backup or a refusal: what was signed last, the tree below it, the rows since.

A refusal ends nothing else. Recording goes on, readiness fails with the reason, and every second the signer begins
again; so one that mends itself (a clock, a database that catches up) is over when its cause is.
"""

import asyncio
from collections.abc import Callable, Mapping

import structlog

from contracts.identity.keyring import KeyRing
from contracts.identity.keys import SigningKey, VerifyingKey
from contracts.limits import (
    FOLLOW_GATHER_MILLISECONDS,
    FOLLOW_POLL_SECONDS,
    RECONNECT_WAIT_SECONDS,
    SIGNATURE_PAUSE_SECONDS_MIN,
)
from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.notes import Note, sign_note
from services.ledger.checkpoint_store import CheckpointStore
from services.ledger.domain.rechecking import Difference
from services.ledger.domain.signing import Refusal, SignedCheckpoint, behind, clock_back, signing_kids
from services.ledger.head import Head
from services.ledger.published import Published
from services.ledger.signer.memory import fault_of_row, last_signed
from services.ledger.signer.publishing import fill
from services.ledger.signer.rereading import Rereader
from services.ledger.store import connecting
from services.ledger.store.checkpoints import StoredCheckpoint, insert_checkpoint
from services.ledger.store.connecting import Connection, connect_signer
from services.ledger.store.loading import load_ring
from services.ledger.store.rechecking import read_ends

_NANOSECONDS = 1_000_000_000
_log = structlog.get_logger(__name__)


class RefusedError(Exception):
    """Nothing is signed, and why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


class Signer:
    """Signs what it has recomputed. `run` it as a task; `keys` are the configured ones by thumbprint."""

    def __init__(
        self,
        *,
        database_url: str,
        origin: str,
        keys: Mapping[str, SigningKey],
        store: CheckpointStore,
        head: Head,
        published: Published,
        clock: Callable[[], int],
    ) -> None:
        self._database_url = database_url
        self._origin = origin
        self._keys = keys
        self._store = store
        self._head = head
        self._published = published
        self._clock = clock
        self._last: SignedCheckpoint | None = None
        self._recorded = False
        self._next_at = 0.0
        self._ring = KeyRing()

    async def run(self) -> None:
        """Sign until the service ends; whatever goes wrong, begin again from what was signed last."""
        try:
            while not self._head.closing:
                await self._try()
                await asyncio.sleep(RECONNECT_WAIT_SECONDS)
        finally:
            self._store.unlock()

    async def _try(self) -> None:
        try:
            connection = await connect_signer(self._database_url)
            try:
                await self._work(connection)
            finally:
                connection.terminate()
        except RefusedError as error:
            self._refuse(error.refusal)
        except connecting.AWAY as error:
            _log.warning("signer_waits", reason=repr(error))
        except Exception as error:  # noqa: BLE001 # proofs wait, but their trouble must not stop the record
            _log.exception("signer_fails")
            self._refuse(Refusal("broken", f"the signer failed: {type(error).__name__}: {error}"))

    def _refuse(self, refusal: Refusal) -> None:
        if self._published.refusal != refusal:
            _log.error("signer_refuses", kind=refusal.kind, reason=refusal.reason)
        self._published.refuse(refusal)

    async def _work(self, connection: Connection) -> None:
        """Recompute and sign for as long as nothing is wrong. Raises RefusedError."""
        self._ring = await load_ring(connection)
        await fill(self._published, connection, origin=self._origin, keys=self._known_keys())
        if not self._locked():
            # Another process signs, and what it signs was just read from its rows.
            self._published.refuse(None)
            return
        reader = await self._begin(connection)
        while not self._head.closing:
            await self._recompute(connection, reader)
            self._permit(reader.at.size)
            self._published.refuse(None)
            if reader.at.size == self._last_size:
                await self._head.wait_for_size(reader.at.size + 1, FOLLOW_POLL_SECONDS)
            elif (pause_seconds := self._next_at - asyncio.get_running_loop().time()) > 0:
                await asyncio.sleep(min(pause_seconds, FOLLOW_GATHER_MILLISECONDS / 1_000))
            else:
                await self._sign(connection, reader)

    def _locked(self) -> bool:
        try:
            return self._store.lock()
        except OSError as error:
            raise _unwritable(error) from error

    def _known_keys(self) -> tuple[VerifyingKey, ...]:
        """All keys that may have signed for this log: the configured ones and those in the record."""
        configured = tuple(key.verifying for key in self._keys.values())
        return (*configured, *(key.verifying for key in self._ring.checkpoint_keys))

    @property
    def _last_size(self) -> int:
        return 0 if self._last is None else self._last.checkpoint.size

    async def _begin(self, connection: Connection) -> Rereader:
        """Find out what was signed last, and take up the tree below it."""
        try:
            last = await last_signed(
                self._store,
                connection,
                origin=self._origin,
                policy=self._published.policy,
                keys=self._known_keys(),
                now_ns=self._clock(),
            )
        except OSError as error:
            raise _unwritable(error) from error
        if isinstance(last, Refusal):
            raise RefusedError(last)
        self._last, self._recorded = last, False
        sealed, _ = await read_ends(connection)
        if (refusal := behind(last, sealed)) is not None:
            raise RefusedError(refusal)
        if last is not None:
            # At most one signature a second, whatever process made the one before.
            passed_seconds = (self._clock() - last.signed_at_ns) / _NANOSECONDS
            left_seconds = min(SIGNATURE_PAUSE_SECONDS_MIN, SIGNATURE_PAUSE_SECONDS_MIN - passed_seconds)
            self._next_at = max(self._next_at, asyncio.get_running_loop().time() + left_seconds)
        reader = Rereader(connection, self._head)
        _demand(await reader.begin(None if last is None else last.checkpoint))
        return reader

    async def _recompute(self, connection: Connection, reader: Rereader) -> None:
        """Bring the recomputed tree up to the committed one."""
        while found := await reader.next():
            _demand(found)
        _demand(await reader.loose_end())
        if reader.key_events:
            reader.key_events = False
            self._ring = await load_ring(connection)
        if not self._recorded and self._last is not None:
            await self._record(connection, self._last)

    def _permit(self, size: int) -> tuple[str, ...]:
        """The keys that sign a checkpoint of `size` now. Raises RefusedError."""
        now_ns = self._clock()
        refusal = clock_back(self._last, now_ns)
        if refusal is not None:
            raise RefusedError(refusal)
        kids = signing_kids(self._ring, size, now_ns, self._keys) if size else ()
        if isinstance(kids, Refusal):
            raise RefusedError(kids)
        return kids

    async def _sign(self, connection: Connection, reader: Rereader) -> None:
        checkpoint = Checkpoint(self._origin, reader.at.size, reader.at.frontier.root())
        kids = self._permit(checkpoint.size)
        body = checkpoint.body
        note = Note(body, tuple(sign_note(body, self._origin, self._keys[kid]) for kid in kids))
        signed = SignedCheckpoint(checkpoint, note, self._clock())
        self._next_at = asyncio.get_running_loop().time() + SIGNATURE_PAUSE_SECONDS_MIN
        try:
            await _in_a_thread(self._store.write, signed)
        except OSError as error:
            raise _unwritable(error) from error
        self._last, self._recorded = signed, False
        await self._record(connection, signed)

    async def _record(self, connection: Connection, signed: SignedCheckpoint) -> None:
        """The row, then publication. What is signed is in the folder already."""
        checkpoint = signed.checkpoint
        stored = StoredCheckpoint(checkpoint.size, checkpoint.root, signed.note.encode(), signed.signed_at_ns)
        row = await insert_checkpoint(connection, stored)
        if (refusal := fault_of_row(signed, row)) is not None:
            raise RefusedError(refusal)
        self._recorded = True
        self._published.move_signed(signed)


async def _in_a_thread(write: Callable[[SignedCheckpoint], None], signed: SignedCheckpoint) -> None:
    """Write in a thread, to the end: who is cancelled meanwhile must not unlock a folder that is written to."""
    writing = asyncio.ensure_future(asyncio.to_thread(write, signed))
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        # Waited for and not awaited: a write that fails just now must not take the place of the end.
        await asyncio.wait({writing})
        raise


def _demand(found: int | Difference | None) -> None:
    if isinstance(found, Difference):
        raise RefusedError(
            Refusal("recomputed_differs", f"{found}; nothing is signed until an operator has looked")
        )


def _unwritable(error: OSError) -> RefusedError:
    said = f"{error.filename or 'BLOC_CHECKPOINT_STORE'}: {error.strerror}"
    return RefusedError(
        Refusal(
            "store_unwritable",
            f"the last checkpoint cannot be kept ({said}): make room, or give this user the right to write",
        )
    )
