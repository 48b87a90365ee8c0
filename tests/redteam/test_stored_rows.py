"""Edits of rows beside the entries: whatever is served of them is found, the rest changes nothing."""

from random import Random

import pytest

from contracts.verification.report import FAULTY, INCOMPLETE, NO_QUORUM, VERIFIED, Report
from services.ledger.domain.rechecking import Difference
from services.ledger.head import Head
from services.ledger.signer.rereading import Rereader
from services.ledger.store.connecting import Connection
from tests.redteam.auditing import Bench
from tests.redteam.stored_edits import STORED, StoredKind, Typed
from tests.redteam.test_random_edits import SEEDS


@pytest.mark.parametrize("seed", range(SEEDS.start, SEEDS.start + 2 * len(SEEDS)))
@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
async def test_a_row_that_was_changed_is_found(bench: Bench, kind: StoredKind, seed: int) -> None:
    """As the row's own kind says: at its entry, its file, its checkpoint, its quorum; or it changes nothing."""
    typed = kind(bench, Random(f"{kind.__name__}-{seed}"))
    before = await bench.served(typed.size)
    for statement in typed.statements:
        assert not (await bench.connection.execute(statement)).endswith(" 0"), statement
    files = await bench.served(typed.size)
    if typed.unserved:
        assert files == before
        assert await place_of_difference(bench.connection) == typed.place
        return
    check(typed, bench.audited(files), cosigned=typed.size == bench.cosigned)


def check(typed: Typed, report: Report, *, cosigned: bool) -> None:
    """Hold a report against what had to be found."""
    fault = report.fault
    if typed.missing:
        assert report.status == INCOMPLETE, report
        assert typed.missing in str(report.missing)
        return
    if not typed.field:
        assert report.status == (NO_QUORUM if typed.no_quorum or not cosigned else VERIFIED), report
        return
    assert fault is not None, report
    assert report.status == FAULTY
    assert (fault.field, fault.position) == (typed.field, typed.position)
    assert typed.through is None or fault.through == typed.through


async def place_of_difference(connection: Connection) -> str:
    """Where the ledger's own reading back stops, from the first entry on; "" when it finds nothing."""
    rereader = Rereader(connection, Head())
    found = await rereader.begin(None)
    while found is None:
        read = await rereader.next()
        if isinstance(read, Difference):
            found = read
        elif not read:
            break
    found = found or await rereader.loose_end()
    return "" if found is None else found.place
