"""The audit finds each kind of fault that somebody plants in a record, and nothing in one that was kept honestly."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from contracts.entry import split_served
from contracts.envelope import Event
from services.tariffs.domain.auditing.audit import Audit
from services.tariffs.domain.auditing.recorded_drafts import BrokenRecord
from tests.domain import facts
from tests.domain.audited import JULY, assessed, audit_of, audited, faults, trading_record
from tests.domain.listed import mineral
from tests.domain.members import joined
from tests.domain.trade import base, declaration, item_data
from tests.domain.vault import came_back, drawn, lot, opened_reserve, signed


def test_an_honest_record_has_no_faults() -> None:
    """Founding, rules, a declaration, a reserve and a refusal, all decided again: the same bytes each time."""
    # given
    record = trading_record()
    record.post(declaration(), now=JULY)
    record.post(declaration(item_data(item_no=2)), now=JULY)
    record.post(*opened_reserve(), signed(), lot())
    record.post(drawn(), now=JULY)
    record.post(came_back(), now=JULY)
    record.refuse(declaration(item_data(line=None), reference="NO-LINE"), now=JULY)
    # when
    found = audited(record)
    # then
    assert faults(found) == []


def test_tally_counts_what_was_looked_at() -> None:
    """Submissions, derived events and refusals are counted; a refusal without its body is counted as unseen."""
    record = trading_record()
    record.post(declaration(), now=JULY)
    record.refuse(declaration(item_data(line=None), reference="A-1"), now=JULY)
    record.refuse(declaration(item_data(line=None), reference="A-2"), now=JULY, kept=False)
    audit = audit_of(record)
    assert audit.tally.entries == record.next
    assert audit.tally.submissions == 12
    assert (audit.tally.derived, audit.tally.refusals, audit.tally.refusals_unseen) == (1, 1, 1)


# --- planted: submissions that should have been refused ------------------------------------------------------


@pytest.mark.rule("MND-1")
def test_an_author_without_mandate_is_found() -> None:
    """A ministry sets a floor, which only the secretariat may: MND-1, with the position of the entry."""
    record = trading_record()
    planted = record.next
    record.write([facts.floor("120.00", "revised", by="us.trade")])
    (found,) = [finding for finding in audited(record) if finding.is_fault]
    assert (found.kind, found.rule, found.position, found.party) == (
        "rule_broken",
        "MND-1",
        planted,
        "us.trade",
    )
    assert "us.trade holds no mandate for bloc.price_floor.revised.v1" in found.text


def test_every_broken_rule_of_every_line_is_found() -> None:
    """Two faulty lines of one submission are two findings, each at its own position."""
    record = trading_record()
    first = record.next
    record.write([mineral("ndpr"), mineral("gallium")])
    found = [finding for finding in audited(record) if finding.is_fault]
    assert [finding.position for finding in found] == [first, first + 1]
    assert {finding.kind for finding in found} == {"rule_broken"}


def test_what_stands_behind_a_planted_submission_is_judged_on_it() -> None:
    """A planted accession is a fault once; declarations of that member are decided on the record as it is."""
    record = trading_record()
    record.write(joined("AU")[2:])
    before = len(faults(audited(record)))
    record.post(declaration(item_data(origin="AU")), now=JULY)
    assert len(faults(audited(record))) == before > 0


def test_an_expected_version_that_was_not_met_is_found() -> None:
    """An author's own check on the version of a stream failed, and yet it was recorded."""
    record = trading_record()
    record.write([replace(facts.floor("120.00", "revised"), expectedversion=7)])
    (found,) = [finding for finding in audited(record) if finding.is_fault]
    assert (found.kind, found.expected, found.recorded) == ("expected_version_not_met", "7", "1")


def test_a_key_of_another_party_is_found() -> None:
    """The key of the European ministry signs what the American one says: MND-2."""
    record = trading_record()
    record.write([base(code="280530")], key=facts.key_of("eu.trade"))
    assert "MND-2" in {finding.rule for finding in audited(record)}


# --- planted: refusals ---------------------------------------------------------------------------------------


def test_a_refusal_that_should_have_been_accepted_is_found() -> None:
    """A good declaration was refused in the words of a bad one's refusal."""
    record = trading_record()
    bad, good = declaration(item_data(line=None), reference="BAD-1"), declaration(reference="GOOD-1")
    digest = record.keep(good, now=JULY)
    planted = record.next
    record.refuse(
        bad, now=JULY, but=lambda refusal: replace(refusal, data=replace(refusal.data, submission=digest))
    )
    (found,) = [finding for finding in audited(record) if finding.is_fault]
    assert (found.kind, found.position, found.rule) == ("refusal_without_ground", planted, "DEC-5")
    assert found.expected == "accepted"


