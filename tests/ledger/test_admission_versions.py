"""Versions of the rules of admission: which one judges a draft, and what version 2 asks and shows."""

from typing import Any

import pytest
from msgspec import UNSET

from contracts.decision import expects_digest, read_decision
from contracts.draft import Draft, decode_draft
from contracts.entry import Stamp, split_entry
from contracts.expectations import expects_of
from services.ledger.domain.admission import ADMISSIONS, NewerAdmissionError
from tests.ledger import drafting
from tests.ledger.activating import activated, activation
from tests.ledger.drafting import CUSTOMS, SECRETARIAT, Drafter, key_of
from tests.ledger.record import Record, messages_of

NEWER = max(ADMISSIONS) + 1
KNOWN = (7, "8b94d7a753272737802c32c44559ead6ef6e5ccc369ffec560233c3e2be80434")
"""Size and root of a short story, by the release that had version 1 only."""


def stamps_of(record: Record, first: int) -> list[Stamp]:
    return [split_entry(entry)[0] for entry in record.entries[first:]]


def given(version: int) -> tuple[Drafter, Record]:
    """A bloc whose ledger admits by a version."""
    drafter, record = Drafter(), Record()
    record.take(drafter.bloc())
    if version > 1:
        assert record.take(activation(drafter, version)).outcome == "recorded"
    return drafter, record


def test_a_version_counts_from_the_draft_after_the_one_that_activates_it() -> None:
    """All lines of that draft are still judged by the version before."""
    drafter, record = Drafter(), Record()
    founding = drafter.bloc()
    key = drafting.key_registered("eu.trade", key_of("eu.trade"), drafter.number())
    record.fold(messages_of([founding, activation(drafter, 2, key), drafter.declarations("ABC-1")]))
    assert record.state.admission == 2
    assert [stamp.expects is UNSET for stamp in stamps_of(record, 2)] == [True, True, False, True]


def test_an_old_draft_stream_is_admitted_as_ever() -> None:
    """Version 2 changes not a byte of what version 1 recorded: a known answer of the release that had no other."""
    drafter = Drafter()
    founding, first = drafter.bloc(), drafter.declarations("ABC-1", "ABC-2")
    bodies = [founding, first, first, drafter.registration("eu.trade", key_of("eu.trade"))]
    record = Record()
    record.fold(messages_of(bodies))
    assert (record.state.size, record.state.frontier.root().hex()) == KNOWN


@pytest.mark.parametrize("references", [("ABC-1",), ("ABC-1", "ABC-2", "ABC-1")])
def test_the_record_shows_what_a_draft_was_decided_on(references: tuple[str, ...]) -> None:
    """What is stated, and the versions of its own entries, give back what the decision signed."""
    drafter, record = given(2)
    body = drafter.declarations(*references)
    at = record.state.size
    assert record.take(body).outcome == "recorded"
    stamps = stamps_of(record, at)
    assert stamps[0].expects == {"party/us.customs": 1}
    firsts: dict[str, int] = {}
    for stamp in stamps:
        firsts.setdefault(stamp.stream, stamp.version)
    expects = expects_of(stamps[0].expects or {}, firsts)
    assert expects == opened(body).expects
    decision = read_decision(stamps[0].decision or "")
    assert getattr(decision, "expects", "") == expects_digest(expects)


def test_the_guard_is_stated_by_drafts_that_advance_it() -> None:
    """Its versions stand in no stamp, so every draft that was decided on the rules says which it saw."""
    drafter, record = given(2)
    record.take(drafter.registration("eu.trade", key_of("eu.trade")))
    assert stamps_of(record, 3)[0].expects == {"party/bloc.secretariat": 0, "rules": 2}


def test_a_refusal_states_nothing() -> None:
    """What it was decided on is told by a body that the record does not hold."""
    drafter, record = given(2)
    body = drafting.declared("ABC-1", drafter.number())
    assert record.take(drafter.refusal(body, party="us.customs", key=CUSTOMS)).outcome == "recorded"
    assert stamps_of(record, 3)[0].expects is UNSET


BLIND: dict[str, Any] = {"expects": {"party/us.customs": 1, "declaration/US/ABC-1": 0}}
FORESIGHT: dict[str, Any] = {"known": 99}
STRANGE: dict[str, Any] = {"expects": BLIND["expects"] | {"declaration/US/X-1": 0, "event": 0}}
ENDLESS: dict[str, Any] = {
    "expects": BLIND["expects"] | {f"measure/{'m' * 60}{number}": 0 for number in range(900)}
}


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        (FORESIGHT, "knows position 99, and 3 entries are recorded"),
        (STRANGE, "'event' is neither a stream nor a guard"),
        (ENDLESS, "do not fit the first entry"),
    ],
)
def test_version_2_asks_more_of_a_draft(overrides: dict[str, Any], reason: str) -> None:
    """What version 1 let pass, and lets pass for ever where it judged."""
    drafter, record = given(1)
    assert record.take(drafter.declarations("ABC-1", **overrides)).outcome == "recorded"
    drafter, record = given(2)
    receipt = record.take(drafter.declarations("ABC-1", **overrides))
    assert receipt.outcome == "malformed"
    assert reason in str(receipt.reason)


def test_under_version_2_a_draft_expects_the_streams_of_what_is_derived_too() -> None:
    """Else two drafts could both draw the last of one quota."""
    other = drafting.assessed("XYZ-1", 77)
    for version, outcome in ((1, "recorded"), (2, "malformed")):
        drafter, record = given(version)
        assert record.take(drafter.declarations("ABC-1", derived=[other], **BLIND)).outcome == outcome


def test_a_ledger_stops_before_a_version_that_it_does_not_have() -> None:
    """The cursor stands before that draft, so that a newer release goes on there."""
    drafter, record = given(2)
    before = record.state
    with pytest.raises(
        NewerAdmissionError, match=rf"draft 3 activates version {NEWER} .* run a newer release"
    ):
        record.take(activation(drafter, NEWER))
    assert record.state is before


def test_a_ledger_stops_at_an_activation_in_a_form_of_a_later_release() -> None:
    """A field that this release does not know may change what is asked of drafts."""
    drafter, record = given(1)
    line = activated(2, drafter.number(), from_noon_on=True)
    body = drafter.draft([line], key=SECRETARIAT, party="bloc.secretariat")
    with pytest.raises(RuntimeError, match=r"draft 2: .*from_noon_on.* run a newer release"):
        record.take(body)


def test_an_activation_that_would_not_be_recorded_stops_nobody() -> None:
    """Forged by somebody who may publish, or decided on versions that are over."""
    drafter, record = given(1)
    assert record.take(activation(drafter, NEWER, decider=CUSTOMS)).outcome == "forged"
    expects = {"party/bloc.secretariat": 0, "bloc/admissions": 7, "rules": 2}
    assert record.take(activation(drafter, NEWER, expects=expects)).outcome == "conflict"


def test_versions_go_up_only() -> None:
    """The rules refuse a lower one (ADM-2); were one recorded all the same, nothing would change."""
    drafter, record = given(2)
    assert record.take(activation(drafter, 1)).outcome == "recorded"
    assert record.state.admission == 2


def opened(body: bytes) -> Draft:
    draft = decode_draft(body)
    assert isinstance(draft, Draft)
    return draft
