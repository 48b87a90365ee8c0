"""Additional codes and duty expressions: no mix, nothing twice, and goods in transit beside the price test."""

from typing import Any

import pytest

from tests.domain.facts import goods, measure, percent, threshold
from tests.domain.given import founded_bloc
from tests.domain.legal_acts import lawful_bloc, strict_bloc
from tests.domain.trade import assess, item, trading_bloc, usd

PER_KILOGRAM = {"op": "+", "kind": "specific", "amount": "0.35", "currency": "USD", "per": "kg"}


@pytest.mark.parametrize(
    ("duty", "broken"),
    [
        ([percent("4"), PER_KILOGRAM], []),
        ([percent("4"), percent("1")], ["MSR-7"]),
        ([percent("4"), PER_KILOGRAM, PER_KILOGRAM | {"amount": "0.10"}], ["MSR-7"]),
        ([percent("4"), PER_KILOGRAM, PER_KILOGRAM | {"content": "W"}], []),
        ([percent("4"), percent("9") | {"op": "at_most"}], []),
    ],
)
def test_msr_7_each_duty_expression_stands_once(duty: list[dict[str, Any]], broken: list[str]):
    """A compound duty has one rate and one amount per unit; the first rule book let more pass."""
    event = measure(duty=duty)
    assert [rule for rule in strict_bloc().broken(event) if rule.startswith("MSR-")] == broken
    assert lawful_bloc().broken(event) == []


def test_msr_6_no_mix_of_measures_with_and_without_additional_codes():
    """One without is for all codes, so one with a code beside it would meet it (TARIC ME16); other codes do not."""
    bloc = founded_bloc().record(measure(goods=goods("284690", codes=["2200"])))
    assert bloc.broken(measure("us.base.any")) == ["MSR-6"]
    assert bloc.broken(measure("us.base.same", goods=goods("2846", codes=["2200", "2202"]))) == ["MSR-6"]
    assert bloc.broken(measure("us.base.other", goods=goods("284690", codes=["2201"]))) == []


@pytest.mark.parametrize(("code", "duty"), [("2200", "0.00"), ("2201", "60000.00")])
def test_goods_in_transit_are_exempt_and_others_are_tested_against_the_price(code: str, duty: str):
    """As in Regulation (EU) 2025/2351 (trap 10): 2200 was on its way when the measure began, 2201 was not."""
    in_transit = measure(
        "us.safeguard.transit",
        by="us.remedies",
        kind="safeguard",
        goods=goods("284690", codes=["2200"]),
        duty=[percent("0")],
    )
    tested = measure(
        "us.safeguard.tested",
        by="us.remedies",
        kind="safeguard",
        goods=goods("284690", codes=["2201"]),
        duty=[threshold("65.00")],
    )
    bloc = trading_bloc().record(measure(duty=[percent("0")]))
    assert bloc.broken(in_transit) == []
    assert bloc.record(in_transit).broken(tested) == []
    bloc.record(tested)
    goods_of = item("720000.00", "12000", additional_codes=[code], free_at_frontier_value=usd("720000.00"))
    assert assess(bloc, goods_of).total == duty
