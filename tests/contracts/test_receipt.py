"""Receipts: small, many in one message, and without what does not apply."""

import msgspec
import pytest

from contracts.receipt import (
    EntryRef,
    KnownLine,
    Receipt,
    decode_receipt,
    decode_receipts,
    encode_receipt,
    encode_receipts,
)

RECORDED = Receipt(
    outcome="recorded",
    submission="5e" * 32,
    sequence=41,
    first_position=240,
    count=2,
    recorded_at="2026-07-01T03:30:06.000000Z",
    entries=(EntryRef("019f1a10-0003-7d10-a5b6-2c9e8f71d403", "declaration/US/ABC-1234567-8", 1, 240),),
)
PARTLY = Receipt("partly_recorded", "6f" * 32, 42, lines=(KnownLine(line=3, position=17),))


def test_a_receipt_leaves_out_what_does_not_apply():
    """A refused draft has no position; null is not a way to say so."""
    assert encode_receipt(PARTLY) == (
        b'{"outcome":"partly_recorded","submission":"' + b"6f" * 32 + b'","sequence":42,'
        b'"lines":[{"line":3,"position":17}]}'
    )


def test_receipts_come_back_as_they_were():
    """One, and the list that answers a batch."""
    assert decode_receipt(encode_receipt(RECORDED)) == RECORDED
    assert decode_receipts(encode_receipts([RECORDED, PARTLY])) == [RECORDED, PARTLY]


def test_only_recorded_and_duplicate_mean_that_it_stands_in_the_ledger():
    """Whatever else the answer is, the asker holds nothing in hand."""
    assert RECORDED.is_recorded
    assert Receipt("duplicate", "5e" * 32, 43).is_recorded
    assert not PARTLY.is_recorded


def test_an_unknown_outcome_is_not_read():
    """Outcomes are a closed list."""
    with pytest.raises(msgspec.ValidationError):
        decode_receipt(b'{"outcome":"maybe","submission":"","sequence":1}')
