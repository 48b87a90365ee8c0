"""`bloc ask`: what a tariffs service would answer, from recorded entries alone.

For whoever has the record and trusts nobody who serves it: the entries are folded on this machine, and the service's
own handlers answer. Folding is what takes time, so any number of questions may be asked of one fold, from a file or by
hand. Exit statuses are those of `bloc verify`: 0 answered, 1 a problem was answered or the record is no whole history,
2 wrong use, 3 it could not be read.
"""

import asyncio
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from importlib import import_module
from pathlib import Path
from typing import Annotated

import httpx
from cyclopts import Parameter
from msgspec import Struct
from rich.console import Console

from bloc.asking.answering import Answering
from bloc.ending import say, statuses_of_reading
from bloc.history.sources import open_history
from bloc.surroundings import surroundings
from bloc.trouble import Trouble
from bloc.waiting import counting
from contracts.verification.report import FAULTY, MISUSED, VERIFIED

_STANDARD_INPUT = "-"
_PROMPT = "ask> "


class _Question(Struct, frozen=True):
    path: str
    body: bytes | None


def ask(
    path: Annotated[str, Parameter(allow_leading_hyphen=True)], source: str = "", *, body: Path | None = None
) -> None:
    """Ask a record for PATH, as one asks the tariffs service; SOURCE: a ledger's address, an export, tiles.

    Exit status 0: answered. 1: a problem was answered, or the record is no whole history. 2: wrong use. 3: unreadable.

    Parameters
    ----------
    path
        Path and query, such as '/declarations/US/ABC-1' or '/rules?code=284690&effective_at=2026-06-15&position=600'.
        '-' asks what is typed or comes through a pipe, one PATH a line, each answered with one line.
    source
        The ledger of the environment (BLOC_LEDGER_URL) when left out.
    body
        A file to POST, where PATH takes one: '/assessments'. With '-' it stands behind the PATH on its line.
    """
    console = Console()
    with statuses_of_reading():
        if path != _STANDARD_INPUT:
            asked: Iterable[_Question | Trouble] = [_question(path, body)]
        elif body is None:
            asked = _asked()
        else:
            raise Trouble("With - a file to POST stands on its line.", f"Write there: /assessments {body}")
        with closing(open_history(source or surroundings().ledger_url)) as history:
            with counting(quiet=not console.is_terminal) as progress:
                answering = Answering(history, progress)
            sys.exit(asyncio.run(_answer(answering, asked, console)))


async def _answer(answering: Answering, asked: Iterable[_Question | Trouble], console: Console) -> int:
    """One after the other; the worst status. A line that is no question is told, and does not end the asking."""
    worst = VERIFIED
    for question in asked:
        if isinstance(question, Trouble):
            say(question)
            worst = MISUSED
            continue
        answer = await answering.ask(question.path, question.body)
        _print(answer, console)
        worst = max(worst, VERIFIED if answer.is_success else FAULTY)
    return worst


def _print(answer: httpx.Response, console: Console) -> None:
    if console.is_terminal and "json" in answer.headers["content-type"]:
        console.print_json(answer.text)
    else:
        sys.stdout.write(answer.text.rstrip("\n") + "\n")
        sys.stdout.flush()


def _asked() -> Iterator[_Question | Trouble]:
    """What stands on standard input, line by line as it comes; lines that are empty or begin with # ask nothing."""
    for line in _typed() if sys.stdin.isatty() else sys.stdin:
        path, _, file = line.strip().partition(" ")
        if path and not path.startswith("#"):
            try:
                yield _question(path, Path(file.strip()) if file else None)
            except Trouble as trouble:
                yield trouble


def _typed() -> Iterator[str]:
    with suppress(ImportError):
        import_module("readline")  # where it is there, lines can be edited and called back
    with suppress(EOFError):
        while True:
            yield input(_PROMPT)


def _question(path: str, file: Path | None) -> _Question:
    """Raises Trouble."""
    if not path.startswith("/"):
        raise Trouble(
            f"{path} is no path.", "Write what follows the address of the service: /rules?code=2846."
        )
    try:
        return _Question(path, None if file is None else file.read_bytes())
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.", "Name a file that is there.") from error
