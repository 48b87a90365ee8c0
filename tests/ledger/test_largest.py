"""The largest event, submission, draft and entry that may be are built, recorded and read back."""

import json

from contracts.draft import decode_draft, encode_draft
from contracts.entry import split_entry
from contracts.limits import (
    DRAFT_BYTES_MAX,
    ENTRY_BYTES_MAX,
    EVENT_BYTES_MAX,
    SUBMISSION_BYTES_MAX,
    SUBMISSION_EVENTS_MAX,
)
from contracts.malformed import Malformed
from tests.ledger import drafting
from tests.ledger.drafting import CUSTOMS, SECOND_NS, Drafter
from tests.ledger.record import Record
from tests.ledger.running import Place, RunningLedger, Tariffs


def declared_with(reference: str, number: int, size: int) -> bytes:
    """A declaration of exactly `size` bytes."""
    line = drafting.declared(reference, number)
    return drafting.declared(reference, number, padding=size - len(line))


def assessed_with(reference: str, number: int, size: int) -> bytes:
    line = drafting.assessed(reference, number)
    return drafting.assessed(reference, number, padding=size - len(line))


def test_the_largest_event_fits_an_entry() -> None:
    """With the longest stream, a signature and a decision in its stamp, and positions of a far future."""
    drafter, record = Drafter(), Record()
    record.take(drafter.bloc())
    line = declared_with("R" * 64, drafter.number(), EVENT_BYTES_MAX)
    receipt = record.take(drafter.draft([line], key=CUSTOMS, party="us.customs"))
    assert receipt.outcome == "recorded"
    assert EVENT_BYTES_MAX < len(record.entries[-1]) <= ENTRY_BYTES_MAX
    assert split_entry(record.entries[-1])[1] == line


def test_a_larger_event_is_malformed() -> None:
    """One byte more."""
    drafter, record = Drafter(), Record()
    record.take(drafter.bloc())
    line = declared_with("ABC-1", drafter.number(), EVENT_BYTES_MAX + 1)
    assert record.take(drafter.draft([line], key=CUSTOMS, party="us.customs")).outcome == "malformed"


async def test_the_largest_draft_is_recorded(
    place: Place, ledger: RunningLedger, tariffs: Tariffs, drafter: Drafter
) -> None:
    """256 events and 512 KiB by the author, and derived events up to the last byte of 3 MiB; read back whole."""
    await tariffs.record(drafter.bloc())
    count = SUBMISSION_EVENTS_MAX
    each = (SUBMISSION_BYTES_MAX - (count - 1)) // count
    references = [f"ABC-{number}" for number in range(count)]
    lines = [declared_with(reference, drafter.number(), each) for reference in references]
    room = DRAFT_BYTES_MAX - SUBMISSION_BYTES_MAX - 20_000
    derived = [assessed_with(r, drafter.number(), min(room // count, EVENT_BYTES_MAX)) for r in references]
    body = drafter.draft(lines, key=CUSTOMS, party="us.customs", derived=derived)
    missing = DRAFT_BYTES_MAX - len(body)
    assert missing > 0
    drafter.numbers -= 1
    derived[-1] = assessed_with(references[-1], drafter.number(), len(derived[-1]) + missing)
    drafter.versions = {
        key: 0 if key.startswith("declaration/") else n for key, n in drafter.versions.items()
    }
    body = drafter.draft(lines, key=CUSTOMS, party="us.customs", derived=derived)
    assert len(body) == DRAFT_BYTES_MAX
    (receipt,) = await tariffs.record(body)
    assert (receipt.outcome, receipt.first_position, receipt.count) == ("recorded", 2, 2 * count)
    entries = await place.entries()
    assert [split_entry(entry)[1] for entry in entries[2:]] == lines + derived
    page = await ledger.get("/entries", limit=1_000)
    assert len(json.loads(page.content)["entries"]) == 2 + 2 * count


def test_a_larger_draft_is_malformed() -> None:
    """It is answered without being decoded."""
    drafter, record = Drafter(), Record()
    body = drafter.bloc()
    draft = decode_draft(body)
    assert not isinstance(draft, Malformed)
    assert encode_draft(draft) == body
    receipt = record.take(body + b"\x00" * DRAFT_BYTES_MAX, stamped_ns=drafter.now_ns + SECOND_NS)
    assert receipt.outcome == "malformed"
