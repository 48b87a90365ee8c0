"""What the log has published: the newest signed checkpoint, the newest cosigned one, and the notes of recent ones.

One object in memory, like the head: the signer and the witnessing tasks write it, after the rows that it repeats
are committed; the API reads it. It decides nothing and can be filled again from the tables at any time, so a crash
between a row and its publication costs a reader a second and nothing else.

`cosigned` follows the quorum of the policy. Without a policy, or with `quorum none`, a checkpoint has all the
cosignatures that were asked for as soon as it is signed, and both are the same.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from contracts.limits import CHECKPOINTS_REMEMBERED_MAX, COSIGN_PATIENCE_SECONDS
from contracts.tlog.notes import NoteKey, NoteSignature
from contracts.tlog.policy import Policy
from services.ledger.domain.signing import Refusal, SignedCheckpoint

__all__ = ["Published", "SignedCheckpoint"]


class _Remembered:
    """A signed checkpoint and the cosignatures that came so far, by witness, the earliest first."""

    __slots__ = ("cosignatures", "signed")

    def __init__(self, signed: SignedCheckpoint) -> None:
        self.signed = signed
        self.cosignatures: dict[str, NoteSignature] = {}


class Published:
    """The checkpoints of this ledger as everybody may see them."""

    def __init__(self, policy: Policy | None = None, *, clock: Callable[[], float] = monotonic) -> None:
        """`clock` counts seconds and never goes back."""
        self.policy = policy
        self.signed: SignedCheckpoint | None = None
        """The newest one that the log has signed."""
        self.cosigned: SignedCheckpoint | None = None
        """The newest one whose cosignatures meet the quorum of the policy."""
        self.refusal: Refusal | None = None
        """Why the signer signs nothing at the moment; None while it does, or has nothing to sign."""
        self._clock = clock
        self._signed_since = 0.0
        self._given = 0
        self._witnesses = {} if policy is None else {_line_of(key): key for key in policy.witness_keys()}
        self._remembered: dict[int, _Remembered] = {}
        self._moved = asyncio.Event()
        self.closing = False

    @property
    def size(self) -> int:
        """Entries below the newest signed checkpoint; 0 when nothing is signed yet."""
        return 0 if self.signed is None else self.signed.checkpoint.size

    def move_signed(self, signed: SignedCheckpoint) -> None:
        """A checkpoint was signed, and is stored. One that is no newer than the newest is only remembered."""
        self._remember(signed)
        if signed.checkpoint.size <= self.size:
            return
        if self.signed is None:
            # Signed before this start, perhaps: then somebody may hold it.
            self._given = signed.checkpoint.size
        self.signed, self._signed_since = signed, self._clock()
        self._weigh(signed.checkpoint.size)
        self._wake()

    def add_cosignature(self, size: int, signature: NoteSignature) -> None:
        """A witness has cosigned the checkpoint of `size`: verified, and stored. The first one of a witness
        stands; of a checkpoint that is not remembered any more, the tables know."""
        remembered = self._remembered.get(size)
        if remembered is None or signature.name in remembered.cosignatures:
            return
        remembered.cosignatures[signature.name] = signature
        self._weigh(size)
        self._wake()

    def cosignatures_of(self, size: int) -> int:
        """How many witnesses have cosigned the checkpoint of `size`, as far as it is remembered."""
        remembered = self._remembered.get(size)
        return 0 if remembered is None else len(remembered.cosignatures)

    def note_of(self, size: int) -> bytes | None:
        """The note of `size` with its cosignatures so far; None when it is not remembered (see the tables)."""
        remembered = self._remembered.get(size)
        if remembered is None:
            return None
        return remembered.signed.note.with_lines(tuple(remembered.cosignatures.values())).encode()

    def newest_covering(self, position: int, *, cosigned: bool) -> SignedCheckpoint | None:
        """The newest checkpoint that commits to the entry at `position`, if there is one."""
        newest = self.cosigned if cosigned else self.signed
        return newest if newest is not None and newest.checkpoint.size > position else None

    async def wait_covering(
        self, position: int, seconds: float, *, cosigned: bool
    ) -> SignedCheckpoint | None:
        """Wait for a checkpoint that commits to the entry at `position`; None when `seconds` have passed, or the
        end has come."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.newest_covering(position, cosigned=cosigned) is None and not self.closing:
                    await self._moved.wait()
        return self.newest_covering(position, cosigned=cosigned)

    async def wait_signed(self, size: int, seconds: float) -> bool:
        """Wait until a checkpoint of at least `size` entries is signed; False when `seconds` have passed."""
        return await self.wait_covering(size - 1, seconds, cosigned=False) is not None

    def published(self) -> SignedCheckpoint | None:
        """The checkpoint to show: the newest signed one; but for a short while after it was signed, in which
        its quorum is on its way, the newest cosigned one. Never one that is older than what was given to anybody:
        who holds that would have to accuse the log of going back."""
        shown = self.signed
        if self.signed is not None and self.cosigned is not None:
            patient = self._clock() < self._signed_since + COSIGN_PATIENCE_SECONDS
            shown = self.cosigned if patient and self.cosigned.checkpoint.size >= self._given else self.signed
        if shown is not None:
            self.note_given(shown.checkpoint.size)
        return shown

    def note_given(self, size: int) -> None:
        """Somebody is given the checkpoint of `size`, by itself or in a proof."""
        self._given = max(self._given, size)

    def refuse(self, refusal: Refusal | None) -> None:
        """Say why nothing is signed, or with None that signing goes on."""
        self.refusal = refusal

    def close(self) -> None:
        """The service ends: whoever waits here stops waiting."""
        self.closing = True
        self._wake()

    def _remember(self, signed: SignedCheckpoint) -> None:
        """Keep a checkpoint, once; the smallest other size goes when there are too many. Not this one: whoever looks
        back for an older quorum still has to hear the cosignatures of what was just read."""
        size = signed.checkpoint.size
        self._remembered.setdefault(size, _Remembered(signed))
        if len(self._remembered) > CHECKPOINTS_REMEMBERED_MAX:
            del self._remembered[min(other for other in self._remembered if other != size)]

    def _weigh(self, size: int) -> None:
        """See whether a checkpoint is cosigned by enough witnesses."""
        remembered = self._remembered.get(size)
        if remembered is None or (self.cosigned is not None and self.cosigned.checkpoint.size >= size):
            return
        keys = [
            self._witnesses[named]
            for signature in remembered.cosignatures.values()
            if (named := (signature.name, signature.key_id)) in self._witnesses
        ]
        if self.policy is None or self.policy.satisfied_by(keys):
            self.cosigned = remembered.signed

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()


def _line_of(key: NoteKey) -> tuple[str, bytes]:
    """How a signature line names its key."""
    return key.name, key.key_id
