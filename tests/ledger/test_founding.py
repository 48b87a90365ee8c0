"""The cold start: who may found, and how keys come into the ring and leave it."""

import pytest

from contracts.identity.keyring import KeyRing
from tests.ledger import drafting
from tests.ledger.drafting import ANCHOR, CUSTOMS, SECRETARIAT, TARIFFS, Drafter, key_of
from tests.ledger.record import Record, messages_of

ROGUE = key_of("rogue")


def test_position_0_begins_the_founding() -> None:
    """The founding registers its own key and those of the services; the anchor is the only thing trusted."""
    drafter, record = Drafter(), Record()
    receipt = record.take(drafter.bloc())
    assert (receipt.outcome, receipt.first_position, receipt.count) == ("recorded", 0, 2)
    ring = record.state.ring
    assert (ring.anchor, ring.party_of_role("tariffs")) == (ANCHOR, "bloc.tariffs")
    assert all(ring.is_live(key.kid) for key in (SECRETARIAT, TARIFFS, CUSTOMS))


def test_on_an_empty_ledger_anything_else_is_refused() -> None:
    """Before the founding no key is registered, so nobody can sign."""
    drafter, record = Drafter(), Record()
    assert record.take(drafter.declarations("ABC-1")).outcome == "key_not_valid"
    assert record.state.size == 0


def test_another_founder_than_the_anchor_founds_nothing() -> None:
    """A perfectly signed founding by another secretariat."""
    drafter, record = Drafter(), Record()
    line = drafting.founded(1, secretariat=ROGUE)
    receipt = record.take(drafter.draft([line], key=ROGUE, party="bloc.secretariat"))
    assert receipt.outcome == "forged"
    assert record.state.ring == KeyRing()


def test_a_founding_of_another_ledger_is_forged() -> None:
    """The origin inside the founding is that of this ledger."""
    drafter, record = Drafter(), Record()
    line = drafting.founded(1, origin="other.example/ledger")
    receipt = record.take(drafter.draft([line], key=SECRETARIAT, party="bloc.secretariat"))
    assert receipt.outcome == "forged"
    assert "other.example/ledger" in str(receipt.reason)


def test_a_founding_needs_proofs_of_possession() -> None:
    """A service key that its holder never proved to hold."""
    drafter, record = Drafter(), Record()
    stolen = drafting.proof_of(ROGUE, "bloc.tariffs").encode()
    line = drafting.founded(1).replace(drafting.proof_of(TARIFFS, "bloc.tariffs").encode(), stolen)
    assert record.take(drafter.draft([line], key=SECRETARIAT, party="bloc.secretariat")).outcome == "forged"


def test_a_founding_must_be_decided_by_the_service_that_it_names() -> None:
    """The decision about the founding is by the tariffs key inside it."""
    drafter, record = Drafter(), Record()
    line = drafting.founded(1)
    body = drafter.draft([line], key=SECRETARIAT, party="bloc.secretariat", decider=ROGUE)
    assert record.take(body).outcome == "forged"


def test_a_founding_is_the_first_line() -> None:
    """Later in a submission it is malformed: position 0 is the founding."""
    drafter, record = Drafter(), Record()
    lines = [drafting.key_registered("us.customs", CUSTOMS, 1), drafting.founded(2)]
    assert record.take(drafter.draft(lines, key=SECRETARIAT, party="bloc.secretariat")).outcome == "malformed"


def test_a_second_founding_is_refused_always() -> None:
    """Even when it was decided on the versions as they stand."""
    drafter, record = Drafter(), Record()
    first = drafter.bloc()
    record.take(first)
    again = record.take(drafter.draft([drafting.founded(9)], key=SECRETARIAT, party="bloc.secretariat"))
    assert (again.outcome, again.reason) == ("conflict", "the bloc is founded already, and can be only once")
    assert record.take(first).outcome == "duplicate"


def test_a_key_registered_in_one_draft_signs_the_next_of_the_same_batch() -> None:
    """Where batches are cut decides nothing."""
    drafter, record = Drafter(), Record()
    second = key_of("us.customs.second")
    bodies = [
        drafter.bloc(),
        drafter.declarations("ABC-0", key=second),
        drafter.registration("us.customs", second),
        drafter.declarations("ABC-1", key=second),
        drafter.revocation("us.customs", second),
        drafter.declarations("ABC-2", key=second),
    ]
    receipts = record.fold(messages_of(bodies))
    assert [receipt.outcome for receipt in receipts] == [
        "recorded",
        "key_not_valid",
        "recorded",
        "recorded",
        "recorded",
        "key_not_valid",
    ]


def test_a_registration_needs_proof_of_possession() -> None:
    """The secretariat cannot give a party a key that the party does not hold."""
    drafter, record = Drafter(), Record()
    record.take(drafter.bloc())
    line = drafting.key_registered("eu.customs", ROGUE, 50, proof=drafting.proof_of(CUSTOMS, "eu.customs"))
    assert record.take(drafter.draft([line], key=SECRETARIAT, party="bloc.secretariat")).outcome == "forged"


@pytest.mark.parametrize("field", [b'"jwk":', b'"party":'])
def test_a_key_event_with_a_bad_payload_is_malformed(field: bytes) -> None:
    """Who may sign from then on rests on it, so the ledger opens this payload."""
    drafter, record = Drafter(), Record()
    record.take(drafter.bloc())
    line = drafting.key_registered("eu.customs", ROGUE, 50).replace(field, b'"other":')
    assert (
        record.take(drafter.draft([line], key=SECRETARIAT, party="bloc.secretariat")).outcome == "malformed"
    )
