"""More time for an obligation: what it ends, and what it does not forgive."""

import pytest

from tests.domain.given import Bloc, accepted, refusal_of
from tests.domain.vault import came_back, drawn, extended, played, stocked, view_on


def owing() -> Bloc:
    """E21: 120 t were drawn, 70 came back in time, 50 are open."""
    bloc = stocked()
    played(bloc, drawn(), came_back())
    return bloc


def on(bloc: Bloc, day: str) -> tuple[str, str, int, str]:
    """Status, due day, days overdue and charge of the obligation on a day."""
    (found,) = view_on(bloc, day).obligations
    assert found.charge is not None
    return found.status, str(found.due_on), found.days_overdue, found.charge.amount


def test_an_extension_in_time_moves_the_due_day() -> None:
    """Granted in March until 3 May: on 4 May nothing was ever late; on 6 May two days less one are charged."""
    bloc = owing()
    played(bloc, extended())
    assert on(bloc, "2027-02-28") == ("open", "2027-04-03", 0, "0.00")
    assert on(bloc, "2027-05-03") == ("partly_fulfilled", "2027-05-03", 0, "0.00")
    assert on(bloc, "2027-05-04") == ("overdue", "2027-05-03", 0, "0.00")
    assert on(bloc, "2027-05-05") == ("overdue", "2027-05-03", 1, "2375.00")


def test_an_extension_does_not_forgive_the_days_before_it() -> None:
    """Ten days late when it is granted on 14 April: those stay charged, the days up to 3 May are in time."""
    bloc = owing()
    played(bloc, extended(extended_on="2027-04-14"))
    assert on(bloc, "2027-04-13") == ("overdue", "2027-04-03", 9, "21375.00")
    assert on(bloc, "2027-04-14") == ("partly_fulfilled", "2027-05-03", 0, "23750.00")
    assert on(bloc, "2027-05-04") == ("overdue", "2027-05-03", 0, "23750.00")
    assert on(bloc, "2027-05-06") == ("overdue", "2027-05-03", 2, "28500.00")


def test_lateness_is_counted_from_the_day_in_force() -> None:
    """What comes on the extended day is 0 days late."""
    bloc = owing()
    played(bloc, extended())
    (fulfilled,) = played(bloc, came_back("L9", "50000", received_on="2027-05-03"))
    assert fulfilled.data.days_late == 0


def test_the_grants_are_listed() -> None:
    """Each with its day and the entry that records it."""
    bloc = owing()
    played(bloc, extended())
    (found,) = view_on(bloc, "2027-03-01").obligations
    assert [(str(grant.extended_on), grant.position) for grant in found.extensions] == [
        ("2027-03-01", bloc.position)
    ]
    assert view_on(bloc, "2027-02-28").obligations[0].extensions == ()


def test_res_11_only_an_open_obligation_is_extended() -> None:
    """None that is not there, none that is fulfilled."""
    bloc = owing()
    assert [found.rule.id for found in refusal_of(bloc.decide(extended(obligation="no"))).violations] == [
        "RES-11"
    ]
    played(bloc, came_back("L9", "50000"))
    assert [found.rule.id for found in refusal_of(bloc.decide(extended())).violations] == ["RES-11"]


@pytest.mark.parametrize(
    ("due_on", "extended_on", "path"),
    [
        ("2027-04-03", "2027-03-01", "$.data.due_on"),
        ("2027-04-02", "2027-03-01", "$.data.due_on"),
        ("2027-05-03", "2027-05-04", "$.data.due_on"),
        ("2027-05-03", "2026-10-04", "$.data.extended_on"),
    ],
)
def test_res_20_an_extension_gives_more_time(due_on: str, extended_on: str, path: str) -> None:
    """Not the same day, not an earlier one, not a day that is over, and not before the release."""
    found = refusal_of(owing().decide(extended(due_on, extended_on))).violations
    assert [(fault.rule.id, fault.path) for fault in found] == [("RES-20", path)]


def test_res_20_grants_follow_one_another() -> None:
    """A second grant is later than the first in both respects."""
    bloc = owing()
    played(bloc, extended())
    earlier = refusal_of(bloc.decide(extended("2027-06-01", "2027-02-28"))).violations
    assert [(fault.rule.id, fault.path) for fault in earlier] == [("RES-20", "$.data.extended_on")]
    accepted(bloc.decide(extended("2027-06-01", "2027-04-20")))
