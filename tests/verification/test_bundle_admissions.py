"""Proof bundles of records whose rules of admission have moved on."""

from typing import Any

from msgspec.structs import replace

from contracts.entry import build_entry, encode_stamp, split_entry
from contracts.verification.bundle_files import entry_file
from tests.ledger.activating import activated, activation
from tests.ledger.drafting import LEGAL_BASIS, SECRETARIAT, key_of, line_of
from tests.verification.bundles import History, bundle_of, closure, proven, refused

DEPUTY = key_of("bloc.deputy")


def deputised(history: History) -> None:
    """The secretariat lends its role."""
    mandate: dict[str, Any] = {
        "mandate": "bloc.deputy.2026",
        "party": "bloc.deputy",
        "role": "secretariat",
        "territories": ["BLOC"],
        "minerals": ["*"],
        "event_types": ["bloc.admission.*"],
        "effective_from": "2026-01-01",
        "legal_basis": LEGAL_BASIS,
    }
    history.tell("deputy's key", history.drafter.registration("bloc.deputy", DEPUTY))
    number = history.drafter.number()
    granted = line_of("bloc.secretariat", "bloc.mandate.granted.v1", "party/bloc.deputy", mandate, number)
    history.tell("mandate", history.drafter.draft([granted], key=SECRETARIAT, party="bloc.secretariat"))


def test_a_bundle_holds_what_a_draft_was_decided_on() -> None:
    """It stands in the entry, under the decision; whether it stood there only the whole record can tell."""
    history = History()
    history.tell("founding", history.drafter.bloc())
    history.tell("activation", activation(history.drafter))
    history.tell("declaration", history.drafter.declarations("ABC-1"))
    at = history.told["declaration"]
    assert proven(bundle_of(history.entries, at)).stamp.expects == {"party/us.customs": 1}
    stamp, event = split_entry(history.entries[at])
    history.entries[at] = build_entry(encode_stamp(replace(stamp, expects={"party/us.customs": 2})), event)
    fault = refused(bundle_of(history.entries, at))
    assert fault.file == entry_file(at)
    assert "not the key versions that the decision was made on" in fault.reason


def test_an_activation_by_a_deputy_brings_the_deputys_mandate() -> None:
    """Without it nobody could say whether he might."""
    history = History()
    history.tell("founding", history.drafter.bloc())
    deputised(history)
    line = activated(2, history.drafter.number(), author="bloc.deputy")
    history.tell("activation", history.drafter.draft([line], key=DEPUTY, party="bloc.deputy"))
    at = history.told["activation"]
    held = closure(history.entries, at)
    assert history.told["mandate"] in held
    assert proven(bundle_of(history.entries, at)).draft.author == "bloc.deputy"
    without = [place for place in held if place != history.told["mandate"]]
    fault = refused(bundle_of(history.entries, at, positions=without))
    assert "only the secretariat may" in fault.reason
