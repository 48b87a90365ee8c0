"""Who is in which status on V as known at K, which countries count as the bloc, and what is late by how many days."""

from datetime import date

import pytest

from services.tariffs.domain.members.commitments import all_commitments_on, commitments_on
from services.tariffs.domain.members.membership import bloc_origin, standing_on, status_on
from tests.domain.given import Bloc, founded_bloc
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


def status(bloc: Bloc, member: str, day: str, known_at: int | None = None) -> str:
    """Status of a member on a day, as known at a position (now when left out)."""
    on = date.fromisoformat(day)
    return status_on(standing_on(bloc.rules, member, on, bloc.position if known_at is None else known_at), on)


def belongs(bloc: Bloc, country: str, day: str, mineral: str | None = None) -> bool:
    """Whether goods of a country are of the bloc on a day."""
    return bloc_origin(bloc.rules, country, date.fromisoformat(day), bloc.position, mineral).belongs


def test_the_status_follows_the_days_of_the_steps():
    """Australia: invited in February, memorandum in April, member from 1 July, out from 2027."""
    bloc = Bloc().record(*joined("AU", "2026-07-01"), withdrawn("AU", "2027-01-01"))
    days = ["2026-02-03", "2026-02-04", "2026-04-24", "2026-06-30", "2026-07-01", "2027-01-01"]
    assert [status(bloc, "AU", day) for day in days] == [
        "unknown",
        "invited",
        "memorandum_signed",
        "memorandum_signed",
        "acceded",
        "withdrawn",
    ]


def test_an_instrument_that_is_deposited_shows_and_lapses_like_what_came_before_it():
    """From its day on until accession; three years later it has lapsed."""
    bloc = Bloc().record(invited("AU"), memorandum("AU", "2026-04-24"), deposited("AU", "2026-06-01"))
    days = ["2026-05-31", "2026-06-01", "2029-05-31", "2029-06-01"]
    assert [status(bloc, "AU", day) for day in days] == [
        "memorandum_signed",
        "instrument_deposited",
        "instrument_deposited",
        "lapsed",
    ]


def test_the_status_at_an_earlier_position_knows_only_what_was_recorded():
    """Before the accession was recorded, 1 July looked like any other day."""
    bloc = Bloc().record(*joined("AU", "2026-07-01"))
    assert status(bloc, "AU", "2026-07-01", known_at=1) == "memorandum_signed"
    assert status(bloc, "AU", "2026-07-01", known_at=2) == "acceded"


def test_an_invitation_lapses_by_the_calendar_alone():
    """Nobody posts it; three years without the next step is enough."""
    bloc = Bloc().record(invited("UZ"), invited("KZ", "2024-02-29"))
    assert [status(bloc, "UZ", day) for day in ("2029-02-03", "2029-02-04")] == ["invited", "lapsed"]
    assert [status(bloc, "KZ", day) for day in ("2027-02-28", "2027-03-01")] == ["invited", "lapsed"]


def test_e10_a_country_is_of_the_bloc_from_the_day_of_its_accession():
    """Accepted on 30 June: not of the bloc; on 1 July: of the bloc."""
    bloc = Bloc().record(*joined("AU", "2026-07-01"))
    assert [belongs(bloc, "AU", day) for day in ("2026-06-30", "2026-07-01")] == [False, True]
    assert not belongs(bloc, "CN", "2026-07-01")


def test_the_eu_stands_for_its_countries():
    """Origin DE counts as the bloc while the EU is a member with DE in its customs territory."""
    bloc = Bloc().record(*joined("EU", territories=["DE", "FR"]), withdrawn("EU", "2027-01-01"))
    assert belongs(bloc, "DE", "2026-05-01")
    assert not belongs(bloc, "IT", "2026-05-01")
    assert not belongs(bloc, "DE", "2027-01-01")
    origin = bloc_origin(bloc.rules, "DE", date(2026, 5, 1), bloc.position, None)
    assert (origin.member, origin.because) == ("EU", "a member through member EU on 2026-05-01")


