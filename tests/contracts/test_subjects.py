"""NATS subjects: as events.md writes them, and impossible to widen through a party's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import subjects


def test_subjects_are_those_of_the_published_language():
    """Partners and permissions of the server are written against these words."""
    assert subjects.submit_subject("us.customs") == "bloc.submit.us.customs"
    assert subjects.drafts_subject("us.customs") == "bloc.drafts.us.customs"
    assert subjects.facts_subject("us.customs", "bloc.declaration.accepted.v1") == (
        "bloc.facts.us.customs.declaration.accepted.v1"
    )
    assert (
        subjects.facts_subject("bloc.secretariat", "bloc.founded.v1")
        == "bloc.facts.bloc.secretariat.founded.v1"
    )
    assert subjects.receipts_subject("a1") == "bloc.receipts.a1"
    assert subjects.pull_subject(subjects.DRAFTS, "ledger") == "$JS.API.CONSUMER.MSG.NEXT.DRAFTS.ledger"


@pytest.mark.parametrize(
    "party",
    [
        "us",
        "us.customs.port",
        "US.customs",
        "us.*",
        "us.>",
        "us.",
        ".us",
        "-us.a",
        "us.cus toms",
        "us.customs\n",
        "ü.a",
        "a" * 32 + ".b",
    ],
)
def test_what_is_no_party_cannot_become_part_of_a_subject(party: str):
    """One label or three, a wildcard or a line end would match another party's permission."""
    assert not subjects.is_party(party)
    for make in (subjects.submit_subject, subjects.drafts_subject):
        with pytest.raises(ValueError, match="no party"):
            make(party)


@given(st.from_regex(r"[a-z0-9][a-z0-9-]{0,30}\.[a-z0-9][a-z0-9-]{0,30}", fullmatch=True))
def test_the_party_is_read_back_from_its_subjects(party: str):
    """Who may publish there is settled by the server; who it is stands in the subject."""
    assert subjects.party_of_subject(subjects.submit_subject(party)) == party
    assert subjects.party_of_subject(subjects.drafts_subject(party)) == party


@pytest.mark.parametrize(
    "subject", ["", "bloc.submit.", "bloc.submit.us", "bloc.facts.us.customs", "x.us.customs"]
)
def test_other_subjects_name_no_party(subject: str):
    """Facts carry more than a party, the rest carries none."""
    assert subjects.party_of_subject(subject) is None
