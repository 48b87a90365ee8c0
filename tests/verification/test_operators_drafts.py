"""An operator who runs all the machines: what he records against the rules of the record is found, and where.

The tree, the tiles, the checkpoint and even the cosignatures fit what he recorded: witnesses see only hashes. What he
does not have is the keys of the parties; in some of these the key of the tariffs service is his too.
"""

import pytest
from msgspec import UNSET, UnsetType

from contracts.body import digest_of
from contracts.decision import Decision, sign_decision
from contracts.draft import Part
from contracts.entry import recorded_at_text
from tests.ledger.drafting import (
    CUSTOMS,
    ORIGIN,
    SECOND_NS,
    SECRETARIAT,
    STORY_NS,
    TARIFFS,
    assessed,
    declared,
    key_of,
    key_registered,
    line_of,
)
from tests.verification.checking import fault_in, verified
from tests.verification.forging import Crook, opened
from tests.verification.published import files_of

OTHER = key_of("us.customs.other")


def founded() -> Crook:
    """A ledger with its founding, and one draft of US customs."""
    crook = Crook()
    crook.take(crook.drafter.bloc())
    crook.take(crook.drafter.declarations("ABC-1"))
    return crook


def test_what_the_crook_records_honestly_verifies() -> None:
    """Or the tests below would say less than they seem to."""
    assert verified(files_of(founded().entries)).status == 0


@pytest.mark.parametrize("none", [UNSET, ""])
def test_a_draft_without_a_decision_is_found(none: str | UnsetType) -> None:
    """Nobody decided that it may be recorded; nor does an empty one count."""
    crook = founded()
    first = crook.record(opened(crook.drafter.declarations("ABC-2")).parts, none)
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (first, "decision")


def test_the_decision_of_another_draft_is_found() -> None:
    """It is signed by the right key, and about other parts."""
    crook = founded()
    other, own = (opened(crook.drafter.declarations(reference)) for reference in ("ABC-2", "ABC-3"))
    first = crook.record(own.parts, other.decision)
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (first, "decision")
    assert "other parts" in fault.reason


def test_a_decision_by_another_key_than_the_deciding_services_is_found() -> None:
    """Customs' key is registered and live, and decides nothing."""
    crook = founded()
    first = crook.take(crook.drafter.declarations("ABC-2", decider=CUSTOMS))
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (first, "decision")
    assert "bloc.tariffs should have signed" in fault.reason


def test_a_decision_for_another_ledger_is_found() -> None:
    """It was taken from a ledger of the same service."""
    crook = founded()
    first = crook.take(crook.drafter.declarations("ABC-2", decision_audience="other.example/ledger"))
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "decision")


def test_a_submission_for_another_ledger_is_found() -> None:
    """A party that posts to two ledgers says in each signature which one it means (`aud`)."""
    crook = founded()
    first = crook.take(crook.drafter.declarations("ABC-2", audience="other.example/ledger"))
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (first, "signature")
    assert "other.example/ledger" in fault.reason


def test_a_signed_part_recorded_twice_is_found() -> None:
    """The oldest trick: everything verifies, and the same drawdown has happened twice."""
    crook = founded()
    body = crook.drafter.declarations("ABC-2")
    first = crook.take(body)
    crook.drafter.number()
    again = crook.take(body)
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (again, "event.id")
    assert f"position {first}" in fault.reason


def test_the_authored_part_again_with_another_assessment_is_found() -> None:
    """With the tariffs' key, the operator can decide anew; but the author signed these ids once."""
    crook = founded()
    body = opened(crook.drafter.declarations("ABC-2"))
    crook.record(body.parts, body.decision)
    again = crook.take_decided(body.parts[0], Part(assessed("ABC-2", crook.drafter.number())))
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (again, "event.id")


def test_a_captured_submission_recorded_weeks_later_is_found() -> None:
    """`iat` lies a month before `recorded_at`: whoever kept it back chose the moment, not its author."""
    crook = founded()
    body = crook.drafter.declarations("ABC-2")
    crook.now_ns += 30 * 86_400 * SECOND_NS
    first = crook.take(body)
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (first, "signature")
    assert "back" in fault.reason


def test_a_key_used_before_it_was_registered_is_found() -> None:
    """Two drafts later it is registered, in the same record; that does not help the first of them."""
    crook = founded()
    early = crook.take(crook.drafter.declarations("ABC-2", key=OTHER))
    crook.take(crook.registration(OTHER))
    crook.take(crook.drafter.declarations("ABC-3", key=OTHER))
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (early, "signature")
    assert f"the key {OTHER.kid} was not registered before this draft" in fault.reason


def test_a_key_used_in_the_draft_that_registers_it_is_found() -> None:
    """A key vouches for nothing in the very submission that brings it."""
    crook = founded()
    first = crook.take(crook.registration(OTHER, signer=OTHER))
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "signature")


