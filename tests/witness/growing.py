"""A log to witness, made the slow way: the tree by the recursive definitions of RFC 6962, so that proofs here are not
made by what checks them. It can be forked: the same keys, another history from some entry on."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256

from contracts.identity.keys import SigningKey
from contracts.tlog.add_checkpoint import AddCheckpoint
from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.notes import Note, NoteKey, sign_note


class GrowingLog:
    """A log of any number of entries: entry i is `<branch> <i>` from `forked_at` on, and `honest <i>` before."""

    def __init__(self, origin: str, *keys: SigningKey, branch: str = "honest", forked_at: int = 0) -> None:
        self.origin = origin
        self.keys = keys or (SigningKey.from_seed(sha256(origin.encode()).digest()),)
        self._branch = branch
        self._forked_at = forked_at
        self._tree = cache(self._root_between)

    def forked(self, at: int, branch: str = "forged") -> "GrowingLog":
        """The same log telling another history from entry `at` on."""
        return GrowingLog(self.origin, *self.keys, branch=branch, forked_at=at)

    def signed_with(self, *keys: SigningKey) -> "GrowingLog":
        """The same history, signed with these keys."""
        return GrowingLog(self.origin, *keys, branch=self._branch, forked_at=self._forked_at)

    @property
    def note_keys(self) -> tuple[NoteKey, ...]:
        return tuple(NoteKey.of(self.origin, key.verifying) for key in self.keys)

    @property
    def policy(self) -> str:
        """The lines by which a witness follows this log."""
        return "".join(f"log {key.vkey}\n" for key in self.note_keys)

    @property
    def hash(self) -> str:
        """The name that the monitoring address has for this log."""
        return sha256(self.origin.encode()).hexdigest()

    def checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint(self.origin, size, self._tree(0, size))

    def note(self, size: int) -> bytes:
        """The signed checkpoint of this size."""
        body = self.checkpoint(size).body
        return Note(body, tuple(sign_note(body, self.origin, key) for key in self.keys)).encode()

    def proof(self, old: int, new: int) -> tuple[bytes, ...]:
        """The consistency proof between two sizes (RFC 6962, section 2.1.2)."""
        return () if old in (0, new) else tuple(self._subproof(old, 0, new, whole=True))

    def request(self, old: int, new: int, proof: Sequence[bytes] | None = None) -> bytes:
        """What is posted to a witness that holds `old`, for the checkpoint of size `new`."""
        hashes = self.proof(old, new) if proof is None else tuple(proof)
        return AddCheckpoint(old, hashes, self.note(new)).encode()

    def _leaf(self, index: int) -> bytes:
        branch = self._branch if index >= self._forked_at else "honest"
        return sha256(b"\x00" + f"{branch} {index}".encode()).digest()

    def _root_between(self, start: int, end: int) -> bytes:
        if end == start:
            return sha256(b"").digest()
        if end == start + 1:
            return self._leaf(start)
        middle = start + _split(end - start)
        return sha256(b"\x01" + self._tree(start, middle) + self._tree(middle, end)).digest()

    def _subproof(self, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if old == end - start:
            return [] if whole else [self._tree(start, end)]
        middle = start + _split(end - start)
        if old <= middle - start:
            return [*self._subproof(old, start, middle, whole=whole), self._tree(middle, end)]
        right = self._subproof(old - (middle - start), middle, end, whole=False)
        return [*right, self._tree(start, middle)]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
