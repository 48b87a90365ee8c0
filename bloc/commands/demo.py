"""`bloc demo`: found a bloc, play the real story of 2026 through its public interfaces, and show what was recorded.

It is a test that people can watch: it ends with exit status 1 and the name of the example when a duty, a cost or a
date differs from the worked examples in the least.
"""

import asyncio
from collections import Counter
from pathlib import Path
from time import perf_counter

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bloc.client import Bloc
from bloc.demo import epilogue, proofs, tables, verdicts
from bloc.demo.play import DutyRecorded, Stage, play
from bloc.demo.stage import set_stage
from bloc.demo.story import ILLUSTRATIVE, REAL, chapters
from bloc.embedded.folders import temporary_folder
from bloc.policy import WITNESSES_DEFAULT
from bloc.stack import Stack
from contracts.entry import event_of

console = Console(highlight=False)


def demo(*, data: Path | None = None, witnesses: int = WITNESSES_DEFAULT) -> None:
    """Play the story of 2026: ministerial, catalogue, tariffs, floors, declarations, reserve; then check it.

    Parameters
    ----------
    data
        Keep the bloc in this folder (must be empty); a temporary folder, removed afterwards, when left out.
    witnesses
        How many member states' witnesses cosign the checkpoints; most of them must agree.
    """
    if data is not None:
        asyncio.run(_demo(data, witnesses))
        return
    with temporary_folder("demo") as folder:
        asyncio.run(_demo(folder / "data", witnesses))


async def _demo(folder: Path, witnesses: int) -> None:
    started = perf_counter()
    with console.status("Starting PostgreSQL, NATS, both services and the witnesses") as status:
        stack = Stack(folder, witnesses=witnesses, say=status.update)
        await stack.__aenter__()
    try:
        async with stack.client() as bloc:
            await _tell(stack, set_stage(stack, bloc))
    finally:
        with console.status("Stopping"):
            await stack.__aexit__(None, None, None)
    console.print(f"\nStopped cleanly after {perf_counter() - started:.0f} s.")


async def _tell(stack: Stack, stage: Stage) -> None:
    console.print(f"[bold]Real:[/] {REAL}.\n[bold]Illustrative:[/] {ILLUSTRATIVE}.")
    duties: list[DutyRecorded] = []
    columns = (TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn())
    for number, chapter in enumerate(chapters(stage), 1):
        quiet = not console.is_terminal
        with Progress(*columns, console=console, transient=True, disable=quiet) as progress:
            total = sum(len(post.events) for post in chapter.posts)
            task = progress.add_task(chapter.title, total=total)
            played = await play(stage, chapter, lambda count, task=task: progress.advance(task, count))
        for shown in tables.chapter(number, chapter, played):
            console.print(shown)
        duties += played.duties
    for shown in await epilogue.questions(stage):
        console.print(shown)
    console.print(await verdicts.shown(stack.ledger_url, stage, stack.keys_folder))
    forged = next(duty for duty in duties if duty.expected.example == "E06")
    for shown in await proofs.shown(stack, stage.bloc, forged):
        console.print(shown)
    console.print(tables.record(await _types(stage.bloc), (await stage.bloc.head())["size"]))


class _Typed(msgspec.Struct):
    type: str


async def _types(bloc: Bloc) -> Counter[str]:
    """Count what was recorded, by reading all of it back."""
    counted: Counter[str] = Counter()
    async for entry in bloc.entries():
        counted[msgspec.json.decode(event_of(entry), type=_Typed).type] += 1
    return counted
