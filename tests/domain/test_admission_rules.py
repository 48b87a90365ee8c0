"""Rules of admission: which version the bloc may put in force, and what an older release makes of a newer one."""

import pytest

from contracts.admissions import ADMISSION_FIRST, ADMISSIONS_KNOWN
from services.tariffs.domain.governance.admissions import UnknownAdmission, admission_at, check_admission
from tests.domain.given import founded_bloc
from tests.domain.governing import admission_activated, bloc_with_four_eyes, proposing, under

NEWEST = ADMISSIONS_KNOWN[-1]


def test_a_bloc_begins_with_the_first_version():
    """Until it activates another one."""
    bloc = founded_bloc()
    assert admission_at(bloc.rules, bloc.position) == ADMISSION_FIRST


def test_adm_1_only_a_version_of_this_release_is_activated():
    """A ledger of the same release could not carry it out, and would stop."""
    assert founded_bloc().broken(admission_activated(NEWEST + 1)) == ["ADM-1"]


def test_adm_2_neither_the_version_in_force_nor_a_lower_one_is_activated():
    """There is no way back, and nothing to do twice."""
    assert founded_bloc().broken(admission_activated(ADMISSION_FIRST)) == ["ADM-2"]


def test_a_service_stops_at_a_version_that_it_does_not_have():
    """Its drafts might not be admitted any more; so it says which entry it is too old for."""
    bloc = founded_bloc()
    check_admission(bloc.rules)
    bloc.record(admission_activated(NEWEST + 1))
    with pytest.raises(
        UnknownAdmission, match=rf"position {bloc.position} activates version {NEWEST + 1} .* newer"
    ):
        check_admission(bloc.rules)


def test_a_higher_version_counts_behind_its_activation_and_is_activated_once():
    """Whoever asks what was known before it is told the lower one; four eyes are asked for by the second rule book."""
    bloc = founded_bloc()
    before = bloc.position
    bloc.record(admission_activated(NEWEST))
    assert (admission_at(bloc.rules, before), admission_at(bloc.rules, bloc.position)) == (
        ADMISSION_FIRST,
        NEWEST,
    )
    assert bloc.broken(admission_activated(NEWEST)) == ["ADM-2"]


def test_under_four_eyes_an_activation_is_recorded_as_it_was_approved():
    """It changes what every later draft must show, so one party alone does not decide it."""
    bloc = bloc_with_four_eyes()
    assert "PRP-8" in bloc.broken(admission_activated(NEWEST))
    proposing(bloc, admission_activated(NEWEST))
    assert bloc.broken(under(admission_activated(NEWEST))) == []
