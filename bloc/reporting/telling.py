"""A report as people read it: its figures on a line, then each list in it: a table, or paragraphs where rows are long.

All reports are told by the same function, field by field as they are named, so a figure cannot be forgotten and means
what the field means. Names that companies chose are shown without anything that a terminal would obey.
"""

from collections.abc import Sequence
from typing import Any, cast

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from bloc.terminal import harmless, packed
from services.tariffs.domain.assessment.comparing import AspectDifference
from services.tariffs.domain.reporting.treatment import Effect, Treated
from services.tariffs.domain.reporting.weightiest import Named

ROWS_SHOWN_MAX = 50
"""Rows of a list; --json has them all."""
COLUMNS_MAX = 7
"""Columns that a terminal holds side by side."""


def as_json(name: str, source: str, report: Struct) -> str:
    """The report for programs."""
    document = {"report": name, "source": source, **msgspec.to_builtins(report)}
    return msgspec.json.encode(document).decode()


def tell(report: Struct, console: Console) -> None:
    """Print a report for a person."""
    fields = {name: getattr(report, name) for name in report.__struct_fields__}
    figures = {name: value for name, value in fields.items() if not _is_list(value)}
    said = (f"{_plain(name)} {_cell(value)}" for name, value in figures.items() if value != "")
    console.print(packed(said, "", console.width), soft_wrap=True)
    for name, value in fields.items():
        if not _is_list(value):
            continue
        if not value:
            console.print(f"{_plain(name)}: none")
        elif _fits(value[0]):
            console.print(_table(name, value))
        else:
            console.print(f"{_plain(name)}:")
            for row in value[:ROWS_SHOWN_MAX]:
                console.print(_paragraph(row, console.width), soft_wrap=True)
        if len(value) > ROWS_SHOWN_MAX:
            console.print(f"… {len(value) - ROWS_SHOWN_MAX} more; --json lists them")


def _is_list(value: object) -> bool:
    """Whether a field is a list of rows; an empty one is, a list of positions is not."""
    if not isinstance(value, tuple):
        return False
    rows = cast("tuple[object, ...]", value)
    return not rows or isinstance(rows[0], Struct)


def _fits(row: Struct) -> bool:
    """Whether a row is short enough for a table: few figures, and no lists in it."""
    names = row.__struct_fields__
    return len(names) <= COLUMNS_MAX and not any(isinstance(getattr(row, name), tuple) for name in names)


def _table(name: str, rows: Sequence[Struct]) -> Table:
    table = Table(title=_plain(name), title_justify="left")
    names = rows[0].__struct_fields__
    for each in names:
        table.add_column(_plain(each), overflow="fold")
    for row in rows[:ROWS_SHOWN_MAX]:
        table.add_row(*(_cell(getattr(row, each)) for each in names))
    return table


def _paragraph(row: Struct, width: int) -> str:
    """A row as text, its fields kept whole; lists in it on lines of their own."""
    said = {name: getattr(row, name) for name in row.__struct_fields__}
    short = (
        f"{_plain(name)} {_cell(value)}"
        for name, value in said.items()
        if not isinstance(value, tuple | Treated) and value != ""
    )
    long = (
        f"\n    {_plain(name)}: {each}"
        for name, value in said.items()
        if isinstance(value, tuple | Treated)
        for each in _cell(value).splitlines()
    )
    return packed(short, "- ", width) + "".join(long)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _cell(value: Any) -> str:
    match value:
        case Named():
            said = f"{value.item} ({value.amount}, position {value.position})"
        case Effect():
            said = f"{_plain(value.step)} {value.points}"
        case Treated():
            said = f"{value.item}: {value.duty} {value.currency} = {value.equivalent} % (position {value.position})"
        case AspectDifference():
            says = " / ".join(f"{', '.join(one.members)}: {one.says}" for one in value.said)
            said = f"{_plain(value.aspect)}: {says}"
        case tuple():
            parts = cast("tuple[object, ...]", value)
            separator = "\n" if parts and isinstance(parts[0], Struct) else " "
            return separator.join(map(_cell, parts))
        case _:
            said = str(value)
    return harmless(said).replace("[", r"\[")