def test_a_member_suspended_for_one_mineral_is_of_the_bloc_for_the_others():
    """Suspended for NdPr from 1 August until 1 October."""
    bloc = Bloc().record(
        *joined("AU"),
        suspended("AU", "2026-08-01", "ndpr", effective_to="2026-10-01"),
    )
    assert status(bloc, "AU", "2026-08-01") == "acceded"
    assert not belongs(bloc, "AU", "2026-08-01", "ndpr")
    assert belongs(bloc, "AU", "2026-08-01", "gallium")
    assert belongs(bloc, "AU", "2026-08-01")
    assert belongs(bloc, "AU", "2026-10-01", "ndpr")


def test_a_member_suspended_for_all_minerals_is_of_the_bloc_for_none():
    """Until it is reinstated."""
    bloc = Bloc().record(*joined("AU"), suspended("AU", "2026-08-01"), reinstated("AU", "2026-09-01"))
    assert [status(bloc, "AU", day) for day in ("2026-08-01", "2026-09-01")] == ["suspended", "acceded"]
    assert [belongs(bloc, "AU", day) for day in ("2026-08-31", "2026-09-01")] == [False, True]


def test_a_reinstatement_for_one_mineral_leaves_the_others_suspended():
    """Suspended for two, reinstated for one."""
    bloc = Bloc().record(
        *joined("AU"),
        suspended("AU", "2026-08-01", "ndpr", "gallium"),
        reinstated("AU", "2026-09-01", "ndpr"),
    )
    assert belongs(bloc, "AU", "2026-09-01", "ndpr")
    assert not belongs(bloc, "AU", "2026-09-01", "gallium")


def test_a_member_may_come_back_after_it_left():
    """Withdrawn, invited again, acceded again: in the gap it is not of the bloc."""
    bloc = Bloc().record(
        *joined("AU"),
        withdrawn("AU", "2026-09-01"),
        invited("AU", "2026-10-01"),
        memorandum("AU", "2026-11-01"),
        acceded("AU", "2027-01-01"),
    )
    assert [belongs(bloc, "AU", day) for day in ("2026-08-31", "2026-09-01", "2027-01-01")] == [
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        ("2026-03-06", ("open", 0)),
        ("2026-03-07", ("overdue", 1)),
        ("2026-04-23", ("overdue", 48)),
        ("2026-04-24", ("fulfilled", 49)),
        ("2026-12-31", ("fulfilled", 49)),
    ],
)
def test_e27_the_memorandum_was_due_on_6_march_and_signed_49_days_late(day: str, standing: tuple[str, int]):
    """The last day in time is no day late; after the signature the lateness stands still."""
    bloc = founded_bloc().record(invited("EU"), commitment("EU"), fulfilled("EU"))
    (answer,) = commitments_on(bloc.rules, "EU", date.fromisoformat(day), bloc.position)
    assert (answer.status, answer.days_late) == standing


def test_a_fulfilment_is_not_known_before_it_is_recorded():
    """On 1 May, as known before the fulfilment was recorded, it was still overdue."""
    bloc = Bloc().record(invited("EU"), commitment("EU"), fulfilled("EU"))
    (answer,) = commitments_on(bloc.rules, "EU", date(2026, 5, 1), 1)
    assert (answer.status, answer.days_late) == ("overdue", 56)


def test_question_12_what_is_late_comes_first_and_by_how_many_days():
    """On 20 April: the EU 45 days overdue, Mexico's plan 15 days late, Australia in time; K is kept."""
    bloc = Bloc().record(
        invited("AU"),
        commitment("AU", "transposition", "2026-12-31"),
        invited("EU"),
        commitment("EU"),
        invited("MX"),
        commitment("MX", "us-mexico-action-plan", "2026-04-05"),
        fulfilled("MX", "us-mexico-action-plan", "2026-04-20"),
    )
    asked = date(2026, 4, 20)
    every = all_commitments_on(bloc.rules, asked, bloc.position)
    assert [(one.member, one.commitment.status, one.commitment.days_late) for one in every] == [
        ("EU", "overdue", 45),
        ("MX", "fulfilled", 15),
        ("AU", "open", 0),
    ]
    late = all_commitments_on(bloc.rules, asked, bloc.position, late_only=True)
    assert [one.member for one in late] == ["EU", "MX"]
    assert [one.member for one in all_commitments_on(bloc.rules, asked, 3, late_only=True)] == ["EU"]
    assert all_commitments_on(bloc.rules, asked, -1) == ()
