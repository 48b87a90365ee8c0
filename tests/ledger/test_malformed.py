"""Messages that are no draft: answered as malformed, whatever their bytes, and never a reason to stop."""

import pytest
from msgspec import UNSET

from contracts.receipt import Receipt
from tests.ledger import drafting
from tests.ledger.drafting import CUSTOMS, Drafter
from tests.ledger.record import Record


@pytest.fixture
def drafter() -> Drafter:
    return Drafter()


@pytest.fixture
def record(drafter: Drafter) -> Record:
    """A founded bloc in which US customs may sign: positions 0 and 1."""
    record = Record()
    assert record.take(drafter.bloc()).outcome == "recorded"
    return record


def reason_of(receipt: Receipt) -> str:
    assert receipt.reason is not UNSET
    return receipt.reason


@pytest.mark.parametrize("body", [b"", b"\xc1", b"{}", b"\x84" + b"x" * 50])
def test_bytes_that_are_no_draft_are_malformed(record: Record, body: bytes) -> None:
    """The sequence is consumed and answered; nothing is recorded."""
    assert record.take(body).outcome == "malformed"
    assert record.state.cursor == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"subject":"declaration/US/ABC-1"', b'"subject":"floor/ABC-1"'),
        (b'"subject":"declaration/US/ABC-1"', b'"subject":"declaration/US"'),
        (b'"specversion":"1.0",', b""),
        (b'"data":{', b'"colour":"red","data":{'),
    ],
)
def test_a_line_that_is_no_event_is_malformed(
    drafter: Drafter, record: Record, old: bytes, new: bytes
) -> None:
    """A stream of another kind, a missing and an unknown attribute."""
    line = drafting.declared("ABC-1", drafter.number()).replace(old, new)
    expects = {"party/us.customs": 1, "declaration/US/ABC-1": 0, "floor/ABC-1": 0, "declaration/US": 0}
    body = drafter.draft([line], key=CUSTOMS, party="us.customs", expects=expects)
    receipt = record.take(body)
    assert receipt.outcome == "malformed"
    assert reason_of(receipt).startswith("line 0")


def test_the_same_id_twice_in_a_draft_is_malformed(drafter: Drafter, record: Record) -> None:
    """One of the two could never be found again."""
    lines = [drafting.declared("ABC-1", 77), drafting.declared("ABC-2", 77)]
    assert record.take(drafter.draft(lines, key=CUSTOMS, party="us.customs")).outcome == "malformed"


@pytest.mark.parametrize("key", ["a\nb", "a\x00", "ä/1", "\u2028"])
def test_a_key_that_is_none_is_malformed(drafter: Drafter, record: Record, key: str) -> None:
    """It would go to the database as a line of text."""
    expects = {"party/us.customs": 1, "declaration/US/ABC-1": 0, key: 0}
    assert record.take(drafter.declarations("ABC-1", expects=expects)).outcome == "malformed"


def test_a_part_with_two_sources_is_malformed(drafter: Drafter, record: Record) -> None:
    """One signature is one party's."""
    lines = [drafting.declared(f"ABC-{n}", drafter.number()) for n in range(2)]
    lines[1] = lines[1].replace(b"/parties/us.customs", b"/parties/eu.customs")
    receipt = record.take(drafter.draft(lines, key=CUSTOMS, party="us.customs"))
    assert (receipt.outcome, "several sources" in reason_of(receipt)) == ("malformed", True)


@pytest.mark.parametrize("wrong", [b"\xff", b"\xed\xa0\x80", b"\xc0\xaf"])
def test_bytes_that_are_no_text_are_malformed(drafter: Drafter, record: Record, wrong: bytes) -> None:
    """Deep inside a payload, which the ledger does not open: entries are served as UTF-8."""
    expects = {"party/us.customs": 1, "declaration/US/ABC-1": 0}
    line = drafting.declared("ABC-1", drafter.number()).replace(b"us.irs", b"us" + wrong)
    assert (
        record.take(drafter.draft([line], key=CUSTOMS, party="us.customs", expects=expects)).outcome
        == "malformed"
    )
    good = drafting.declared("ABC-2", drafter.number()).replace(b"us.irs", "us é 鉱".encode())
    assert record.take(drafter.draft([good], key=CUSTOMS, party="us.customs")).outcome == "recorded"
