"""`bloc simulate`: what past declarations would have owed under other rules; nothing is recorded.

Exit statuses are those of `bloc verify`: 0 simulated; 1 the hypothesis breaks rules, named; 2 wrong use; 3 the record
could not be read to its end.
"""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from bloc.ending import statuses_of_reading
from bloc.history.asked import days_typed
from bloc.simulating.reading import read_hypothesis
from bloc.simulating.running import NotLawful, Question, run
from bloc.simulating.telling import as_json, tell, tell_refusal
from bloc.surroundings import surroundings
from bloc.trouble import Trouble
from bloc.waiting import reading
from contracts.verification.report import FAULTY, INCOMPLETE


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
    with statuses_of_reading(broken=INCOMPLETE):
        question = _question(supposed, first, end)
        with reading(source or surroundings().ledger_url) as (history, progress):
            answer = run(history, question, progress)
    status = FAULTY if isinstance(answer, NotLawful) else 0
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
    start, stop = days_typed(first, end)
    return Question(read_hypothesis(supposed), start or date.min, stop or date.max)
