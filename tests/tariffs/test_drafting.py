"""Drafts that the ledger must be able to record: what they were decided on has to fit beside their first event."""

from datetime import UTC, datetime

import pytest

from contracts.body import digest_of
from contracts.examples import example_of
from contracts.identity.keys import SigningKey
from contracts.limits import EVENT_BYTES_MAX
from services.tariffs.domain.world import Accepted, Submission, TooLarge
from services.tariffs.intake.drafting import Drafter, Signed
from services.tariffs.outside.nats import Message

KEY = SigningKey.from_seed(bytes(32))
NOW = datetime(2026, 7, 1, tzinfo=UTC)
DRAFTER = Drafter(KEY, origin="bloc.example/ledger", reply="bloc.receipts.test")
EXAMPLE = example_of("bloc.price_floor.set.v1")
LARGEST = b"{" + b" " * (EVENT_BYTES_MAX - len(EXAMPLE)) + EXAMPLE[1:]


@pytest.mark.parametrize(
    ("body", "keys", "fits"),
    [(EXAMPLE, 256, True), (EXAMPLE, 900, False), (LARGEST, 2, True), (LARGEST, 10, False)],
)
def test_a_submission_that_reads_more_than_an_entry_can_state_is_too_large(
    body: bytes, keys: int, fits: bool
) -> None:
    """413 before anything is published, rather than a draft that the ledger must call malformed; an event of the
    largest size has room for its author's stream and the rules."""
    expects = {f"purchase_commitment/{'c' * 50}.{number}": 1 for number in range(keys)}
    signed = Signed(Submission("bloc.secretariat", KEY.kid, digest_of(body), ()), body, "header..signature")
    message = DRAFTER.accepted(signed, Accepted((), b"", expects, "2026.1", {}), position=7, now=NOW)
    assert isinstance(message, Message if fits else TooLarge)
