"""Graduated schedules and caps: the adjustable duty takes a growing share of the gap, and never more than its cap."""

from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from contracts.duty_expressions import AdValorem
from tests.domain.facts import floor, goods, measure, origins, percent, threshold
from tests.domain.members import joined
from tests.domain.rates import MIDSUMMER, british_bloc, money, rate
from tests.domain.trade import (
    assess,
    base,
    claimed,
    expected,
    floored,
    formula_of,
    item,
    of_kind,
    trading_bloc,
    usd,
)

BANDS = [("10", "30"), ("40", "50"), ("60", "70"), ("75", "90")]
"""Regulation (EC) No 504/2007, article 3: above which fall of the price, which share of the excess."""
GRADUATED: dict[str, Any] = {
    "kind": "graduated",
    "bands": [{"above_percent": above, "share_percent": share} for above, share in BANDS],
}
TRIGGER: dict[str, Any] = {"price": usd("100") | {"per": "kg"}, "schedule": GRADUATED}


def test_e24_a_graduated_floor() -> None:
    """A price of 55 against 100 falls by 45 %: 30 % of 30 and 50 % of 5 on each of 1 000 units."""
    assessment = assess(floored(base(percent("0")), **TRIGGER), item("55000.00", "1000"))
    assert of_kind(assessment, "price_floor") == expected("E24")["duty"]
    formula = "of max(0, 100 USD/kg x 1000 kg - 55000.00 USD): 30000 x 30 / 100 + 5000 x 50 / 100"
    assert formula_of(assessment, "price_floor") == formula


def test_e24_as_a_safeguard_measure() -> None:
    """The same trigger as a measure on a code, which is what the regulation is."""
    duty = threshold("100") | {"schedule": GRADUATED}
    bloc = trading_bloc().record(
        base(percent("0")), base(duty, name="us.safeguard.trigger", kind="safeguard")
    )
    assert (
        of_kind(assess(bloc, item("55000.00", "1000", line="none")), "safeguard") == expected("E24")["duty"]
    )


def test_e23_a_contract_for_difference_is_the_gap_to_its_price_and_no_duty() -> None:
    """What the contract pays at 59 is what a border floor of 110 would charge on the same quarter; what it gives back
    at 123 is 30 % of the gap the other way. A bloc that records no floor charges neither (trap 19)."""
    at_59, at_110 = item("33158000.00", "562000"), item("61820000.00", "562000")
    upside = {"kind": "graduated", "bands": [{"above_percent": "0", "share_percent": "30"}]}
    shared = floored(base(percent("0")), price=usd("123") | {"per": "kg"}, schedule=upside)
    to_producer = of_kind(assess(floored(base(percent("0"))), at_59), "price_floor")
    to_government = of_kind(assess(shared, at_110), "price_floor")
    assert to_producer == expected("E23")["at_59_pay_producer"]
    assert to_government == expected("E23")["at_123_pay_government"]
    assert assess(trading_bloc().record(base(percent("0"))), at_59).total == "0.00"


@pytest.mark.parametrize(
    ("price", "per_unit"),
    [("100", "0"), ("90", "0"), ("89.99", "0.003"), ("60", "9"), ("40", "19"), ("25", "29.5"), ("0", "52")],
)
def test_each_band_takes_its_share_of_its_own_part(price: str, per_unit: str) -> None:
    """At the border of a band nothing jumps; a gap in the free band owes nothing."""
    value = f"{Decimal(price) * 1000:.2f}"
    assessment = assess(floored(base(percent("0")), **TRIGGER), item(value, "1000"))
    assert of_kind(assessment, "price_floor") == f"{Decimal(per_unit) * 1000:.2f}"


def test_a_graduated_floor_in_dollars_is_owed_in_pounds() -> None:
    """The bands are shares, so they are the same in any currency; 11 500 USD are 9 200 GBP at 1.25."""
    bloc = british_bloc().record(floor(**TRIGGER), rate("1.25"))
    worth = money("55000.00")
    declared = item("55000.00", "1000", customs_value=worth, free_at_frontier_value=worth)
    assert of_kind(assess(bloc, declared, MIDSUMMER, member="GB"), "price_floor") == "9200.00"


def test_an_alert_tells_the_whole_gap() -> None:
    """Goods of the bloc at 55 are 45 below the floor, whatever share of that others would owe."""
    bloc = floored(base(), **TRIGGER).record(*joined("AU", territories=["AU"]))
    undercut = assess(bloc, item("55000.00", "1000", origin="AU", **claimed())).undercut
    assert undercut is not None
    assert (undercut.gap.amount, undercut.gap_per_unit.amount) == ("45000.00", "45.00")


def test_e25_the_lesser_duty() -> None:
    """Of a dumping margin of 42 % and an injury margin of 27.5 % the smaller one is the duty."""
    lesser = [percent("42"), percent("27.5") | {"op": "at_most"}]
    bloc = trading_bloc().record(
        *joined("EU", territories=["FR"], legal_tz="Europe/Paris", currency="EUR"),
        measure("eu.base.284690", by="eu.trade", goods=goods("284690"), duty=[percent("0")]),
        measure("eu.ad.284690", by="eu.remedies", kind="anti_dumping", origins=origins("CN"), duty=lesser),
    )
    worth = money("80000.00", "EUR")
    assessment = assess(bloc, item(customs_value=worth, line="none"), member="EU")
    assert of_kind(assessment, "anti_dumping") == expected("E25")["duty"]
    (line,) = [line for line in assessment.lines if line.kind == "anti_dumping"]
    assert isinstance(line.component, AdValorem)
    assert line.component.percent == expected("E25")["rate"]


@given(st.decimals("0", "110000", places=2), st.decimals("0", "110000", places=2))
def test_a_lower_price_never_owes_less(one: Decimal, other: Decimal) -> None:
    """And what is owed is never more than the gap."""
    bloc = floored(base(percent("0")), **TRIGGER)
    low, high = sorted((one, other))
    owed = [
        Decimal(of_kind(assess(bloc, item(f"{value:.2f}", "1000")), "price_floor")) for value in (low, high)
    ]
    assert owed[0] >= owed[1]
    assert owed[0] <= max(Decimal(0), Decimal(100000) - low)
