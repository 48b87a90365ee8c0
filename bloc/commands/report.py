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
from services.tariffs.domain.reporting.below_floor import BelowFloorReport
from services.tariffs.domain.reporting.coverage import CoverageReport
from services.tariffs.domain.reporting.imports import Import, Imports, Period
from services.tariffs.domain.reporting.patterns import PatternsReport
from services.tariffs.domain.reporting.rates import RateReport, rate_in_force
from services.tariffs.domain.reporting.treatment import TreatmentReport

BROKEN, MISUSED, UNREADABLE = 1, 2, 3

app = App(name="report", help="Questions that look over many declarations, from recorded entries alone.")

From = Annotated[str, Parameter(name="--from")]
"""First day of acceptance."""
To = Annotated[str, Parameter(name="--to")]
"""The day after the last one."""
Known = Annotated[str, Parameter(name="--known")]
"""A position, or a moment such as 2026-07-01T00:00:00Z: as it was known then; everything when left out."""


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
    source: str = "", *, first: From = "", end: To = "", line: str = "", known: Known = "", json: bool = False
) -> None:
    """What was accepted below the price floor, by line, origin and exporter; duty collected against the gap.

    --from and --to bound the day of acceptance (--to is the day after), --line names a catalogue line.
    """
    _report("below-floor", source, known, json, lambda i: BelowFloorReport(i.rules, line or None), first, end)


@app.command
def treatment(
    source: str = "", *, first: From = "", end: To = "", known: Known = "", json: bool = False
) -> None:
    """The same goods on the same day: which members' duties differ, and why, step by step.

    Members reckon in their own currencies, so duties are compared in percent of the customs value.
    """
    _report("treatment", source, known, json, lambda imports: TreatmentReport(imports.rules), first, end)


@app.command
def patterns(
    source: str = "", *, first: From = "", end: To = "", known: Known = "", json: bool = False
) -> None:
    """What to look into: origins that shift, prices just above a floor, splitting, values lowered later."""
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
    known: Known = "",
    json: bool = False,
) -> None:
    """Which assessments rest on the rate of SERIES (such as hmrc.gbp.usd) that holds --on a day.

    With --corrected RATE also what would be due if it were corrected to that. Nothing is recorded.
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
def coverage(source: str = "", *, known: Known = "", json: bool = False) -> None:
    """Which measures no longer cover what they covered, since a line has other codes, and what hangs on it."""
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
