"""How figures are shown: a table for people, JSON for machines, and the indexes, since a ratio to a slow table is no
achievement."""

from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from bloc.bench.append import Measured
from bloc.bench.fold import Folded


def _table(title: str) -> Table:
    """Narrow enough for 80 columns."""
    return Table(title=f"[bold]{title}", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)


def append_table(measured: Sequence[Measured]) -> Table:
    """One row a scenario; rows of COPY are entries, those of the other tables come with them."""
    table = _table("Appending, beside a raw COPY of the same rows in the same run")
    table.add_column("scenario")
    for name in ("events/s", "entries/s", "COPY/s", "ratio", "p50 ms", "p99 ms", "commits"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in measured:
        table.add_row(
            row.scenario,
            f"{row.events / row.seconds:,.0f}",
            f"{row.entries / row.seconds:,.0f}",
            f"{row.copy.rows_per_second:,.0f}",
            f"[bold]{row.ratio:.2f}",
            f"{row.p50_ms:,.0f}",
            f"{row.p99_ms:,.0f}",
            str(row.transactions),
        )
    return table


def append_document(measured: Sequence[Measured]) -> list[dict[str, Any]]:
    """The same for machines."""
    return [
        {
            "scenario": row.scenario,
            "events": row.events,
            "entries": row.entries,
            "seconds": round(row.seconds, 4),
            "events_per_second": round(row.events / row.seconds, 1),
            "entries_per_second": round(row.entries / row.seconds, 1),
            "p50_ms": round(row.p50_ms, 2),
            "p99_ms": round(row.p99_ms, 2),
            "transactions": row.transactions,
            "copy_rows_per_second": round(row.copy.rows_per_second, 1),
            "copy_other_rows": row.copy.other_rows,
            "copy_bytes_of_entries": row.copy.bytes_of_entries,
            "ratio_to_copy": round(row.ratio, 4),
            "indexes": row.copy.indexes,
        }
        for row in measured
    ]


def replay_table(measured: Sequence[Folded]) -> Table:
    """One row a size."""
    table = _table("Replaying, beside a raw COPY OUT of the same entries")
    for name in ("entries", "about rules", "entries/s", "COPY OUT rows/s", "ratio", "memory gained KiB"):
        table.add_column(name, justify="right")
    for row in measured:
        table.add_row(
            f"{row.entries:,}",
            f"{row.rules:,}",
            f"{row.entries / row.seconds:,.0f}",
            f"{row.entries / row.copy_out_seconds:,.0f}",
            f"[bold]{row.copy_out_seconds / row.seconds:.2f}",
            f"{row.state_kib:,}",
        )
    return table


def replay_document(measured: Sequence[Folded]) -> list[dict[str, Any]]:
    """The same for machines."""
    return [
        {
            "entries": row.entries,
            "about_rules": row.rules,
            "entries_per_second": round(row.entries / row.seconds, 1),
            "copy_out_rows_per_second": round(row.entries / row.copy_out_seconds, 1),
            "ratio_to_copy_out": round(row.copy_out_seconds / row.seconds, 4),
            "memory_gained_kib": row.state_kib,
        }
        for row in measured
    ]
