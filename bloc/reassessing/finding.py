"""Which declarations to a member come to something else on what was known later, found in the record itself.

The record is folded as an audit folds it, judging nothing: what the audit calls touched is exactly what is ordered
here, so the two can never disagree. What was reassessed already rests on that and is not found again, which
makes it safe to run this twice.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import reduce

from msgspec import Struct

from bloc.auditing.refused import RefusedBodies
from bloc.history.shelf import DiskShelf
from bloc.history.sources import History, dense
from contracts.decimals import EXACT
from contracts.entry import split_served
from services.tariffs.domain.auditing.aftermath import Due
from services.tariffs.domain.auditing.audit import Audit

BEYOND_EVERY_RECORD = 2**53
"""A position that no entry has: drafts before it are folded and not judged."""


class Touched(Struct, frozen=True):
    """A declaration whose duty changes, and the numbers of the items that it changes on."""

    reference: str
    items: tuple[int, ...]
    importer: tuple[str, str]
    currency: str
    due: Decimal
    """Of these items together: to be demanded, below zero to be refunded."""


class Found(Struct, frozen=True):
    """What is to be ordered, and what cannot be: items whose duty is not known any more."""

    declarations: tuple[Touched, ...]
    not_known: tuple[Due, ...]
    position: int


def find(history: History, member: str) -> Found:
    """Read the whole record. Raises BrokenRecord, CorruptEntry, Trouble when it cannot be read."""
    with DiskShelf() as shelf:
        audit = Audit(refused=RefusedBodies(None, None), shelf=shelf, first=BEYOND_EVERY_RECORD)
        for lines in dense(history):
            for line in lines:
                for _ in audit.take(*split_served(line)):
                    pass
        dues = [due for due in audit.aftermath() if due.member == member]
        position = audit.position
    changed: dict[str, list[Due]] = {}
    for due in dues:
        if due.due:
            changed.setdefault(due.stream, []).append(due)
    return Found(
        tuple(_touched(stream, changed[stream]) for stream in sorted(changed)),
        tuple(due for due in dues if due.due is None),
        position,
    )


def _touched(stream: str, dues: Sequence[Due]) -> Touched:
    return Touched(
        stream.rpartition("/")[2],
        tuple(sorted(due.item_no for due in dues)),
        dues[0].importer,
        dues[0].currency,
        reduce(EXACT.add, (due.due or Decimal(0) for due in dues)),
    )
