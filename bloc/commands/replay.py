"""`bloc replay`: the state at any position or moment, from recorded entries alone, and the number to compare it by.

Exit statuses are those of `bloc verify`: 0 replayed, and every published hash up to there agrees; 1 one differs, or
the history is none; 2 wrong use; 3 something could not be read.
"""

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal

from rich.console import Console

from bloc.ending import statuses_of_reading
from bloc.history.asked import day_typed, moment_typed
from bloc.history.exporting import json_lines, write_parquet
from bloc.history.replaying import Replayed
from bloc.history.replaying import replay as replay_history
from bloc.history.telling import sentence, tell
from bloc.surroundings import surroundings
from bloc.trouble import Trouble
from bloc.waiting import reading
from contracts.verification.report import FAULTY


def replay(
    source: str = "",
    *,
    to: str = "",
    effective: str = "",
    format: Literal["table", "json", "parquet"] = "table",  # noqa: A002 - the name that people type
    out: Path | None = None,
) -> None:
    """Fold the entries of SOURCE into the state, and compare it with every hash that was published on the way.

    SOURCE is a ledger's address, a file that `bloc entries` or `bloc tail` wrote, or a folder of tiles; the ledger
    of the environment (BLOC_LEDGER_URL) when left out. Nothing is asked of any other service.

    Exit status 0: done. 1: a published hash differs, or this is no whole history. 2: wrong use. 3: unreadable.

    Parameters
    ----------
    to
        A position, or a moment such as 2026-07-01T00:00:00Z; everything when left out.
    effective
        A day: what is in force on it, as known there, instead of the whole state.
    format
        table for people; json: the lines that are hashed, one thing each; parquet: the same in columns.
    out
        The file to write; standard output for json when left out.
    """
    console = Console(stderr=format != "table", highlight=False, soft_wrap=True)
    with statuses_of_reading():
        day, moment = day_typed(effective, "--effective"), moment_typed(to, "--to")
        if format == "parquet" and out is None:
            raise Trouble("Parquet is not for a terminal.", "Name a file: --out state.parquet.")
        with reading(source or surroundings().ledger_url) as (history, progress):
            replayed = replay_history(history, moment, progress)
        _give(replayed, day, format, out, console)
    sys.exit(FAULTY if replayed.differs else 0)


def _give(replayed: Replayed, day: date | None, form: str, out: Path | None, console: Console) -> None:
    if form == "table":
        if out is None:
            tell(replayed, day, console)
        else:
            with out.open("w", encoding="utf-8") as file:
                tell(replayed, day, Console(file=file, width=160, highlight=False))
        return
    if form == "parquet":
        assert out is not None  # seen to before anything was read
        write_parquet(replayed, day, out)
    elif out is None:
        sys.stdout.buffer.writelines(_ended(json_lines(replayed, day)))
        sys.stdout.buffer.flush()
    else:
        with out.open("wb") as file:
            file.writelines(_ended(json_lines(replayed, day)))
    found = replayed.hash
    console.print(
        f"position {found.position}, state hash {found.root} ({found.format}, {found.things} things)"
    )
    for compared in replayed.compared:
        console.print(sentence(compared))


def _ended(lines: Iterable[bytes]) -> Iterable[bytes]:
    return (line + b"\n" for line in lines)
