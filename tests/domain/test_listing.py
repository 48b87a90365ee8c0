"""Lists of rules: by what they are about, in an order that never changes, page by page."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.tariffs.domain.answers.listing import Page, RulesFilter, RulesView, rules_at
from tests.domain.facts import (
    GALLIUM,
    METAL,
    OXIDE,
    floor,
    goods,
    measure,
    measure_act,
    origins,
)
from tests.domain.given import Bloc, founded_bloc
from tests.domain.members import joined

JUNE = date(2026, 6, 15)


def found(bloc: Bloc, wanted: RulesFilter) -> tuple[list[str], list[str]]:
    """Names of the measures and lines of the floors in an answer."""
    view = rules_at(bloc.rules, JUNE, bloc.position, wanted)
    return [one.measure for one in view.measures], [one.line for one in view.floors]


def tariff() -> Bloc:
    """Seven rules on 2846, 2805 and gallium, of two territories; one is suspended."""
    return founded_bloc().record(
        *joined("US"),
        measure(),
        floor(),
        measure("us.preference.28", kind="preference", goods=goods("28"), origins=origins("BLOC")),
        measure("us.base.28469040", goods=goods("28469040"), origins=origins("KE")),
        measure_act("suspended", "2026-06-01", "us.base.28469040"),
        measure("eu.base.284690", by="eu.trade"),
        measure("us.base.ga", goods=goods(lines=[GALLIUM])),
        floor(named=METAL),
    )


def test_q5_rules_on_a_code_from_an_origin_in_a_territory_come_with_basis_and_expiry():
    """2846 90 from China into the US: the base duty and the floor of the oxide; what reaches Kenya or the bloc not."""
    bloc = tariff().record(measure_act("terminated", "2027-01-01"))
    asked = RulesFilter(territory="US", code="284690", origin="CN")
    view = rules_at(bloc.rules, JUNE, bloc.position, asked)
    (base,), (on_oxide,) = view.measures, view.floors
    assert (base.measure, on_oxide.line) == ("us.base.284690", OXIDE)
    assert (base.since, base.until) == (date(2026, 1, 1), date(2027, 1, 1))
    assert base.legal_basis == on_oxide.legal_basis


def test_a_code_finds_rules_above_it_below_it_and_on_the_lines_under_it():
    """8112 finds what is on a line of 8112 92; what is not in force is found with its reason when asked for."""
    bloc = tariff()
    assert found(bloc, RulesFilter(code="8112")) == (["us.base.ga"], [])
    assert found(bloc, RulesFilter(code="2805")) == (["us.preference.28"], [METAL])
    measures, floors = found(bloc, RulesFilter(code="2846", in_force_only=False))
    names = ["us.base.284690", "us.preference.28", "us.base.28469040", "eu.base.284690"]
    assert (measures, floors) == (names, [OXIDE])
    assert found(bloc, RulesFilter(code="2846", origin="US"))[0] == [names[0], names[1], names[3]]


def test_a_code_does_not_find_what_a_measure_was_about_on_other_days():
    """The files know all terms that ever were; the answer is about the day."""
    bloc = founded_bloc().record(measure(), measure_act("amended", "2026-06-01", goods=goods("2805")))
    assert found(bloc, RulesFilter(code="284690")) == ([], [])
    assert found(bloc, RulesFilter(code="280530")) == (["us.base.284690"], [])


def test_rules_of_a_territory_are_its_own_and_those_of_the_bloc():
    """Floors are of the bloc, so they are among what applies in the US."""
    measures, floors = found(tariff(), RulesFilter(territory="EU"))
    assert (measures, floors) == (["eu.base.284690"], [OXIDE, METAL])


@given(
    st.integers(1, 4),
    st.integers(0, 2),
    st.sampled_from(
        (
            RulesFilter(),
            RulesFilter(in_force_only=False),
            RulesFilter(territory="US"),
            RulesFilter(kind="base"),
            RulesFilter(code="2846"),
        )
    ),
)
def test_pages_put_together_are_the_whole_list(limit: int, passed_over_max: int, wanted: RulesFilter):
    """Whatever the size of a page and however few rules it may pass over; and nothing is on two pages."""
    bloc = tariff()
    whole = rules_at(bloc.rules, JUNE, bloc.position, wanted)
    pages: list[RulesView] = []
    after: int | None = -1
    while after is not None:
        page = Page(after, limit, max(1, passed_over_max))
        pages.append(rules_at(bloc.rules, JUNE, bloc.position, wanted, page))
        after = pages[-1].next
    assert tuple(one for page in pages for one in page.measures) == whole.measures
    assert tuple(one for page in pages for one in page.floors) == whole.floors
    assert all(len(page.measures) + len(page.floors) <= limit for page in pages)


def test_a_page_begins_where_it_began_after_more_was_recorded():
    """Amending a measure does not move it, and new ones come last."""
    bloc = tariff()
    first = rules_at(bloc.rules, JUNE, bloc.position, None, Page(-1, 3))
    assert first.next is not None
    second = rules_at(bloc.rules, JUNE, bloc.position, None, Page(first.next, 3))
    bloc.record(measure_act("amended", "2026-05-01"), measure("us.base.new", goods=goods("7202")))
    again = rules_at(bloc.rules, JUNE, bloc.position, None, Page(first.next, 3))
    assert (again.measures, again.floors) == (second.measures, second.floors)


def test_a_list_at_an_earlier_position_ends_where_that_was():
    """The order is the same, and what came later is not in it."""
    bloc = tariff()
    view = rules_at(bloc.rules, JUNE, bloc.position - 1)
    assert ([one.line for one in view.floors], view.next) == ([OXIDE], None)
