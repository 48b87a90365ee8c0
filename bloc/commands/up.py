"""`bloc up`: a whole bloc on this machine until Ctrl-C.

A server that ends by itself is started again, since a bloc that stays half up would only answer 503; one that keeps
ending is reported and everything is stopped, since then a person has to look.
"""

import asyncio
import signal
from collections import deque
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bloc.member_witnesses import WITNESS
from bloc.policy import WITNESSES_DEFAULT
from bloc.side_by_side import all_of
from bloc.stack import Stack
from bloc.trouble import Trouble

WATCH_SECONDS = 0.5
RESTARTS_MAX = 8
RESTARTS_WITHIN_SECONDS = 60.0

console = Console(highlight=False, soft_wrap=True)


def up(
    *,
    data: Path = Path(".bloc"),
    port: int = 8080,
    ledger_port: int = 8081,
    nats_port: int = 0,
    witnesses: int = WITNESSES_DEFAULT,
) -> None:
    """Serve PostgreSQL, NATS, both services and the witnesses from one data folder until Ctrl-C.

    On an empty folder it makes development keys and founds a bloc. BLOC_DATABASE_URL and BLOC_NATS_URL name
    servers to use instead of embedded ones.

    Parameters
    ----------
    data
        Where everything is kept: database, message streams, keys, logs.
    port
        Port of the tariffs service, where submissions are posted.
    ledger_port
        Port of the ledger service, where entries are read.
    nats_port
        Port of the message server; 0 chooses a free one and keeps it.
    witnesses
        How many member states' witnesses cosign the checkpoints; most of them must agree.
    """
    stack = Stack(
        data, port=port, ledger_port=ledger_port, nats_port=nats_port, witnesses=witnesses, say=_say
    )
    asyncio.run(_serve(stack))


async def _serve(stack: Stack) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopping.set)
    serving = asyncio.create_task(_start_and_watch(stack))
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if not serving.done():
        console.print("Stopping")
        serving.cancel()
    stopped.cancel()
    # Cancelled by us: the servers were stopped in order on the way out. Anything else is for main to tell.
    with suppress(asyncio.CancelledError):
        await serving
    console.print("Stopped")


async def _start_and_watch(stack: Stack) -> None:
    async with stack:
        console.print(table_of(stack))
        restarts: deque[float] = deque(maxlen=RESTARTS_MAX)
        # Each by itself: one that is starting again may be waiting for another that has ended too.
        watched = (_keep_up(stack, name, restarts) for name in stack.names)
        await all_of(*watched, _follow_checkpoint_keys(stack))


async def _keep_up(stack: Stack, name: str, restarts: deque[float]) -> None:
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        if not stack.has_ended(name):
            continue
        now = asyncio.get_running_loop().time()
        if len(restarts) == RESTARTS_MAX and now - restarts[0] < RESTARTS_WITHIN_SECONDS:
            raise Trouble(
                f"Servers keep ending; the last was {name}.", f"See {stack.logs_folder / name}.log."
            )
        restarts.append(now)
        console.print(f"{name} ended; starting it again (see {stack.logs_folder / name}.log)", style="yellow")
        await stack.start(name)


async def _follow_checkpoint_keys(stack: Stack) -> None:
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        if await stack.follow_checkpoint_keys():
            console.print(
                f"The ledger and its witnesses know the checkpoint keys of {stack.keys_folder} now."
            )


def table_of(stack: Stack) -> Table:
    """Where things are, for the person who just started them."""
    table = Table(show_header=False, box=None, padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    witnesses = [name for name in stack.names if name.startswith(WITNESS)]
    others = [name for name in stack.names if name not in witnesses]
    rows = (
        ("post submissions", f"{stack.tariffs_url}/submissions"),
        ("read entries", f"{stack.ledger_url}/entries"),
        ("newest checkpoint", f"{stack.ledger_url}/checkpoint"),
        ("policy", str(stack.policy_file)),
        ("documentation", f"{stack.tariffs_url}/schema"),
        ("", f"{stack.ledger_url}/schema"),
        ("post over NATS", _without_password(stack.nats_url("partner"))),
        ("its password", "kept in " + str(stack.data / "nats" / "passwords.json")),
        ("origin (aud)", stack.origin),
        ("trust anchor", stack.trust_anchor),
        ("keys", str(stack.keys_folder)),
        ("logs", str(stack.logs_folder)),
        *([("witnesses", ", ".join(_running(stack, witnesses)))] if witnesses else []),
        ("processes", ", ".join(_running(stack, others))),
    )
    for title, value in rows:
        table.add_row(title, value, style=None if title != "post submissions" else "bold")
    return table


def _running(stack: Stack, names: list[str]) -> list[str]:
    return [f"{name.removeprefix(WITNESS)} {stack.pid(name)}" for name in names]


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    login, at, address = rest.rpartition("@")
    return f"{scheme}://{login.partition(':')[0]}{at}{address}"


def _say(text: str) -> None:
    console.print(text, style="dim")
