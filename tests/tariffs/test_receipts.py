"""Receipts find those who wait for them, also when the message was lost on the way."""

import asyncio

import pytest

from contracts.receipt import Outcome, Receipt, encode_receipts
from services.tariffs.intake import flights as flights_module
from services.tariffs.intake.flights import Flights

DIGEST = "ab" * 32


def receipt(outcome: Outcome, sequence: int) -> Receipt:
    return Receipt(outcome=outcome, submission=DIGEST, sequence=sequence)


class Ledger:
    """How far the draft stream is consumed, and the receipt that it gave."""

    def __init__(self, consumed: int, given: Receipt | None = None) -> None:
        self.consumed = consumed
        self.given = given

    async def sequence(self) -> int:
        return self.consumed

    async def receipt(self, digest: str, sequence: int) -> Receipt | None:
        assert digest == DIGEST
        return self.given if self.given and self.given.sequence == sequence else None


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Late after a fiftieth of a second."""
    monkeypatch.setattr(flights_module, "RECEIPT_LATE_SECONDS", 0.02)


def flights_on(ledger: Ledger) -> Flights:
    return Flights(ledger_sequence=ledger.sequence, ledger_receipt=ledger.receipt)


async def landed(flights: Flights, sequence: int) -> Receipt:
    """The receipt of a draft published at `sequence`, with the search for late ones running."""
    flight = flights.begin(DIGEST, "us.customs", {})
    flight.published(sequence)
    asking = asyncio.create_task(flights.run())
    try:
        async with asyncio.timeout(2):
            return await flight.receipt
    finally:
        asking.cancel()


async def test_a_message_brings_the_receipts_of_a_batch():
    """The one that is waited for is delivered, the others concern nobody here."""
    flights = flights_on(Ledger(0))
    flight = flights.begin(DIGEST, "us.customs", {})
    other = Receipt(outcome="recorded", submission="cd" * 32, sequence=8)
    flights.arrive(encode_receipts([other, receipt("recorded", 9)]))
    assert (await flight.receipt).sequence == 9
    assert len(flights) == 0


async def test_a_lost_receipt_is_asked_for():
    """The ledger has passed our draft and knows it as recorded."""
    assert (await landed(flights_on(Ledger(9, receipt("recorded", 9))), 9)).outcome == "recorded"


async def test_a_draft_that_the_ledger_passed_without_recording_is_decided_again():
    """The ledger knows nothing of it, or only of an older draft with the same bytes: like a conflict."""
    assert (await landed(flights_on(Ledger(9)), 9)).outcome == "conflict"
    assert (await landed(flights_on(Ledger(9, receipt("recorded", 4))), 9)).outcome == "conflict"


async def test_a_draft_that_the_ledger_has_not_reached_is_waited_for():
    """Nothing is concluded while the ledger is behind."""
    flights = flights_on(Ledger(8))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await landed(flights, 9)


async def test_the_failure_of_an_earlier_attempt_does_not_end_this_one():
    """The same bytes were tried before: their late conflict says nothing about the new draft."""
    flights = flights_on(Ledger(0))
    flight = flights.begin(DIGEST, "us.customs", {})
    flight.published(9)
    flights.arrive(encode_receipts([receipt("conflict", 4)]))
    assert not flight.receipt.done()
    flights.arrive(encode_receipts([receipt("recorded", 9)]))
    assert (await flight.receipt).outcome == "recorded"