def test_a_key_used_after_its_revocation_is_found() -> None:
    """A thief keeps signing; the record knows when the key ended."""
    crook = founded()
    crook.take(crook.registration(OTHER))
    revoked = crook.take(crook.drafter.revocation("us.customs", CUSTOMS))
    first = crook.take(crook.drafter.declarations("ABC-2", key=CUSTOMS))
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (first, "signature")
    assert f"revoked at position {revoked}" in fault.reason


def test_a_key_used_before_its_first_day_is_found() -> None:
    """It was registered for next month."""
    crook = founded()
    line = key_registered("eu.customs", OTHER, crook.drafter.number(), valid_from="2026-08-01")
    crook.take(crook.drafter.draft([line], key=SECRETARIAT, party="bloc.secretariat"))
    body = [line_of("eu.customs", "bloc.declaration.accepted.v1", "declaration/EU/X-1", {}, 900)]
    first = crook.take(crook.drafter.draft(body, key=OTHER, party="eu.customs"))
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "signature")


def test_a_party_that_signs_in_anothers_name_is_found() -> None:
    """The source says us.customs, the key is the secretariat's."""
    crook = founded()
    first = crook.take(crook.drafter.declarations("ABC-2", key=SECRETARIAT))
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (first, "signature")
    assert "us.customs should have signed" in fault.reason


def test_a_forged_signature_is_found() -> None:
    """The kid is customs', the signature is not."""
    crook = founded()
    draft = opened(crook.drafter.declarations("ABC-2"))
    header, _ = draft.parts[0].signature.split("..")
    _, stolen = opened(crook.drafter.declarations("ABC-3")).parts[0].signature.split("..")
    forged = Part(draft.parts[0].body, f"{header}..{stolen}")
    first = crook.record((forged, *draft.parts[1:]), draft.decision)
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "signature")


def test_the_same_events_with_another_line_end_are_found() -> None:
    """The events are the author's, the body is not: he signed it with a final line feed."""
    crook = founded()
    draft = opened(crook.drafter.declarations("ABC-2", eol=True))
    body = draft.parts[0].body.removesuffix(b"\n")
    first = crook.take_decided(Part(body, draft.parts[0].signature), *draft.parts[1:])
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (first, "signature")


def test_lines_in_another_order_are_found() -> None:
    """Two declarations of one submission change places, with a digest and a decision that fit."""
    crook = founded()
    draft = opened(crook.drafter.declarations("ABC-2", "ABC-3"))
    lines = draft.parts[0].body.split(b"\n")
    turned = Part(b"\n".join(reversed(lines)), draft.parts[0].signature)
    first = crook.take_decided(turned, *draft.parts[1:])
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "signature")


def test_half_of_a_submission_is_found() -> None:
    """One of two lines is left out; the author signed both."""
    crook = founded()
    draft = opened(crook.drafter.declarations("ABC-2", "ABC-3"))
    half = Part(draft.parts[0].body.split(b"\n")[0], draft.parts[0].signature)
    first = crook.take_decided(half, *draft.parts[1:])
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "signature")


def test_events_that_nobody_signed_are_found() -> None:
    """A declaration passed off as derived, decided by the tariffs' own key."""
    crook = founded()
    first = crook.take_decided(Part(declared("ABC-2", crook.drafter.number())))
    fault = fault_in(crook.entries)
    assert (fault.position, fault.field) == (first, "event.type")
    assert "nobody signed it" in fault.reason


def test_a_derived_event_without_what_it_was_derived_from_is_found() -> None:
    """An assessment alone, by the right service: only a refusal may stand without a submission."""
    crook = founded()
    first = crook.take_decided(Part(assessed("ABC-2", crook.drafter.number())))
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "signature")


def test_a_derived_part_by_somebody_else_is_found() -> None:
    """The assessment says that it comes from a service that the founding does not name."""
    crook = founded()
    draft = opened(crook.drafter.declarations("ABC-2"))
    derived = Part(draft.parts[1].body.replace(b"/parties/bloc.tariffs", b"/parties/us.tariffs"))
    first = crook.take_decided(draft.parts[0], derived)
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "event.source")


def test_a_derived_part_before_the_authored_one_is_found() -> None:
    """The parts of a draft in another order: first what follows, then what it follows from."""
    crook = founded()
    authored, derived = opened(crook.drafter.declarations("ABC-2")).parts
    first = crook.take_decided(derived, authored)
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "signature")


def test_a_decision_that_knew_the_future_is_found() -> None:
    """It names a position that was not there yet: made later, and put here."""
    crook = founded()
    body = opened(crook.drafter.declarations("ABC-2"))
    digests = tuple(digest_of(part.body) for part in body.parts)
    late = Decision(digests, "0" * 64, 99, recorded_at_text(STORY_NS), "2026.1")
    first = crook.record(body.parts, sign_decision(TARIFFS, late, audience=ORIGIN))
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "decision")


def test_a_decision_after_the_fact_is_found() -> None:
    """Recorded at noon, decided at one."""
    crook = founded()
    body = crook.drafter.declarations("ABC-2", decided_ns=STORY_NS + 3_600 * SECOND_NS)
    first = crook.take(body)
    assert (fault_in(crook.entries).position, fault_in(crook.entries).field) == (first, "decision")
