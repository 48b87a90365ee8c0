"""The sums of a simulation as tables that are read on eighty columns: of duty, and of what the goods lack to the floor.

What does not change is counted below a table and not listed, since nobody asks a simulation for that; `--json` has all.
The duty as it was recorded has a column only where it is not what the record comes to today.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from rich.box import SIMPLE
from rich.table import Table

from bloc.terminal import harmless
from contracts.decimals import plain_text
from services.tariffs.domain.simulating.sums import Sum

SHOWN = 20
"""Rows of one table that a person is shown."""

Row = tuple[tuple[str, ...], Sum]
Column = tuple[str, Callable[[Sum], str | Decimal | int]]

_DUTY: tuple[Column, ...] = (
    ("items", lambda found: found.items),
    ("without", lambda found: found.without),
    ("supposed", lambda found: found.supposed),
    ("difference", lambda found: found.difference),
)
_RECORDED: Column = ("recorded", lambda found: found.recorded)
_NOT_COMPARED: Column = ("not compared", lambda found: found.not_compared)
_FLOOR: tuple[Column, ...] = (
    ("below it", lambda found: f"{found.below_without} → {found.below_supposed}"),
    ("gap without", lambda found: found.gap_without),
    ("gap supposed", lambda found: found.gap_supposed),
)


def tables(title: str, sums: Mapping[tuple[str, ...], Sum]) -> list[Table]:
    """Duty, and the gap to the floor where there is one. The last part of each key is the currency."""
    rows = sorted(sums.items(), key=lambda pair: (-abs(pair[1].difference), pair[0]))
    changed = [row for row in rows if row[1].changed or row[1].not_compared] or rows
    duty = list(_DUTY)
    if any(found.recorded != found.without for _, found in changed):
        duty.insert(1, _RECORDED)
    if any(found.not_compared for _, found in changed):
        duty.insert(1, _NOT_COMPARED)
    made = [_table(f"{title}: duty", changed, duty, len(rows) - len(changed))]
    lacking = [row for row in rows if row[1].gap_without != row[1].gap_supposed]
    if lacking:
        made.append(_table(f"{title}: lacking to the floor", lacking, _FLOOR, 0))
    return made


def _table(title: str, rows: Sequence[Row], columns: Sequence[Column], unchanged: int) -> Table:
    table = Table(
        title=title,
        title_justify="left",
        box=SIMPLE,
        caption_justify="left",
        pad_edge=False,
        collapse_padding=True,
    )
    is_named = any(len(key) > 1 for key, _ in rows)
    if is_named:
        table.add_column("", overflow="fold")
    table.add_column("in")
    for name, _ in columns:
        table.add_column(name, justify="right", overflow="fold")
    for key, found in rows[:SHOWN]:
        names = [" ".join(map(harmless, key[:-1]))] if is_named else []
        table.add_row(*names, key[-1], *(_cell(read(found)) for _, read in columns))
    left = [f"{unchanged} more are not changed"] if unchanged else []
    left += [f"{len(rows) - SHOWN} more are"] if len(rows) > SHOWN else []
    if left:
        table.caption = f"{', '.join(left)}: --json lists all"
    return table


def _cell(value: str | Decimal | int) -> str:
    return plain_text(value) if isinstance(value, Decimal) else str(value)
