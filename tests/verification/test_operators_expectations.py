"""What drafts were decided on: under version 2 of the rules of admission an operator cannot pass it over in silence.

He runs the ledger, its database and the log's key, and witnesses that have not seen the honest record. What he lacks is
the key of the deciding service, whose decisions name the versions that they were made on.
"""

from collections.abc import Sequence

from contracts.identity.keys import SigningKey
from tests.ledger.activating import activated, activation, without_statement
from tests.ledger.drafting import CUSTOMS, SECOND_NS, STORY_NS, Drafter, declared, key_of
from tests.ledger.record import Record, messages_of
from tests.verification.checking import fault_in, verified
from tests.verification.forging import Crook, renumbered, with_stamp
from tests.verification.published import files_of

FIELD = "stamp.expects"
TRADE = key_of("eu.trade")


def honest(bodies: Sequence[bytes]) -> list[bytes]:
    """The entries that an honest ledger makes of these drafts."""
    record = Record()
    receipts = record.fold(messages_of(bodies))
    assert {receipt.outcome for receipt in receipts} == {"recorded"}
    return record.entries


def begun() -> tuple[Drafter, list[bytes]]:
    """A drafter, and the drafts of a bloc that has activated version 2."""
    drafter = Drafter()
    return drafter, [drafter.bloc(), activation(drafter)]


def test_an_honest_record_that_crosses_the_versions_verifies() -> None:
    """Refusals, registrations and declarations, before and after; in one process and in two."""
    drafter, bodies = begun()
    bodies.insert(
        1, drafter.declarations("ABC-0", expects={"party/us.customs": 1, "declaration/US/ABC-0": 0})
    )
    bodies += [
        drafter.declarations("ABC-1", "ABC-2", "ABC-1"),
        drafter.registration("eu.trade", TRADE),
        drafter.refusal(declared("ABC-9", drafter.number()), party="us.customs", key=CUSTOMS),
        drafter.registration("eu.customs", key_of("eu.customs")),
        drafter.declarations("ABC-3"),
    ]
    files = files_of(honest(bodies))
    assert verified(files).status == 0
    assert verified(files, workers=2).status == 0


def test_versions_that_were_changed_in_the_stamp_are_found() -> None:
    """The decision signs their digest."""
    drafter, bodies = begun()
    entries = honest([*bodies, drafter.declarations("ABC-1")])
    for expects in ({"party/us.customs": 2}, {"party/us.customs": 1, "rules": 3}, {}):
        fault = fault_in(with_stamp(entries, 3, expects=expects))
        assert (fault.position, fault.field) == (3, FIELD)
        assert "not the key versions that the decision was made on" in fault.reason


def test_a_statement_that_was_taken_away_or_put_where_none_is_due_is_found() -> None:
    """Whether it is due is said by the record itself, from the activation on."""
    drafter, bodies = begun()
    entries = honest([*bodies, drafter.declarations("ABC-1")])
    fault = fault_in([*entries[:3], without_statement(entries[3]), *entries[4:]])
    assert (fault.position, fault.field) == (3, FIELD)
    assert "states no key versions" in fault.reason
    early = drafter.declarations("ABC-0")
    crook = Crook(honest(bodies[:1]))
    first = crook.take(early)
    fault = fault_in(with_stamp(crook.entries, first, expects={"party/us.customs": 1}))
    assert (fault.position, fault.field) == (first, FIELD)


def test_a_draft_that_was_left_out_is_missed_by_the_next_one_that_rested_on_it() -> None:
    """The newest entry of a stream can be left out without a gap; but the rules are one key for all of them."""
    drafter, bodies = begun()
    left_out = drafter.registration("eu.trade", TRADE)
    entries = honest([*bodies, left_out, drafter.registration("eu.customs", key_of("eu.customs"))])
    fault = fault_in(renumbered([*entries[:3], *entries[4:]]))
    assert (fault.position, fault.field) == (3, FIELD)
    assert fault.reason == "it was decided on version 3 of rules, which stood at 2"


def test_without_the_statement_nobody_could_miss_it() -> None:
    """What version 1 left to the ledger's word: the same crime, in a record that never activated version 2."""
    drafter = Drafter()
    bodies = [
        drafter.bloc(),
        drafter.registration("eu.trade", TRADE),
        drafter.registration("eu.customs", key_of("eu.c")),
    ]
    entries = honest(bodies)
    assert verified(files_of(renumbered([*entries[:2], *entries[3:]]))).status == 0


def test_a_draft_that_was_kept_back_until_the_rules_had_changed_is_found() -> None:
    """It expects the rules as they were; an honest ledger answers conflict."""
    drafter, bodies = begun()
    kept_back = _registration_on(drafter, "eu.customs", key_of("eu.customs"), rules=2)
    crook = Crook(honest([*bodies, drafter.registration("eu.trade", TRADE)]), now_ns=STORY_NS + SECOND_NS)
    first = crook.take(kept_back)
    expects = {"party/bloc.secretariat": 0, "rules": 2}
    fault = fault_in(with_stamp(crook.entries, first, expects=expects))
    assert (fault.position, fault.field) == (first, FIELD)
    assert fault.reason == "it was decided on version 2 of rules, which stood at 3"


def test_an_activation_by_somebody_else_is_found() -> None:
    """A decision does not make a stranger the secretariat."""
    drafter, bodies = begun()
    crook = Crook(honest(bodies[:1]))
    line = activated(2, drafter.number(), author="us.customs")
    first = crook.take(drafter.draft([line], key=CUSTOMS, party="us.customs"))
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (first, "event.source")


def test_a_version_of_a_later_release_accuses_nobody() -> None:
    """The fault says that the verifier is too old."""
    drafter, bodies = begun()
    crook = Crook(honest(bodies[:1]))
    first = crook.take(activation(drafter, 99))
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (first, "event.data.version")
    assert "take a newer release before you accuse anybody" in fault.reason


def _registration_on(drafter: Drafter, party: str, key: SigningKey, *, rules: int) -> bytes:
    """A registration that was decided on an older version of the rules."""
    held = drafter.versions["rules"]
    drafter.versions["rules"] = rules
    body = drafter.registration(party, key)
    drafter.versions["rules"] = held
    return body
