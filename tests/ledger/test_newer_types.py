"""An old ledger meets a type of a newer release: it stops at that draft, loses nothing; a newer one goes on there."""

import pytest

from contracts import decoding
from contracts.registry import EVENT_TYPES
from contracts.streams import party_stream
from services.ledger.domain.admission import NewerTypeError
from tests.ledger import drafting
from tests.ledger.drafting import CUSTOMS, Drafter, key_of
from tests.ledger.record import Record, messages_of
from tests.ledger.running import Place, Tariffs, ledger_at

NEW_TYPE = "bloc.declaration.accepted.v1"
"""Any type will do: an older release is one that does not have it."""


def older_release(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {name: row for name, row in EVENT_TYPES.items() if name != NEW_TYPE}
    monkeypatch.setattr(decoding, "EVENT_TYPES", known)


def drafts(drafter: Drafter) -> list[bytes]:
    """A founding, something old, a declaration, something old again."""
    return [
        drafter.bloc(),
        drafter.registration("us.trade", key_of("us.trade")),
        drafter.declarations("ABC-1"),
        drafter.registration("eu.trade", key_of("eu.trade")),
    ]


def test_an_old_ledger_stops_before_a_newer_type_and_a_newer_one_goes_on_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The cursor stands before the draft, what was recorded stays, and the bytes are those of a ledger that was new
    from the beginning."""
    messages = messages_of(drafts(Drafter()))
    always_new = Record()
    always_new.fold(messages)
    record = Record()
    with monkeypatch.context() as older:
        older_release(older)
        record.fold(messages[:2])
        before = record.state
        with pytest.raises(NewerTypeError, match=rf"draft 3: line 0, .*{NEW_TYPE}.* run a newer release"):
            record.fold(messages[2:])
        assert record.state is before
    record.fold(messages[2:])
    assert record.entries == always_new.entries
    assert record.state == always_new.state


async def test_what_stands_before_it_in_one_batch_is_recorded_all_the_same(
    place: Place, tariffs: Tariffs, drafter: Drafter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a batch was cut must not decide whether somebody gets his receipt before the ledger is upgraded."""
    older_release(monkeypatch)
    sequences = await tariffs.publish(drafts(drafter))
    async with ledger_at(place, phase="stopped") as ledger:
        receipts = [await tariffs.receipt(sequence) for sequence in sequences[:2]]
        assert [receipt.outcome for receipt in receipts] == ["recorded", "recorded"]
        assert NEW_TYPE in ledger.head.reason
    assert await place.outcomes() == [(1, "recorded"), (2, "recorded")]
    monkeypatch.undo()
    async with ledger_at(place):
        assert (await tariffs.receipt(sequences[3])).outcome == "recorded"


@pytest.mark.parametrize("signer", ["us.customs", "somebody.else"])
def test_only_the_deciding_service_can_stop_a_ledger(monkeypatch: pytest.MonkeyPatch, signer: str) -> None:
    """Whoever may publish drafts and signs a decision himself is answered malformed, as ever."""
    drafter = Drafter()
    record = Record()
    record.take(drafter.bloc())
    body = drafter.declarations("ABC-1", decider=key_of(signer))
    older_release(monkeypatch)
    assert record.take(body).outcome == "malformed"
    assert record.state.cursor == 2


def test_a_decision_about_other_parts_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision that was read on its way is no licence to stop the ledger with something else."""
    drafter = Drafter()
    record = Record()
    record.take(drafter.bloc())
    body = drafter.declarations("ABC-1")
    older_release(monkeypatch)
    assert record.take(body.replace(b"ABC-1", b"ABC-2")).outcome == "malformed"


def test_a_type_that_nobody_has_stops_the_ledger_too() -> None:
    """If the deciding service accepted it, it is newer, whatever it is called."""
    drafter = Drafter()
    record = Record()
    record.take(drafter.bloc())
    line = drafting.declared("ABC-1", drafter.number()).replace(b".accepted.v1", b".imagined.v1")
    expects = {party_stream("us.customs"): 1, "declaration/US/ABC-1": 0}
    body = drafter.draft([line], key=CUSTOMS, party="us.customs", expects=expects)
    with pytest.raises(NewerTypeError, match=r"bloc\.declaration\.imagined\.v1"):
        record.take(body)
