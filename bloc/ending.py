"""How a command ends when something is wrong: plain words on standard error, and a status that scripts can act on.

Commands that read a record share the statuses of `bloc verify`: 0 all is as it should be, 1 it is not, 2 wrong use,
3 the record could not be read, or does not hold what is asked for. They are told apart strictly, because whoever
watches a ledger must take neither a slip of the pen nor an outage for a fault. All other commands end with 1, whatever
the trouble was.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import NoReturn

from rich.console import Console

from bloc.history.faults import Broken, NotRecorded, Unreadable
from bloc.trouble import Trouble
from contracts.verification.report import FAULTY, INCOMPLETE, MISUSED


def say(trouble: Trouble) -> None:
    """Say on standard error what is wrong and what to do next."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(trouble.what, style="bold red", markup=False)
    console.print(trouble.next_step, markup=False)


def end(trouble: Trouble, status: int) -> NoReturn:
    """Say what is wrong and what to do next, and leave the process with `status`."""
    say(trouble)
    sys.exit(status)


@contextmanager
def statuses_of_reading(*, broken: int = FAULTY) -> Generator[None]:
    """End the command for any trouble within: `broken` when what was read is no whole history."""
    try:
        yield
    except (Unreadable, NotRecorded) as trouble:
        end(trouble, INCOMPLETE)
    except Broken as trouble:
        end(trouble, broken)
    except Trouble as trouble:
        end(trouble, MISUSED)
