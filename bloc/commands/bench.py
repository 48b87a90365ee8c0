"""`bloc bench append|replay|audit|proofs|rules`: how fast this machine does what the ledger is for, beside its limits.

Each run starts a bloc of its own in a temporary folder, measures, and removes it. Nothing here is a test: figures
depend on the machine, ratios much less.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import msgspec
from cyclopts import App
from rich.console import Console

from bloc.bench import append as appending
from bloc.bench import auditing, ground, proofs, replay, report, rules, rules_report
from bloc.bench.tariff import Size
from bloc.demo.stage import set_stage
from bloc.embedded.folders import temporary_folder
from bloc.stack import Stack

app = App(name="bench", help="Measure appending, replaying, proving and verifying, beside physical limits.")
console = Console(stderr=True, highlight=False)
SCENARIOS = {
    "a": appending.ledger_alone,
    "b": appending.end_to_end,
    "c": appending.singles,
    "hot": appending.hot_key,
}

Found = TypeVar("Found")


@app.command
def append(
    *, submissions: int = 100, singles: int = 4000, only: list[str] | None = None, json: bool = False
) -> None:
    """Measure from signed submissions to sealed, committed entries and receipts.

    Parameters
    ----------
    submissions
        Submissions of 100 events in scenarios a and b.
    singles
        Submissions of one event in scenarios c and hot.
    only
        Some of the scenarios a, b, c, hot.
    json
        Print one JSON document on standard output instead of a table.
    """
    wanted = [SCENARIOS[name] for name in only or SCENARIOS]

    async def measure(folder: Path, say: Callable[[str], None]) -> list[appending.Measured]:
        async with Stack(folder, say=say) as stack, stack.client() as bloc:
            stage = set_stage(stack, bloc)
            say("Preparing members, catalogue, measures and floors")
            await ground.prepare(stage)
            run = appending.Run(stack, stage, submissions, singles, say)
            return [await scenario(run) for scenario in wanted]

    measured = _in_a_folder_of_its_own(measure)
    if json:
        print(msgspec.json.encode(report.append_document(measured)).decode())
        return
    Console().print(report.append_table(measured))
    for index in measured[0].copy.indexes:
        console.print(f"  {index}", style="dim", soft_wrap=True)


@app.command(name="replay")
def replay_entries(
    *, entries: list[int] | None = None, rules_percent: int = replay.RULES_PERCENT, json: bool = False
) -> None:
    """Measure folding all entries into the state, the memory that it takes, starting the tariffs service on them, and
    reading the rules beside them.

    Parameters
    ----------
    entries
        Sizes of the ledger; 10,000 and 100,000 when left out. A million takes about two minutes to record.
    rules_percent
        Entries about rules in a hundred, half of them acts on measures and floors. Pages of rules compare from one size
        to the next where the smallest has two hundred of them: with 10 at 10,000 entries.
    json
        Print one JSON document on standard output instead of a table.
    """
    sizes = sorted(entries or [10_000, 100_000])

    async def measure(folder: Path, say: Callable[[str], None]) -> list[replay.Replayed]:
        async with Stack(folder, say=say) as stack, stack.client() as bloc:
            stage = set_stage(stack, bloc)
            say("Preparing members, catalogue, measures and floors")
            await ground.prepare(stage)
            return await replay.measure(stack, stage, sizes, rules_percent, say)

    measured = _in_a_folder_of_its_own(measure)
    if json:
        print(msgspec.json.encode(report.replay_document(measured)).decode())
        return
    Console().print(report.replay_table(measured))


@app.command(name="audit")
def audit_entries(*, entries: int = 20_000, json: bool = False) -> None:
    """Measure deciding everything recorded again, in one process and in several, beside reading it.

    Parameters
    ----------
    entries
        Size of the ledger.
    json
        Print one JSON document on standard output instead of a table.
    """

    async def measure(folder: Path, say: Callable[[str], None]) -> auditing.Audited:
        async with Stack(folder, say=say) as stack, stack.client() as bloc:
            stage = set_stage(stack, bloc)
            say("Preparing members, catalogue, measures and floors")
            await ground.prepare(stage)
            return await auditing.measure(stack, stage, entries, say)

    measured = _in_a_folder_of_its_own(measure)
    if json:
        print(msgspec.json.encode(report.audit_document(measured)).decode())
        return
    Console().print(report.audit_table(measured))


@app.command(name="proofs")
def prove_and_verify(
    *, entries: list[int] | None = None, events: list[int] | None = None, json: bool = False
) -> None:
    """Measure signing, cosigning by two of three witnesses, proving, and verifying the whole ledger.

    Parameters
    ----------
    entries
        Sizes of the ledger; 20,000 when left out. A million takes some five minutes to record.
    events
        Events in each submission, for each size or one for all; 100 when left out.
    json
        Print one JSON document on standard output instead of a table.
    """
    sizes = entries or [20_000]
    each = events or [100]
    each = each * len(sizes) if len(each) == 1 else each

    def measure(size: int, events_each: int) -> proofs.Proven:
        async def run(folder: Path, say: Callable[[str], None]) -> proofs.Proven:
            async with Stack(folder, say=say, witnesses=3) as stack, stack.client() as bloc:
                stage = set_stage(stack, bloc)
                say("Preparing members, catalogue, measures and floors")
                await ground.prepare(stage)
                return await proofs.measure(stack, stage, size, events_each, say)

        return _in_a_folder_of_its_own(run)

    measured = [measure(size, events_each) for size, events_each in zip(sizes, each, strict=True)]
    if json:
        print(msgspec.json.encode(report.proofs_document(measured)).decode())
        return
    Console().print(report.proofs_table(measured))


@app.command(name="rules")
def assess_and_read(
    *, entries: list[int] | None = None, measures: int = 9000, floors: int = 1000, json: bool = False
) -> None:
    """Measure assessments on one core, and reads and assessments over HTTP beside ever more rules.

    Parameters
    ----------
    entries
        Entries about rules at which to read, the smallest first; 1,000 and 10,000 more than the tariff begins with
        when left out. A hundred thousand take about half a minute to record.
    measures
        Live measures of the tariff, on codes of three territories.
    floors
        Live price floors, each on a line of its own.
    json
        Print one JSON document on standard output instead of tables.
    """
    ground_entries = measures + 2 * floors
    sizes = sorted(entries or [ground_entries + 1_000, ground_entries + 10_000])
    whole = Size(measures, floors, sizes[-1])

    async def measure(folder: Path, say: Callable[[str], None]) -> list[rules.Ruled]:
        async with Stack(folder, say=say) as stack, stack.client() as bloc:
            stage = set_stage(stack, bloc)
            say("Preparing members, catalogue, measures and floors")
            await ground.prepare(stage)
            return await rules.measure(stack, stage, whole, sizes, say)

    assessed = asyncio.run(rules.assess(whole))
    measured = _in_a_folder_of_its_own(measure)
    if json:
        print(msgspec.json.encode(rules_report.rules_document(measured, assessed)).decode())
        return
    Console().print(rules_report.assessed_table(assessed))
    Console().print(rules_report.rules_table(measured))


def _in_a_folder_of_its_own(measure: Callable[[Path, Callable[[str], None]], Awaitable[Found]]) -> Found:
    with (
        temporary_folder("bench") as folder,
        console.status("Starting PostgreSQL, NATS and both services") as status,
    ):

        async def run() -> Found:
            return await measure(folder / "data", status.update)

        return asyncio.run(run())
