"""After the story: the state recomputed from entries alone, and every decision taken again.

The tariffs service publishes the hash of its state by itself, every hour or so many entries. The demo does not wait an
hour: it replays the record from the ledger's public address, and publishes what that comes to with the service's key.
Whoever replays later compares (`bloc replay`); whoever doubts a decision takes it again (`bloc audit`). So that
refusals are decided again as well, their authors hand over what they had sent: it stays in a folder beside the keys.
"""

import asyncio
from pathlib import Path
from time import perf_counter

from rich.table import Table

from bloc.auditing.refused import OwnKey, RefusedBodies
from bloc.auditing.running import Task, run
from bloc.demo import refusals, tables
from bloc.demo.asking import read
from bloc.demo.cast import TARIFFS
from bloc.demo.play import Stage, post
from bloc.demo.telling import Post
from bloc.history.replaying import Replayed, replay
from bloc.history.sources import open_history
from bloc.trouble import Trouble

SHOWN_CHARACTERS = 16
REFUSED = "refused"
"""Folder beside that of the keys."""


async def shown(ledger_url: str, stage: Stage, keys: Path) -> Table:
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
    folder = keys.parent / REFUSED
    await _hand_over(stage, ledger_url, keys, folder)
    rows = [
        await asyncio.to_thread(_compared_row, ledger_url),
        await asyncio.to_thread(_audited_row, ledger_url, folder),
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


async def _hand_over(stage: Stage, ledger_url: str, keys: Path, folder: Path) -> None:
    """What `bloc refusals PARTY --bodies FOLDER` does, for each party of which something was refused."""
    for party in sorted({attempt.post.party for attempt in refusals.attempts()}):
        bodies = RefusedBodies(folder, OwnKey(party, str(keys), ledger_url, stage.bloc.origin))
        for refused in (await read(stage, "/refusals", party=party))["refusals"]:
            if await asyncio.to_thread(bodies.fetch, refused["submission"]) is None:
                raise _defect(f"The ledger does not give {party} its refused body {refused['submission']}")


def _audited_row(ledger_url: str, refused: Path) -> tuple[str, str]:
    """What `bloc audit --refused` does."""
    began = perf_counter()
    history = open_history(ledger_url)
    try:
        report = run(history, Task(refused=str(refused)), workers=0, strict=False, progress=_tell_nobody)
    finally:
        history.close()
    if report.status:
        raise _defect(f"bloc audit answers {report.status}: {report.part.counts} {report.part.broken}")
    tally = report.part.tally
    if tally.refusals != len(refusals.attempts()) or tally.refusals_unseen:
        raise _defect(
            f"bloc audit decided {tally.refusals} refusals again and missed {tally.refusals_unseen}"
        )
    text = (
        f"{tally.submissions} submissions and {tally.refusals} refusals decided again, {tally.derived} derived events "
        f"compared: no fault; what was recorded after its day is listed, {report.notices} notices; "
        f"{perf_counter() - began:.1f} s"
    )
    return "bloc audit", text


def _tell_nobody(done: int) -> None:
    del done


def _defect(what: str) -> Trouble:
    return Trouble(f"{what}.", "This is a defect; please report it.")
