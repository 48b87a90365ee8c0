"""Question 15: patterns to look into; each test makes one, and its harmless twin."""

from typing import Any

from services.tariffs.domain.reporting.patterns import PatternsReport
from services.tariffs.domain.reporting.suspicions import Suspicion
from tests.domain import facts
from tests.domain.audited import JULY
from tests.domain.customs import amended, goods
from tests.domain.ledgered import Record
from tests.domain.members import joined
from tests.domain.reporting import JUNE, MAY, imported, imports_of, reported, sold_by, us_record
from tests.domain.trade import FIRST_OF_JULY, item_data


def found_in(record: Record) -> list[Suspicion]:
    """What the report finds."""
    imports = imports_of(record)
    return list(reported(imports, PatternsReport(imports.rules)).found)


def on_days(record: Record, *values: str, **more: Any) -> None:
    """Declarations of 12 t each on days of their own, at these values."""
    for number, value in enumerate(values, 1):
        at = f"2026-06-{number:02d}T10:00:00-04:00"
        imported(record, f"A-{number}", item_data(value, **more), accepted_at=at)


def test_prices_just_above_the_floor():
    """Three of four at 110.00 to 111.10 USD/kg are a pattern of their exporter; two of four are not."""
    record = us_record()
    on_days(record, "1320000.00", "1321000.00", "1333200.00", "1476000.00", **sold_by("9115"))
    (found,) = found_in(record)
    assert (found.pattern, found.company, found.items) == ("price_just_above", "cn.uscc:9115", 3)
    assert "3 of 4 items (75 %)" in found.because
    record = us_record()
    on_days(record, "1320000.00", "1321000.00", "1333300.00", "1476000.00", **sold_by("9115"))
    assert found_in(record) == []


def test_origin_shift_after_a_rise():
    """All from China at 110, all from Australia at 115: named with both shares, and the floor that rose."""
    record = us_record()
    record.post(*joined("AU", on="2026-05-15"))
    record.post(facts.floor("115.00", "revised", effective_from="2026-07-01"))
    imported(record, "A-1", item_data("1476000.00"), accepted_at=JUNE)
    imported(record, "A-2", item_data("1476000.00", origin="AU"), accepted_at=FIRST_OF_JULY)
    (found,) = found_in(record)
    assert (found.pattern, found.company, found.line) == ("origin_shift", "us.irs:12-3456789", facts.OXIDE)
    assert "100 % of the mass is of the bloc, before it 0 %" in found.because
    assert "most of it came from CN and comes from AU" in found.because


def test_no_shift_without_a_rise():
    """The floor fell: nothing to look into."""
    record = us_record()
    record.post(*joined("AU", on="2026-05-15"))
    record.post(facts.floor("105.00", "revised", effective_from="2026-07-01"))
    imported(record, "A-1", item_data("1476000.00"), accepted_at=JUNE)
    imported(record, "A-2", item_data("1476000.00", origin="AU"), accepted_at=FIRST_OF_JULY)
    assert found_in(record) == []


def test_splitting():
    """Three declarations of one importer, exporter and line on one day; two are trade."""
    record = us_record()
    for number in range(1, 4):
        imported(record, f"A-{number}", item_data("1476000.00"), accepted_at=JUNE)
        assert [one.pattern for one in found_in(record)] == (["splitting"] if number == 3 else [])
    (found,) = found_in(record)
    assert "3 declarations on 2026-06-24 for 36000 kg in all" in found.because
    assert {named.item for named in found.examples} == {"US/A-1#1", "US/A-2#1", "US/A-3#1"}


def test_a_value_lowered_later_through_the_floor():
    """Accepted at the floor and amended below it: one is enough; less mass for less money is no rebate."""
    record = us_record()
    imported(record, "ABC-1234567-8", goods("880000.00"), accepted_at=MAY)
    record.post(amended(goods("770000.00", "7000")), now=JULY)
    assert found_in(record) == []
    record.post(amended(goods("800000.00")), now=JULY)
    (found,) = found_in(record)
    assert (found.pattern, found.items) == ("lowered_later", 1)
    assert "80000.00 USD less in all; 1 of them were at or above the floor before" in found.because
