"""Question 7: what was accepted below the floor, and what was collected against the gap."""

from datetime import date

from services.tariffs.domain.period import Period
from services.tariffs.domain.reporting.below_floor import BelowFloor, BelowFloorReport
from services.tariffs.domain.reporting.imports import Imports
from tests.domain import facts
from tests.domain.audited import JULY
from tests.domain.customs import amended, goods, invalidated, ordered, settled
from tests.domain.ledgered import Record
from tests.domain.members import joined
from tests.domain.mending import corrected
from tests.domain.reporting import (
    JUNE,
    MAY,
    british,
    imported,
    imported_by_gb,
    imports_of,
    reported,
    sold_by,
    us_record,
)
from tests.domain.trade import claimed, expected, item_data


def below(imports: Imports, period: Period | None = None) -> BelowFloor:
    """The report."""
    return reported(imports, BelowFloorReport(imports.rules), period)


def test_the_gap_of_e06_is_collected_whole():
    """12 t at 59 USD/kg below a floor of 110: the gap is the floor duty, to the cent; goods at the floor are none."""
    record = us_record()
    imported(record, "A-1", item_data(**sold_by("91150000")), accepted_at=JUNE)
    imported(record, "A-2", item_data("1320000.00"), accepted_at=JUNE)
    found = below(imports_of(record))
    assert (found.compared, found.below, found.not_known) == (2, 1, 0)
    (row,) = found.rows
    assert row.gap == row.floor_duty == expected("E06")["floor_duty"]
    assert (row.mineral, row.origin, row.exporter, row.currency) == ("ndpr", "CN", "cn.uscc:91150000", "USD")
    assert (row.kilograms, row.uncollected, row.collected_percent) == ("12000", "0.00", "100")
    assert row.largest[0].item == "US/A-1#1"
    assert record.lines()[row.largest[0].position].startswith(
        b'{"stamp":{"position":%d,' % row.largest[0].position
    )


def test_what_the_bloc_is_spared_is_shown_as_such():
    """E10: goods of a member lack 51 USD/kg and owe nothing; the gap is there, and said to be of the bloc."""
    record = us_record()
    record.post(*joined("AU", on="2026-06-01"))
    imported(record, "A-1", item_data(origin="AU", **claimed()), accepted_at=JUNE)
    (row,) = below(imports_of(record)).rows
    assert (row.gap, row.gap_of_the_bloc, row.floor_duty) == ("612000.00", "612000.00", "0")
    assert row.collected_percent == "0"


def test_an_origin_that_the_floor_does_not_reach_is_exempt():
    """Kenya is excluded by name: its goods are below the price of the floor, and not below a floor of theirs."""
    record = us_record()
    kenya = facts.origins("ERGA_OMNES", exclude=["BLOC", "KE"])
    record.post(facts.floor("110.00", "revised", effective_from="2026-06-01", origins=kenya))
    imported(record, "A-1", item_data(origin="KE"), accepted_at=JUNE)
    found = below(imports_of(record))
    assert (found.compared, found.exempt, found.below) == (1, 1, 0)


def test_a_schedule_takes_a_part_of_the_gap():
    """E24: 55 against 100 a unit, 45 lacking, of which the graduated duty takes 11.50."""
    record = us_record()
    bands = [
        {"above_percent": "10", "share_percent": "30"},
        {"above_percent": "40", "share_percent": "50"},
        {"above_percent": "60", "share_percent": "70"},
        {"above_percent": "75", "share_percent": "90"},
    ]
    graduated = {"kind": "graduated", "bands": bands}
    record.post(facts.floor("100.00", "revised", effective_from="2026-06-01", schedule=graduated))
    imported(record, "A-1", item_data("55000.00", "1000"), accepted_at=JUNE)
    (row,) = below(imports_of(record)).rows
    assert (row.gap, row.floor_duty, row.uncollected) == ("45000.00", expected("E24")["duty"], "33500.00")
    assert row.collected_percent == "25.6"


def test_each_currency_has_its_own_rows_and_e17_is_exact():
    """2 500 kg at 95 USD/kg into the United Kingdom: 27 987.16 GBP, converted once."""
    record = british(us_record(), "0")
    imported_by_gb(record, "B-1", item_data("237500.00", "2500"))
    imported(record, "A-1", accepted_at=JUNE)
    found = below(imports_of(record))
    assert [(total.currency, total.gap) for total in found.totals] == [
        ("GBP", expected("E17")["floor_duty_gbp"]),
        ("USD", "612000.00"),
    ]
    assert {row.uncollected for row in found.rows} == {"0.00"}


def test_it_is_read_at_v_and_k():
    """E12: as known in May the gap is that of the wrong floor; since the correction less than the duty."""
    record = us_record_of_e12()
    before = imports_of(record)
    floor = record.bloc.rules.floors[facts.OXIDE][0]
    right = {"amount": "110.00", "currency": "USD", "per": "kg"}
    record.post(corrected(record.bloc, floor.event, floor.position, price=right))
    assert below(before).rows[0].gap == expected("E12")["K=2026-05-31"]
    (row,) = below(imports_of(record)).rows
    assert (row.gap, row.floor_duty, row.uncollected) == ("80000.00", "96000.00", "-16000.00")
    record.post(ordered(), now=JULY)
    (row,) = below(imports_of(record)).rows
    assert (row.gap, row.floor_duty) == (expected("E12")["K=2026-06-30"], "80000.00")


def us_record_of_e12() -> Record:
    """E12 with its wrong floor of 112."""
    record = us_record()
    floor = record.bloc.rules.floors[facts.OXIDE][0]
    wrong = {"amount": "112.00", "currency": "USD", "per": "kg"}
    record.post(corrected(record.bloc, floor.event, floor.position, price=wrong))
    imported(record, "ABC-1234567-8", goods(), accepted_at=MAY)
    return record


def test_an_item_is_looked_at_as_it_stands():
    """An amendment replaces the terms, a payment settles it, an invalidation takes the whole declaration away."""
    record = us_record()
    imported(record, "ABC-1234567-8", goods(), accepted_at=MAY)
    assert below(imports_of(record)).rows[0].gap == "80000.00"
    record.post(settled("109600.00"), now=JULY)
    (row,) = below(imports_of(record)).rows
    assert row.settled == row.floor_duty == "80000.00"
    record.post(amended(goods("840000.00")), now=JULY)
    assert below(imports_of(record)).rows[0].gap == "40000.00"
    record = us_record()
    imported(record, "ABC-1234567-8", goods(), accepted_at=MAY)
    record.post(invalidated(), now=JULY)
    assert below(imports_of(record)).rows == ()


def test_the_period_is_of_days_of_acceptance_and_half_open():
    """The day after the last one is not in it."""
    record = us_record()
    imported(record, "A-1", accepted_at=JUNE)
    imports = imports_of(record)
    assert below(imports, Period(date(2026, 6, 24), date(2026, 6, 25))).below == 1
    assert below(imports, Period(date(2026, 6, 23), date(2026, 6, 24))).below == 0
    assert below(imports, Period(date(2026, 6, 25))).below == 0


def test_one_line_can_be_asked_about():
    """Other lines are passed over."""
    record = us_record()
    imported(record, "A-1", accepted_at=JUNE)
    imports = imports_of(record)
    assert reported(imports, BelowFloorReport(imports.rules, facts.METAL)).compared == 0
    assert reported(imports, BelowFloorReport(imports.rules, facts.OXIDE)).compared == 1
