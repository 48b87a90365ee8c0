"""A batch of drafts, one after the other: admit, seal, answer. What the sequencer runs, and what tests replay.

`Fold` takes drafts one at a time, so that the shell can pause between two of them; `fold_batch` is the same in
one call. Where a batch ends is the shell's choice and leaves no trace in the entries, only in the seals.
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec import UNSET, Struct
from msgspec.structs import replace

from contracts.entry import recorded_at_text
from contracts.limits import RECEIPT_ENTRIES_MAX
from contracts.receipt import EntryRef, Receipt, encode_receipt
from services.ledger.domain.admission import Admitted, Rejected, admit
from services.ledger.domain.knowledge import Known, Learned
from services.ledger.domain.reading import ReadDraft, Unreadable
from services.ledger.domain.seal import Rows, Seal, moment, seal_batch, seal_draft
from services.ledger.domain.state import LedgerState
from services.ledger.domain.verify import Verdict, verify_batch

OutcomeRow = tuple[int, bytes, str, int | None, int, datetime, str | None]
"""sequence, digest, outcome, first_position, count, recorded_at, detail"""


class SealedBatch(Struct, frozen=True):
    """What one transaction writes, and the state after it. `before` must be what the database still holds."""

    before: LedgerState
    after: LedgerState
    rows: Rows
    outcomes: list[OutcomeRow]
    seal: Seal | None
    receipts: list[Receipt]
    learned: Learned


class Fold:
    """Folds drafts into a growing batch. One use: after `seal` it takes no more."""

    __slots__ = ("_before", "_known", "_outcomes", "_receipts", "_rows", "_state")

    def __init__(self, state: LedgerState, known: Known) -> None:
        """Begin after `state`; `known` is the slice of the record that the drafts ask about."""
        self._before = self._state = state
        self._known = known
        self._rows = Rows()
        self._outcomes: list[OutcomeRow] = []
        self._receipts: list[Receipt] = []

    @property
    def entries(self) -> int:
        """Entries sealed so far."""
        return len(self._rows.entries)

    def take(self, draft: ReadDraft | Unreadable, verdict: Verdict | None = None) -> Receipt:
        """Judge and, when admitted, seal the next draft of the stream."""
        self._state, answer = admit(self._state, draft, self._known, verdict)
        if isinstance(answer, Admitted):
            versions = seal_draft(answer, self._state.incarnation, self._known, self._rows)
            receipt = _receipt_of(answer, versions)
            detail = None
        else:
            receipt = _receipt_of_rejected(answer)
            detail = encode_receipt(receipt).decode()
        self._receipts.append(receipt)
        self._outcomes.append(
            (
                receipt.sequence,
                bytes.fromhex(receipt.submission),
                receipt.outcome,
                None if receipt.first_position is UNSET else receipt.first_position,
                0 if receipt.count is UNSET else receipt.count,
                moment(answer.recorded_at_ns),
                detail,
            )
        )
        return receipt

    def seal(self) -> SealedBatch:
        """Close the batch: leaves into the tree, rows and receipts for the shell."""
        frontier, seal = seal_batch(self._before.frontier, self._rows, self._state.cursor)
        if frontier.size != self._state.size:
            raise AssertionError(f"{frontier.size} leaves for {self._state.size} entries")
        return SealedBatch(
            self._before,
            replace(self._state, frontier=frontier),
            self._rows,
            self._outcomes,
            seal,
            self._receipts,
            self._known.learned(),
        )


def fold_batch(state: LedgerState, drafts: Iterable[ReadDraft | Unreadable], known: Known) -> SealedBatch:
    """Verify a batch, fold it, seal it, in one go."""
    batch = list(drafts)
    fold = Fold(state, known)
    for draft, verdict in zip(batch, verify_batch(batch, state.ring, state.origin), strict=True):
        fold.take(draft, verdict)
    return fold.seal()


def _receipt_of(admitted: Admitted, versions: list[int]) -> Receipt:
    """The receipt of a recorded draft; names entries only where there are few."""
    part = admitted.draft.parts[0]
    entries = UNSET
    if len(part.lines) <= RECEIPT_ENTRIES_MAX:
        first = admitted.first_position
        entries = tuple(
            EntryRef(header.id, header.subject, version, first + line)
            for line, (header, version) in enumerate(zip(part.headers, versions, strict=True))
        )
    return Receipt(
        "recorded",
        admitted.draft.digest,
        admitted.draft.sequence,
        admitted.first_position,
        admitted.count,
        recorded_at_text(admitted.recorded_at_ns),
        entries,
    )


def _receipt_of_rejected(rejected: Rejected) -> Receipt:
    """The receipt of everything else; a duplicate names the first positions and their time."""
    first = rejected.first
    return Receipt(
        rejected.outcome,
        rejected.digest,
        rejected.sequence,
        UNSET if first is None else first.position,
        UNSET if first is None else rejected.count,
        UNSET if first is None else first.recorded_at,
        UNSET,
        rejected.reason,
        rejected.lines or UNSET,
    )
