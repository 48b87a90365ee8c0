"""What a person sees while a command works through a long record: a count on standard error that is gone at the end.

Programs see nothing of it: standard output stays what was asked for, and neither a pipe nor a log gets a moving line.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar

from bloc.history.sources import History, Progress, open_history


@contextmanager
def counting(what: str = "entries read", *, quiet: bool = False) -> Generator[Progress]:
    """Call what is given with the number so far; nobody knows how many there will be."""
    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} {task.description}"), TimeElapsedColumn())
    with _bar(columns, quiet) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def counting_down(what: str, *, quiet: bool = False) -> Generator[Callable[[int, int], None]]:
    """Call what is given with the number so far and the number of all."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with _bar(columns, quiet) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def reading(where: str, *, quiet: bool = False) -> Generator[tuple[History, Progress]]:
    """The history at `where` for as long as it is read, and whom to tell how far that is. Raises Unreadable."""
    history = open_history(where)
    try:
        with counting(quiet=quiet) as progress:
            yield history, progress
    finally:
        history.close()


def _bar(columns: tuple[ProgressColumn, ...], quiet: bool) -> Bar:
    console = Console(stderr=True)
    return Bar(*columns, console=console, transient=True, disable=quiet or not console.is_terminal)
