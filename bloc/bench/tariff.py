"""A tariff as large as wanted: measures and floors of three territories, and years of acts on them.

The demo's parties post all of it, so the same entries can be folded in memory and recorded through the front door.
Measures come in branches of the nomenclature as real ones do: a base duty on a code of eight digits, a preference for
the bloc on the same goods, an anti-dumping duty of the investigating authority; each floor stands on a line of its own.
Acts then go round and round all of them: amended, suspended for a while, amended.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from msgspec import Struct

from bloc.demo.cast import SECRETARIAT
from bloc.demo.chapters.floors import floor
from bloc.demo.chapters.measures import measure, percent
from bloc.demo.telling import act

Posted = tuple[str, str, dict[str, Any]]
"""Party, event type and payload."""

CHAPTERS = ("25", "26", "28", "71", "72", "81", "85")
"""Chapters of the Harmonized System in which most critical minerals are."""

LINES_UNDER_A_CODE = 5
BASIS = act("bloc.bench.2026", "1")
FIRST_ACT = date(2027, 1, 1)
DAYS_BETWEEN_ROUNDS = 28


class Branch(Struct, frozen=True):
    """Some goods of one territory with a measure of some kind on them, by the party that may issue it."""

    party: str
    territory: str
    kind: str
    code: str

    @property
    def name(self) -> str:
        """The name of the measure."""
        return f"{self.territory.lower()}.{self.kind.replace('_', '-')}.b{self.code}"


WAYS = (
    ("us.trade", "US", "base"),
    ("eu.commission", "EU", "base"),
    ("us.trade", "US", "preference"),
    ("eu.commission", "EU", "preference"),
    ("ec.trade", "EC", "base"),
    ("eu.remedies", "EU", "anti_dumping"),
)


class Size(Struct, frozen=True):
    """How large a tariff is: live measures (six on each code) and floors, and entries in all, most of them acts on
    these. `chapters` of the nomenclature hold its goods. A tariff that grows is one such part after another: a part is
    on the codes and lines after the `codes_before` and `floors_before` of those that there are."""

    measures: int
    floors: int
    entries: int
    chapters: int = len(CHAPTERS)
    codes_before: int = 0
    floors_before: int = 0

    @property
    def codes(self) -> int:
        """Codes of eight digits that have measures."""
        return self.measures // len(WAYS)

    @property
    def code_numbers(self) -> range:
        """The numbers of these codes."""
        return range(self.codes_before, self.codes_before + self.codes)

    @property
    def rules(self) -> range:
        """The places of the floors and measures among its entries; those that are acts on them come after."""
        return range(self.floors, 2 * self.floors + self.measures)

    @property
    def line_numbers(self) -> range:
        """The numbers of the lines that have floors."""
        return range(self.floors_before, self.floors_before + self.floors)


def tariff(size: Size) -> Iterator[Posted]:
    """Exactly `size.entries` entries: lines, floors, measures, then rounds of acts on them."""
    return islice(_all_of(size), size.entries)


def branches(size: Size) -> Iterator[Branch]:
    """The measures: for each kind and territory in turn, one on each code."""
    for party, territory, kind in WAYS:
        for number in size.code_numbers:
            yield Branch(party, territory, kind, code_of(number, size.chapters))


def code_of(number: int, chapters: int) -> str:
    """The eight digits of the code by number; codes fill up chapter by chapter in turn."""
    return f"{CHAPTERS[number % chapters]}{number // chapters:06d}"


def line_of(number: int) -> str:
    """The catalogue line by number."""
    return f"gallium.alloy.bench_{number}"


def hs6_of(number: int, chapters: int) -> str:
    """The six digits that a line is under; some lines share a code, as they do in the real catalogue."""
    return code_of(100 * (number // LINES_UNDER_A_CODE), chapters)[:6]


def _all_of(size: Size) -> Iterator[Posted]:
    for number in size.line_numbers:
        yield SECRETARIAT, "bloc.stage_line.defined.v1", _line(number, size.chapters)
    for number in size.line_numbers:
        yield SECRETARIAT, "bloc.price_floor.set.v1", floor(line_of(number), "110.00", "2026-05-01", "2")
    for branch in branches(size):
        yield branch.party, "bloc.measure.created.v1", _created(branch)
    day, round_number = FIRST_ACT, 0
    while True:
        yield from _round(size, round_number, day)
        day, round_number = day + timedelta(days=DAYS_BETWEEN_ROUNDS), round_number + 1


def _line(number: int, chapters: int) -> dict[str, Any]:
    line = line_of(number)
    mineral, stage, specification = line.split(".")
    return {
        "line": line,
        "mineral": mineral,
        "stage": stage,
        "specification": specification,
        "hs_edition": "HS2022",
        "hs6": hs6_of(number, chapters),
        "national_codes": [],
        "unit": "kg",
        "effective_from": "2026-01-01",
        "source": "made for a benchmark",
        "confidence": "C",
    }


def _created(branch: Branch) -> dict[str, Any]:
    return measure(branch.name, branch.kind, [branch.code], [percent("3.7")], legal_basis=BASIS) | _origins(
        branch
    )


def _origins(branch: Branch) -> dict[str, Any]:
    by_kind = {"base": ["ERGA_OMNES"], "preference": ["BLOC"], "anti_dumping": ["CN", "RU"]}
    return {"origins": {"include": by_kind[branch.kind]}}


def _round(size: Size, number: int, day: date) -> Iterator[Posted]:
    """One act on everything: two rounds of new terms, then one of suspensions for a week."""
    if number % 3 == 2:
        pause = {"effective_from": day.isoformat(), "effective_to": (day + timedelta(days=7)).isoformat()}
        for branch in branches(size):
            paused = {"measure": branch.name, "legal_basis": BASIS} | pause
            yield branch.party, "bloc.measure.suspended.v1", paused
        return
    for place in size.line_numbers:
        revised = floor(line_of(place), f"{111 + number}.00", day.isoformat(), "3")
        yield SECRETARIAT, "bloc.price_floor.revised.v1", revised
    for branch in branches(size):
        amended = {
            "measure": branch.name,
            "goods": {"hs_edition": "HS2022", "prefixes": [branch.code]},
            "duty": [percent(f"{1 + number}.5")],
            "effective_from": day.isoformat(),
            "legal_basis": BASIS,
        }
        yield branch.party, "bloc.measure.amended.v1", amended | _origins(branch)
