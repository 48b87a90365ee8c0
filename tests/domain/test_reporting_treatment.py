"""Question 14: the same goods on the same day, and why members' duties differ."""

from decimal import Decimal
from typing import Any

from contracts.envelope import Event
from services.tariffs.domain.reporting.treatment import Difference, Treatment, TreatmentReport
from tests.domain import facts
from tests.domain.ledgered import Record
from tests.domain.reporting import (
    JUNE,
    MIDSUMMER,
    british,
    imported,
    imported_by_gb,
    imports_of,
    reported,
    us_record,
)
from tests.domain.trade import claimed, item_data

ABOVE = item_data("1476000.00")
"""12 t at 123 USD/kg: above the floor."""


def treatment(record: Record) -> Treatment:
    """The report."""
    imports = imports_of(record)
    return reported(imports, TreatmentReport(imports.rules))


def effects(difference: Difference) -> dict[str, str]:
    """What each step adds, those that add something."""
    summed = sum(Decimal(effect.points) for effect in difference.effects)
    assert summed == Decimal(difference.points)
    return {effect.step: effect.points for effect in difference.effects if effect.points != "0"}


def both(gb_duty: str = "5.5", terms: dict[str, Any] | None = None) -> Record:
    """The same goods into the US (3.7 %) and the United Kingdom on midsummer."""
    record = british(us_record(), gb_duty, **(terms or {}))
    imported(record, "A-1", ABOVE, accepted_at=JUNE)
    imported_by_gb(record, "B-1", ABOVE)
    return record


def test_a_higher_rate_of_duty_is_the_law_of_the_other():
    """5.5 % against 3.7 %: 1.8 points, all of it the measure; the pound has next to nothing to do with it."""
    found = treatment(both())
    assert (found.goods, found.same, len(found.differences)) == (1, 0, 1)
    (difference,) = found.differences
    assert (difference.day, difference.origin) == (MIDSUMMER, "CN")
    by_gb = effects(difference)
    assert abs(Decimal(by_gb["law"]) - Decimal("-1.8")) < Decimal("0.0001")
    assert difference.one.member == "GB"
    assert Decimal(difference.other.equivalent) == Decimal("3.7")
    assert "duty" in {one.aspect for one in difference.said}


def test_the_same_duty_is_no_difference():
    """In one currency and by one rate the equivalents are equal."""
    dollars = {"currency": "USD", "exchange_rate_rule": "none"}
    found = treatment(both("3.7", dollars))
    assert (found.goods, found.same, found.differences) == (1, 1, ())


def test_rounding_is_told_from_the_rate():
    """A member that rounds duty to whole hundreds: the difference is its rounding, and nothing else."""
    coarse = {"unit": "100", "mode": "half_up", "per": "line"}
    dollars = {"currency": "USD", "exchange_rate_rule": "none", "duty_rounding": coarse}
    (difference,) = treatment(both("3.7", dollars)).differences
    assert set(effects(difference)) == {"rounding"}


def test_another_classification_is_told_from_the_law():
    """The US declaration names an additional code; by British law that code suspends the duty."""
    suspended = facts.measure(
        "gb.suspension.284690",
        by="gb.trade",
        kind="autonomous_suspension",
        goods=facts.goods("284690", codes=["C999"]),
        duty=[facts.percent("0")],
    )
    (difference,) = treatment(declared_by_us(suspended, additional_codes=["C999"])).differences
    assert effects(difference) == {"classification": "-5.5", "law": "3.7"}
    assert "classification" in {one.aspect for one in difference.said}


def test_a_claim_is_told_from_the_law():
    """The US declaration claims a preference that British law would have granted."""
    preferred = facts.measure(
        "gb.preference.cn.284690", by="gb.trade", kind="preference", duty=[facts.percent("0")]
    )
    (difference,) = treatment(declared_by_us(preferred, **claimed())).differences
    assert effects(difference) == {"claim": "-5.5", "law": "3.7"}


def declared_by_us(british_measure: Event[Any], **declared: Any) -> Record:
    """The same goods into the United Kingdom (5.5 %, in dollars) and, declared in another way, into the US."""
    record = british(us_record(), "5.5", currency="USD", exchange_rate_rule="none")
    record.post(british_measure)
    imported_by_gb(record, "B-1", ABOVE)
    imported(record, "A-1", ABOVE | declared, accepted_at=JUNE)
    return record


def test_one_member_alone_treats_nobody_differently():
    """Two declarations of one member are no two members."""
    record = us_record()
    imported(record, "A-1", ABOVE, accepted_at=JUNE)
    imported(record, "A-2", ABOVE, accepted_at=JUNE)
    assert treatment(record).goods == 0
