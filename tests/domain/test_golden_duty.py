"""The worked examples about duty, each by its id, exact to the digit against the project's own copy."""

from decimal import Decimal
from typing import Any

import pytest

from services.tariffs.domain.assessment.assess import Assessment
from tests.domain.facts import (
    OXIDE,
    TUNGSTEN,
    floor,
    goods,
    measure,
    measure_act,
    origins,
    percent,
    threshold,
)
from tests.domain.members import joined
from tests.domain.trade import (
    FIRST_OF_JULY,
    GOLDEN,
    LAST_OF_JUNE,
    amounts,
    assess,
    base,
    claimed,
    expected,
    floored,
    formula_of,
    item,
    mass,
    of_kind,
    preference,
    specific,
    trading_bloc,
    usd,
)

EVEN_DOLLARS = {"value_rounding": {"unit": "1", "mode": "half_up"}}
"""19 CFR 159.3(a): ad valorem duties are taken on whole dollars."""


def test_e01_ad_valorem() -> None:
    """2.1 % of 412 345.67 USD is 8 659.26 by the house rule."""
    bloc = trading_bloc().record(base(percent("2.1"), code="850511"))
    magnets = item("412345.67", commodity_code="8505110070", line=None)
    assert assess(bloc, magnets).total == expected("E01")["duty"]


def test_e01b_ad_valorem_on_even_dollars() -> None:
    """The same goods under the United States' own rule owe one cent more: the rounding rule is data."""
    bloc = trading_bloc(**EVEN_DOLLARS).record(base(percent("2.1"), code="850511"))
    assessment = assess(bloc, item("412345.67", commodity_code="8505110070", line=None))
    assert assessment.total == expected("E01b")["duty"]
    assert assessment.lines[0].exact == "8659.266"
    assert ("value_rounding", "412346") in [(step.step, step.exact) for step in assessment.trace]


def test_value_rounding_touches_ad_valorem_bases_only() -> None:
    """Even dollars change neither a specific duty nor the gap to a floor."""
    bloc = trading_bloc(**EVEN_DOLLARS).record(base(specific("0.007")), floor())
    assessment = assess(bloc, item("707999.51", "12000"))
    assert amounts(assessment) == ["84.00", "612000.49"]


def test_e02_specific() -> None:
    """0.7 cents on each of 24 750 kg of zinc dust."""
    bloc = trading_bloc().record(base(specific("0.007"), code="790310"))
    zinc = item("60000.00", "24750", commodity_code="7903100000", line=None)
    assessment = assess(bloc, zinc)
    assert assessment.total == expected("E02")["duty"]
    assert (assessment.lines[0].basis.amount, assessment.lines[0].basis.unit) == ("24750", "kg")


def test_e03_compound() -> None:
    """4 % and 0.35 USD/kg are two lines that name their own basis, and add up."""
    bloc = trading_bloc().record(base(percent("4"), specific("0.35")))
    assessment = assess(bloc, item("96000.00", "8000", line="none"))
    assert amounts(assessment) == [expected("E03")["ad_valorem"], expected("E03")["specific"]]
    assert assessment.total == expected("E03")["duty"]


def test_e04_contained_metal() -> None:
    """0.375 USD for each kilogram of tungsten in 20 t of concentrate with 51.55 % of it."""
    bloc = trading_bloc().record(base(specific("0.375", content="W"), code="261100"))
    content = {"substance": "W", "percent": "51.55"}
    concentrate = item("300000.00", "20000", commodity_code="2611006000", line=TUNGSTEN, content=content)
    assessment = assess(bloc, concentrate)
    assert assessment.total == expected("E04")["duty"]
    assert formula_of(assessment, "base") == "0.375 USD/kg W x 20000 kg x 51.55 / 100"


@pytest.mark.parametrize(
    ("example", "bound"),
    [("E05a", specific("0.50", op="at_least")), ("E05b", specific("0.30", op="at_most"))],
)
def test_e05_minimum_and_maximum(example: str, bound: dict[str, str]) -> None:
    """In tariff language MIN is a minimum duty and takes the larger amount, MAX the smaller."""
    bloc = trading_bloc().record(base(percent("5"), bound))
    assessment = assess(bloc, item("40000.00", "5000", line="none"))
    assert assessment.total == expected(example)["duty"]
    assert [line.component.op for line in assessment.lines] == [bound["op"]]


@pytest.mark.parametrize("example", ["E06", "E07", "E08", "E09"])
def test_e06_to_e09_floor_duty(example: str) -> None:
    """The floor duty is the gap to 110 USD/kg: all of it below, a cent at a cent, nothing above."""
    value = GOLDEN[example]["input"]["customs_value"].removesuffix(" USD")
    assessment = assess(floored(), item(value))
    assert of_kind(assessment, "base") == expected(example)["base_duty"]
    assert of_kind(assessment, "price_floor") == expected(example)["floor_duty"]
    assert assessment.total == expected(example)["total"]
    assert assessment.complete
    assert assessment.status == "final"


