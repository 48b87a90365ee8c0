"""Membership: one step after another by their own days, and each country in one customs territory at a time."""

from typing import Any

import pytest

from contracts.envelope import Event
from tests.domain.given import founded_bloc
from tests.domain.members import (
    acceded,
    commitment,
    deposited,
    fulfilled,
    invited,
    joined,
    memorandum,
    reinstated,
    suspended,
    withdrawn,
)


def test_mem_1_the_steps_follow_each_other():
    """Invited, memorandum, acceded, suspended, reinstated, withdrawn, invited again."""
    bloc = founded_bloc()
    for step in (
        invited("US"),
        memorandum("US"),
        acceded("US"),
        suspended("US", "2026-06-01", "ndpr"),
        reinstated("US", "2026-07-01", "ndpr"),
        withdrawn("US", "2027-01-01"),
        invited("US", "2027-06-01"),
    ):
        assert bloc.broken(step) == [], step.type
        bloc.record(step)


@pytest.mark.parametrize(
    "step",
    [
        memorandum("US"),
        acceded("US"),
        suspended("US", "2026-06-01"),
        reinstated("US", "2026-06-01"),
        withdrawn("US", "2026-07-01"),
    ],
    ids=lambda step: step.type,
)
def test_mem_1_nobody_begins_in_the_middle(step: Event[Any]):
    """A state that was never invited takes no other step."""
    assert founded_bloc().broken(step) == ["MEM-1"]


def test_mem_1_a_memorandum_comes_before_accession():
    """An invitation alone makes no member."""
    bloc = founded_bloc().record(invited("US"))
    (violation,) = bloc.violations(acceded("US"))
    assert violation.rule.id == "MEM-1"
    assert "accedes after a memorandum is signed" in violation.detail


def test_mem_1_days_count_not_the_order_of_recording():
    """An accession before the memorandum was signed is refused although the memorandum is recorded."""
    bloc = founded_bloc().record(invited("US"), memorandum("US", "2026-04-24"))
    assert bloc.broken(acceded("US", "2026-04-23")) == ["MEM-1"]
    assert bloc.broken(acceded("US", "2026-04-24")) == []


def test_mem_1_an_instrument_is_deposited_once_between_memorandum_and_accession():
    """Without one a state accedes all the same; with one, not before that day."""
    bloc = founded_bloc().record(invited("US"))
    assert bloc.broken(deposited("US")) == ["MEM-1"]
    bloc.record(memorandum("US", "2026-04-24"))
    assert bloc.broken(deposited("US", "2026-04-23")) == ["MEM-1"]
    assert bloc.broken(deposited("US", "2026-04-28")) == []
    bloc.record(deposited("US", "2026-04-28"))
    assert bloc.broken(deposited("US", "2026-04-29")) == ["MEM-1"]
    assert bloc.broken(memorandum("US", "2026-04-29")) == []
    assert bloc.broken(acceded("US", "2026-04-27")) == ["MEM-1"]
    assert bloc.broken(acceded("US", "2026-05-01")) == []
    bloc.record(acceded("US", "2026-05-01"))
    assert bloc.broken(deposited("US", "2026-05-02")) == ["MEM-1"]


def test_mem_1_a_late_step_may_not_break_a_recorded_one():
    """A withdrawal recorded for the past would leave a later suspension hanging in the air."""
    bloc = founded_bloc().record(*joined("US"), suspended("US", "2026-08-01"))
    (violation,) = bloc.violations(withdrawn("US", "2026-07-01"))
    assert violation.rule.id == "MEM-1"
    assert "suspended of 2026-08-01" in violation.detail


def test_mem_1_a_member_signs_further_memoranda():
    """The status of a member does not change when it signs another one."""
    bloc = founded_bloc().record(*joined("US"))
    assert bloc.broken(memorandum("US", "2026-09-01")) == []


def test_mem_1_a_lapsed_invitation_is_renewed_first():
    """Three years after an invitation without a memorandum there is nothing left to sign."""
    bloc = founded_bloc().record(invited("US", "2026-02-04"))
    assert bloc.broken(memorandum("US", "2029-02-03")) == []
    assert bloc.broken(memorandum("US", "2029-02-04")) == ["MEM-1"]
    assert bloc.broken(invited("US", "2029-02-04")) == []


def test_mem_1_nobody_is_suspended_twice_for_the_same_mineral():
    """A suspension for all minerals leaves none to suspend; one for a mineral leaves the others."""
    bloc = founded_bloc().record(*joined("US"), suspended("US", "2026-06-01", "ndpr"))
    assert bloc.broken(suspended("US", "2026-07-01", "ndpr")) == ["MEM-1"]
    assert bloc.broken(suspended("US", "2026-07-01", "gallium")) == []
    bloc.record(suspended("US", "2026-08-01"))
    assert bloc.broken(suspended("US", "2026-09-01", "gallium")) == ["MEM-1"]


