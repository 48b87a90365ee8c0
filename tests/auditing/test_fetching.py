"""Refused bodies come from the ledger with the key of their author, and stay in a folder for the auditor."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from bloc.auditing.refused import OwnKey, RefusedBodies
from bloc.keyfiles import new_key
from bloc.trouble import Trouble
from contracts.events import SubmissionRefused
from tests.domain.audited import JULY, trading_record
from tests.domain.facts import ORIGIN
from tests.domain.trade import declaration, item_data
from tests.verification.web import Answer, serving


@pytest.fixture
def own(tmp_path: Path) -> OwnKey:
    """The key of American customs, and a ledger that is not there."""
    new_key(tmp_path, "us.customs")
    return OwnKey("us.customs", str(tmp_path), "http://127.0.0.1:9", ORIGIN)


def refusal() -> tuple[SubmissionRefused, bytes, str]:
    """A refusal, and the body with its signature."""
    record = trading_record()
    refused = record.refuse(declaration(item_data(line=None)), now=JULY).data
    kept = record.bodies[refused.submission]
    return refused, kept.body, kept.signature


def test_the_body_is_fetched_with_the_own_key_and_kept(tmp_path: Path, own: OwnKey) -> None:
    """One request, signed; the next audit finds the body in the folder, and needs neither key nor ledger."""
    data, body, signature = refusal()
    answer = Answer(body=body, headers={"Bloc-Signature": signature})
    folder = tmp_path / "refused"
    with serving({}) as ledger:
        ledger.instead[f"attachments/{data.submission}"] = answer
        found = RefusedBodies(folder, replace(own, ledger_url=ledger.url))(data)
    assert found is not None
    assert (found.body, found.signature) == (body, signature)
    assert RefusedBodies(folder, None)(data) == found


def test_what_is_not_the_body_is_not_kept(tmp_path: Path, own: OwnKey) -> None:
    """A ledger that sends other bytes fills nobody's folder."""
    data, _, signature = refusal()
    folder = tmp_path / "refused"
    with serving({}) as ledger:
        ledger.instead[f"attachments/{data.submission}"] = Answer(
            body=b"{}", headers={"Bloc-Signature": signature}
        )
        RefusedBodies(folder, replace(own, ledger_url=ledger.url))(data)
    assert not folder.exists()


def test_a_body_that_the_ledger_does_not_give_is_not_at_hand(own: OwnKey) -> None:
    """404: the refusal stays undecided, and is counted."""
    data, _, _ = refusal()
    with serving({}) as ledger:
        assert RefusedBodies(None, replace(own, ledger_url=ledger.url))(data) is None


def test_refusals_of_others_are_not_asked_for(tmp_path: Path, own: OwnKey) -> None:
    """The ledger gives a body to its author alone, so nothing is asked in another's name."""
    data, _, _ = refusal()
    new_key(tmp_path, "eu.trade")
    with serving({}) as ledger:
        assert RefusedBodies(None, replace(own, party="eu.trade", ledger_url=ledger.url))(data) is None
        assert ledger.asked == []


def test_a_ledger_that_is_away_is_trouble(own: OwnKey) -> None:
    """An outage is never taken for a missing body."""
    data, _, _ = refusal()
    with pytest.raises(Trouble, match="does not answer"):
        RefusedBodies(None, own)(data)
