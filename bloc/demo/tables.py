"""How the demo shows what happened: one table a question, in the words of the people who would ask it."""

from collections import Counter
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from bloc.demo.play import DutyRecorded


def _table(title: str, **options: Any) -> Table:
    """Narrow enough for 80 columns: rules instead of boxes, the title on the left."""
    return Table(title=f"\n[bold]{title}", title_justify="left", box=SIMPLE_HEAD, pad_edge=False, **options)


def duties(rows: list[DutyRecorded]) -> Table:
    """Which duty was due, from which lines, recorded where. ✓: exactly the worked example's result."""
    table = _table(
        "Duty assessed; ✓ equals the worked example to the cent",
        caption="Real: the rates of E01 and E02. Illustrative: all other rates, the floors, the accessions.",
        caption_justify="left",
    )
    table.add_column("example", no_wrap=True)
    table.add_column("what")
    table.add_column("in", no_wrap=True)
    for name in ("lines", "total", "at"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        gap = f" [yellow](alert: {row.gap_per_unit}/kg under the floor)" if row.gap_per_unit else ""
        table.add_row(
            row.expected.example,
            row.expected.title + gap,
            f"{row.expected.member}, {row.currency}",
            " + ".join(row.lines),
            f"{row.total} [green]✓[/]",
            str(row.position),
        )
    return table


def chapters(rows: list[tuple[str, str, int, int]]) -> Table:
    """What was told: chapter, sentence, submissions and events."""
    table = _table("The story")
    table.add_column("chapter", style="bold")
    table.add_column("what happened")
    table.add_column("submissions", justify="right")
    table.add_column("events", justify="right")
    for title, sentence, submissions, events in rows:
        table.add_row(title, sentence, str(submissions), str(events))
    return table


def record(types: Counter[str], size: int) -> Table:
    """What stands in the ledger now, by event type."""
    table = _table(f"The ledger: {size} entries, positions 0 to {size - 1} without a gap")
    for _ in range(2):
        table.add_column("type, without bloc.", no_wrap=True)
        table.add_column("n", justify="right")
    counted = sorted((name.removeprefix("bloc."), count) for name, count in types.items())
    half = (len(counted) + 1) // 2
    for number in range(half):
        left = counted[number]
        right = counted[number + half] if number + half < len(counted) else ("", "")
        table.add_row(left[0], str(left[1]), right[0], str(right[1]))
    return table


def facts(title: str, rows: list[tuple[str, str]]) -> Table:
    """A short list of named facts."""
    table = _table(title, show_header=False)
    table.add_column(style="bold")
    table.add_column()
    for name, value in rows:
        table.add_row(name, value)
    return table


def refusals(rows: list[tuple[str, int, dict[str, Any]]]) -> Table:
    """What was refused, and by which rule."""
    table = _table("Refused, and recorded as refused")
    table.add_column("attempt")
    table.add_column("answer", justify="right")
    table.add_column("rule")
    table.add_column("text")
    table.add_column("position", justify="right")
    for attempt, status, problem in rows:
        table.add_row(
            attempt,
            str(status),
            str(problem.get("rule", "")),
            str(problem.get("text") or problem.get("detail", "")),
            str(problem.get("position", "")),
        )
    return table
