"""One witness, for as long as the process lives: choose a checkpoint, ask, check, store, tell; and again.

What the witness has is for the witness to say: the size that we remember is only where to begin, and a 409 puts it
right, ahead or back. Only a verified cosignature is stored, and only a stored one is told to readers. Between
failures the pause grows, and the newest checkpoint is what goes out after it; those in between are not missed.
"""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from contracts.limits import (
    FOLLOW_POLL_SECONDS,
    RECONNECT_WAIT_SECONDS,
    WITNESS_BACKOFF_SECONDS_MAX,
    WITNESS_BACKOFF_SECONDS_MIN,
    WITNESS_CONFLICTS_MAX,
)
from contracts.tlog.add_checkpoint import AddCheckpoint
from contracts.tlog.notes import NoteFault, NoteKey, parse_signature_line
from services.ledger.published import Published, SignedCheckpoint
from services.ledger.store import connecting
from services.ledger.store.connecting import Pool
from services.ledger.store.cosignatures import Cosignature, store_cosignature
from services.ledger.store.tiles import consistency_under
from services.ledger.witnessing.answers import ACCUSATIONS, Cosigned, Elsewhere, Failure, read_answer
from services.ledger.witnessing.asking import WitnessAddress
from services.ledger.witnessing.choosing import choose
from services.ledger.witnessing.metrics import WitnessMetrics

_log = structlog.get_logger(__name__)


class WitnessFollower:
    """Brings checkpoints to one witness and its cosignatures home. `run` it as a task.

    `key` and `url` are those of the policy file; `cosigned` is the newest size with a stored cosignature of this
    witness, 0 for none; `others` gives what the other witnesses are at.
    """

    def __init__(
        self,
        key: NoteKey,
        url: str,
        *,
        cosigned: int,
        pool: Pool,
        published: Published,
        metrics: WitnessMetrics,
        others: Callable[["WitnessFollower"], Sequence[SignedCheckpoint]],
    ) -> None:
        self._key = key
        self._address = WitnessAddress(url)
        self._cosigned = cosigned
        self._old_size = cosigned
        self._pool = pool
        self._published = published
        self._metrics = metrics
        self._others = others
        self._failing: str | None = None
        self._pause_seconds = 0.0
        self.at: SignedCheckpoint | None = None
        """What it is being asked about, or has cosigned last."""
        metrics.begin(key.name, cosigned)

    async def run(self) -> None:
        """Follow until the service ends, whatever the witness does."""
        try:
            while not self._published.closing:
                await self._next()
        finally:
            await self._address.close()

    async def _next(self) -> None:
        settled = self._published.cosigned
        signed = choose(
            self._published.signed,
            self._others(self),
            cosigned=max(self._cosigned, self._old_size - 1),
            settled=0 if settled is None else settled.checkpoint.size,
        )
        if signed is None:
            await self._published.wait_covering(self._cosigned, FOLLOW_POLL_SECONDS, cosigned=False)
            return
        self.at = signed
        try:
            answer = await self._ask(signed)
            if isinstance(answer, Cosigned):
                await self._keep(signed, answer)
                return
            self._failed(answer)
        except connecting.AWAY as error:
            _log.warning("cosigning_waits", witness=self._key.name, reason=repr(error))
            self._pause_seconds = RECONNECT_WAIT_SECONDS
        except Exception:  # noqa: BLE001 # a cosignature is an addition: its trouble must not stop the record
            _log.exception("cosigning_fails", witness=self._key.name)
            self._pause_seconds = WITNESS_BACKOFF_SECONDS_MAX
        self.at = None
        await asyncio.sleep(self._pause_seconds)

    async def _ask(self, signed: SignedCheckpoint) -> Cosigned | Failure:
        """Submit one checkpoint, and again from where the witness says it is."""
        size = signed.checkpoint.size
        for _ in range(WITNESS_CONFLICTS_MAX + 1):
            old_size = self._old_size
            proof: tuple[bytes, ...] = ()
            if 0 < old_size < size:
                proof = await consistency_under(self._pool, old_size, signed.checkpoint)
            request = AddCheckpoint(old_size, proof, signed.note.encode())
            response = await self._address.add_checkpoint(request.encode())
            if isinstance(response, Failure):
                return response
            answer = read_answer(response, witness=self._key, checkpoint=signed.checkpoint, old_size=old_size)
            if not isinstance(answer, Elsewhere):
                return answer
            self._moved(answer.size)
        return Failure("garbled", "it names another size to go on from, each time")

    def _moved(self, size: int) -> None:
        """The witness says where it is. Below what it has cosigned it has lost its memory: it may cosign a fork."""
        self._old_size = size
        if size < self._cosigned:
            self._metrics.counted(self._key.name, "went_back")
            _log.error("witness_went_back", witness=self._key.name, cosigned=self._cosigned, size=size)

    async def _keep(self, signed: SignedCheckpoint, given: Cosigned) -> None:
        """Store, then tell. A crash in between costs nothing: what is stored is read at the next start."""
        size, name = signed.checkpoint.size, self._key.name
        stored = await store_cosignature(
            self._pool, Cosignature(size, name, given.signature.line, given.time_seconds)
        )
        line = parse_signature_line(stored.line)
        if isinstance(line, NoteFault):
            raise AssertionError(f"the stored cosignature of {name} for {size} is broken: {line.reason}")
        self._published.add_cosignature(size, line)
        self._cosigned = self._old_size = size
        self._metrics.cosigned(name, size, stored.time)
        if self._failing is not None:
            _log.info("witness_is_back", witness=name, size=size, after=self._failing)
        self._failing, self._pause_seconds = None, 0.0

    def _failed(self, failure: Failure) -> None:
        """Count it, say it once for each kind, and pause for longer."""
        self._metrics.failed(self._key.name, failure.kind)
        if self._failing != failure.kind:
            log = _log.error if failure.kind in ACCUSATIONS else _log.warning
            log("witness_fails", witness=self._key.name, kind=failure.kind, reason=failure.reason)
        self._failing = failure.kind
        doubled = max(WITNESS_BACKOFF_SECONDS_MIN, 2 * self._pause_seconds)
        self._pause_seconds = min(doubled, WITNESS_BACKOFF_SECONDS_MAX)
