"""What holds of reports whatever was traded: the order of items changes nothing, and sums are those of their parts."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tariffs.domain.assessment.shortfall import Shortfall
from services.tariffs.domain.reporting.below_floor import BelowFloorReport
from services.tariffs.domain.reporting.coverage import CoverageReport
from services.tariffs.domain.reporting.floors import against_floor, duty_of_floor
from services.tariffs.domain.reporting.imports import Import, Imports
from services.tariffs.domain.reporting.patterns import PatternsReport
from services.tariffs.domain.reporting.rates import RateReport, rate_in_force
from services.tariffs.domain.reporting.treatment import TreatmentReport
from services.tariffs.domain.state import RulesState
from tests.domain.audited import JULY, audited, faults
from tests.domain.customs import amended, goods
from tests.domain.ledgered import Record
from tests.domain.members import joined
from tests.domain.reclassifying import reclassified
from tests.domain.reporting import (
    JUNE,
    MAY,
    MIDSUMMER,
    british,
    imported,
    imported_by_gb,
    imports_of,
    sold_by,
    us_record,
)
from tests.domain.trade import claimed, item_data

VALUES = ("708000.00", "1320000.00", "1320000.01", "1330000.00", "1319999.99", "1476000.00")


@cache
def traded() -> tuple[Imports, tuple[Import, ...]]:
    """The trade of two members in goods of three origins, above, at and below the floor; some of it amended."""
    imports = imports_of(trade())
    return imports, tuple(imports.each())


@cache
def trade() -> Record:
    """The record of it."""
    record = british(us_record())
    record.post(*joined("AU", on="2026-05-15"))
    for number, value in enumerate(VALUES):
        imported(record, f"A-{number}", item_data(value, **sold_by("9115")), accepted_at=JUNE)
        imported(record, f"C-{number}", item_data(value, origin="AU", **claimed()), accepted_at=JUNE)
        imported_by_gb(record, f"B-{number}", item_data(value, origin="AU" if number % 2 else "CN"))
    imported(record, "ABC-1234567-8", goods("900000.00"), accepted_at=MAY)
    record.post(amended(goods("800000.00")), now=JULY)
    record.post(reclassified())
    return record


def rate_report(rules: RulesState) -> RateReport:
    """The rate of June, and what if it were another."""
    rate = rate_in_force(rules, "hmrc.gbp.usd", MIDSUMMER)
    assert rate is not None
    return RateReport(rules, rate, "1.35")


REPORTS: tuple[Callable[[RulesState], Any], ...] = (
    BelowFloorReport,
    TreatmentReport,
    PatternsReport,
    CoverageReport,
    rate_report,
)


def taken(report: Any, items: Sequence[Import]) -> Any:
    """The result of a report that takes items in this order."""
    for one in items:
        report.take(one)
    return report.result()


@pytest.mark.parametrize("begin", REPORTS)
@given(data=st.data())
def test_the_order_of_items_changes_nothing(begin: Callable[[RulesState], Any], data: st.DataObject) -> None:
    """Declarations come from the disk in the order of their names, and any other would do."""
    imports, items = traded()
    shuffled = data.draw(st.permutations(items))
    assert taken(begin(imports.rules), shuffled) == taken(begin(imports.rules), items)


def test_the_whole_gap_is_the_floor_duty_and_a_gap_is_never_negative() -> None:
    """Invariant 8: zero at or above the floor; what is not spared owes exactly what it lacks."""
    imports, items = traded()
    for one in items:
        found = against_floor(imports.rules, one)
        assert isinstance(found, Shortfall)
        assert found.gap >= 0
        assert duty_of_floor(one) == (0 if found.spares else found.gap)


def test_totals_are_the_sums_of_their_rows() -> None:
    """By mineral and currency, to the cent."""
    imports, items = traded()
    found = taken(BelowFloorReport(imports.rules), items)
    for total in found.totals:
        rows = [row for row in found.rows if (row.mineral, row.currency) == (total.mineral, total.currency)]
        for name in ("items", "gap", "floor_duty", "uncollected"):
            assert sum(Decimal(getattr(row, name)) for row in rows) == Decimal(getattr(total, name))


def test_steps_sum_to_the_difference() -> None:
    """Of every pair, exactly."""
    imports, items = traded()
    found = taken(TreatmentReport(imports.rules), items)
    assert found.differences
    for difference in found.differences:
        points = Decimal(difference.other_law) - Decimal(difference.own_law)
        assert sum(Decimal(effect.points) for effect in difference.effects) == points
        assert Decimal(difference.points) == points


def test_a_report_of_then_is_that_of_the_record_of_then() -> None:
    """What came after K changes nothing: here an amendment, and a line reclassified."""
    record = trade()
    whole = imports_of(record)
    before = imports_of(record, whole.position - 3)
    (item,) = [one for one in before.each() if one.reference == "ABC-1234567-8"]
    assert item.item.customs_value.amount == "900000.00"
    assert taken(CoverageReport(before.rules), ()).reclassified == 0
    assert taken(CoverageReport(whole.rules), ()).reclassified == 1


def test_a_reclassification_is_audited_like_everything_else() -> None:
    """The record of all this trade is without fault."""
    assert faults(audited(trade())) == []
