"""`bloc simulate`: what past declarations would have owed under other rules; nothing is recorded.

Exit statuses are those of `bloc verify`: 0 simulated; 1 the hypothesis breaks rules, named; 2 wrong use; 3 the record
could not be read to its end.
"""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

from cyclopts import Parameter
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from bloc.history.faults import Broken, Unreadable
from bloc.history.sources import open_history
from bloc.simulating.reading import read_hypothesis
from bloc.simulating.running import Answer, NotLawful, Question, run
from bloc.simulating.telling import as_json, tell, tell_refusal
from bloc.surroundings import surroundings
from bloc.trouble import Trouble

NOT_LAWFUL, MISUSED, UNREADABLE = 1, 2, 3


def simulate(
    source: str = "",
    *,
    supposed: Annotated[Path | None, Parameter(name="--with")] = None,
    first: Annotated[str, Parameter(name="--from")] = "",
    end: Annotated[str, Parameter(name="--to")] = "",
    json: bool = False,
) -> None:
    """Reckon the declarations of SOURCE as if the events of a file had been known: a ledger, an export, tiles.

    Exit status 0: simulated. 1: the hypothesis breaks rules. 2: wrong use. 3: the record could not be read.

    Parameters
    ----------
    source
        The ledger of the environment (BLOC_LEDGER_URL) when left out.
    supposed
        NDJSON: the events to suppose, as one would post them.
    first
        The first governing day, such as 2026-04-01; from the beginning when left out.
    end
        The day after the last governing day, such as 2026-07-01; to the end when left out.
    json
        Print the whole answer as JSON.
    """
    try:
        question = _question(supposed, first, end)
    except Trouble as trouble:
        _end(trouble, MISUSED)
    try:
        answer = _answered(source or surroundings().ledger_url, question)
    except (Unreadable, Broken) as trouble:
        _end(trouble, UNREADABLE)
    status = NOT_LAWFUL if isinstance(answer, NotLawful) else 0
    console = Console(highlight=False, soft_wrap=True)
    if json:
        sys.stdout.write(as_json(answer, question, status) + "\n")
    elif isinstance(answer, NotLawful):
        tell_refusal(answer, question, console)
    else:
        tell(answer, question, console)
    sys.exit(status)


def _question(supposed: Path | None, first: str, end: str) -> Question:
    if supposed is None:
        raise Trouble("There is nothing to suppose.", "Name a file of events: --with hypothesis.ndjson.")
    question = Question(read_hypothesis(supposed), _day(first, date.min), _day(end, date.max))
    if question.first >= question.end:
        raise Trouble(
            f"There is no day from {first} to before {end}.",
            "Name the day after the last one: --to 2026-07-01.",
        )
    return question


def _day(text: str, otherwise: date) -> date:
    if not text:
        return otherwise
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Trouble(f"{text} is no day.", "Write --from 2026-04-01 --to 2026-07-01.") from error


def _answered(place: str, question: Question) -> Answer | NotLawful:
    history = open_history(place)
    console = Console(stderr=True)
    try:
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.completed} entries read"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        ) as bar:
            row = bar.add_task("reading", total=None)
            return run(history, question, lambda done: bar.update(row, completed=done))
    finally:
        history.close()


def _end(trouble: Trouble, status: int) -> NoReturn:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(trouble.what, style="bold red", markup=False)
    console.print(trouble.next_step, markup=False)
    sys.exit(status)
