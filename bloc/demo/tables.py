"""How the demo shows what happened: one table a question, in the words of the people who would ask it."""

from collections import Counter
from typing import Any

from rich.table import Table

from bloc.demo.play import DutyRecorded


def duties(rows: list[DutyRecorded]) -> Table:
    """Which duty was due, from which lines, recorded where."""
    table = Table(title="Duty assessed, and the worked example it must equal", title_justify="left")
    for name in ("example", "what", "member"):
        table.add_column(name)
    for name in ("lines", "total", "must be", "position"):
        table.add_column(name, justify="right")
    table.add_column("alert")
    for row in rows:
        gap = f"{row.gap_per_unit}/kg under the floor" if row.gap_per_unit else ""
        table.add_row(
            row.expected.example,
            row.expected.title,
            row.expected.member,
            " + ".join(row.lines),
            f"{row.total} {row.currency}",
            f"[green]✓ {row.expected.total}",
            str(row.position),
            gap,
        )
    return table


def chapters(rows: list[tuple[str, str, int, int]]) -> Table:
    """What was told: chapter, sentence, submissions and events."""
    table = Table(title="The story", title_justify="left")
    table.add_column("chapter", style="bold")
    table.add_column("what happened")
    table.add_column("submissions", justify="right")
    table.add_column("events", justify="right")
    for title, sentence, submissions, events in rows:
        table.add_row(title, sentence, str(submissions), str(events))
    return table


def record(types: Counter[str], size: int) -> Table:
    """What stands in the ledger now, by event type."""
    table = Table(
        title=f"The ledger: {size} entries, positions 0 to {size - 1} without a gap", title_justify="left"
    )
    for _ in range(2):
        table.add_column("type")
        table.add_column("entries", justify="right")
    counted = sorted(types.items())
    half = (len(counted) + 1) // 2
    for number in range(half):
        left = counted[number]
        right = counted[number + half] if number + half < len(counted) else ("", "")
        table.add_row(left[0], str(left[1]), right[0], str(right[1]))
    return table


def facts(title: str, rows: list[tuple[str, str]]) -> Table:
    """A short list of named facts."""
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column()
    for name, value in rows:
        table.add_row(name, value)
    return table


def refusals(rows: list[tuple[str, int, dict[str, Any]]]) -> Table:
    """What was refused, and by which rule."""
    table = Table(title="Refused, and recorded as refused", title_justify="left")
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
