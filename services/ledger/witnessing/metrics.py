"""What can be seen of each witness from outside: how far it is, since when, what fails, and a standing alarm."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from services.ledger.witnessing.answers import KINDS, Kind


class WitnessMetrics:
    """The numbers of all witnesses, each by the name of its key."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._size = Gauge(
            "bloc_ledger_witness_size", "Newest size it has cosigned", ["witness"], registry=registry
        )
        self._time = Gauge(
            "bloc_ledger_witness_time_seconds",
            "POSIX time under its newest cosignature",
            ["witness"],
            registry=registry,
        )
        self._failures = Counter(
            "bloc_ledger_witness_failures",
            "Attempts that brought no cosignature",
            ["witness", "kind"],
            registry=registry,
        )
        self._alarm = Gauge(
            "bloc_ledger_witness_alarm",
            "1 for what went wrong in the last attempt",
            ["witness", "kind"],
            registry=registry,
        )

    def begin(self, witness: str, size: int) -> None:
        """Show a witness from the start, with the size it had: a series that is missing alarms nobody."""
        self._size.labels(witness).set(size)
        for kind in KINDS:
            self._failures.labels(witness, kind)
            self._alarm.labels(witness, kind).set(0)

    def cosigned(self, witness: str, size: int, time_seconds: int) -> None:
        """A cosignature is stored; whatever was wrong is over."""
        self._size.labels(witness).set(size)
        self._time.labels(witness).set(time_seconds)
        self._raise_only(witness, None)

    def counted(self, witness: str, kind: Kind) -> None:
        """Count a fault that did not keep the witness from cosigning."""
        self._failures.labels(witness, kind).inc()

    def failed(self, witness: str, kind: Kind) -> None:
        """An attempt brought nothing."""
        self.counted(witness, kind)
        self._raise_only(witness, kind)

    def _raise_only(self, witness: str, raised: Kind | None) -> None:
        for kind in KINDS:
            self._alarm.labels(witness, kind).set(float(kind == raised))
