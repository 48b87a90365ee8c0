"""Rules in time: the whole life of one on both axes, what ends soon and what applies then, what is missing."""

from datetime import date

import msgspec
import pytest
from msgspec import UNSET

from services.tariffs.domain.answers.act_view import act_view
from services.tariffs.domain.answers.ending import Cursor, Ending, EndingPage, ending
from services.tariffs.domain.answers.gaps import gaps_on
from services.tariffs.domain.answers.lives import Known, Life, LifePage, life_of_floor, life_of_measure
from tests.domain.facts import (
    GALLIUM,
    METAL,
    OXIDE,
    TUNGSTEN,
    floor,
    floor_act,
    goods,
    measure,
    measure_act,
    percent,
    reference_price,
)
from tests.domain.given import Bloc
from tests.domain.legal_acts import TARIFF, adopted, lawful_bloc, published, quashed, resting_on, said
from tests.domain.mending import corrected

BASE = "us.base.284690"
ON_TARIFF = resting_on(TARIFF)
JUNE = date(2026, 6, 15)


def shown(life: Life | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Type of each entry, and the first day and status of each stretch known once it was recorded."""
    assert life is not None
    return [
        (known.type.removeprefix("bloc."), [(one.start.isoformat(), one.status) for one in known.days])
        for known in life.known
    ]


def test_q21_the_life_of_a_measure_shows_versions_suspensions_acts_and_corrections_on_both_axes():
    """Created, suspended for two months, its act suspended, the suspension corrected to one month, the act annulled."""
    pause = measure_act("suspended", "2026-08-01", effective_to="2026-10-01")
    bloc = lawful_bloc().record(adopted(), measure(legal_basis=ON_TARIFF), pause)
    paused = bloc.position
    bloc.record(
        said("suspended", start="2026-12-01"),
        corrected(bloc, pause, paused, effective_to="2026-09-01"),
        quashed(),
    )
    life = life_of_measure(bloc.rules, BASE, bloc.position)
    since = [("2026-01-01", "in_force"), ("2026-08-01", "suspended")]
    assert shown(life) == [
        ("measure.created.v1", [("2026-01-01", "in_force")]),
        ("measure.suspended.v1", [*since, ("2026-10-01", "in_force")]),
        ("act.suspended.v1", [*since, ("2026-10-01", "in_force"), ("2026-12-01", "act_suspended")]),
        ("event.corrected.v1", [*since, ("2026-09-01", "in_force"), ("2026-12-01", "act_suspended")]),
        ("act.annulled.v1", [("2026-01-01", "act_annulled")]),
    ]
    assert life is not None
    assert (life.kind, life.known[3].mends) == ("base", paused)
    assert TARIFF in life.acts
    before = life_of_measure(bloc.rules, BASE, paused)
    assert before is not None
    assert before.known == life.known[:2]


def test_q21_every_stretch_in_force_says_its_terms():
    """Before and after an amendment and a correction of the first rate: what was due on each day, as known then."""
    created = measure(duty=[percent("3.7")])
    bloc = lawful_bloc().record(created)
    at = bloc.position
    bloc.record(measure_act("amended", "2026-08-01", goods=goods("2846"), duty=[percent("5")]))
    bloc.record(corrected(bloc, created, at, duty=[percent("3.8")]))
    known = msgspec.to_builtins(life_of_measure(bloc.rules, BASE, bloc.position))["known"]
    rates = [[one["terms"]["duty"][0]["percent"] for one in entry["days"]] for entry in known]
    assert rates == [["3.7"], ["3.7", "5"], ["3.8", "5"]]
    assert known[1]["days"][1]["terms"]["goods"]["prefixes"] == ("2846",)
    floors = msgspec.to_builtins(life_of_floor(bloc.record(floor()).rules, OXIDE, bloc.position))["known"]
    terms = floors[0]["days"][0]["terms"]
    assert (terms["price"]["amount"], terms["schedule"]) == ("110.00", {"kind": "full_gap"})


def test_q21_nothing_is_told_of_what_was_not_recorded_at_k():
    """Neither of a measure that came later nor of one that never came."""
    bloc = lawful_bloc()
    before = bloc.position
    bloc.record(measure(), floor())
    assert life_of_measure(bloc.rules, BASE, before) is None
    assert life_of_measure(bloc.rules, "us.base.none", bloc.position) is None
    assert life_of_floor(bloc.rules, OXIDE, before) is None
    assert shown(life_of_floor(bloc.rules, OXIDE, bloc.position)) == [
        ("price_floor.set.v1", [("2026-05-01", "in_force")])
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 9])
def test_q21_pages_of_a_life_follow_each_other_and_leave_nothing_out(limit: int):
    """Each page goes on behind the last entry of the one before; together they are the whole life."""
    bloc = lawful_bloc().record(
        adopted(end="2028-01-01"),
        measure(legal_basis=ON_TARIFF),
        *(measure_act("amended", f"2026-0{month}-01", duty=[percent(f"{month}.0")]) for month in (7, 8, 9)),
    )
    whole = life_of_measure(bloc.rules, BASE, bloc.position)
    assert whole is not None
    found: list[Known] = []
    after = -1
    while True:
        page = life_of_measure(bloc.rules, BASE, bloc.position, LifePage(after, limit))
        assert page is not None
        assert len(page.known) <= limit
        found += page.known
        if page.next is UNSET:
            break
        after = page.next
    assert tuple(found) == whole.known
    assert len(found) == 4


def soon(bloc: Bloc, within: int = 90) -> list[tuple[str, str, str, str]]:
    """What ends, by kind and name, on which day, and what then."""

    def line(one: Ending) -> tuple[str, str, str, str]:
        return one.what, one.name, one.ends_on.isoformat(), one.then.status

    return [line(one) for one in ending(bloc.rules, JUNE, within, bloc.position).ending]


def test_q13_what_ends_within_ninety_days_and_what_applies_the_day_after():
    """A measure by its own last day, one with its act, an amended one, a suspension, a floor; not an open one."""
    bloc = lawful_bloc().record(
        adopted(end="2026-08-01"),
        measure("us.base.own", goods=goods("28"), effective_to="2026-07-01"),
        measure("us.base.act", goods=goods("29"), legal_basis=ON_TARIFF),
        measure("us.base.open", goods=goods("30")),
        measure("us.base.new", goods=goods("31")),
        measure_act("amended", "2026-09-01", "us.base.new", goods=goods("31")),
        measure("us.base.off", goods=goods("32")),
        measure_act("suspended", "2026-06-01", "us.base.off", effective_to="2026-07-15"),
        floor(),
        floor_act("withdrawn", "2026-09-13"),
    )
    wanted = [
        ("measure", "us.base.own", "2026-07-01", "expired"),
        ("suspension", "us.base.off", "2026-07-15", "in_force"),
        ("measure", "us.base.act", "2026-08-01", "act_expired"),
        ("measure", "us.base.new", "2026-09-01", "in_force"),
        ("price_floor", OXIDE, "2026-09-13", "withdrawn"),
    ]
    assert soon(bloc) == wanted
    assert soon(bloc, 89) == wanted[:-1]
    amended = ending(bloc.rules, JUNE, 90, bloc.position).ending[3]
    assert amended.now.duty != amended.then.duty
    assert amended.days_left == 78


@pytest.mark.parametrize(("limit", "passed_over"), [(1, 300), (2, 2), (3, 1), (9, 1)])
def test_q13_pages_of_what_ends_follow_each_other_and_leave_nothing_out(limit: int, passed_over: int):
    """Whatever a page may hold and pass over, all pages together are the whole answer, in its order."""
    bloc = lawful_bloc().record(
        adopted(end="2026-08-01"),
        *(
            measure(f"us.base.act-{code}", goods=goods(code), legal_basis=ON_TARIFF)
            for code in ("26", "28", "29")
        ),
        *(
            measure(f"us.base.begins-{code}", goods=goods(code), effective_from="2026-07-01")
            for code in ("71", "72")
        ),
        measure("us.base.own", goods=goods("30"), effective_to="2026-07-01"),
        measure("us.base.late", goods=goods("31"), effective_to="2026-12-31"),
    )
    whole = ending(bloc.rules, JUNE, 90, bloc.position)
    assert [one.name for one in whole.ending] == [
        "us.base.own",
        "us.base.act-26",
        "us.base.act-28",
        "us.base.act-29",
    ]
    found: list[Ending] = []
    page = ending(bloc.rules, JUNE, 90, bloc.position, EndingPage(None, limit, passed_over))
    while page.next is not None:
        assert len(page.ending) <= limit
        found += page.ending
        after = Cursor.read(str(page.next))
        page = ending(bloc.rules, JUNE, 90, bloc.position, EndingPage(after, limit, passed_over))
    assert (*found, *page.ending) == whole.ending


@pytest.mark.parametrize(
    "text", ["", "2026-07-01", "2026-07-01/measure", "2026-13-01/measure/us.base.own", "x/y/z"]
)
def test_q13_what_no_page_ended_with_is_no_cursor(text: str):
    """The door answers 400."""
    assert Cursor.read(text) is None


def test_q13_a_page_behind_the_window_is_empty():
    """A cursor of another question leads out of the days that are asked about."""
    bloc = lawful_bloc().record(measure("us.base.own", goods=goods("30"), effective_to="2026-07-01"))
    page = EndingPage(Cursor(date(2026, 7, 1), "measure", "us.base"))
    assert ending(bloc.rules, JUNE, 90, bloc.position, page).ending
    assert ending(bloc.rules, JUNE, 10, bloc.position, page).ending == ()


def test_q13_the_last_day_of_the_calendar_is_a_day_like_any_other():
    """Ninety days after it there is nothing, and nothing raises."""
    assert ending(lawful_bloc().rules, date.max, 90, 0).ending == ()


def test_q20_floors_without_a_current_price_or_a_recorded_act_and_lines_without_a_floor():
    """The oxide's price of February covers no day of June; the metal has price and act; two lines have no floor."""
    bloc = lawful_bloc().record(
        floor(),
        reference_price(),
        adopted("bloc.floors.1"),
        floor(named=METAL, legal_basis=resting_on("bloc.floors.1")),
        reference_price(METAL, period_from="2026-06-01", period_to="2026-07-01"),
    )
    found = gaps_on(bloc.rules, JUNE, bloc.position)
    (gap,) = found.floors
    assert (gap.line, gap.lacks_price, gap.lacks_act) == (OXIDE, True, True)
    assert (gap.last_price_to, gap.act) == (date(2026, 3, 1), "bloc.council.decision.2026-3")
    assert found.lines_without_floor == (GALLIUM, TUNGSTEN)
    assert len(gaps_on(bloc.rules, date(2026, 4, 30), bloc.position).lines_without_floor) == 4


def test_an_act_shows_whether_it_holds_where_it_appeared_and_what_rests_on_it():
    """Nothing is told before it was recorded; suspended, it says since when."""
    bloc = lawful_bloc().record(measure(legal_basis=ON_TARIFF), measure("us.base.28", goods=goods("28")))
    before = bloc.position
    bloc.record(adopted(), published(), said("suspended", start="2026-06-01"))
    assert act_view(bloc.rules, TARIFF, JUNE, before) is None
    view = act_view(bloc.rules, TARIFF, JUNE, bloc.position)
    assert view is not None
    assert (view.status, view.because, view.territory) == ("suspended", "suspended from 2026-06-01", "US")
    assert [step.type.split(".")[2] for step in view.steps] == ["adopted", "published", "suspended"]
    assert view.rests == (f"measure/{BASE}",)
    in_may = act_view(bloc.rules, TARIFF, date(2026, 5, 1), bloc.position)
    assert in_may is not None
    assert (in_may.status, in_may.until) == ("in_force", date(2026, 6, 1))
