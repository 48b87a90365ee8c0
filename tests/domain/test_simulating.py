"""Question 11: what past declarations would have owed under other rules, on the worked examples E06 to E12."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.envelope import Event
from services.tariffs.domain.simulating.sums import Cell, Outcome
from tests.domain import facts, mending
from tests.domain.audited import JULY, trading_record
from tests.domain.ledgered import Record, founded_record
from tests.domain.members import joined
from tests.domain.supposing import duties, simulated, total
from tests.domain.trade import (
    FIRST_OF_JULY,
    LAST_OF_JUNE,
    base,
    declaration,
    expected,
    item_data,
    preference,
)

TO_120 = {"amount": "120.00", "currency": "USD", "per": "kg"}


def declared(record: Record, reference: str, value: str, number: str = "1", **more: Any) -> None:
    """Given a declaration of 12 t of NdPr oxide by an importer of that number."""
    importer = {"scheme": "us.irs", "id": f"12-000000{number}"}
    fields = {name: more.pop(name) for name in ("accepted_at",) if name in more}
    item = item_data(value, **more)
    record.post(declaration(item, reference=reference, importer=importer, **fields), now=JULY)


def four_imports() -> tuple[Record, Event[Any], int]:
    """E06 to E09 in one record, by four importers; the floor of 110 USD/kg, and where it stands."""
    record = founded_record()
    record.post(*joined("US"))
    record.post(base())
    floor = facts.floor()
    record.post(floor)
    position = record.next - 1
    declared(record, "E06", "708000.00", "6")
    declared(record, "E07", "1320000.00", "7")
    declared(record, "E08", "1476000.00", "8")
    declared(record, "E09", "1319999.99", "9")
    return record, floor, position


def test_a_higher_floor_is_reckoned_to_the_cent() -> None:
    """E06 to E09 with a floor of 120 instead of 110 USD/kg: what is above 120 owes what it owed."""
    record, floor, position = four_imports()
    found = simulated(record, mending.corrected(record.bloc, floor, position, price=TO_120))
    assert duties(found) == {
        "E06": (expected("E06")["total"], "638196.00", "758196.00"),
        "E07": (expected("E07")["total"], "48840.00", "168840.00"),
        "E09": (expected("E09")["total"], "48840.01", "168840.01"),
    }
    every = total(found)
    assert (every.items, every.changed, every.not_compared) == (4, 3, 0)
    assert every.without == every.recorded == Decimal("790488.01")  # 638196 + 48840 + 54612 + 48840.01
    assert every.difference == Decimal("360000.00")
    assert (every.below_without, every.below_supposed) == (2, 3)
    assert (every.gap_without, every.gap_supposed) == (Decimal("612000.01"), Decimal("972000.01"))
    assert [name for _, name in found.affected] == ["12-0000006", "12-0000007", "12-0000009"]


def test_sums_by_member_line_and_importer_add_up() -> None:
    """Every way of summing comes to the same, exactly."""
    record, floor, position = four_imports()
    found = simulated(record, mending.corrected(record.bloc, floor, position, price=TO_120))

    def summed(*fields: str) -> Decimal:
        def by(cell: Cell) -> tuple[str, ...]:
            return (*(getattr(cell, field) for field in fields), cell.currency)

        return sum((each.difference for each in found.summed(by).values()), Decimal(0))

    assert summed("member") == summed("line") == summed("scheme", "id") == total(found).difference
    assert found.declarations == 4


def test_a_revision_from_a_day_changes_nothing_before_it() -> None:
    """A floor of 120 from 1 July: goods accepted on 30 June owe what they owed, and those of 1 July 120."""
    record = trading_record()
    declared(record, "JUNE", "708000.00", accepted_at=LAST_OF_JUNE)
    declared(record, "JULY", "708000.00", accepted_at=FIRST_OF_JULY)
    found = simulated(record, facts.floor("120.00", "revised", effective_from="2026-07-01"))
    assert duties(found) == {"JULY": ("638196.00", "638196.00", "758196.00")}


def test_a_measure_that_had_been_terminated_collects_nothing() -> None:
    """E06 without its base duty owes the floor alone; at the floor nothing is owed."""
    record, _, _ = four_imports()
    found = simulated(record, facts.measure_act("terminated", "2026-06-01"))
    assert duties(found)["E06"] == ("638196.00", "638196.00", expected("E06")["floor_duty"])
    assert duties(found)["E07"] == ("48840.00", "48840.00", "0.00")


def test_another_rate_is_another_duty() -> None:
    """E06 at 2.5 % instead of 3.7 %."""
    record, _, _ = four_imports()
    found = simulated(record, facts.measure_act("amended", "2026-06-01"))
    assert duties(found)["E06"] == ("638196.00", "638196.00", "629700.00")


def test_an_earlier_accession_spares_the_goods_and_leaves_the_gap() -> None:
    """E10: had Australia acceded in May, its goods of 30 June would owe nothing, and still be 612 000.00 below."""
    record = trading_record()
    record.post(preference())
    declared(record, "E10", "708000.00", origin="AU", preference_claimed=True, origin_proof=PROOF)
    found = simulated(record, *joined("AU", "2026-05-01"))
    assert duties(found) == {"E10": ("638196.00", "638196.00", expected("E10")["AU_accepted_2026-07-01"])}
    assert total(found).gap_supposed == total(found).gap_without == Decimal("612000.00")


PROOF = {"type": "form_a", "reference": "AU-2026-0001"}


def test_a_revision_that_never_was_is_taken_back() -> None:
    """E11: without the step from 110 to 115 USD/kg, goods of 1 July owe what they owed the day before."""
    record = founded_record()
    record.post(*joined("US"))
    record.post(base(facts.percent("0")))
    record.post(facts.floor())
    revised = facts.floor("115.00", "revised", effective_from="2026-07-01")
    record.post(revised)
    position = record.next - 1
    for reference, day in (("JUNE", LAST_OF_JUNE), ("JULY", FIRST_OF_JULY)):
        declared(record, reference, "1045000.00", net_mass="10000", accepted_at=day)
    found = simulated(record, mending.annulled(record.bloc, revised, position))
    assert duties(found) == {"JULY": ("105000.00", "105000.00", "55000.00")}


def test_what_was_recorded_stands_beside_what_is_known_now() -> None:
    """E12: 96 000.00 were recorded before the correction to 110; supposing 108 is held against both."""
    record = founded_record()
    record.post(*joined("US"))
    floor = facts.floor("112.00")
    record.post(floor)
    position = record.next - 1
    record.post(base(facts.percent("0")))
    declared(record, "E12", "800000.00", net_mass="8000")
    price = {"amount": "110.00", "currency": "USD", "per": "kg"}
    record.post(mending.corrected(record.bloc, floor, position, price=price), now=JULY)
    other = mending.corrected(record.bloc, floor, position, price=price | {"amount": "108.00"})
    found = simulated(record, other)
    assert duties(found) == {"E12": ("96000.00", "80000.00", "64000.00")}


def test_a_period_ends_before_its_last_day_and_runs_by_the_clock_of_the_member() -> None:
    """23:30 on 30 June in New York is June, though it is July in UTC."""
    record = trading_record()
    declared(record, "JUNE", "708000.00", accepted_at=LAST_OF_JUNE)
    declared(record, "JULY", "708000.00", accepted_at=FIRST_OF_JULY)
    raised = facts.floor("120.00", "revised")

    def told(first: str, end: str) -> set[str]:
        return set(
            duties(simulated(record, raised, first=date.fromisoformat(first), end=date.fromisoformat(end)))
        )

    assert told("2026-04-01", "2026-07-01") == {"JUNE"}
    assert told("2026-07-01", "2026-07-02") == {"JULY"}
    assert told("2026-06-30", "2026-07-02") == {"JUNE", "JULY"}
    assert told("2026-07-02", "2027-01-01") == set()


def test_an_item_that_would_be_refused_is_counted_with_the_rule() -> None:
    """DEC-8: a floor on the c.i.f. value cannot be held against goods that declared none; nothing takes its place."""
    record, _, _ = four_imports()
    found = simulated(record, facts.floor("120.00", "revised", price_basis="cif_before_duty"))
    every = total(found)
    assert (every.items, every.not_compared) == (4, 4)
    assert every.recorded_not_compared == Decimal("790488.01")
    assert every.recorded == every.without == every.supposed == Decimal(0)
    (why,) = found.not_compared
    assert why.startswith("refused for DEC-8 with the hypothesis: the item has no cif_value")


def test_a_schedule_takes_its_share_and_the_gap_stays_whole() -> None:
    """E24's schedule on E06: the gap is 612 000.00 whatever share of it is duty."""
    record, _, _ = four_imports()
    bands = [{"above_percent": "10", "share_percent": "30"}, {"above_percent": "40", "share_percent": "50"}]
    found = simulated(
        record, facts.floor("110.00", "revised", schedule={"kind": "graduated", "bands": bands})
    )
    every = total(found)
    assert every.supposed < every.without
    assert every.gap_supposed == every.gap_without == Decimal("612000.01")


