"""Cases: proceedings in their order, ruled on by those who may, on days that were."""

from datetime import date

import pytest

from services.tariffs.domain.governance.cases import case_at
from tests.domain import facts
from tests.domain.given import Bloc, founded_bloc
from tests.domain.governing import CASE, case_closed, case_opened, consultations, ruling

PANEL = "bloc.panel"


def bloc_with_panel() -> Bloc:
    """A founded bloc with a court."""
    grant = facts.mandate_granted(PANEL, "court", ("BLOC",))
    return founded_bloc().record(facts.key_registered(PANEL), grant)


def status_of(bloc: Bloc) -> str:
    """How far the case has come."""
    case = case_at(bloc.rules, CASE, bloc.position)
    assert case is not None
    return case.status


def test_cas_1_a_case_is_opened_once():
    """Not even a closed case gives its name back."""
    bloc = founded_bloc()
    assert bloc.broken(case_opened()) == []
    bloc.record(case_opened(), case_closed("withdrawn"))
    assert bloc.broken(case_opened()) == ["CAS-1"]


def test_cas_2_nothing_happens_in_a_case_that_is_not_open():
    """Before its opening, and after its closure."""
    steps = (consultations(), ruling(), case_closed())
    assert [founded_bloc().broken(step) for step in steps] == [["CAS-2"]] * 3
    closed = founded_bloc().record(case_opened(), ruling(), case_closed())
    assert [closed.broken(step) for step in steps] == [["CAS-2"]] * 3


def test_cas_2_after_a_final_ruling_or_a_settlement_only_the_closure_follows():
    """A provisional ruling may be followed by others."""
    bloc = founded_bloc().record(case_opened(), ruling("provisional", "2025-07-17", affirmative=True))
    assert status_of(bloc) == "ruled_provisionally"
    assert bloc.broken(ruling("provisional", "2025-08-01")) == []
    bloc.record(ruling())
    assert status_of(bloc) == "ruled"
    assert bloc.broken(ruling()) == ["CAS-2"]
    assert bloc.broken(case_closed()) == []
    settled = founded_bloc().record(case_opened(), consultations(settled=True))
    assert settled.broken(ruling()) == ["CAS-2"]
    assert settled.broken(case_closed("settled")) == []


def test_cas_3_a_dispute_is_consulted_about_before_it_is_ruled_on():
    """An investigation needs no consultations."""
    bloc = bloc_with_panel().record(case_opened("dispute", by="eu.trade"))
    assert bloc.broken(ruling(by=PANEL)) == ["CAS-3"]
    bloc.record(consultations(by="eu.trade"))
    assert bloc.broken(ruling(by=PANEL)) == []
    assert bloc_with_panel().record(case_opened()).broken(ruling()) == []


def test_cas_4_a_court_rules_in_a_dispute_and_an_authority_in_its_investigation():
    """An investigating authority has no say between two states."""
    bloc = bloc_with_panel().record(case_opened("dispute", by="eu.trade"), consultations(by="eu.trade"))
    assert bloc.broken(ruling()) == ["CAS-4"]
    assert bloc.broken(ruling(by=PANEL)) == []
    assert "MND-1" in bloc.broken(ruling(by="eu.trade"))
    assert bloc_with_panel().record(case_opened()).broken(ruling(by=PANEL)) == []


def test_cas_4_a_party_to_a_case_does_not_rule_in_it():
    """Not even with the mandate of a court."""
    bloc = bloc_with_panel()
    bloc.record(case_opened("dispute", by="eu.trade", respondent=PANEL), consultations(by="eu.trade"))
    assert bloc.broken(ruling(by=PANEL)) == ["CAS-4"]


def test_cas_5_the_days_of_a_case_follow_each_other_and_are_over():
    """A ruling before the opening, or one of tomorrow, is a slip."""
    bloc = founded_bloc()
    assert bloc.broken(case_opened(opened_on="2026-06-16"), on=date(2026, 6, 15)) == ["CAS-5"]
    bloc.record(case_opened())
    assert bloc.broken(consultations("2025-01-13")) == ["CAS-5"]
    assert bloc.broken(ruling(on="2026-06-16"), on=date(2026, 6, 15)) == ["CAS-5"]
    bloc.record(ruling())
    assert bloc.broken(case_closed(on="2026-03-11")) == ["CAS-5"]


@pytest.mark.parametrize("outcome", ["settled", "ruled", "withdrawn"])
def test_cas_6_the_outcome_is_that_of_the_record(outcome: str):
    """Each way to end has its word."""
    ends = {
        "settled": founded_bloc().record(case_opened(), consultations(settled=True)),
        "ruled": founded_bloc().record(case_opened(), ruling()),
        "withdrawn": founded_bloc().record(case_opened(), consultations()),
    }
    for end, bloc in ends.items():
        assert bloc.broken(case_closed(outcome)) == ([] if outcome == end else ["CAS-6"])


def test_a_case_is_read_as_known_at_a_position():
    """What was ruled later was not known before."""
    bloc = founded_bloc()
    start = bloc.position
    bloc.record(case_opened(), consultations(), ruling(), case_closed())
    cases = [case_at(bloc.rules, CASE, at) for at in range(start, bloc.position + 1)]
    assert [None if one is None else one.status for one in cases] == [
        None,
        "opened",
        "consulted",
        "ruled",
        "closed",
    ]