def test_e06b_cif_plus_duty() -> None:
    """On the basis that counts the duty (TARIC condition G) the base duty narrows the gap."""
    bloc = floored(base(), price_basis="cif_plus_duty")
    assessment = assess(bloc, item(cif_value=usd("708000.00")))
    assert of_kind(assessment, "price_floor") == expected("E06b")["floor_duty"]
    assert assessment.total == expected("E06b")["total"]


def test_e10_member_and_non_member() -> None:
    """Australia accedes on 1 July: the day before its goods owe all, then nothing, with an alert."""
    bloc = floored(base(), preference()).record(*joined("AU", "2026-07-01", territories=["AU"]))
    australian = item(origin="AU", **claimed())
    for day in (LAST_OF_JUNE, FIRST_OF_JULY):
        assert assess(bloc, item(), day).total == expected("E10")["CN_any_day"]
    before = assess(bloc, australian, LAST_OF_JUNE)
    assert before.total == expected("E10")["AU_accepted_2026-06-30"]
    assert before.undercut is None
    after = assess(bloc, australian, FIRST_OF_JULY)
    assert after.total == expected("E10")["AU_accepted_2026-07-01"]
    assert [line.kind for line in after.lines] == ["preference"]
    assert after.undercut is not None
    assert (after.undercut.declared_value.amount, after.undercut.floor_value.amount) == (
        "708000.00",
        "1320000.00",
    )
    assert after.undercut.gap.amount == "612000.00"
    assert f"{after.undercut.gap_per_unit.amount} USD/kg below" in expected("E10")["AU_alert_2026-07-01"]
    assert after.undercut.cites.stream == f"floor/{OXIDE}"


@pytest.mark.parametrize(
    ("accepted_at", "key"),
    [(LAST_OF_JUNE, "accepted_2026-06-30"), (FIRST_OF_JULY, "accepted_2026-07-01")],
)
def test_e11_floor_revised(accepted_at: str, key: str) -> None:
    """A floor that is revised from 1 July changes no duty of 30 June, though both are known."""
    bloc = floored(base(percent("0"))).record(floor("115.00", verb="revised", effective_from="2026-07-01"))
    assert assess(bloc, item("1045000.00", "10000"), accepted_at).total == expected("E11")[key]


def test_e12_what_was_known_when() -> None:
    """The floor of 20 May as known on three days: not known, then 112, then 110; only K changes."""
    bloc = trading_bloc().record(base(percent("0")))
    declared, accepted_at = item("800000.00", "8000"), "2026-05-20T12:00:00-04:00"
    before = bloc.position
    bloc.record(floor("112.00"))
    first = bloc.position
    bloc.record(floor("110.00", verb="revised"))
    known = {"K=2026-05-31": first, "K=2026-06-30": bloc.position}
    for key, position in known.items():
        assessment = assess(bloc, declared, accepted_at, position=position)
        assert (assessment.total, assessment.complete) == (expected("E12")[key], True)
    unknown = assess(bloc, declared, accepted_at, position=before)
    assert unknown.total == expected("E12")["K=2026-05-02"]["duty"]
    assert unknown.complete is expected("E12")["K=2026-05-02"]["complete"]
    assert [missing.what for missing in unknown.unknown] == ["floor"]


@pytest.mark.parametrize("day", ["2026-07-31", "2026-08-15", "2026-10-01"])
def test_e13_suspended_measure(day: str) -> None:
    """A suspension from 1 August to before 1 October masks the base duty; the measure stays."""
    suspended = measure_act("suspended", "2026-08-01", effective_to="2026-10-01")
    bloc = trading_bloc().record(base(percent("5.5")), suspended)
    assessment = assess(bloc, item("250000.00", line="none"), f"{day}T12:00:00-04:00")
    assert assessment.total == expected("E13")[day]
    assert assessment.complete


def ferrosilicon(value: str, tonnes: str) -> Assessment:
    """Ferro-silicon into the EU under the threshold of Regulation (EU) 2025/2351, out of quota."""
    duty = threshold("2408")
    duty["price"] |= {"currency": "EUR", "per": "t"}
    goods_of_act: dict[str, Any] = {"by": "eu.trade", "goods": goods("720221")}
    bloc = trading_bloc().record(
        *joined("EU", territories=["FR", "DE"], legal_tz="Europe/Brussels", currency="EUR"),
        measure("eu.base.720221", **goods_of_act, duty=[percent("0")]),
        measure(
            "eu.safeguard.2025-2351.fesi",
            **goods_of_act,
            kind="safeguard",
            origins=origins("ERGA_OMNES", exclude=["KE", "UA"]),
            duty=[duty],
        ),
    )
    worth = {"amount": value, "currency": "EUR"}
    declared = item(
        commodity_code="7202210000",
        line=None,
        net_mass=mass(tonnes, "t"),
        customs_value=worth,
        free_at_frontier_value=worth,
    )
    return assess(bloc, declared, "2026-06-15T10:00:00+02:00", member="EU")


