"""A record in memory for tests of the pure fold: it answers plans as the database does, from plain dicts."""

from collections.abc import Iterable, Sequence

from contracts.receipt import Receipt
from services.ledger.domain.fold import SealedBatch, fold_batch
from services.ledger.domain.knowledge import NOTHING, EventKey, Known, KnownEvent
from services.ledger.domain.plan import plan_lookups
from services.ledger.domain.reading import DraftMessage, read_draft
from services.ledger.domain.state import LedgerState
from tests.ledger.drafting import ANCHOR, ORIGIN, SECOND_NS, STORY_NS

INCARNATION = "5f0c3e9a-6f0e-4d5e-9c57-3c1a5b8d7e21"


class Record:
    """Everything recorded so far, and the state after it.

    With `overlapping`, each batch is folded while the one before it has not been committed yet.
    """

    def __init__(self, *, anchor: str = ANCHOR, origin: str = ORIGIN, overlapping: bool = False) -> None:
        self.overlapping = overlapping
        self.uncommitted = NOTHING
        self.state = LedgerState(origin, anchor, INCARNATION)
        self.ids: dict[EventKey, KnownEvent] = {}
        self.versions: dict[str, int] = {}
        self.entries: list[bytes] = []
        self.leaves: list[bytes] = []
        self.batches: list[SealedBatch] = []

    def fold(self, messages: Iterable[DraftMessage]) -> list[Receipt]:
        """Fold one batch and commit it; answers with its receipts."""
        drafts = [read_draft(message) for message in messages if message.sequence > self.state.cursor]
        plan = plan_lookups(drafts)
        known = Known(
            {key: self.ids[key] for key in plan.ids if key in self.ids},
            {key: self.versions[key] for key in plan.keys if key in self.versions},
            self.uncommitted,
        )
        batch = fold_batch(self.state, drafts, known)
        self.state = batch.after
        committed = self.uncommitted if self.overlapping else batch.learned
        self.uncommitted = batch.learned if self.overlapping else NOTHING
        self.ids.update(committed.ids)
        self.versions.update(committed.versions)
        self.entries += [row[7] for row in batch.rows.entries]
        self.leaves += [row[6] for row in batch.rows.entries]
        self.batches.append(batch)
        return batch.receipts

    def take(self, body: bytes, *, stamped_ns: int = STORY_NS, sequence: int | None = None) -> Receipt:
        """Fold one draft as a batch of its own."""
        number = self.state.cursor + 1 if sequence is None else sequence
        return self.fold([DraftMessage(number, stamped_ns, body)])[0]


def messages_of(bodies: Sequence[bytes], *, stamped_ns: int = STORY_NS) -> list[DraftMessage]:
    """The drafts as a stream: sequences from 1, a millisecond apart."""
    step_ns = SECOND_NS // 1_000
    return [DraftMessage(n + 1, stamped_ns + n * step_ns, body) for n, body in enumerate(bodies)]
