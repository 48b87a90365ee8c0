"""`bloc report`: questions that look over many declarations, answered from recorded entries alone.

Each report is a command of its own, with the options that its question has. SOURCE is the same for all: a running
ledger, an export of `bloc entries`, or a folder of tiles. Exit statuses are those of `bloc replay`: 0 told, 1 the
source is no whole history, 2 wrong use, 3 it could not be read.
"""

import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, NoReturn, Protocol

import msgspec
from cyclopts import App, Parameter
from msgspec import Struct
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bloc.history.asked import day_typed, moment_typed
from bloc.history.faults import Broken, Unreadable
from bloc.history.sources import open_history
from bloc.reporting.gathering import gathered
from bloc.reporting.telling import as_json, tell
from bloc.surroundings import surroundings
from bloc.trouble import Trouble
from services.tariffs.domain.period import Period
from services.tariffs.domain.reporting.below_floor import BelowFloorReport
from services.tariffs.domain.reporting.coverage import CoverageReport
from services.tariffs.domain.reporting.imports import Import, Imports
from services.tariffs.domain.reporting.patterns import PatternsReport
from services.tariffs.domain.reporting.rates import RateReport, rate_in_force
from services.tariffs.domain.reporting.treatment import TreatmentReport

BROKEN, MISUSED, UNREADABLE = 1, 2, 3

app = App(name="report", help="Questions that look over many declarations, from recorded entries alone.")

From = Annotated[str, Parameter(name="--from")]
To = Annotated[str, Parameter(name="--to")]


class Reporting(Protocol):
    """What takes the items of a period, and gives a report."""

    def take(self, one: Import) -> None:
        """Look at one item."""
        ...

    def result(self) -> Struct:
        """What was found."""
        ...


@app.command(name="below-floor")
def below_floor(
    source: str = "", *, first: From = "", end: To = "", line: str = "", known: str = "", json: bool = False
) -> None:
    """What was accepted below the price floor, by line, origin and exporter; duty collected against the gap.

    Parameters
    ----------
    source
        A ledger's address, an export of `bloc entries`, or a folder of tiles; BLOC_LEDGER_URL when left out.
    first
        First day of acceptance, by the clock of the member; open when left out.
    end
        The day after the last one; open when left out.
    line
        Of this line of the catalogue only.
    known
        As known at a position or a moment such as 2026-07-01T00:00:00Z; everything when left out.
    json
        Print the report as JSON.
    """
    _report("below-floor", source, known, json, lambda i: BelowFloorReport(i.rules, line or None), first, end)


@app.command
def treatment(
    source: str = "", *, first: From = "", end: To = "", known: str = "", json: bool = False
) -> None:
    """The same goods on the same day: which members' duties differ, and why, step by step.

    Members reckon in their own currencies, so duties are compared in percent of the customs value.

    Parameters
    ----------
    source
        A ledger's address, an export of `bloc entries`, or a folder of tiles; BLOC_LEDGER_URL when left out.
    first
        First day of acceptance, by the clock of the member; open when left out.
    end
        The day after the last one; open when left out.
    known
        As known at a position or a moment such as 2026-07-01T00:00:00Z; everything when left out.
    json
        Print the report as JSON.
    """
    _report("treatment", source, known, json, lambda imports: TreatmentReport(imports.rules), first, end)


@app.command
def patterns(
    source: str = "", *, first: From = "", end: To = "", known: str = "", json: bool = False
) -> None:
    """What to look into: origins that shift, prices just above a floor, splitting, values lowered later.

    Parameters
    ----------
    source
        A ledger's address, an export of `bloc entries`, or a folder of tiles; BLOC_LEDGER_URL when left out.
    first
        First day of acceptance, by the clock of the member; open when left out.
    end
        The day after the last one; open when left out.
    known
        As known at a position or a moment such as 2026-07-01T00:00:00Z; everything when left out.
    json
        Print the report as JSON.
    """
    _report("patterns", source, known, json, lambda imports: PatternsReport(imports.rules), first, end)


@app.command
def rate(
    series: str,
    source: str = "",
    *,
    on: str,
    corrected: str = "",
    first: From = "",
    end: To = "",
    known: str = "",
    json: bool = False,
) -> None:
    """Which assessments rest on the rate of a series that holds on a day, and what if it is corrected.

    Parameters
    ----------
    series
        Authority, base and quote, such as hmrc.gbp.usd.
    source
        A ledger's address, an export of `bloc entries`, or a folder of tiles; BLOC_LEDGER_URL when left out.
    on
        The day whose rate is meant.
    corrected
        Also say what would be due if the rate were corrected to this; nothing is recorded.
    first
        First day of acceptance, by the clock of the member; open when left out.
    end
        The day after the last one; open when left out.
    known
        As known at a position or a moment such as 2026-07-01T00:00:00Z; everything when left out.
    json
        Print the report as JSON.
    """

    def begin(imports: Imports) -> RateReport:
        found = rate_in_force(imports.rules, series, day_typed(on, "--on") or date.min)
        if found is None:
            raise Trouble(
                f"No rate of {series} is recorded for {on}.", "Ask GET /rules, or name another day with --on."
            )
        try:
            return RateReport(imports.rules, found, corrected)
        except msgspec.ValidationError as error:
            raise Trouble(f"{corrected} is no rate: {error}.", "Write it like --corrected 1.3421.") from error

    _report("rate", source, known, json, begin, first, end)


@app.command
def coverage(source: str = "", *, known: str = "", json: bool = False) -> None:
    """Which measures no longer cover what they covered, since a line has other codes, and what hangs on it.

    Parameters
    ----------
    source
        A ledger's address, an export of `bloc entries`, or a folder of tiles; BLOC_LEDGER_URL when left out.
    known
        As known at a position or a moment such as 2026-07-01T00:00:00Z; everything when left out.
    json
        Print the report as JSON.
    """
    _report("coverage", source, known, json, lambda imports: CoverageReport(imports.rules), "", "")


def _report(
    name: str,
    source: str,
    known: str,
    json: bool,
    begin: Callable[[Imports], Reporting],
    first: str,
    end: str,
) -> None:
    """Read, take, tell; trouble ends the command with its status."""
    try:
        period = Period(day_typed(first, "--from"), day_typed(end, "--to"))
        found = _found(source or surroundings().ledger_url, moment_typed(known, "--known"), period, begin)
    except Unreadable as trouble:
        _end(trouble, UNREADABLE)
    except Broken as trouble:
        _end(trouble, BROKEN)
    except Trouble as trouble:
        _end(trouble, MISUSED)
    if json:
        sys.stdout.write(as_json(name, source, found) + "\n")
    else:
        tell(found, Console(highlight=False))


def _found(
    source: str, to: int | datetime | None, period: Period, begin: Callable[[Imports], Reporting]
) -> Struct:
    history = open_history(source)
    waiting = Console(stderr=True)
    try:
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.completed:,.0f} entries"),
            TimeElapsedColumn(),
            console=waiting,
            transient=True,
            disable=not waiting.is_terminal,
        ) as bar:
            task = bar.add_task("reading", total=None)
            with gathered(history, to, lambda read: bar.update(task, completed=read)) as imports:
                report = begin(imports)
                for one in imports.each(period):
                    report.take(one)
                return report.result()
    finally:
        history.close()


def _end(trouble: Trouble, status: int) -> NoReturn:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(trouble.what, style="bold red", markup=False)
    console.print(trouble.next_step, markup=False)
    sys.exit(status)
