"""Question 25: which measures no longer cover what they covered, since codes changed."""

from datetime import date

from services.tariffs.domain.reporting.coverage import CoverageChanges, CoverageReport
from tests.domain.facts import OXIDE, goods, measure, measure_act, percent
from tests.domain.ledgered import Record
from tests.domain.mending import corrected
from tests.domain.reclassifying import reclassified
from tests.domain.reporting import JUNE, imported, imports_of, reported, us_record


def coverage(record: Record) -> CoverageChanges:
    """The report."""
    imports = imports_of(record)
    return reported(imports, CoverageReport(imports.rules))


def test_a_measure_that_stays_behind_is_named_with_what_hangs_on_it():
    """NdPr oxide moves to an edition of 2028, the base duty stays in that of 2022: lost, with 26 196.00 USD on it."""
    record = us_record()
    imported(record, "A-1", accepted_at=JUNE)
    record.post(reclassified())
    found = coverage(record)
    assert (found.reclassified, found.kept) == (1, 0)
    (change,) = found.changes
    assert (change.measure, change.kind, change.change) == ("us.base.284690", "base", "lost")
    assert (change.was, change.now, change.day) == ("284690 (HS2022)", "284691 (HS2028)", date(2028, 1, 1))
    assert change.before == "284690 is a prefix of 284690"
    assert change.after == "its goods are in HS2022, the item is in HS2028"
    assert (change.items, change.duties) == (1, (("USD", "26196.00"),))


def test_a_measure_that_follows_is_kept_and_one_for_the_new_code_gained():
    """Within one edition, a prefix above both codes still covers; one on the new code alone covers since then."""
    record = us_record()
    record.post(measure("us.safeguard.2846", by="us.remedies", kind="safeguard", goods=goods("2846")))
    record.post(measure("us.base.284699", goods=goods("284699")))
    record.post(reclassified(hs6="284699", hs_edition="HS2022", effective_from="2027-01-01"))
    found = coverage(record)
    assert found.kept == 1
    assert [(change.measure, change.change) for change in found.changes] == [
        ("us.base.284690", "lost"),
        ("us.base.284699", "gained"),
    ]


def test_a_measure_amended_for_the_day_is_kept():
    """Its new terms are in the new edition and begin with it: nothing is lost."""
    record = us_record()
    record.post(reclassified())
    follows = goods("284691") | {"hs_edition": "HS2028"}
    record.post(measure_act("amended", "2028-01-01", goods=follows, duty=[percent("3.7")]))
    found = coverage(record)
    assert (found.kept, found.changes) == (1, ())


def test_a_line_named_by_a_measure_is_followed_within_an_edition():
    """Who names the line of the catalogue and not its code need not care where the code goes."""
    record = us_record()
    named = goods(lines=[OXIDE])
    record.post(measure("us.safeguard.ndpr", by="us.remedies", kind="safeguard", goods=named))
    record.post(reclassified(hs6="284699", hs_edition="HS2022", effective_from="2027-01-01"))
    found = coverage(record)
    assert found.kept == 1
    assert [change.measure for change in found.changes] == ["us.base.284690"]


def test_a_corrected_definition_is_a_change_too():
    """The line never was under 2846 90: what covered it by that code never should have."""
    record = us_record()
    defined = record.bloc.rules.lines[OXIDE][0]
    record.post(corrected(record.bloc, defined.event, defined.position, hs6="284610"))
    (change,) = coverage(record).changes
    assert (change.measure, change.change) == ("us.base.284690", "lost")
    assert change.position == record.next - 1


def test_nothing_was_reclassified():
    """Then there is nothing to say."""
    found = coverage(us_record())
    assert (found.reclassified, found.kept, found.changes) == (0, 0, ())
