"""Headers of an atomic publish: numbered, one id, committed by the last; and the server's answer."""

import pytest

from contracts.batch import Published, PublishRefused, batch_headers, read_publish_ack
from contracts.limits import ATOMIC_BATCH_MESSAGES_MAX


def test_three_messages_carry_one_id_rising_numbers_and_a_commit_on_the_last():
    """ADR-50."""
    assert batch_headers(3, "b1") == [
        {"Nats-Batch-Id": "b1", "Nats-Batch-Sequence": "1"},
        {"Nats-Batch-Id": "b1", "Nats-Batch-Sequence": "2"},
        {"Nats-Batch-Id": "b1", "Nats-Batch-Sequence": "3", "Nats-Batch-Commit": "1"},
    ]


@pytest.mark.parametrize(
    ("count", "batch_id"), [(0, "b"), (ATOMIC_BATCH_MESSAGES_MAX + 1, "b"), (1, ""), (1, "b" * 65)]
)
def test_a_batch_that_the_server_cannot_take_is_not_made(count: int, batch_id: str):
    """It would be refused whole, after everything had been sent."""
    with pytest.raises(ValueError, match="atomic batch"):
        batch_headers(count, batch_id)


def test_the_answer_names_the_sequences_of_all_messages():
    """The server says the last one and the count; they are dense."""
    ack = b'{"stream":"DRAFTS","seq":44,"batch":"b1","count":3}'
    assert read_publish_ack(ack) == Published("DRAFTS", range(42, 45))


def test_a_single_publish_is_read_the_same_way():
    """Without batch and count it is one message."""
    assert read_publish_ack(b'{"stream":"DRAFTS","seq":7,"domain":"x"}') == Published("DRAFTS", range(7, 8))


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (
            b'{"error":{"code":400,"err_code":10176,"description":"incomplete"},"stream":"DRAFTS","seq":0}',
            10176,
        ),
        (b'{"error":{"code":503,"description":"no space"}}', 0),
        (b"{}", 0),
        (b"", 0),
        (b"not json", 0),
    ],
)
def test_anything_else_says_that_nothing_was_stored(payload: bytes, code: int):
    """A refusal is an answer with a reason."""
    refused = read_publish_ack(payload)
    assert isinstance(refused, PublishRefused)
    assert (refused.code, bool(refused.description)) == (code, True)
