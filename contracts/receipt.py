"""The ledger's answer to a draft: what became of it.

A receipt is only ever written after the transaction that it speaks of has committed. It is small and cheap:
the ledger writes thousands a second, many in one message, and names single entries only where there are few.
"""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

Outcome = Literal[
    "recorded", "duplicate", "partly_recorded", "conflict", "key_not_valid", "malformed", "forged", "stale"
]
"""recorded · duplicate: recorded before, these are the first positions · partly_recorded: some lines known,
nothing recorded · conflict: a key has moved on, or an id is known with other bytes · key_not_valid: revoked
meanwhile · malformed, forged: never recorded · stale: decided too long before it was stamped."""


class EntryRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One recorded event of the author: its id, where it stands in its stream, where in the ledger."""

    id: str
    stream: str
    version: int
    position: int


class KnownLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of a body (from 0) whose id was recorded before, and at which position."""

    line: int
    position: int


class ProvenEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The inclusion proof of one entry: the text of a `.tlog-proof` file (C2SP tlog-proof)."""

    position: int
    tlog_proof: str


class ReceiptProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Proofs against cosigned checkpoints: whether the ledger's policy for a quorum is met, the fewest
    cosignatures under one of the checkpoints, and the proofs of the first entries (at most PROOF_ENTRIES_MAX)."""

    quorum: bool
    cosignatures: int
    entries: tuple[ProvenEntry, ...]


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What became of the submission with this digest (SHA-256 hex of the authored body, or of the refused
    body when the draft records a refusal). `sequence` is the draft's in the draft stream. `count` entries
    from `first_position` on were recorded, derived ones included; `recorded_at` is theirs. What tariffs answers
    also has `proof_path`, where the ledger proves the first of them, and `proof` where it was asked for."""

    outcome: Outcome
    submission: str
    sequence: int
    first_position: int | UnsetType = UNSET
    count: int | UnsetType = UNSET
    recorded_at: str | UnsetType = UNSET
    entries: tuple[EntryRef, ...] | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    lines: tuple[KnownLine, ...] | UnsetType = UNSET
    proof_path: str | UnsetType = UNSET
    proof: ReceiptProof | UnsetType = UNSET

    @property
    def is_recorded(self) -> bool:
        """Whether the submission stands in the ledger: now, or since before."""
        return self.outcome in ("recorded", "duplicate")


_ENCODER = msgspec.json.Encoder()
_DECODE_ONE = msgspec.json.Decoder(Receipt)
_DECODE_LIST = msgspec.json.Decoder(list[Receipt])


def encode_receipt(receipt: Receipt) -> bytes:
    """Write one receipt as compact JSON."""
    return _ENCODER.encode(receipt)


def decode_receipt(raw: bytes) -> Receipt:
    """Read one receipt of the ledger. Raises msgspec.DecodeError: our own service wrote it."""
    return _DECODE_ONE.decode(raw)


def encode_receipts(receipts: list[Receipt]) -> bytes:
    """Write the message that answers a batch: a JSON list."""
    return _ENCODER.encode(receipts)


def decode_receipts(raw: bytes) -> list[Receipt]:
    """Read a message of receipts. Raises msgspec.DecodeError: our own service wrote it."""
    return _DECODE_LIST.decode(raw)
