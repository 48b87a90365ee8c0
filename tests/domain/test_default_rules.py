"""Obligations that are forgiven or in default: what goes on, what ends, and that nothing is counted twice."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.crisis import defaulted, forgiven, taken
from tests.domain.given import Bloc, accepted, breaks
from tests.domain.trade import expected
from tests.domain.vault import came_back, drawn, extended, played, stocked, transferred, view_on


def owing() -> Bloc:
    """E21: 120 t were drawn, 70 t came back in time, 50 t are open and due on 3 April 2027."""
    bloc = stocked()
    played(bloc, drawn(), came_back())
    return bloc


def on(bloc: Bloc, day: str) -> tuple[str, str, str]:
    """Status, open kilograms and charge of the obligation on a day."""
    (found,) = view_on(bloc, day).obligations
    assert found.charge is not None
    return found.status, found.open_kilograms, found.charge.amount


def test_what_is_forgiven_is_open_no_more_from_that_day_on() -> None:
    """After 30 days late 20 t are forgiven: what was charged stays, 30 t go on, 1 425 USD a day."""
    bloc, late = owing(), expected("E21")["overdue_charge"]
    played(bloc, forgiven())
    assert on(bloc, "2027-05-03") == ("overdue", "50000", "68875.00")
    assert on(bloc, "2027-05-04") == ("overdue", "30000", late)
    assert on(bloc, "2027-05-05") == ("overdue", "30000", "72675.00")
    (shown,) = view_on(bloc, "2027-05-04").obligations
    assert [(part.kilograms, part.position) for part in shown.forgiven] == [("20000", bloc.position)]


def test_forgiving_all_of_it_closes_the_obligation_and_gives_no_entitlement() -> None:
    """Open is drawn - replenished - forgiven; what did not come back cannot be drawn again."""
    bloc = owing()
    assert played(bloc, forgiven("50000")) == []
    assert on(bloc, "2028-01-01") == ("forgiven", "0", "71250.00")
    view = view_on(bloc, "2028-01-01")
    assert (view.entitlements[0].left_kilograms, view.balances[0].is_balanced) == ("450000", True)


def test_the_rest_that_comes_back_after_forgiving_fulfils() -> None:
    """20 t are forgiven, 30 t come: the obligation is fulfilled by the last of it, 32 days late."""
    bloc = owing()
    (done,) = played(bloc, forgiven(), came_back("L9", "30000", received_on="2027-05-05"))
    assert (done.type, done.data.days_late) == ("bloc.replenishment.fulfilled.v1", 32)


def test_res_11_no_more_is_forgiven_than_is_open() -> None:
    """Of an obligation of this stock, and not before it began."""
    bloc = owing()
    assert breaks(bloc, forgiven("50001")) == [("RES-11", "$.data.quantity")]
    assert breaks(bloc, forgiven(obligation="nobody")) == [("RES-11", "$.data.obligation")]
    assert breaks(bloc, forgiven(forgiven_on="2026-10-04")) == [("RES-11", "$.data.forgiven_on")]
    assert breaks(bloc, forgiven("0")) == [("RES-2", "$.data.quantity.value")]


def test_a_default_is_shown_and_stops_no_charge() -> None:
    """Overdue until the day before; in default from 4 May on, and the charge goes on."""
    bloc = owing()
    played(bloc, defaulted())
    assert on(bloc, "2027-05-03")[0] == "overdue"
    assert on(bloc, "2027-05-04") == ("defaulted", "50000", "71250.00")
    assert on(bloc, "2027-05-05") == ("defaulted", "50000", "73625.00")
    (shown,) = view_on(bloc, "2027-05-04").obligations
    assert (shown.defaulted_on, shown.defaulted_at) == (date(2027, 5, 4), bloc.position)


def test_a_default_ends_when_all_has_come_back_or_is_forgiven() -> None:
    """Late is late, but it is fulfilled; and the company may draw again."""
    bloc = owing()
    (done,) = played(bloc, defaulted(), came_back("L9", "50000", received_on="2027-06-01"))
    assert done.data.days_late == 59
    assert on(bloc, "2027-06-01")[0] == "fulfilled"
    accepted(bloc.decide(taken("d2", "1000", "2027-06-02")))


def test_res_28_only_what_is_overdue_is_in_default() -> None:
    """Not in time, not when it is extended, not twice, not when nothing is open."""
    bloc = owing()
    assert breaks(bloc, defaulted("2027-04-03")) == [("RES-28", "$.data.defaulted_on")]
    accepted(bloc.decide(defaulted("2027-04-04")))
    assert breaks(bloc, defaulted(obligation="nobody")) == [("RES-11", "$.data.obligation")]
    played(bloc, extended(due_on="2027-05-10"))
    assert breaks(bloc, defaulted()) == [("RES-28", "$.data.defaulted_on")]
    played(bloc, forgiven("50000"))
    assert breaks(bloc, defaulted("2027-06-01")) == [("RES-28", "$.data.obligation")]


def test_res_28_a_default_is_said_once_and_is_not_extended() -> None:
    """Trap 20: a clock job that runs again adds nothing; and there is no way back by an extension."""
    bloc = owing()
    played(bloc, defaulted())
    assert breaks(bloc, defaulted("2027-05-05")) == [("RES-28", "$.data.obligation")]
    assert breaks(bloc, extended(due_on="2027-12-01", extended_on="2027-05-10")) == [
        ("RES-28", "$.data.obligation")
    ]


def test_res_29_who_is_in_default_draws_nothing() -> None:
    """From that day on, under that commitment; and gives nothing of it away. Before it, and another holder, may."""
    bloc = owing()
    played(bloc, transferred(), defaulted())
    assert breaks(bloc, taken("d2", "1000", "2027-05-04")) == [("RES-29", "$.data.company")]
    again = transferred("t2", "1000", transferred_on="2027-05-04")
    assert breaks(bloc, again) == [("RES-29", "$.data.from_company")]
    accepted(bloc.decide(taken("d2", "1000", "2027-05-03")))
    accepted(bloc.decide(taken("d2", "1000", "2027-05-04", company="oem.boeing")))


@settings(max_examples=30)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_however_often_it_is_asked_a_day_overdue_is_counted_once(days: list[int]) -> None:
    """Trap 20: the charge is a function of the day, the same whether asked once or daily or backwards."""
    bloc = owing()
    first = date(2027, 4, 4)
    asked = [on(bloc, str(first + timedelta(days=late)))[2] for late in days]
    assert asked == [f"{late * 2375}.00" for late in days]
