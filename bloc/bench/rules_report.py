"""How figures about large tariffs are shown: a table for people, JSON for machines."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from rich.box import SIMPLE_HEAD
from rich.table import Table

from bloc.bench.assessing import Assessed
from bloc.bench.proofs import Spread
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

    def row(name: str, of: Callable[[Ruled], Spread]) -> None:
        shown = (
            f"{of(one).p50_ms:,.2f} / {of(one).p99_ms:,.1f} / {of(one).most_ms:,.1f}" for one in measured
        )
        table.add_row(name, *shown, f"[bold]{growth(measured, of):.2f}")

    row("the round trip alone", lambda one: one.round_trip)
    row("GET /rules, a page from anywhere", lambda one: one.page)
    row("GET /rules, code, origin, territory", lambda one: one.goods)
    row("POST /assessments", lambda one: one.assessment)
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


def growth(measured: Sequence[Ruled], of: Callable[[Ruled], Spread]) -> float:
    """How many times the median grew from the first size to the last."""
    return of(measured[-1]).p50_ms / of(measured[0]).p50_ms


def ratio(found: Assessed) -> float:
    """What part of the time of an assessment making its answer alone would take."""
    return found.assessing.per_cpu_second / found.reading.per_cpu_second


def rules_document(measured: Sequence[Ruled], found: Assessed) -> dict[str, Any]:
    """The same for machines."""
    return {
        "reads": [msgspec.to_builtins(one) for one in measured],
        "growth": {
            "page": growth(measured, lambda one: one.page),
            "goods": growth(measured, lambda one: one.goods),
            "assessment": growth(measured, lambda one: one.assessment),
        },
        "law": msgspec.to_builtins(found) | {"ratio_to_reading": ratio(found)},
    }
