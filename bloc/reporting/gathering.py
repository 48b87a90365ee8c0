"""Reading a history for a report: rules in memory, declarations on disk until the last entry was read."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime

from bloc.history.bounds import check_reached, until
from bloc.history.faults import Broken
from bloc.history.shelf import DiskShelf
from bloc.history.sources import History, Progress, dense
from contracts.entry import CorruptEntry, split_served
from services.tariffs.domain.auditing.recorded_drafts import BrokenRecord
from services.tariffs.domain.reporting.imports import Imports


@contextmanager
def gathered(history: History, to: int | datetime | None, progress: Progress) -> Generator[Imports]:
    """What a history holds up to a position or moment, for as long as the context lasts.

    Raises Broken, NotRecorded and Unreadable (Trouble), also for what is found broken when a declaration is read.
    """
    with DiskShelf() as shelf:
        imports = Imports(shelf)
        try:
            for lines in until(dense(history), to):
                for line in lines:
                    imports.take(*split_served(line))
                progress(imports.position + 1)
            check_reached(history.name, to, imports.position)
            yield imports
        except (BrokenRecord, CorruptEntry) as error:
            raise Broken(history.name, str(error)) from error
