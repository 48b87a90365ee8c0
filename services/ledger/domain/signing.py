"""Whether the log may sign: pure rules over what is known, with the clock as an argument.

A log key is trusted for one thing: never to sign two checkpoints that contradict each other. So everything that
could lead there is a refusal, with a kind for machines and a sentence for the operator. Refusing costs nothing but
time, since recording goes on and proofs wait; signing wrongly can never be taken back.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Literal, get_args

from msgspec import Struct

from contracts.identity.keyring import KeyRing
from contracts.identity.keys import VerifyingKey
from contracts.tlog.checkpoints import Checkpoint, parse_signed_checkpoint
from contracts.tlog.notes import Note, NoteFault, NoteKey, verify_note

RefusalKind = Literal[
    "database_behind",
    "clock_back",
    "recomputed_differs",
    "key_missing",
    "key_revoked",
    "store_missing",
    "store_behind",
    "store_unreadable",
    "store_foreign",
    "store_unwritable",
    "broken",
]
"""database_behind, clock_back: mend themselves. recomputed_differs: what is stored is not what was sealed or signed.
key_missing, key_revoked: the record asks for a key that is not configured, or must not be used. store_*: the folder
outside the database. broken: an invariant of ours."""

REFUSAL_KINDS: tuple[RefusalKind, ...] = get_args(RefusalKind)
_NANOSECONDS = 1_000_000_000


class Refusal(Struct, frozen=True):
    """Why nothing is signed: a kind, and a sentence that says what was found and what to do."""

    kind: RefusalKind
    reason: str


class SignedCheckpoint(Struct, frozen=True):
    """A checkpoint with the log's own signature lines; signed at `signed_at_ns`, nanoseconds since 1970."""

    checkpoint: Checkpoint
    note: Note
    signed_at_ns: int


def read_signed(raw: bytes, signed_at_ns: int, origin: str) -> SignedCheckpoint | NoteFault:
    """Read a note that should be a checkpoint of this log. Nothing is verified."""
    read = parse_signed_checkpoint(raw)
    if isinstance(read, NoteFault):
        return read
    note, checkpoint = read
    if checkpoint.origin != origin:
        return NoteFault(f"it is of the log {checkpoint.origin}, this one is {origin}")
    return SignedCheckpoint(checkpoint, note, signed_at_ns)


def fault_of_signature(signed: SignedCheckpoint, keys: Iterable[VerifyingKey]) -> NoteFault | None:
    """Why a checkpoint is not one that this log signed, with one of `keys`; None when it is."""
    origin = signed.checkpoint.origin
    verified = verify_note(signed.note, [NoteKey.of(origin, key) for key in set(keys)])
    if isinstance(verified, NoteFault):
        return verified
    return None if verified else NoteFault("none of the keys of this log has signed it")


def own_lines(signed: SignedCheckpoint, keys: Iterable[VerifyingKey]) -> SignedCheckpoint:
    """The checkpoint with the signature lines of this log alone, without those of witnesses and others."""
    known = {NoteKey.of(signed.checkpoint.origin, key).key_id for key in keys}
    lines = tuple(
        line
        for line in signed.note.signatures
        if line.name == signed.checkpoint.origin and line.key_id in known
    )
    return SignedCheckpoint(signed.checkpoint, Note(signed.note.body, lines), signed.signed_at_ns)


def behind(last: SignedCheckpoint | None, size: int) -> Refusal | None:
    """Refuse while the database holds fewer entries than were signed: what it will hold there is not known yet."""
    if last is None or size >= last.checkpoint.size:
        return None
    return Refusal(
        "database_behind",
        f"the database holds {size} entries, and a checkpoint of {last.checkpoint.size} was signed: nothing is "
        "signed until the ledger has caught up with it from the draft stream",
    )


def clock_back(last: SignedCheckpoint | None, now_ns: int) -> Refusal | None:
    """Refuse while this machine's clock shows an earlier time than that of the last signature."""
    if last is None or now_ns >= last.signed_at_ns:
        return None
    return Refusal(
        "clock_back",
        f"the clock shows {_moment(now_ns)} and the last checkpoint was signed at {_moment(last.signed_at_ns)}: "
        "set the clock of this machine; signing goes on when it has passed that time",
    )


def signing_kids(
    ring: KeyRing, size: int, now_ns: int, configured: Collection[str]
) -> tuple[str, ...] | Refusal:
    """The thumbprints of the keys that sign a checkpoint of `size` now, the one that must sign it first."""
    needed = ring.checkpoint_signers(size, _datetime(now_ns))
    if not needed:
        return Refusal(
            "key_missing",
            f"the record names no key for a checkpoint of {size} entries: the founding registers none for the "
            "role `ledger`",
        )
    for key in needed:
        if not ring.is_live(key.kid):
            return Refusal(
                "key_revoked", f"the key {key.kid}, which signs checkpoints, is revoked: rotate to a live one"
            )
        if key.kid not in configured:
            return Refusal(
                "key_missing",
                f"since position {key.since} checkpoints are signed by the key {key.kid}, which is not configured: set "
                "BLOC_CHECKPOINT_KEY_FILE, or BLOC_NEXT_CHECKPOINT_KEY_FILE, to its file",
            )
    return tuple(key.kid for key in needed)


def _moment(nanoseconds: int) -> str:
    return f"{_datetime(nanoseconds):%Y-%m-%dT%H:%M:%S.%fZ}"


def _datetime(nanoseconds: int) -> datetime:
    seconds, rest = divmod(nanoseconds, _NANOSECONDS)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // 1_000)
