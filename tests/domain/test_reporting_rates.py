"""Question 19: which assessments rest on a rate of exchange, and what if it is corrected."""

from datetime import date

import msgspec
import pytest

from services.tariffs.domain.reporting.rates import RateReport, RateUses, rate_in_force
from tests.domain.audited import JULY
from tests.domain.customs import act, basis
from tests.domain.ledgered import Record
from tests.domain.mending import corrected
from tests.domain.reporting import british, imported_by_gb, imports_of, reported, us_record
from tests.domain.trade import item_data

HMRC = "hmrc.gbp.usd"
JUNE = date(2026, 6, 24)


def uses(record: Record, corrected_to: str = "") -> RateUses:
    """The report on the British rate of June."""
    imports = imports_of(record)
    rate = rate_in_force(imports.rules, HMRC, JUNE)
    assert rate is not None
    return reported(imports, RateReport(imports.rules, rate, corrected_to))


def british_imports() -> Record:
    """Two British declarations in dollars, and one in pounds that is above the floor."""
    record = british(us_record(), "0")
    imported_by_gb(record, "B-1", item_data("237500.00", "2500"))
    imported_by_gb(record, "B-2", item_data("190000.00", "2000"))
    pounds = {"amount": "1000000.00", "currency": "GBP"}
    imported_by_gb(record, "B-3", item_data("1.00", "1", customs_value=pounds, line="none"))
    return record


def test_the_assessments_that_name_the_rate_are_those_that_used_it():
    """Two of three: the one in pounds of no line needed no rate."""
    found = uses(british_imports())
    assert (found.items, found.rate, found.corrected_to) == (2, "1.3399", "")
    assert [use.item for use in found.uses] == ["GB/B-1#1", "GB/B-2#1"]
    (total,) = found.totals
    assert (total.assessed, total.due) == ("50376.89", "")


def test_a_corrected_rate_is_tried_without_recording_anything():
    """1.3421 instead of 1.3399: 37 500 USD are 27 941.29 GBP, so 45.87 are to be refunded; exactly as if recorded."""
    record = british_imports()
    found = uses(record, "1.3421")
    (first,) = [use for use in found.uses if use.item == "GB/B-1#1"]
    assert (first.assessed, first.now, first.corrected, first.due) == (
        "27987.16",
        "27987.16",
        "27941.29",
        "-45.87",
    )
    assert found.not_known == 0


def test_what_is_tried_is_what_a_recorded_correction_comes_to():
    """The correction is recorded, and a reassessment ordered: the duty that it derives is the one foreseen."""
    record = british_imports()
    foreseen = {use.item: use.corrected for use in uses(record, "1.3421").uses}
    rate = record.bloc.rules.exchange_rates[HMRC][0]
    record.post(corrected(record.bloc, rate.event, rate.position, rate="1.3421"))
    order = act(
        "reassessment.ordered",
        by="gb.customs",
        member="GB",
        reference="B-1",
        ordered_at="2026-06-30T10:00:00+01:00",
        reason="The rate was corrected",
        legal_basis=basis("48"),
    )
    derived = record.post(order, now=JULY).derived
    assert derived[0].data.total == foreseen["GB/B-1#1"]
    found = uses(record)
    assert (found.rate, len(found.positions), found.items) == ("1.3421", 2, 2)


def test_what_is_no_rate_is_no_hypothesis():
    """A rate is a decimal of the language."""
    with pytest.raises(msgspec.ValidationError):
        uses(british_imports(), "1,3421")