def test_a_hypothesis_about_other_goods_changes_nothing() -> None:
    """A floor on gallium leaves NdPr alone: every item is compared, and none changes."""
    record, _, _ = four_imports()
    found = simulated(record, facts.floor("700", named=facts.GALLIUM))
    assert (total(found).items, total(found).changed, found.affected) == (4, 0, ())


def test_what_was_supposed_comes_true_once_it_is_posted() -> None:
    """The rules after posting the hypothesis are those that were supposed, item by item."""
    record, _, _ = four_imports()
    raised = facts.floor("120.00", "revised")
    before = simulated(record, raised)
    record.post(raised, now=JULY)
    after = simulated(record, facts.floor("130.00", "revised"))
    assert {name: duty for name, (_, _, duty) in duties(before).items()} == {
        name: duty for name, (_, duty, _) in duties(after).items() if name != "E08"
    }
    assert total(after).without == total(before).supposed
    assert total(after).gap_without == total(before).gap_supposed


CENTS = st.integers(min_value=1, max_value=200_000_000)


@settings(max_examples=15)
@given(values=st.lists(CENTS, min_size=1, max_size=5), floor_cents=st.integers(11_000, 30_000))
def test_totals_are_the_sum_of_what_each_lacks(values: list[int], floor_cents: int) -> None:
    """Whatever is declared, the difference is what each item lacks to one floor and not to the other."""
    record = trading_record()
    for number, cents in enumerate(values):
        declared(record, f"R{number}", str(Decimal(cents) / 100))
    found: Outcome = simulated(record, facts.floor(str(Decimal(floor_cents) / 100), "revised"))
    lacking = [max(0, 12_000 * floor_cents - cents) - max(0, 12_000 * 11_000 - cents) for cents in values]
    assert total(found).difference == Decimal(sum(lacking)) / 100
    assert total(found).recorded == total(found).without
