"""From committed rows to a tree that was found right: reads a stretch, recomputes it in slices, compares.

A stretch is some whole seals: many small ones together, or one large one, so that a busy ledger costs few
statements and a quiet one little memory. Between two slices the loop turns, since the writer runs on it too.
"""

import asyncio
from collections.abc import Sequence
from time import perf_counter

from contracts.limits import RECHECK_ENTRIES_MAX, RECHECK_SLICE_ENTRIES_MAX
from contracts.tlog.checkpoints import Checkpoint
from services.ledger.domain.rechecking import (
    Difference,
    Recheck,
    Rechecked,
    begin_at,
    check_nodes,
    signed_otherwise,
)
from services.ledger.domain.seal import EntryRow
from services.ledger.head import Head
from services.ledger.store.connecting import Connection
from services.ledger.store.loading import load_admission
from services.ledger.store.rechecking import (
    entries_between,
    read_ends,
    seal_at,
    seals_after,
    stored_nodes,
)


class Rereader:
    """The tree as it was recomputed so far. `signed` is the last checkpoint: nothing below it is read again."""

    def __init__(self, connection: Connection, head: Head) -> None:
        self._connection = connection
        self._head = head
        self._signed: Checkpoint | None = None
        self.at = Rechecked()
        self.key_events = False
        """Whether events that change the key ring were found since this was last set to False."""

    async def begin(self, signed: Checkpoint | None) -> Difference | None:
        """Take up the tree at the newest seal that the last checkpoint covers. Right is what it gives only once
        the signed root is met, at once or in the middle of the next seal: `next` says so."""
        self._signed = signed
        seal = await seal_at(self._connection, 0 if signed is None else signed.size)
        admission = await load_admission(self._connection, 0 if seal is None else seal.size)
        at = begin_at(seal, admission)
        if isinstance(at, Difference):
            return at
        self.at = at
        return signed_otherwise(signed, at.frontier)

    async def next(self) -> int | Difference:
        """Recompute the next stretch; gives how many entries it had, 0 when there is nothing new."""
        before = self.at
        seals = await seals_after(self._connection, before.size, RECHECK_ENTRIES_MAX)
        taken = 1 + sum(seal.size - before.size <= RECHECK_ENTRIES_MAX for seal in seals[1:])
        if not seals:
            return 0
        recheck = Recheck(before, seals[:taken], self._signed)
        for first in range(before.size, recheck.end, RECHECK_ENTRIES_MAX):
            end = min(first + RECHECK_ENTRIES_MAX, recheck.end)
            rows: list[EntryRow] = await entries_between(self._connection, first, end)  # pyright: ignore[reportAssignmentType] # a Record unpacks like the tuple
            if (difference := await self._take(recheck, rows)) is not None:
                return difference
        at = recheck.result()
        if isinstance(at, Difference):
            return at
        stored = await stored_nodes(self._connection, recheck.nodes)
        if (difference := check_nodes(recheck.nodes, stored)) is not None:
            return difference
        self.key_events = self.key_events or recheck.key_events
        self.at = at
        return at.size - before.size

    async def _take(self, recheck: Recheck, rows: Sequence[EntryRow]) -> Difference | None:
        for start in range(0, len(rows), RECHECK_SLICE_ENTRIES_MAX):
            began = perf_counter()
            if (difference := recheck.take(rows[start : start + RECHECK_SLICE_ENTRIES_MAX])) is not None:
                return difference
            await asyncio.sleep(perf_counter() - began if self._head.drafts_waiting else 0)
        return None

    async def loose_end(self) -> Difference | None:
        """Whether there are entries that no seal covers, or a seal of entries that are not there."""
        sealed, entries = await read_ends(self._connection)
        if sealed == entries:
            return None
        return Difference(
            f"entry {min(sealed, entries)}", "position", f"{entries} entries, and {sealed} are sealed"
        )
