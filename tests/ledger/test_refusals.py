"""Refusals as facts: a derived event, and the refused body kept beside it."""

from hashlib import sha256

from contracts.entry import split_entry
from tests.ledger import drafting
from tests.ledger.drafting import CUSTOMS, STORY_NS, Drafter, key_of
from tests.ledger.record import Record

BODY = drafting.declared("ABC-1", 500)


def founded() -> tuple[Drafter, Record]:
    drafter, record = Drafter(), Record()
    record.take(drafter.bloc())
    return drafter, record


def test_a_refusal_is_recorded_with_the_refused_body() -> None:
    """The receipt is about the refused submission; its body and signature are attachments."""
    drafter, record = founded()
    receipt = record.take(drafter.refusal(BODY, party="us.customs", key=CUSTOMS))
    assert (receipt.outcome, receipt.submission) == ("recorded", sha256(BODY).hexdigest())
    stamp, _ = split_entry(record.entries[-1])
    assert stamp.stream == "refusal/us.customs"
    (attachment,) = record.batches[-1].rows.attachments
    assert attachment[:4] == (sha256(BODY).digest(), 2, "us.customs", BODY)


def test_nobody_is_refused_what_he_never_signed() -> None:
    """The refused body carries its author's signature, and it is checked like any other."""
    drafter, record = founded()
    stranger = key_of("xx.stranger")
    assert record.take(drafter.refusal(BODY, party="us.customs", key=stranger)).outcome == "key_not_valid"
    assert record.take(drafter.refusal(BODY, party="eu.customs", key=CUSTOMS)).outcome == "forged"


def test_a_refusal_names_the_body_that_travels_with_it() -> None:
    """Another digest in the event than in the draft."""
    drafter, record = founded()
    body = drafter.refusal(BODY, party="us.customs", key=CUSTOMS, named=b"another body")
    assert record.take(body).outcome == "malformed"


def test_an_old_capture_cannot_be_refused_again() -> None:
    """The signature of the refused body has the same window as any."""
    drafter, record = founded()
    long_ago = STORY_NS // drafting.SECOND_NS - 8 * 86_400
    body = drafter.refusal(BODY, party="us.customs", key=CUSTOMS, issued_at=long_ago)
    assert record.take(body).outcome == "stale"


def test_a_refused_body_may_be_accepted_later() -> None:
    """A refusal records no id of the refused events: with a mandate, the same bytes go in."""
    drafter, record = founded()
    record.take(drafter.refusal(BODY, party="us.customs", key=CUSTOMS))
    accepted = record.take(drafter.draft([BODY], key=CUSTOMS, party="us.customs"))
    assert accepted.outcome == "recorded"
