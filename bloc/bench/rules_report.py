"""How figures about large tariffs are shown: a table for people, JSON for machines."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from rich.box import SIMPLE_HEAD
from rich.table import Table

from bloc.bench.assessing import Assessed
from bloc.bench.reading import READS, Reads
from bloc.bench.rules import Ruled


def rules_table(measured: Sequence[Ruled]) -> Table:
    """One column a size; the last one is growth, the ratio of the largest to the smallest at the median."""
    table = Table(
        title="[bold]Reading beside many rules, ms p50 / p99 / most", title_justify="left", box=SIMPLE_HEAD
    )
    table.add_column("")
    for one in measured:
        table.add_column(f"{one.rule_entries:,} about rules,\n{one.entries:,} in all", justify="right")
    table.add_column("growth", justify="right")

    for name, cells in reads_rows([one.reads for one in measured]):
        table.add_row(name, *cells)
    table.add_row("recorded a second", *(f"{one.recorded_per_second:,.0f}" for one in measured), "")
    return table


def assessed_table(found: Assessed) -> Table:
    """The figures of one core without any service."""
    title = f"[bold]The law alone on {found.rules:,} live measures and floors, {found.entries:,} entries"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for name in ("", "a second", "a CPU second"):
        table.add_column(name, justify="right" if name else "left")
    for name, timed in (("entries folded", found.folding), ("assessments", found.assessing)):
        table.add_row(name, f"{timed.per_second:,.0f}", f"[bold]{timed.per_cpu_second:,.0f}")
    table.add_row("  the same answers read from JSON", "", f"{found.reading.per_cpu_second:,.0f}")
    table.add_row("  ratio to that", "", f"[bold]{ratio(found):.2f}")
    return table


def reads_rows(measured: Sequence[Reads]) -> Iterator[tuple[str, list[str]]]:
    """A row for each kind of read: p50, p99 and the most of each size in milliseconds, and growth at the median."""
    for name, of in READS.items():
        spreads = [of(reads) for reads in measured]
        shown = [f"{one.p50_ms:,.2f} / {one.p99_ms:,.1f} / {one.most_ms:,.1f}" for one in spreads]
        yield name, [*shown, f"[bold]{spreads[-1].p50_ms / spreads[0].p50_ms:.2f}"]


def growth(measured: Sequence[Reads]) -> dict[str, float]:
    """How many times the median of each read grew from the first size to the last."""
    return {name: of(measured[-1]).p50_ms / of(measured[0]).p50_ms for name, of in READS.items()}


def ratio(found: Assessed) -> float:
    """What part of the time of an assessment making its answer alone would take."""
    return found.assessing.per_cpu_second / found.reading.per_cpu_second


def rules_document(measured: Sequence[Ruled], found: Assessed) -> dict[str, Any]:
    """The same for machines."""
    return {
        "reads": [msgspec.to_builtins(one) for one in measured],
        "growth": growth([one.reads for one in measured]),
        "law": msgspec.to_builtins(found) | {"ratio_to_reading": ratio(found)},
    }
