"""A ledger with something to read: founded, sixty declarations, one refusal; recorded over some real time."""

import time
from dataclasses import dataclass, field

from contracts.receipt import Receipt
from tests.ledger.drafting import CUSTOMS, Drafter, declared
from tests.ledger.running import Place, RunningLedger, Tariffs

DECLARATIONS = 60


@dataclass
class Library:
    """What tests of reading share. `refused` is the body that was refused."""

    place: Place
    ledger: RunningLedger
    tariffs: Tariffs
    drafter: Drafter = field(default_factory=lambda: Drafter(now_ns=time.time_ns()))
    receipts: list[Receipt] = field(default_factory=list[Receipt])
    refused: bytes = b""
    entries: list[bytes] = field(default_factory=list[bytes])

    @property
    def size(self) -> int:
        return len(self.entries)


async def fill(library: Library) -> Library:
    """Found, declare, refuse: positions 0 and 1, then two for each declaration, then the refusal."""
    drafter, tariffs = library.drafter, library.tariffs
    library.receipts += await tariffs.record(drafter.bloc())
    bodies = [drafter.declarations(f"ABC-{number}") for number in range(DECLARATIONS)]
    library.receipts += await tariffs.record(*bodies)
    library.refused = declared("REFUSED-1", drafter.number())
    library.receipts += await tariffs.record(
        drafter.refusal(library.refused, party="us.customs", key=CUSTOMS)
    )
    library.entries = await library.place.entries()
    return library
