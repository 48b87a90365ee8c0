"""What a replay found, as tables for a person."""

from collections import Counter
from datetime import date
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from bloc.history.exporting import rows_in_force
from bloc.history.replaying import Compared, Replayed
from services.tariffs.domain.replay.families import things_of

_SHOWN = ("status", "since", "until", "because")


def tell(replayed: Replayed, day: date | None, console: Console) -> None:
    """Position and hash, how many things of each family there are, what was compared; what is in force on a day."""
    found = replayed.hash
    console.print(f"State after entry [bold]{found.position}[/], recorded at {replayed.recorded_at}")
    console.print(f"state hash [bold]{found.root}[/] ({found.format}, {found.things} things)", soft_wrap=True)
    console.print(_families(replayed))
    for compared in replayed.compared:
        console.print(sentence(compared), soft_wrap=True)
    if not replayed.compared:
        console.print("No hash of the state was published up to here; nothing was compared.")
    if day is not None:
        console.print(_in_force(replayed, day))


def sentence(compared: Compared) -> str:
    """One published hash, and whether this replay agrees."""
    said, found = compared.published.said, compared.found
    where = (
        f"The hash of the state at {said.known_position}, published in entry {compared.published.position}"
    )
    if found is None:
        return f"{where}, is of format {said.format}, which this release cannot write: [yellow]not compared"
    if compared.agrees:
        return f"{where}, [green]agrees"
    return (
        f"{where}, [bold red]differs[/]: {said.state_hash} of {said.things} things were published, "
        f"this replay finds {found.root} of {found.things}"
    )


def _families(replayed: Replayed) -> Table:
    table = Table("family", "things", title="Things of the state", title_justify="left")
    counted = Counter(thing.family for thing in things_of(replayed.state))
    for family, count in sorted(counted.items()):
        table.add_row(family, f"{count:,}")
    return table


def _in_force(replayed: Replayed, day: date) -> Table:
    title = f"On {day}, as known at {replayed.hash.position}"
    table = Table(title=title, title_justify="left")
    for name in ("family", "name", *_SHOWN):
        table.add_column(name, overflow="fold")
    for row in rows_in_force(replayed, day):
        view = msgspec.json.decode(row.state, type=dict[str, Any])
        table.add_row(row.family, row.name, *(str(view.get(name, "")) for name in _SHOWN))
    return table
