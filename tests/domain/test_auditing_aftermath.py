"""Question 4: which duties rest on what was corrected or annulled later, and what is due, for each importer, in all."""

from decimal import Decimal

from msgspec.structs import replace

from services.tariffs.domain.auditing.aftermath import Due, Sum
from tests.domain import facts, mending
from tests.domain.audited import JULY, audit_of, audited, faults
from tests.domain.ledgered import Record, founded_record
from tests.domain.members import joined
from tests.domain.trade import base, declaration, expected, item_data

MAY_20 = "2026-05-20T12:00:00-04:00"


def aftermath(record: Record) -> list[Due]:
    """What the audit of the record finds touched."""
    return list(audit_of(record).aftermath())


def e12() -> tuple[Record, int]:
    """E12: a floor of 112 that should have been 110, and 8 t declared at 100 USD/kg; and where the floor stands."""
    record = founded_record()
    record.post(*joined("US"))
    record.post(facts.floor("112.00"))
    floor = record.next - 1
    record.post(base(facts.percent("0")))
    item = item_data("800000.00", "8000")
    record.post(declaration(item, accepted_at=MAY_20), now=JULY)
    return record, floor


def test_a_corrected_floor_touches_what_was_assessed_on_it() -> None:
    """E12: the floor is corrected to 110, and 16 000.00 are to be refunded."""
    # given
    record, floor = e12()
    original = facts.floor("112.00")
    price = {"amount": "110.00", "currency": "USD", "per": "kg"}
    record.post(mending.corrected(record.bloc, original, floor, price=price), now=JULY)
    correction = record.next - 1
    # when
    (due,) = aftermath(record)
    # then
    assert due.due == -Decimal(expected("E12")["refund_due"]) == Decimal("-16000.00")
    assert (due.assessed, due.now) == ("96000.00", "80000.00")
    assert (due.member, due.importer, due.currency) == ("US", ("us.irs", "12-3456789"), "USD")
    assert due.because == (correction,)
    assert "16000.00 USD to be refunded" in due.as_finding().text
    assert faults(audited(record)) == []


def test_what_was_assessed_on_the_correction_is_not_touched() -> None:
    """A declaration recorded after the correction rests on it."""
    record, floor = e12()
    price = {"amount": "110.00", "currency": "USD", "per": "kg"}
    record.post(mending.corrected(record.bloc, facts.floor("112.00"), floor, price=price), now=JULY)
    record.post(declaration(reference="LATER-1", accepted_at=MAY_20), now=JULY)
    assert [due.stream for due in aftermath(record)] == ["declaration/US/ABC-1234567-8"]


def test_a_correction_of_something_else_touches_nothing() -> None:
    """An entry that no assessment names may be corrected without anything being due."""
    record, _ = e12()
    other = base(code="280530")
    record.post(other, now=JULY)
    record.post(mending.annulled(record.bloc, other, record.next - 1), now=JULY)
    assert aftermath(record) == []


def test_sums_are_kept_by_importer() -> None:
    """Refunds and demands are summed up apart, and what cannot be known is counted."""
    one = Due("declaration/US/A", 1, ("us.irs", "1"), "USD", "5.00", "3.00", Decimal("-2.00"), (7,))
    total = Sum()
    for due in (Decimal("-2.00"), Decimal("0.50"), None):
        total.add(replace(one, due=due))
    other = Sum()
    other.join(total)
    assert other == Sum(items=3, unknown=1, refunds=Decimal("2.00"), demands=Decimal("0.50"))
