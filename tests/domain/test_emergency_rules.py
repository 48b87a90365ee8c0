"""Emergencies: who is in one on which day, how one begins and ends, and what cannot be declared."""

from datetime import date

from services.tariffs.domain.emergencies import EmergencyView, emergencies_at, emergency_at
from tests.domain.crisis import declared, ended
from tests.domain.given import Bloc, accepted, breaks, founded_bloc
from tests.domain.mending import annulled, corrected


def on(bloc: Bloc, day: str, position: int | None = None) -> EmergencyView:
    """The emergency on a day, as known now or at a position."""
    known = bloc.position if position is None else position
    return emergency_at(bloc.rules, "2026-ndpr", date.fromisoformat(day), known)


def test_an_emergency_is_declared_from_its_first_day_to_before_its_end() -> None:
    """Pending, declared, ended: each follows from the days, none is posted."""
    bloc = founded_bloc().record(declared(), ended())
    days = ("2026-10-05", "2026-10-06", "2026-12-14", "2026-12-15")
    assert [on(bloc, day).status for day in days] == ["pending", "declared", "declared", "ended"]


def test_an_emergency_with_a_last_day_expires() -> None:
    """An end before that day ends it earlier."""
    bloc = founded_bloc().record(declared(effective_to="2027-01-01"))
    assert [on(bloc, day).status for day in ("2026-12-31", "2027-01-01")] == ["declared", "expired"]
    bloc.record(ended())
    assert on(bloc, "2026-12-31").status == "ended"


def test_three_answers_are_told_apart() -> None:
    """Before it is recorded nothing is known; when it is annulled there is known to be none; K is kept."""
    bloc = founded_bloc()
    before = bloc.position
    first = declared()
    bloc.record(first)
    at = bloc.position
    bloc.record(annulled(bloc, first, at))
    assert on(bloc, "2026-10-06", before).status == "not_known"
    assert on(bloc, "2026-10-06", at).status == "declared"
    assert on(bloc, "2026-10-06").status == "annulled"


def test_an_emergency_is_corrected_like_any_rule() -> None:
    """It was to begin a day earlier: the answer cites the correction."""
    bloc = founded_bloc()
    first = declared()
    bloc.record(first)
    bloc.record(corrected(bloc, first, bloc.position, effective_from="2026-10-05"))
    view = on(bloc, "2026-10-05")
    assert (view.status, view.declared_at) == ("declared", bloc.position)


def test_emergencies_are_listed_by_their_first_day() -> None:
    """With those that are over."""
    bloc = founded_bloc().record(
        declared(), declared("2026-ga", minerals=["gallium"], effective_from="2026-09-01")
    )
    listed = emergencies_at(bloc.rules, date(2026, 9, 15), bloc.position)
    assert [(one.emergency, one.status) for one in listed] == [
        ("2026-ga", "declared"),
        ("2026-ndpr", "pending"),
    ]


def test_emg_1_an_emergency_is_declared_once() -> None:
    """Also when it is over."""
    bloc = founded_bloc().record(declared(), ended())
    again = declared(effective_from="2027-01-01")
    assert breaks(bloc, again) == [("EMG-1", "$.data.emergency")]
    accepted(bloc.decide(declared("2027-ndpr", effective_from="2027-01-01")))


def test_emg_2_an_emergency_is_of_listed_minerals() -> None:
    """Each once; "*" stands alone."""
    bloc = founded_bloc()
    assert breaks(bloc, declared(minerals=["ndpr", "unobtainium"])) == [("EMG-2", "$.data.minerals[1]")]
    assert breaks(bloc, declared(minerals=["ndpr", "ndpr"])) == [("EMG-2", "$.data.minerals[1]")]
    assert breaks(bloc, declared(minerals=["*", "ndpr"])) == [("EMG-2", "$.data.minerals")]
    accepted(bloc.decide(declared(minerals=["*"])))


def test_emg_3_one_emergency_at_a_time_for_a_mineral() -> None:
    """Side by side for two minerals, one after the other for one."""
    bloc = founded_bloc().record(declared())
    other = declared("second", effective_from="2026-11-01")
    assert breaks(bloc, other) == [("EMG-3", "$.data.effective_from")]
    everything = declared("all", minerals=["*"], effective_from="2026-09-01", effective_to="2026-10-07")
    assert breaks(bloc, everything) == [("EMG-3", "$.data.effective_from")]
    accepted(bloc.decide(declared("gallium", minerals=["gallium"])))
    bloc.record(ended("2026-11-01"))
    accepted(bloc.decide(other))


def test_emg_4_what_was_declared_is_ended_once() -> None:
    """Not what nobody declared, not twice, not later than it ends anyway, not on its first day."""
    bloc = founded_bloc()
    assert breaks(bloc, ended()) == [("EMG-4", "$.data.emergency")]
    bloc.record(declared(effective_to="2027-01-01"))
    assert breaks(bloc, ended("2027-01-01")) == [("EMG-4", "$.data.effective_from")]
    assert breaks(bloc, ended("2026-10-06")) == [("EMG-4", "$.data.effective_from")]
    bloc.record(ended())
    assert breaks(bloc, ended("2026-12-01")) == [("EMG-4", "$.data.emergency")]


def test_mnd_1_the_operator_of_a_reserve_declares_nothing() -> None:
    """It orders releases; the secretariat says whether there is an emergency."""
    assert breaks(founded_bloc(), declared(by="us.vault")) == [("MND-1", "$.source")]
