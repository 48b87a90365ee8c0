"""How figures are shown: a table for people, JSON for machines, and the indexes, since a ratio to a slow table is no
achievement."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from rich.box import SIMPLE_HEAD
from rich.table import Table

from bloc.bench.append import Measured
from bloc.bench.auditing import Audited
from bloc.bench.proofs import Proven, Spread
from bloc.bench.replay import Replayed
from bloc.bench.rules_report import reads_rows


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


def replay_table(measured: Sequence[Replayed]) -> Table:
    """One column a size; the fold ends with the hash of the state."""
    table = _table("Replaying beside a raw COPY OUT, starting, and reading (ms p50 / p99 / most)")
    table.add_column("")
    for one in measured:
        table.add_column(f"{one.folded.entries:,} entries", justify="right")
    table.add_column("growth", justify="right")

    def row(name: str, show: Callable[[Replayed], str]) -> None:
        table.add_row(name, *(show(one) for one in measured))

    row("about rules", lambda one: f"{one.folded.rules:,}")
    row("folded, entries/s", lambda one: f"[bold]{one.folded.entries / one.folded.seconds:,.0f}")
    row("  per CPU second", lambda one: f"{one.folded.entries / one.folded.cpu_seconds:,.0f}")
    row("  COPY OUT, rows/s", lambda one: f"{one.folded.entries / one.folded.copy_out_seconds:,.0f}")
    row("  ratio to it", lambda one: f"[bold]{one.folded.copy_out_seconds / one.folded.seconds:.2f}")
    row("  memory gained, KiB", lambda one: f"{one.folded.state_kib:,}")
    row("start from a snapshot, s", lambda one: f"[bold]{one.started.from_snapshot_seconds:.2f}")
    row("start when it is discarded, s", lambda one: f"{one.started.discarded_seconds:.2f}")
    for name, cells in reads_rows([one.reads for one in measured]):
        table.add_row(name, *cells)
    return table


def replay_document(measured: Sequence[Replayed]) -> list[dict[str, Any]]:
    """The same for machines."""
    return [
        {
            "entries": folded.entries,
            "about_rules": folded.rules,
            "entries_per_second": round(folded.entries / folded.seconds, 1),
            "entries_per_cpu_second": round(folded.entries / folded.cpu_seconds, 1),
            "copy_out_rows_per_second": round(folded.entries / folded.copy_out_seconds, 1),
            "ratio_to_copy_out": round(folded.copy_out_seconds / folded.seconds, 4),
            "memory_gained_kib": folded.state_kib,
            "start_from_snapshot_seconds": round(started.from_snapshot_seconds, 3),
            "start_discarded_seconds": round(started.discarded_seconds, 3),
            "reads": msgspec.to_builtins(reads),
        }
        for reads, folded, started in ((one.reads, one.folded, one.started) for one in measured)
    ]


def audit_table(measured: Audited) -> Table:
    """One row a way of working."""
    table = _table(f"Auditing {measured.entries:,} entries, {measured.events_each} events to a submission")
    table.add_column("")
    for name in ("seconds", "CPU s", "entries/s", "of reading alone"):
        table.add_column(name, justify="right", no_wrap=True)
    ways = {
        "fetching the export": (measured.fetching_seconds, None),
        "reading it alone": (measured.reading_seconds, None),
        "audit, one process": (measured.alone_seconds, measured.alone_cpu_seconds),
        f"audit, {measured.workers + 1} processes": (measured.shared_seconds, measured.shared_cpu_seconds),
    }
    for way, (seconds, busy) in ways.items():
        rate, ratio = measured.entries / seconds, measured.reading_seconds / seconds
        cpu = "" if busy is None else f"{busy:.2f}"
        table.add_row(way, f"{seconds:.2f}", cpu, f"[bold]{rate:,.0f}", f"{ratio:.2f}")
    return table


def audit_document(measured: Audited) -> dict[str, Any]:
    """The same for machines."""
    return {
        **msgspec.structs.asdict(measured),
        "alone_entries_per_second": round(measured.entries / measured.alone_seconds, 1),
        "shared_entries_per_second": round(measured.entries / measured.shared_seconds, 1),
    }


def proofs_table(measured: Sequence[Proven]) -> Table:
    """One column a ledger; what something can be compared with stands in the row after it."""
    table = _table("Signing, proving and verifying")
    table.add_column("")
    for one in measured:
        table.add_column(f"{one.entries:,} entries,\n{one.events_each} a submission", justify="right")

    def row(name: str, show: Callable[[Proven], str]) -> None:
        table.add_row(name, *(show(one) for one in measured))

    def spread(of: Callable[[Proven], Spread]) -> Callable[[Proven], str]:
        return lambda one: f"{of(one).p50_ms:,.1f} / {of(one).p99_ms:,.1f} / {of(one).most_ms:,.1f}"

    row("receipt to checkpoint, ms p50/p99/most", spread(lambda one: one.behind))
    row("submission to cosigned receipt", spread(lambda one: one.cosigned))
    row("inclusion proof over HTTP", spread(lambda one: one.inclusion))
    row("consistency proof over HTTP", spread(lambda one: one.consistency))
    row("  the round trip alone", spread(lambda one: one.round_trip))
    row("bloc verify, s", lambda one: f"[bold]{one.verify_seconds:,.1f}")
    row("  bare hashes and signatures, s", lambda one: f"{one.bare_seconds:,.1f}")
    row("  ratio to these", lambda one: f"[bold]{one.bare_seconds / one.verify_seconds:.2f}")
    row("  largest process, MiB", lambda one: f"{one.verify_peak_mib:,.0f}")
    return table


def proofs_document(measured: Sequence[Proven]) -> list[dict[str, Any]]:
    """The same for machines."""
    return [msgspec.to_builtins(one) for one in measured]