def test_mem_1_only_what_is_suspended_is_reinstated():
    """A reinstatement names the minerals as they were suspended, or all of them."""
    bloc = founded_bloc().record(*joined("US"), suspended("US", "2026-06-01", "ndpr"))
    assert bloc.broken(reinstated("US", "2026-07-01", "gallium")) == ["MEM-1"]
    assert bloc.broken(reinstated("US", "2026-05-15", "ndpr")) == ["MEM-1"]
    assert bloc.broken(reinstated("US", "2026-07-01", "ndpr")) == []
    assert bloc.broken(reinstated("US", "2026-07-01")) == []


def test_mem_2_a_country_is_in_one_customs_territory_at_a_time():
    """Germany cannot accede beside the EU that it is part of, unless the EU has left by then."""
    bloc = founded_bloc().record(*joined("EU", territories=["DE", "FR"]), invited("DE"), memorandum("DE"))
    (violation,) = bloc.violations(acceded("DE", "2026-06-01"))
    assert (violation.rule.id, violation.path) == ("MEM-2", "$.data.territories[0]")
    bloc.record(withdrawn("EU", "2026-09-01"))
    assert bloc.broken(acceded("DE", "2026-08-31")) == ["MEM-2"]
    assert bloc.broken(acceded("DE", "2026-09-01")) == []


def test_mem_2_holds_for_a_territory_that_comes_later():
    """An accession from an earlier day collides with one that is recorded for a later day."""
    bloc = founded_bloc().record(*joined("DE", "2026-08-01"), invited("EU"), memorandum("EU"))
    assert bloc.broken(acceded("EU", "2026-05-01", territories=["DE"])) == ["MEM-2"]


def test_mem_3_a_state_brings_its_own_country():
    """Only the EU is no country of its own."""
    bloc = founded_bloc().record(invited("US"), memorandum("US"), invited("EU"), memorandum("EU"))
    assert bloc.broken(acceded("US", territories=["PR"])) == ["MEM-3"]
    assert bloc.broken(acceded("US", territories=["US", "PR"])) == []
    assert bloc.broken(acceded("EU", territories=["FR"])) == []


def test_mem_4_notice_comes_before_withdrawal():
    """A member is not outside before it said that it would leave."""
    bloc = founded_bloc().record(*joined("US"))
    assert bloc.broken(withdrawn("US", "2026-06-30", notified_on="2026-07-01")) == ["MEM-4"]
    assert bloc.broken(withdrawn("US", "2026-07-01", notified_on="2026-07-01")) == []


def test_mem_5_a_suspension_names_listed_minerals():
    """A misspelt mineral would suspend nothing; a star beside a name says two things."""
    bloc = founded_bloc().record(*joined("US"))
    assert bloc.broken(suspended("US", "2026-07-01", "neodimium")) == ["MEM-5"]
    assert bloc.broken(suspended("US", "2026-07-01", "*", "ndpr")) == ["MEM-5"]
    assert bloc.broken(suspended("US", "2026-07-01", "ndpr")) == []


def test_mem_6_the_legal_time_zone_is_known():
    """The zone decides which day governs at 23:30, so it must be one that has a clock."""
    bloc = founded_bloc().record(invited("US"), memorandum("US"))
    assert bloc.broken(acceded("US", legal_tz="America/Atlantis")) == ["MEM-6"]
    assert bloc.broken(acceded("US", legal_tz="America/New_York")) == []


def test_com_1_only_a_state_that_takes_part_commits_itself():
    """A commitment of a state that was never invited binds nobody."""
    bloc = founded_bloc()
    assert bloc.broken(commitment("EU")) == ["COM-1"]
    assert bloc.record(invited("EU")).broken(commitment("EU")) == []


def test_com_2_a_commitment_is_set_once():
    """A second text under the same name would change what was promised."""
    bloc = founded_bloc().record(invited("EU"), commitment("EU"), invited("MX"))
    assert bloc.broken(commitment("EU", due_on="2026-12-31")) == ["COM-2"]
    assert bloc.broken(commitment("MX")) == []


def test_com_3_only_an_open_commitment_is_fulfilled():
    """Neither one that was never made, nor one that is fulfilled already."""
    bloc = founded_bloc().record(invited("EU"))
    assert bloc.broken(fulfilled("EU")) == ["COM-3"]
    bloc.record(commitment("EU"))
    assert bloc.broken(fulfilled("EU")) == []
    assert bloc.record(fulfilled("EU")).broken(fulfilled("EU")) == ["COM-3"]


def test_com_3_the_member_s_own_ministry_may_say_that_it_is_fulfilled():
    """Not the ministry of another member."""
    bloc = founded_bloc().record(invited("EU"), commitment("EU"))
    assert bloc.broken(fulfilled("EU", by="eu.trade")) == []
    assert bloc.broken(fulfilled("EU", by="us.trade")) == ["MND-1"]
