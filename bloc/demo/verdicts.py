"""After the story: the state recomputed from entries alone, and every decision taken again.

The tariffs service publishes the hash of its state by itself, every hour or so many entries. The demo does not wait an
hour: it replays the record from the ledger's public address, and publishes what that comes to with the service's key.
Whoever replays later compares (`bloc replay`); whoever doubts a decision takes it again (`bloc audit`).
"""

import asyncio
from time import perf_counter

from rich.table import Table

from bloc.auditing.running import Task, run
from bloc.demo import tables
from bloc.demo.cast import TARIFFS
from bloc.demo.play import Stage, post
from bloc.demo.telling import Post
from bloc.history.replaying import Replayed, replay
from bloc.history.sources import open_history
from bloc.trouble import Trouble

SHOWN_CHARACTERS = 16


async def shown(ledger_url: str, stage: Stage) -> Table:
    """Publish the hash of the state, compare it with a replay of its own, audit everything; the table to show."""
    found = (await asyncio.to_thread(_replayed, ledger_url)).hash
    said = {
        "known_position": found.position,
        "format": found.format,
        "things": found.things,
        "state_hash": found.root,
    }
    answer = await post(stage, Post(TARIFFS, (("bloc.state_hash.published.v1", said),)))
    if not answer.recorded:
        raise _defect(f"The hash of the state was answered {answer.status}: {answer.document}")
    rows = [
        await asyncio.to_thread(_compared_row, ledger_url),
        await asyncio.to_thread(_audited_row, ledger_url),
    ]
    return tables.facts("Recomputed from the record alone", rows)


def _replayed(ledger_url: str) -> Replayed:
    history = open_history(ledger_url)
    try:
        return replay(history, None, _tell_nobody)
    finally:
        history.close()


def _compared_row(ledger_url: str) -> tuple[str, str]:
    """What `bloc replay` does."""
    began = perf_counter()
    compared = _replayed(ledger_url).compared
    if not compared or any(one.agrees is not True for one in compared):
        raise _defect(f"The published hash of the state is not that of a replay: {compared}")
    said = compared[-1].published.said
    text = (
        f"the state after entry {said.known_position}, {said.things} things, has the published hash "
        f"{said.state_hash[:SHOWN_CHARACTERS]}…; {perf_counter() - began:.1f} s"
    )
    return "bloc replay", text


def _audited_row(ledger_url: str) -> tuple[str, str]:
    """What `bloc audit` does."""
    began = perf_counter()
    history = open_history(ledger_url)
    try:
        report = run(history, Task(), workers=0, strict=False, progress=_tell_nobody)
    finally:
        history.close()
    if report.status:
        raise _defect(f"bloc audit answers {report.status}: {report.part.counts} {report.part.broken}")
    tally = report.part.tally
    text = (
        f"{tally.submissions} submissions decided again, {tally.derived} derived events compared: no fault; what was "
        f"recorded after its day is listed, {report.notices} notices; {perf_counter() - began:.1f} s"
    )
    return "bloc audit", text


def _tell_nobody(done: int) -> None:
    del done


def _defect(what: str) -> Trouble:
    return Trouble(f"{what}.", "This is a defect; please report it.")
