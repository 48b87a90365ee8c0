"""`bloc report`: questions that look over many declarations, answered from recorded entries alone.

Each report is a command of its own: what all of them are asked stands once, in `Asked` and `AskedOfDays`, and what only
one is asked in its own signature. Exit statuses are those of `bloc replay`: 0 told, 1 the source is no whole history,
2 wrong use, 3 it could not be read.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Protocol

import msgspec
from cyclopts import App, Parameter
from msgspec import Struct
from rich.console import Console

from bloc.ending import statuses_of_reading
from bloc.history.asked import day_typed, days_typed, moment_typed
from bloc.reporting.gathering import gathered
from bloc.reporting.telling import as_json, tell
from bloc.surroundings import surroundings
from bloc.trouble import Trouble
from bloc.waiting import reading
from services.tariffs.domain.period import Period
from services.tariffs.domain.reporting.below_floor import BelowFloorReport
from services.tariffs.domain.reporting.coverage import CoverageReport
from services.tariffs.domain.reporting.imports import Import, Imports
from services.tariffs.domain.reporting.patterns import PatternsReport
from services.tariffs.domain.reporting.rates import RateReport, rate_in_force
from services.tariffs.domain.reporting.treatment import TreatmentReport

app = App(name="report", help="Questions that look over many declarations, from recorded entries alone.")

Source = Annotated[
    str,
    Parameter(
        help="A ledger's address, an export of `bloc entries`, or a folder of tiles; BLOC_LEDGER_URL when left out."
    ),
]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Asked:
    """What every report is asked. A dataclass, since the command line cannot be read into Structs."""

    known: Annotated[
        str,
        Parameter(
            help="As known at a position or a moment such as 2026-07-01T00:00:00Z; everything when left out."
        ),
    ] = ""
    json: Annotated[bool, Parameter(help="Print the report as JSON.")] = False

    @property
    def period(self) -> Period:
        """Days of acceptance that are asked about: all of them."""
        return Period(None, None)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class AskedOfDays(Asked):
    """What a report on declarations is asked besides."""

    first: Annotated[
        str,
        Parameter(
            name="--from", help="First day of acceptance, by the clock of the member; open when left out."
        ),
    ] = ""
    end: Annotated[str, Parameter(name="--to", help="The day after the last one; open when left out.")] = ""

    @property
    def period(self) -> Period:
        """Days of acceptance that are asked about. Raises Trouble for what is no day, and where there is none."""
        return Period(*days_typed(self.first, self.end))


ANYTHING = Asked()
ANY_DAY = AskedOfDays()


class Reporting(Protocol):
    """What takes the items of a period, and gives a report."""

    def take(self, one: Import) -> None:
        """Look at one item."""
        ...

    def result(self) -> Struct:
        """What was found."""
        ...


@app.command(name="below-floor")
def below_floor(source: Source = "", *, line: str = "", asked: AskedOfDays = ANY_DAY) -> None:
    """What was accepted below the price floor, by line, origin and exporter; duty collected against the gap.

    Parameters
    ----------
    line
        Of this line of the catalogue only.
    """
    _report("below-floor", source, asked, lambda imports: BelowFloorReport(imports.rules, line or None))


@app.command
def treatment(source: Source = "", *, asked: AskedOfDays = ANY_DAY) -> None:
    """The same goods on the same day: which members' duties differ, and why, step by step.

    Members reckon in their own currencies, so duties are compared in percent of the customs value.
    """
    _report("treatment", source, asked, lambda imports: TreatmentReport(imports.rules))


@app.command
def patterns(source: Source = "", *, asked: AskedOfDays = ANY_DAY) -> None:
    """What to look into: origins that shift, prices just above a floor, splitting, values lowered later."""
    _report("patterns", source, asked, lambda imports: PatternsReport(imports.rules))


@app.command
def rate(
    series: str, source: Source = "", *, on: str, corrected: str = "", asked: AskedOfDays = ANY_DAY
) -> None:
    """Which assessments rest on the rate of a series that holds on a day, and what if it is corrected.

    Parameters
    ----------
    series
        Authority, base and quote, such as hmrc.gbp.usd.
    on
        The day whose rate is meant.
    corrected
        Also say what would be due if the rate were corrected to this; nothing is recorded.
    """

    def begin(imports: Imports) -> RateReport:
        found = rate_in_force(imports.rules, series, day_typed(on, "--on") or date.min)
        if found is None:
            raise Trouble(
                f"No rate of {series} is recorded for {on}.",
                "Name another day with --on; `bloc entries --type bloc.exchange_rate.published.v1` lists all.",
            )
        try:
            return RateReport(imports.rules, found, corrected)
        except msgspec.ValidationError as error:
            raise Trouble(
                f"{corrected} is no rate of exchange.", "Write it like --corrected 1.3421."
            ) from error

    _report("rate", source, asked, begin)


@app.command
def coverage(source: Source = "", *, asked: Asked = ANYTHING) -> None:
    """Which measures no longer cover what they covered, since a line has other codes, and what hangs on it."""
    _report("coverage", source, asked, lambda imports: CoverageReport(imports.rules))


def _report(name: str, source: str, asked: Asked, begin: Callable[[Imports], Reporting]) -> None:
    """Read, take, tell; trouble ends the command with its status."""
    with statuses_of_reading():
        found = _found(source or surroundings().ledger_url, asked, begin)
    if asked.json:
        sys.stdout.write(as_json(name, source, found) + "\n")
    else:
        tell(found, Console(highlight=False))


def _found(source: str, asked: Asked, begin: Callable[[Imports], Reporting]) -> Struct:
    period, known = asked.period, moment_typed(asked.known, "--known")
    with reading(source) as (history, progress), gathered(history, known, progress) as imports:
        report = begin(imports)
        for one in imports.each(period):
            report.take(one)
        return report.result()
