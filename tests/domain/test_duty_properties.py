"""What holds for every duty on generated goods: linear, monotone, never below zero."""

from decimal import Decimal

import hypothesis.strategies as st
from hypothesis import given, settings

from contracts.events.declarations import DeclarationItem
from services.tariffs.domain.assessment.assess import Assessment
from services.tariffs.domain.assessment.rounding import round_lines
from tests.domain.facts import measure, percent
from tests.domain.given import Bloc
from tests.domain.trade import LAST_OF_JUNE, assess, base, floored, item, mass, specific, trading_bloc, usd

CENTS = st.integers(min_value=0, max_value=10**12)
GRAMS = st.integers(min_value=1, max_value=10**12)
UNITS = st.sampled_from(["kg", "t", "g", "lb", "ozt", "stn"])

BEFORE_DUTY = floored(base())
"""3.7 % and a floor of 110 USD/kg on the free-at-frontier value before duty."""
PLUS_DUTY = floored(base(), price_basis="cif_plus_duty")
NO_BASE = floored(base(percent("0")))
COMPOUND = trading_bloc().record(base(percent("4"), specific("0.35"), specific("0.40", op="at_least")))


def money(cents: int) -> str:
    """Cents as dollars."""
    return f"{cents // 100}.{cents % 100:02d}"


def kilograms(grams: int) -> str:
    """Grams as kilograms."""
    return f"{grams // 1000}.{grams % 1000:03d}"


def goods_of(cents: int, grams: int) -> DeclarationItem:
    """NdPr oxide of a value and a mass."""
    return item(money(cents), kilograms(grams), cif_value=usd(money(cents)))


def exact_total(assessment: Assessment) -> Decimal:
    """The sum of the lines before rounding."""
    return sum((Decimal(line.exact) for line in assessment.lines), Decimal(0))


def total_of(bloc: Bloc, cents: int, grams: int) -> Decimal:
    """The duty on goods of a value and a mass."""
    return Decimal(assess(bloc, goods_of(cents, grams)).total)


@given(CENTS, GRAMS, st.integers(min_value=2, max_value=50))
def test_duty_is_linear_in_quantity(cents: int, grams: int, times: int) -> None:
    """N times the goods at N times the value owe exactly N times the duty, before rounding."""
    for bloc in (BEFORE_DUTY, PLUS_DUTY, COMPOUND):
        once = exact_total(assess(bloc, goods_of(cents, grams)))
        many = exact_total(assess(bloc, goods_of(cents * times, grams * times)))
        assert many == once * times


@given(CENTS, CENTS, GRAMS)
def test_a_lower_price_never_lowers_the_total(one: int, other: int, grams: int) -> None:
    """Below the floor, who declares less owes no less; the floor duty alone never falls anywhere."""
    lower, higher = sorted((one, other))
    assert total_of(NO_BASE, lower, grams) >= total_of(NO_BASE, higher, grams)
    at_floor = 11 * grams  # cents: 110 USD/kg
    lower, higher = min(lower, at_floor), min(higher, at_floor)
    assert total_of(BEFORE_DUTY, lower, grams) >= total_of(BEFORE_DUTY, higher, grams)


@given(CENTS, GRAMS)
def test_the_floor_duty_is_the_gap_and_never_negative(cents: int, grams: int) -> None:
    """Below the floor, value and floor duty are floor x quantity; at or above it the duty is nothing."""
    (floor_line,) = [
        line for line in assess(BEFORE_DUTY, goods_of(cents, grams)).lines if line.kind == "price_floor"
    ]
    gap = Decimal(110) * grams / 1000 - Decimal(cents) / 100
    assert Decimal(floor_line.exact) == max(Decimal(0), gap)


@given(CENTS, GRAMS)
def test_under_cif_plus_duty_the_total_fills_the_gap(cents: int, grams: int) -> None:
    """The total is floor x quantity less the customs value wherever that exceeds the base duty (E06b)."""
    exact = exact_total(assess(PLUS_DUTY, goods_of(cents, grams)))
    base_duty = Decimal(cents) / 100 * Decimal("3.7") / 100
    gap = Decimal(110) * grams / 1000 - Decimal(cents) / 100
    assert exact == max(base_duty, gap)


@given(GRAMS, UNITS)
def test_the_unit_of_the_mass_changes_nothing(milligrams: int, unit: str) -> None:
    """The same mass in any unit owes the same: a unit price rounded to cents would not survive this."""
    in_unit = mass(kilograms(milligrams), unit)
    priced = {"net_mass": in_unit, "line": "none"}
    per_unit = trading_bloc().record(base(specific("16.25", per=unit)))
    duty = Decimal(assess(per_unit, item("0.00", **priced)).lines[0].exact)
    assert abs(duty - Decimal("16.25") * Decimal(kilograms(milligrams))) <= Decimal("1e-12")


@given(
    st.lists(st.decimals(min_value=0, max_value=10**9, places=6), max_size=8),
    st.sampled_from(["0.01", "1", "0.05", "0.001"]),
    st.sampled_from(["half_up", "half_even", "down"]),
    st.sampled_from(["line", "total"]),
)
def test_rounded_lines_add_up_to_the_total(exacts: list[Decimal], unit: str, mode: str, per: str) -> None:
    """Whatever the member's rule, lines are multiples of its unit, add up, and are at most a unit off."""
    step = Decimal(unit)
    amounts, total = round_lines(exacts, step, mode, per)
    assert sum(amounts, Decimal(0)) == total
    for exact, amount in zip(exacts, amounts, strict=True):
        assert amount % step == 0
        assert abs(amount - exact) <= step
        assert amount >= 0
    assert abs(total - sum(exacts, Decimal(0))) <= step * max(1, len(exacts))


@settings(max_examples=40)
@given(CENTS, st.integers(min_value=1, max_value=400))
def test_a_future_measure_changes_no_earlier_answer(cents: int, days: int) -> None:
    """Recording a value that starts later changes no answer before its start, and none at an earlier K."""
    bloc = floored(base())
    declared = goods_of(cents, 12_000_000)
    known = bloc.position
    before = assess(bloc, declared)
    start = f"{2027 + days // 365}-07-01"
    bloc.record(
        measure("us.safeguard.later", kind="safeguard", duty=[percent("50")], effective_from=start),
    )
    assert assess(bloc, declared).total == before.total
    again = assess(bloc, declared, LAST_OF_JUNE, position=known)
    assert again == before
