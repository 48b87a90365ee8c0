"""Families that came after the audit are audited by it: quotas, the life of a declaration, four eyes, acts."""

from typing import Any

import pytest

from contracts.admissions import ADMISSIONS_KNOWN
from contracts.envelope import Event
from services.tariffs.domain.auditing.recorded_drafts import BrokenRecord
from services.tariffs.domain.rule import RULESETS
from services.tariffs.domain.world import Accepted
from tests.domain import customs, facts, governing, legal_acts, mending, quotas
from tests.domain.audited import JULY, audit_of, audited, faults
from tests.domain.facts import floor, goods, measure, percent
from tests.domain.ledgered import Record, founded_record
from tests.domain.members import joined
from tests.domain.trade import base, declaration, item_data


def silicon_record() -> Record:
    """The EU with the safeguard on ferro-silicon of E14, and a quota of 180 t."""
    record = founded_record()
    terms: dict[str, Any] = {
        "territories": ["DE", "FR"],
        "legal_tz": "Europe/Brussels",
        "currency": "EUR",
    }
    record.post(*joined("EU", **terms))
    for party, role in (("eu.remedies", "investigating_authority"), ("eu.customs", "customs")):
        record.post(facts.key_registered(party), facts.mandate_granted(party, role, ("EU",)))
    record.post(measure("eu.base.720221", goods=goods("720221"), duty=[percent("0")], by="eu.trade"))
    record.post(quotas.opened())
    record.post(quotas.within())
    record.post(quotas.beyond())
    return record


def test_what_quotas_grant_is_audited() -> None:
    """Three declarations draw on one balance, two in one submission; the last one goes out of the quota."""
    record = silicon_record()
    record.post(quotas.declared(quotas.silicon("100", "120500.00"), reference="A"), now=JULY)
    record.post(
        quotas.declared(quotas.silicon("50", "60250.00"), reference="B"),
        quotas.declared(reference="C"),
        now=JULY,
    )
    record.post(quotas.declared(reference="D"), now=JULY)
    assert faults(audited(record)) == []


def test_a_tonne_that_was_granted_twice_is_found() -> None:
    """Two declarations were decided on the same balance: the second drew what the first had taken."""
    record = silicon_record()
    first, second = quotas.declared(reference="A"), quotas.declared(reference="B")
    decided = record.decide(second, now=JULY)
    assert isinstance(decided, Accepted)
    record.post(first, now=JULY)
    record.write([second], decided.derived, now=JULY)
    found = {finding.kind for finding in audited(record) if finding.is_fault}
    assert found >= {"assessment_differs", "derived_without_cause"}


def e12() -> tuple[Record, int]:
    """E12: a floor of 112 that was meant to be 110, and the declaration that was assessed on it."""
    record = founded_record()
    record.post(*joined("US"))
    record.post(floor("112.00"))
    at = record.next - 1
    record.post(base(percent("0")))
    record.post(declaration(item_data("800000.00", "8000"), accepted_at=customs.TWENTIETH_OF_MAY), now=JULY)
    return record, at


def test_the_life_of_a_declaration_is_audited_to_the_refund() -> None:
    """E12: corrected, reassessed by order: no fault, and nothing is due any more."""
    record, at = e12()
    record.post(mending.corrected(record.bloc, floor("112.00"), at, price=customs.RIGHT), now=JULY)
    decided = record.post(customs.ordered(), now=JULY)
    assert [event.type for event in decided.derived] != []
    assert faults(audited(record)) == []
    assert list(audit_of(record).aftermath()) == []


def test_a_refund_that_was_not_opened_is_found() -> None:
    """The reassessment was ordered, and what follows from it was recorded without its last event."""
    record, at = e12()
    record.post(mending.corrected(record.bloc, floor("112.00"), at, price=customs.RIGHT), now=JULY)
    order = customs.ordered()
    decided = record.decide(order, now=JULY)
    assert isinstance(decided, Accepted)
    record.write([order], decided.derived[:-1], now=JULY)
    assert faults(audited(record)) == ["derived_missing"]


def four_eyes_record() -> Record:
    """A bloc with an approver, judged by the second rule book."""
    record = founded_record()
    council = governing.COUNCIL
    record.post(facts.key_registered(council), facts.mandate_granted(council, "approver", ("BLOC",)))
    record.post(legal_acts.adopted("bloc.council.decision.2026-3"))
    record.post(governing.ruleset_activated(RULESETS[1], effective_from="2026-06-15"))
    return record


def test_an_approver_who_is_not_the_author_is_in_order() -> None:
    """Four eyes: submitted by the secretariat, approved by the council, recorded."""
    record = four_eyes_record()
    record.post(governing.submitted(floor()), ruleset=RULESETS[1])
    record.post(governing.approved(record.next - 1), ruleset=RULESETS[1])
    record.post(governing.under(floor()), ruleset=RULESETS[1])
    assert faults(audited(record)) == []


def test_an_approver_who_is_the_author_is_found() -> None:
    """The secretariat approved its own proposal: the rule about approvers is broken, with its position."""
    record = four_eyes_record()
    record.post(governing.submitted(floor()), ruleset=RULESETS[1])
    planted = record.next
    record.write([governing.approved(planted - 1, by=facts.SECRETARIAT)], ruleset=RULESETS[1])
    found = [finding for finding in audited(record) if finding.is_fault]
    assert {(finding.kind, finding.position) for finding in found} == {("rule_broken", planted)}
    assert "PRP-4" in {finding.rule for finding in found}


@pytest.mark.parametrize(("ruleset", "number"), [(RULESETS[0], 0), (RULESETS[1], 1)])
def test_a_floor_without_a_proposal_is_judged_by_the_rule_book_of_its_day(ruleset: str, number: int) -> None:
    """What the first rule book let pass stays without a finding; under the second it is one."""
    record = four_eyes_record() if number else founded_record()
    record.write([floor()], ruleset=ruleset)
    assert len(faults(audited(record))) == number


@pytest.mark.parametrize(
    "activation",
    [governing.ruleset_activated("2031.4"), governing.admission_activated(ADMISSIONS_KNOWN[-1] + 1)],
)
def test_what_only_a_later_release_has_accuses_nobody(activation: Event[Any]) -> None:
    """It was lawful for the release that recorded it; an older audit ends there and says so."""
    record = founded_record()
    record.write([activation])
    with pytest.raises(BrokenRecord, match="which this release does not have: run a newer one"):
        audited(record)
