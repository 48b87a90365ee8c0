"""What can be measured from outside, in the text format of Prometheus, on `GET /metrics`."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from contracts.receipt import Receipt
from services.ledger.domain.signing import REFUSAL_KINDS
from services.ledger.head import Head
from services.ledger.published import Published

_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
_SIZES = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000)


class Metrics:
    """The numbers of one process, in a registry of its own: two ledgers in one test must not share."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, head: Head, published: Published) -> None:
        registry = self.registry = CollectorRegistry()
        self._drafts = Counter("bloc_ledger_drafts", "Drafts consumed", ["outcome"], registry=registry)
        self._entries = Histogram(
            "bloc_ledger_batch_entries", "Entries per commit", buckets=_SIZES, registry=registry
        )
        self._commit_seconds = Histogram(
            "bloc_ledger_commit_seconds", "Time of one commit", buckets=_SECONDS, registry=registry
        )
        self._restarts = Counter(
            "bloc_ledger_resumptions", "Times the sequencer read its state back", registry=registry
        )
        self._unsent = Counter(
            "bloc_ledger_receipts_unsent", "Receipts that NATS did not take", registry=registry
        )
        self.facts_position = Gauge(
            "bloc_ledger_facts_position", "Position of the last fact announced", registry=registry
        )
        self.partitions_ahead = Gauge(
            "bloc_ledger_partitions_ahead", "Empty partitions waiting", registry=registry
        )
        self.live_readers = 0
        Gauge("bloc_ledger_live_readers", "Open live feeds", registry=registry).set_function(
            lambda: self.live_readers
        )
        _watch(registry, head)
        _watch_checkpoints(registry, published)

    def consumed(self, receipts: list[Receipt]) -> None:
        """Count the outcomes of one batch."""
        for receipt in receipts:
            self._drafts.labels(receipt.outcome).inc()

    def committed(self, entries: int, seconds: float) -> None:
        """Note one commit."""
        self._entries.observe(entries)
        self._commit_seconds.observe(seconds)

    def resumed(self) -> None:
        self._restarts.inc()

    def unsent(self, receipts: int) -> None:
        self._unsent.inc(receipts)

    def text(self) -> bytes:
        """All numbers, as Prometheus reads them."""
        return generate_latest(self.registry)


def _watch(registry: CollectorRegistry, head: Head) -> None:
    """Numbers that are read from the head when somebody looks."""
    Gauge("bloc_ledger_size", "Entries recorded", registry=registry).set_function(lambda: head.size)
    Gauge("bloc_ledger_cursor", "Last draft consumed", registry=registry).set_function(lambda: head.cursor)
    Gauge("bloc_ledger_drafts_waiting", "Drafts not consumed yet", registry=registry).set_function(
        lambda: head.drafts_waiting
    )
    phases = Gauge("bloc_ledger_phase", "1 for what the sequencer is doing", ["phase"], registry=registry)
    for phase in ("starting", "running", "held", "waiting", "stopped"):
        phases.labels(phase).set_function(lambda phase=phase: float(head.phase == phase))


def _watch_checkpoints(registry: CollectorRegistry, published: Published) -> None:
    """Numbers that are read from what is published when somebody looks."""
    Gauge(
        "bloc_ledger_checkpoint_size", "Entries below the newest signed checkpoint", registry=registry
    ).set_function(lambda: published.size)
    Gauge(
        "bloc_ledger_checkpoint_cosigned_size",
        "The same of the newest that meets the quorum",
        registry=registry,
    ).set_function(lambda: 0 if published.cosigned is None else published.cosigned.checkpoint.size)
    refuses = Gauge(
        "bloc_ledger_signer_refuses", "1 for why nothing is signed", ["reason"], registry=registry
    )
    for kind in REFUSAL_KINDS:
        refuses.labels(kind).set_function(
            lambda kind=kind: float(published.refusal is not None and published.refusal.kind == kind)
        )
