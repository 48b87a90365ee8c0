"""`bloc entries` prints recorded entries; `bloc tail` follows them as they are recorded.

On a terminal an entry is one readable line; in a pipe it is one line of JSON (`{"stamp":…,"event":…}`), so that
other tools can go on with it.
"""

import asyncio
from contextlib import suppress
from typing import Any

import msgspec
from rich.console import Console

from bloc.client import Bloc
from bloc.surroundings import Surroundings, surroundings
from bloc.trouble import reaching
from bloc.waiting import counting
from contracts.entry import serve_entry, split_entry
from contracts.limits import PAGE_ENTRIES_DEFAULT

console = Console()


class _Shown(msgspec.Struct):
    """The part of an event that a reader of a list wants to see."""

    type: str
    source: str
    time: str


def show(entry: bytes) -> None:
    """Print one entry for a person or for a pipe, depending on who is reading."""
    if not console.is_terminal:
        # Flushed, because somebody may be waiting for this very line.
        print(serve_entry(entry).decode(), flush=True)
        return
    stamp, event = split_entry(entry)
    shown = msgspec.json.decode(event, type=_Shown)
    console.print(
        f"[bold]{stamp.position:>8}[/] {stamp.recorded_at} [cyan]{shown.type}[/] "
        f"{stamp.stream} v{stamp.version} [dim]{shown.source}[/]",
        soft_wrap=True,
        highlight=False,
    )


def entries(
    *,
    at: int | None = None,
    after: int | None = None,
    limit: int = PAGE_ENTRIES_DEFAULT,
    stream: str | None = None,
    type: str | None = None,  # noqa: A002 - the name that the HTTP interface uses
    party: str | None = None,
) -> None:
    """Print recorded entries in order of position.

    Parameters
    ----------
    at
        Only the entry at this position.
    after
        Start behind this position.
    limit
        How many entries at most.
    stream
        Only this stream, such as floor/ndpr.oxide_compound.oxide_99.
    type
        Only this event type, such as bloc.price_floor.set.v1.
    party
        Only events of this party.
    """
    around = surroundings()
    if at is not None:
        after, limit = at - 1, 1
    wanted = {"after": after, "limit": limit, "stream": stream, "type": type, "party": party}
    with reaching("ledger", around.ledger_url):
        asyncio.run(_entries(around, {name: value for name, value in wanted.items() if value is not None}))


async def _entries(around: Surroundings, wanted: dict[str, Any]) -> None:
    async with Bloc.around(around) as bloc:
        number = 0
        with counting(quiet=not console.is_terminal) as progress:
            async for entry in bloc.entries(**wanted):
                show(entry)
                progress(number := number + 1)


def tail(*, after: int | None = None) -> None:
    """Follow the ledger until Ctrl-C: every entry is printed as soon as it is recorded.

    Parameters
    ----------
    after
        Start behind this position, catching up first; only new entries when left out.
    """
    around = surroundings()
    with suppress(KeyboardInterrupt), reaching("ledger", around.ledger_url):
        asyncio.run(_tail(around, after))


async def _tail(around: Surroundings, after: int | None) -> None:
    async with Bloc.around(around) as bloc:
        start = after if after is not None else (await bloc.head())["size"] - 1
        async for entry in bloc.live(start):
            show(entry)
