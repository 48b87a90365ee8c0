"""The audit finds what is wrong with derived events: another figure, one too few, one too many, another order."""

import pytest
from msgspec.structs import replace

from tests.domain.audited import JULY, accepted, assessed, audited, faults, trading_record
from tests.domain.trade import declaration, item_data
from tests.domain.vault import drawn, lot, opened_reserve, signed


def test_an_assessment_that_differs_is_found_with_both_figures() -> None:
    """The total is a cent too low: path, expected and recorded value are named."""
    record = trading_record()
    declared, assessment = assessed(record)
    total = assessment.data.total
    planted = record.next + 1
    record.write(
        [declared], [replace(assessment, data=replace(assessment.data, total="638195.99"))], now=JULY
    )
    (found,) = [finding for finding in audited(record) if finding.is_fault]
    assert (found.kind, found.position) == ("assessment_differs", planted)
    assert (found.path, found.expected, found.recorded) == ("$.data.total", f'"{total}"', '"638195.99"')
    assert total == "638196.00"


def test_a_missing_assessment_is_found() -> None:
    """A declaration whose assessment was not recorded beside it."""
    record = trading_record()
    declared, _ = assessed(record)
    planted = record.next
    record.write([declared], now=JULY)
    (found,) = [finding for finding in audited(record) if finding.is_fault]
    assert (found.kind, found.position) == ("derived_missing", planted)


def test_a_missing_obligation_is_found() -> None:
    """A drawdown without the obligation to replenish that follows from it."""
    record = trading_record()
    record.post(*opened_reserve(), signed(), lot())
    record.write([drawn()], now=JULY)
    (found,) = [finding for finding in audited(record) if finding.is_fault]
    assert found.kind == "derived_missing"
    assert "bloc.replenishment.opened.v1" in found.text


@pytest.mark.parametrize("again", ["same_id", "other_id"])
def test_a_doubled_assessment_is_found(again: str) -> None:
    """The same duty twice, whether under the same id or under another one."""
    record = trading_record()
    declared, assessment = assessed(record)
    double = assessment if again == "same_id" else replace(assessment, id=declared.id[:-1] + "f")
    record.write([declared], [assessment, double], now=JULY)
    (found,) = [finding for finding in audited(record) if finding.is_fault]
    assert (found.kind, found.position) == ("derived_doubled", record.next - 1)


def test_a_derived_event_without_cause_is_found() -> None:
    """An assessment of another declaration stands in the draft."""
    record = trading_record()
    declared, assessment = assessed(record)
    _, other = assessed(record, reference="ANOTHER-1")
    record.write([declared], [assessment, other], now=JULY)
    (found,) = [finding for finding in audited(record) if finding.is_fault]
    assert found.kind == "derived_without_cause"


def test_derived_events_in_another_order_are_found() -> None:
    """Every derived event is there, and they stand in the wrong order."""
    record = trading_record()
    declared = declaration(item_data(), item_data(item_no=2))
    derived = accepted(record, declared, now=JULY).derived
    record.write([declared], reversed(derived), now=JULY)
    assert faults(audited(record)) == ["derived_differs"]