@pytest.mark.parametrize(
    ("value", "tonnes", "key"),
    [
        ("602500.00", "500", "out_of_quota"),
        ("385600.00", "320", "quota_left_180t"),
        ("1204000.00", "500", "price_2408_or_more"),
    ],
)
def test_e14_safeguard_threshold(value: str, tonnes: str, key: str) -> None:
    """Out of quota the variable duty is the threshold less the free-at-frontier price, per tonne."""
    assessment = ferrosilicon(value, tonnes)
    assert of_kind(assessment, "safeguard") == expected("E14")[key]
    assert assessment.total == expected("E14")[key]


def test_e15_stacking() -> None:
    """Trade remedies add to the base duty, each line rounded, then summed (a CBP 7501 line)."""
    bloc = trading_bloc().record(
        base(percent("2.9")),
        base(percent("25"), name="us.safeguard.301", kind="safeguard"),
        base(percent("50"), name="us.safeguard.232", kind="safeguard"),
    )
    assessment = assess(bloc, item("14172.00", line="none"))
    results = expected("E15")
    assert amounts(assessment) == [results["mfn_2.9"], results["s301_25"], results["s232_50"]]
    assert assessment.total == results["total"]


def test_e18_pounds_and_kilograms() -> None:
    """The price of cobalt in USD/lb is never rounded to a unit price in kilograms."""
    bloc = floored(base(percent("0")), price=usd("40.00") | {"per": "kg"})
    assessment = assess(bloc, item(expected("E18")["customs_value"], "20000"))
    assert of_kind(assessment, "price_floor") == expected("E18")["floor_duty"]
    in_pounds = floored(base(percent("0")), price=usd("16.25") | {"per": "lb"})
    cheap = assess(in_pounds, item("0.00", "20000"))
    assert of_kind(cheap, "price_floor") == expected("E18")["customs_value"]
    formula = "max(0, 16.25 USD/lb x 20000 kg / 0.45359237 kg/lb - 0.00 USD)"
    assert formula_of(cheap, "price_floor") == formula


@pytest.mark.parametrize(
    ("key", "price", "per", "value", "unit"),
    [("a", "110000", "t", "1.25", "t"), ("b", "110", "kg", "1250", "kg"), ("a", "110000", "t", "1250", "kg")],
)
def test_e18b_tonnes_and_kilograms(key: str, price: str, per: str, value: str, unit: str) -> None:
    """A floor per tonne and one per kilogram give the same duty, however the mass is declared."""
    bloc = floored(base(percent("0")), price=usd(price) | {"per": per})
    assessment = assess(bloc, item("120000.00", net_mass=mass(value, unit)))
    assert of_kind(assessment, "price_floor") == expected("E18b")[key]


def test_e18c_metric_ton_units() -> None:
    """12 t of APT with 88.5 % WO3 are 1 062 mtu, worth 1 115 100 USD at 1 050 a unit."""
    bloc = floored(base(percent("0")), price=usd("1050") | {"per": "mtu", "content": "WO3"})
    content = {"substance": "WO3", "percent": "88.5"}
    assessment = assess(bloc, item("0.00", net_mass=mass("12", "t"), content=content))
    assert of_kind(assessment, "price_floor") == expected("E18c")["value"]
    by_supplement = item("0.00", net_mass=mass("12", "t"), supplementary=mass("1062", "mtu", "WO3"))
    assert assess(bloc, by_supplement).total == expected("E18c")["value"]


@pytest.mark.parametrize(("per", "key"), [("line", "per_line_then_sum"), ("total", "sum_then_round")])
def test_e26_rounding_per_line_or_on_the_total(per: str, key: str) -> None:
    """Three lines of 1.6675: rounded each 5.01, rounded as a sum 5.00; the lines add up both times."""
    rounding = {"unit": "0.01", "mode": "half_up", "per": per}
    bloc = trading_bloc(duty_rounding=rounding).record(
        *(base(percent("5"), name=f"us.safeguard.{n}", kind="safeguard") for n in range(3)),
        base(percent("0")),
    )
    assessment = assess(bloc, item("33.35", line="none"))
    assert assessment.total == expected("E26")[key]
    assert sum(map(Decimal, amounts(assessment))) == Decimal(assessment.total)
