"""`bloc entries` prints recorded entries; `bloc tail` follows them as they are recorded.

On a terminal an entry is one readable line; in a pipe it is one line of JSON (`{"stamp":…,"event":…}`), so that
other tools can go on with it.
"""

import asyncio
from contextlib import suppress
from typing import Any

import httpx
import msgspec
from rich.console import Console

from bloc.client import Bloc
from bloc.surroundings import Surroundings, surroundings
from bloc.trouble import Trouble, reaching
from bloc.waiting import counting
from contracts.entry import serve_entry, split_entry
from contracts.limits import PAGE_ENTRIES_DEFAULT, RECONNECT_WAIT_SECONDS

console = Console()


class _Shown(msgspec.Struct):
    """The part of an event that a reader of a list wants to see."""

    type: str
    source: str
    time: str


class _Printed(msgspec.Struct):
    """How many entries were shown, and the position of the last one."""

    number: int
    last: int


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
    limit: int | None = None,
    stream: str | None = None,
    type: str | None = None,  # noqa: A002 - the name that the HTTP interface uses
    party: str | None = None,
) -> None:
    """Print recorded entries in order of position. Exit status 1: there is no entry at the position of --at.

    Parameters
    ----------
    at
        Only the entry at this position.
    after
        Start behind this position.
    limit
        How many entries at most; a page when left out, and it is said when there are more.
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
    page = PAGE_ENTRIES_DEFAULT if limit is None else limit
    wanted = {"after": after, "limit": page, "stream": stream, "type": type, "party": party}
    with reaching("ledger", around.ledger_url):
        shown = asyncio.run(
            _entries(around, {name: value for name, value in wanted.items() if value is not None})
        )
    if at is not None and not shown.number:
        raise Trouble(
            f"There is no entry {at}.", "Positions count from 0, without a gap; `bloc entries` shows them."
        )
    if limit is None and shown.number == page:
        Console(stderr=True).print(
            f"Behind {shown.last} there may be more: --after {shown.last}, or a larger --limit."
        )


async def _entries(around: Surroundings, wanted: dict[str, Any]) -> _Printed:
    number, last = 0, -1
    async with Bloc.around(around) as bloc:
        with counting(quiet=not console.is_terminal) as progress:
            async for entry in bloc.entries(**wanted):
                show(entry)
                number, last = number + 1, split_entry(entry)[0].position
                progress(number)
    return _Printed(number, last)


def tail(*, after: int | None = None) -> None:
    """Follow the ledger until Ctrl-C: every entry is printed as soon as it is recorded.

    Parameters
    ----------
    after
        Start behind this position, catching up first; only new entries when left out.
    """
    around = surroundings()
    with suppress(KeyboardInterrupt), reaching("ledger", around.ledger_url):
        asyncio.run(tail_from(around, after))


async def tail_from(around: Surroundings, after: int | None) -> None:
    """Print entries for ever; behind the last one when the ledger was away, so that what a pipe is given has no gap.

    Raises httpx.TransportError when it is not there at the beginning, httpx.HTTPStatusError when it refuses.
    """
    async with Bloc.around(around) as bloc:
        newest = (await bloc.head())["size"] - 1
        last, told = newest if after is None else after, ""
        while True:
            try:
                async for entry in bloc.live(last):
                    show(entry)
                    last, told = split_entry(entry)[0].position, ""
                said = "it ended the connection"
            except httpx.HTTPStatusError as error:
                if error.response.is_client_error:
                    raise
                said = f"it answers {error.response.status_code}"
            except httpx.TransportError as error:
                said = str(error) or type(error).__name__
            if said != told:
                where = f"The ledger broke off behind entry {last} ({said}); waiting until it is back."
                Console(stderr=True).print(where, soft_wrap=True)
                told = said
            await asyncio.sleep(RECONNECT_WAIT_SECONDS)
