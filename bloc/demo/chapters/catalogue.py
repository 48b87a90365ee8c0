"""Chapter: the 60 minerals of the USGS 2025 list (and the NdPr mix that the market prices), by stage of production.

A line names mineral, stage and specification, because an HS-6 code does not identify a mineral: fifteen of the
sixty share 2846 90. Two lines beyond the list (7202 19 and 7202 99 30) come from Regulation (EU) 2025/2351.
"""

import csv
from collections import Counter
from importlib.resources import files
from typing import Any

from bloc.demo.cast import SECRETARIAT
from bloc.demo.telling import Chapter, Post

SUBMISSION_LINES = 100


def rows(name: str) -> list[dict[str, str]]:
    """Rows of a CSV file that the demo ships."""
    text = (files("bloc.demo") / "data" / name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def mineral_listed(row: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """A mineral of the list."""
    listed = {key: row[key] for key in ("mineral", "name", "symbol")}
    return "bloc.mineral.listed.v1", listed | {"list": "USGS-2025", "effective_from": "2025-11-07"}


def stage_line_defined(row: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """A line of the catalogue; `national_codes` is written `EU:85051110 US:8505110070` in the file."""
    names = ("line", "mineral", "stage", "specification", "hs_edition", "hs6", "unit", "source", "confidence")
    data: dict[str, Any] = {name: row[name] for name in names}
    codes = [code.split(":") for code in row["national_codes"].split()]
    data["national_codes"] = [{"territory": territory, "code": code} for territory, code in codes]
    if row["content"]:
        data["content"] = row["content"]
    return "bloc.stage_line.defined.v1", data | {"effective_from": "2026-01-01"}


def chapter() -> Chapter:
    """The whole chapter: one submission of minerals, then the lines, a hundred a submission."""
    minerals = tuple(mineral_listed(row) for row in rows("minerals.csv"))
    listed = rows("stage_lines.csv")
    lines = tuple(stage_line_defined(row) for row in listed)
    sure = Counter(row["confidence"] for row in listed)
    parts = [lines[start : start + SUBMISSION_LINES] for start in range(0, len(lines), SUBMISSION_LINES)]
    return Chapter(
        title="Catalogue",
        sentence=(
            f"{len(minerals) - 1} listed minerals and the NdPr mix, on {len(lines)} stage lines: {sure['A']} named in "
            f"the HS, {sure['B']} in a basket, {sure['C']} by trade practice."
        ),
        posts=tuple(Post(SECRETARIAT, part) for part in (minerals, *parts)),
    )