def test_a_refusal_for_other_rules_is_found() -> None:
    """It was right to refuse, and the refusal names another rule than the one that is broken."""
    record = trading_record()

    def misnamed(refusal: Event[Any]) -> Event[Any]:
        broken = tuple(replace(one, rule="DEC-6") for one in refusal.data.broken)
        return replace(refusal, data=replace(refusal.data, broken=broken))

    record.refuse(declaration(item_data(line=None)), now=JULY, but=misnamed)
    (found,) = [finding for finding in audited(record) if finding.is_fault]
    assert found.kind == "refusal_differs"
    assert (found.expected, found.recorded) == ("refused for DEC-5", "refused for DEC-6")


def test_a_refusal_in_other_words_is_no_fault() -> None:
    """An older release refused for the same rule at the same place; only the sentence was improved since."""
    record = trading_record()

    def reworded(refusal: Event[Any]) -> Event[Any]:
        broken = tuple(replace(one, text="As an older release put it.") for one in refusal.data.broken)
        return replace(refusal, data=replace(refusal.data, broken=broken))

    record.refuse(declaration(item_data(line=None)), now=JULY, but=reworded)
    assert [finding.kind for finding in audited(record) if finding.is_fault] == []
    (found,) = [finding for finding in audited(record) if finding.kind == "refusal_reworded"]
    assert found.expected == found.recorded == "refused for DEC-5"


# --- planted: decisions --------------------------------------------------------------------------------------


def test_a_declaration_is_decided_on_the_position_that_its_decision_names() -> None:
    """A floor that was recorded between the decision and the draft is not held against the assessment."""
    record = trading_record()
    declared, assessment = assessed(record)
    known = record.next - 1
    record.post(facts.floor("120.00", "revised", effective_from="2026-06-20"), now=JULY)
    record.write([declared], [assessment], now=JULY, known=known)
    assert faults(audited(record)) == []


def test_a_decision_on_rules_that_had_long_changed_is_found() -> None:
    """The decision names a position before a floor that stood in the record for two minutes already."""
    record = trading_record()
    declared, assessment = assessed(record)
    known = record.next - 1
    changed = record.next
    record.post(
        facts.floor("120.00", "revised", effective_from="2026-06-20"), now=JULY - timedelta(minutes=2)
    )
    record.write([declared], [assessment], now=JULY, known=known)
    (found,) = [finding for finding in audited(record) if finding.is_fault]
    assert (found.kind, found.expected) == ("decided_on_old_rules", f"at least {changed}")


def test_a_decision_by_another_rule_book_is_found() -> None:
    """The decision names a rule book that nobody had put in force."""
    record = trading_record()
    record.write([facts.reference_price()], ruleset="2026.2")
    (found,) = [finding for finding in audited(record) if finding.is_fault]
    assert (found.kind, found.expected, found.recorded) == ("rule_book_differs", "2026.1", "2026.2")


# --- stretches and broken records ----------------------------------------------------------------------------


def test_a_stretch_is_judged_on_what_stands_before_it() -> None:
    """With --from, what lies before is folded and not judged; the findings behind it are the same."""
    record = trading_record()
    record.write([facts.floor("120.00", "revised", by="us.trade")])
    start = record.next
    declared, assessment = assessed(record)
    record.write([declared], [replace(assessment, data=replace(assessment.data, total="1.00"))], now=JULY)
    whole = [finding for finding in audited(record) if finding.is_fault]
    assert [finding.kind for finding in whole] == ["rule_broken", "assessment_differs"]
    assert [found for found in audited(record, first=start) if found.is_fault] == whole[1:]
    assert [found for found in audited(record, last=start - 1) if found.is_fault] == whole[:1]


def test_a_gap_ends_the_audit() -> None:
    """Behind a missing entry nothing can be decided."""
    record = trading_record()
    del record.entries[20]
    with pytest.raises(BrokenRecord, match="position 20: entry 21 stands here"):
        audited(record)


def test_an_event_type_of_a_newer_release_ends_the_audit() -> None:
    """What cannot be read cannot be folded, and is no fault of the record."""
    record = trading_record()
    stamp, line = split_served(record.lines()[-1])
    newer = msgspec.json.decode(line) | {"type": "bloc.price_ceiling.set.v1"}
    audit = Audit(refused=record.refused)
    for served in record.lines()[:-1]:
        list(audit.take(*split_served(served)))
    with pytest.raises(BrokenRecord, match="no event type of this release"):
        list(audit.take(stamp, msgspec.json.encode(newer)))


def test_a_draft_of_nobody_that_records_no_refusal_ends_the_audit() -> None:
    """Only refusals are recorded without an author; what that draft decided, nobody could say."""
    record = trading_record()
    record.refuse(declaration(item_data(line=None)), now=JULY, but=lambda _: facts.floor())
    with pytest.raises(BrokenRecord, match="is no refusal"):
        audited(record)
