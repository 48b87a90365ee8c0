"""Measures and floors are filed by code and in order, so that what is found is what a look through all would find."""

from collections.abc import Sequence
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from contracts.values import Goods
from services.tariffs.domain.histories.filing import ALL, by_prefixes_above, by_prefixes_below, lines_on
from services.tariffs.domain.scope import goods_overlap
from tests.domain.facts import GALLIUM, METAL, OXIDE, TUNGSTEN, floor, goods, measure, measure_act
from tests.domain.given import Bloc, founded_bloc
from tests.domain.listed import line

CODES = ("28", "2846", "284690", "28469040", "2846904000", "2805", "280530", "8112", "81129210", "8112921000")
LINES = (OXIDE, METAL, GALLIUM, TUNGSTEN)

some_goods = st.tuples(
    st.lists(st.sampled_from(CODES), max_size=3, unique=True),
    st.lists(st.sampled_from(LINES), max_size=2, unique=True),
).filter(lambda drawn: bool(drawn[0] or drawn[1]))


def recorded(*drawn: tuple[list[str], list[str]]) -> tuple[Bloc, list[Any]]:
    """A bloc with a base measure on each of these goods, whatever the rules think of it."""
    named = [goods(*prefixes, lines=lines) for prefixes, lines in drawn]
    bloc = founded_bloc()
    for number, on in enumerate(named):
        bloc.record(measure(f"us.base.{number}", goods=on))
    return bloc, named


@given(st.lists(some_goods, max_size=6), some_goods)
def test_msr_6_finds_through_the_files_what_a_look_through_all_measures_finds(
    drawn: Sequence[tuple[list[str], list[str]]], new: tuple[list[str], list[str]]
):
    """Goods above and below, lines and their national codes: no overlap is missed, and none is made up."""
    bloc, named = recorded(*drawn)
    wanted = goods(*new[0], lines=new[1])
    found = [
        violation.detail.split(" ")[0] for violation in bloc.violations(measure("us.base.new", goods=wanted))
    ]
    asked = msgspec.convert(wanted, Goods)
    overlapping = [
        f"us.base.{number}"
        for number, on in enumerate(named)
        if goods_overlap(bloc.rules, "US", asked, msgspec.convert(on, Goods)) is not None
    ]
    assert found == overlapping


@given(st.lists(some_goods, max_size=6), st.sampled_from(CODES))
def test_the_files_lead_to_every_prefix_above_and_below_a_code(
    drawn: Sequence[tuple[list[str], list[str]]], code: str
):
    """And to no other."""
    bloc, _ = recorded(*drawn)
    over = {
        f"us.base.{n}" for n, (prefixes, _) in enumerate(drawn) if any(code.startswith(p) for p in prefixes)
    }
    under = {
        f"us.base.{n}"
        for n, (prefixes, _) in enumerate(drawn)
        if any(p.startswith(code) and p != code for p in prefixes)
    }
    assert set(by_prefixes_above(bloc.rules, "US", code)) == over
    assert set(by_prefixes_below(bloc.rules, "US", code)) == under
    assert not set(by_prefixes_above(bloc.rules, "EU", code))


def test_lines_are_found_under_a_subheading_and_under_what_is_above_it():
    """The gallium line under 8112 92, under 8112 and under chapter 81; a longer code is of its subheading."""
    bloc = founded_bloc().record(line("gallium.alloy.ga_in", "810690"))
    assert list(lines_on(bloc.rules, "8112921000")) == [GALLIUM]
    assert list(lines_on(bloc.rules, "8112")) == [GALLIUM]
    assert set(lines_on(bloc.rules, "81")) == {GALLIUM, "gallium.alloy.ga_in"}


def test_measures_and_floors_stand_in_order_of_their_first_recording():
    """Acts on them put nothing in order anew; each territory has a row of its own."""
    bloc = founded_bloc().record(
        measure(), floor(), measure_act("amended", "2026-09-01"), measure("eu.base.284690", by="eu.trade")
    )
    rules = bloc.rules
    streams = ["measure/us.base.284690", f"floor/{OXIDE}", "measure/eu.base.284690"]
    assert list(rules.rules_in_order[ALL]) == streams
    assert [list(rules.rules_in_order[whose]) for whose in ("US", "BLOC", "EU")] == [[one] for one in streams]
