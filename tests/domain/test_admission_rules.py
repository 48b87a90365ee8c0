"""Rules of admission: which version the bloc may put in force, and what an older release makes of a newer one."""

import pytest

from contracts.admissions import ADMISSION_FIRST, ADMISSIONS_KNOWN
from services.tariffs.domain.governance.admissions import UnknownAdmission, admission_at, check_admission
from tests.domain.given import founded_bloc
from tests.domain.governing import admission_activated

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
