"""How the demo shows what happened: one table a question, in the words of the people who would ask it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from bloc.demo.play import DutyRecorded, Played, RefundRecorded
from bloc.demo.telling import Chapter


def _table(title: str, **options: Any) -> Table:
    """Narrow enough for 80 columns: rules instead of boxes, the title on the left."""
    return Table(title=f"\n[bold]{title}", title_justify="left", box=SIMPLE_HEAD, pad_edge=False, **options)


def chapter(number: int, told: Chapter, played: Played) -> Iterator[Table | Text]:
    """What happened in a chapter, in a sentence, and the duties and refunds that came out."""
    events = sum(len(post.events) for post in told.posts)
    yield Text.assemble(
        (f"\n{number}. {told.title}. ", "bold"),
        told.sentence,
        (f" ({_counted(len(told.posts), 'submission')}, {_counted(events, 'event')})", "dim"),
    )
    if played.duties:
        yield duties(played.duties)
    if played.refunds:
        yield refunds(played.refunds)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def duties(rows: list[DutyRecorded]) -> Table:
    """Which duty was due, from which lines (without those of zero), recorded where. ✓: the worked example's result."""
    table = _table("Duty assessed; ✓ equals the worked example to the cent")
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
            " + ".join(line for line in row.lines if line != "0.00") or "0.00",
            f"{row.total} [green]✓[/]",
            str(row.position),
        )
    return table


def refunds(rows: list[RefundRecorded]) -> Table:
    """What was assessed, assessed again on what is known later, and paid back."""
    table = _table("Assessed again, and paid back")
    table.add_column("example", no_wrap=True)
    table.add_column("why")
    table.add_column("in", no_wrap=True)
    for name in ("first", "again", "refund", "at"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        said = row.expected
        table.add_row(
            said.example,
            said.title,
            f"{said.member}, {row.currency}",
            said.assessed,
            said.reassessed,
            f"{said.refund or 'none'} [green]✓[/]",
            str(row.position),
        )
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
    table.add_column("in what way")
    table.add_column("position", justify="right")
    for attempt, status, problem in rows:
        table.add_row(
            attempt,
            str(status),
            str(problem.get("rule", "")),
            _reason(problem),
            str(problem.get("position", "")),
        )
    return table


def _reason(problem: dict[str, Any]) -> str:
    """What is wrong in this case; the text of the rule is in RULES.md."""
    return str(problem["broken"][0].get("detail") or problem["detail"])
