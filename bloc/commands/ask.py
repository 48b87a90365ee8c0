"""`bloc ask`: what a tariffs service would answer, from recorded entries alone.

For whoever has the record and trusts nobody who serves it: the entries are folded on this machine, and the service's
own handlers answer. Exit statuses are those of `bloc verify`: 0 answered, 1 a problem was answered or the record is no
whole history, 2 wrong use, 3 it could not be read.
"""

import asyncio
import sys
from pathlib import Path

from rich.console import Console

from bloc.asking.answering import answered
from bloc.ending import statuses_of_reading
from bloc.surroundings import surroundings
from bloc.trouble import Trouble
from bloc.waiting import reading
from contracts.verification.report import FAULTY, VERIFIED


def ask(path: str, source: str = "", *, body: Path | None = None) -> None:
    """Ask a record for PATH, as one asks the tariffs service; SOURCE: a ledger's address, an export, tiles.

    Exit status 0: answered. 1: a problem was answered, or the record is no whole history. 2: wrong use. 3: unreadable.

    Parameters
    ----------
    path
        Path and query, such as '/declarations/US/ABC-1' or '/rules?code=284690&effective_at=2026-06-15&position=600'.
    source
        The ledger of the environment (BLOC_LEDGER_URL) when left out.
    body
        A file to POST, where PATH takes one: '/assessments'.
    """
    with statuses_of_reading():
        if not path.startswith("/"):
            raise Trouble(
                f"{path} is no path.", "Write what follows the address of the service: /rules?code=2846."
            )
        given = None if body is None else _read(body)
        console = Console()
        with reading(source or surroundings().ledger_url, quiet=not console.is_terminal) as (
            history,
            progress,
        ):
            answer = asyncio.run(answered(history, path, given, progress))
    if console.is_terminal and "json" in answer.headers["content-type"]:
        console.print_json(answer.text)
    else:
        sys.stdout.write(answer.text.rstrip("\n") + "\n")
    sys.exit(VERIFIED if answer.is_success else FAULTY)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.", "Name a file that is there.") from error
