"""What can be measured from outside, in the text format of Prometheus (version 0.0.4), on `GET /metrics`.

A dozen lines written by hand, for the reason that `logs` gives.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from bloc.witness.domain.accusing import Accusation
from bloc.witness.witnessing import State

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_Samples = Iterable[tuple[Mapping[str, str], int]]


class Metrics:
    """The counters of one process; the rest is read when somebody looks."""

    def __init__(self) -> None:
        self.add_checkpoints: Counter[int] = Counter()

    def text(self, state: State, accusations: Iterable[Accusation]) -> bytes:
        """All numbers, as Prometheus reads them."""
        kept = Counter((one.origin, one.kind) for one in accusations)
        families: list[str] = [
            _family(
                "bloc_witness_add_checkpoints_total",
                "counter",
                "Requests to cosign, by the status they were answered with",
                [
                    ({"status": str(status)}, number)
                    for status, number in sorted(self.add_checkpoints.items())
                ],
            ),
            _family(
                "bloc_witness_size",
                "gauge",
                "Size of the newest cosigned checkpoint of a log",
                [({"origin": one.checkpoint.origin}, one.checkpoint.size) for one in state.held],
            ),
            _family(
                "bloc_witness_cosigned_timestamp_seconds",
                "gauge",
                "When the newest checkpoint of a log was cosigned",
                [({"origin": one.checkpoint.origin}, one.time) for one in state.held],
            ),
            _family(
                "bloc_witness_accusations",
                "gauge",
                "Accusations kept; anything but unproven convicts the log",
                [({"origin": origin, "kind": kind}, number) for (origin, kind), number in kept.items()],
            ),
            _family("bloc_witness_ready", "gauge", "1 while it cosigns", [({}, int(state.trouble is None))]),
        ]
        return "".join(families).encode()


def _family(name: str, kind: str, text: str, samples: _Samples) -> str:
    lines = [f"# HELP {name} {text}\n", f"# TYPE {name} {kind}\n"]
    for labels, value in samples:
        shown = ",".join(f'{label}="{_escaped(value_of)}"' for label, value_of in labels.items())
        lines.append(f"{name}{{{shown}}} {value}\n" if shown else f"{name} {value}\n")
    return "".join(lines)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
