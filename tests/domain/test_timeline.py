"""What is in force on V as known at K: value, known to be none, not known; for floors and measures alike."""

from datetime import date
from typing import Any

import pytest

from contracts.envelope import Event
from services.tariffs.domain.histories.timeline import InForce, NoneInForce, NotKnown, in_force
from tests.domain.facts import OXIDE, floor, floor_act, measure, measure_act
from tests.domain.given import Bloc


def price_on(bloc: Bloc, day: str, known_at: int | None = None) -> str:
    """The floor in force on a day as known at a position (now when left out), or why there is none."""
    answer = in_force(
        bloc.rules.floors.get(OXIDE, ()),
        date.fromisoformat(day),
        bloc.position if known_at is None else known_at,
    )
    match answer:
        case InForce():
            return answer.act.data.price.amount
        case NoneInForce():
            return answer.why
        case NotKnown():
            return "not known"


def test_a_floor_is_known_from_its_recording_and_holds_from_its_day():
    """E12 in part: on 2 May nobody knew the floor that was recorded on 4 May and holds from 1 May."""
    bloc = Bloc().record(floor("112.00"))
    assert price_on(bloc, "2026-05-20", known_at=-1) == "not known"
    assert price_on(bloc, "2026-05-20") == "112.00"
    assert price_on(bloc, "2026-04-30") == "pending"
    assert price_on(bloc, "2026-05-01") == "112.00"


def test_a_revision_holds_from_its_day_and_the_old_price_before():
    """E11: 110 on 30 June, 115 on 1 July, as soon as the revision is recorded."""
    bloc = Bloc().record(floor(), floor("115.00", "revised", effective_from="2026-07-01"))
    assert [price_on(bloc, "2026-06-30"), price_on(bloc, "2026-07-01")] == ["110.00", "115.00"]
    assert price_on(bloc, "2026-07-01", known_at=0) == "110.00"


def test_a_suspension_is_an_interval_and_the_terms_return_after_it():
    """E13's days: suspended from 1 August, back on 1 October."""
    bloc = Bloc().record(floor(), floor_act("suspended", "2026-08-01", effective_to="2026-10-01"))
    days = ["2026-07-31", "2026-08-01", "2026-09-30", "2026-10-01"]
    assert [price_on(bloc, day) for day in days] == ["110.00", "suspended", "suspended", "110.00"]


def test_a_resumption_ends_an_open_or_longer_suspension():
    """What was suspended until further notice, or until October, resumes on the day it says."""
    for end in (None, "2026-10-01"):
        bloc = Bloc().record(
            floor(),
            floor_act("suspended", "2026-08-01", effective_to=end),
            floor_act("resumed", "2026-09-01"),
        )
        assert [price_on(bloc, day) for day in ("2026-08-31", "2026-09-01")] == ["suspended", "110.00"]


def test_a_revision_during_a_suspension_stays_suspended():
    """New terms do not resume anything; they wait."""
    bloc = Bloc().record(
        floor(),
        floor_act("suspended", "2026-08-01", effective_to="2026-10-01"),
        floor("115.00", "revised", effective_from="2026-09-01"),
    )
    assert [price_on(bloc, day) for day in ("2026-09-15", "2026-10-01")] == ["suspended", "115.00"]


def test_a_withdrawal_ends_all_terms_from_its_day():
    """Also those of a revision that was to come."""
    bloc = Bloc().record(
        floor(),
        floor("115.00", "revised", effective_from="2026-09-01"),
        floor_act("withdrawn", "2026-08-01"),
    )
    assert [price_on(bloc, d) for d in ("2026-07-31", "2026-08-01", "2026-09-01")] == [
        "110.00",
        "withdrawn",
        "withdrawn",
    ]


def test_a_floor_withdrawn_before_it_began_is_known_to_be_none():
    """That it never was is knowledge, not ignorance."""
    bloc = Bloc().record(floor(), floor_act("withdrawn", "2026-05-01"))
    assert price_on(bloc, "2026-05-01") == "withdrawn"
    assert price_on(bloc, "2026-04-01") == "withdrawn"


def test_terms_expire_on_the_first_day_no_longer_in_force():
    """Printed "until 17 November 2028" is effective_to 2028-11-18."""
    bloc = Bloc().record(floor(effective_to="2028-11-18"))
    assert [price_on(bloc, day) for day in ("2028-11-17", "2028-11-18")] == ["110.00", "expired"]


def test_a_floor_set_again_after_a_withdrawal_leaves_a_gap():
    """Withdrawn from 1 September, set again from 1 December."""
    bloc = Bloc().record(
        floor(), floor_act("withdrawn", "2026-09-01"), floor("120.00", effective_from="2026-12-01")
    )
    days = ["2026-08-31", "2026-09-01", "2026-11-30", "2026-12-01"]
    assert [price_on(bloc, day) for day in days] == ["110.00", "withdrawn", "withdrawn", "120.00"]


@pytest.mark.parametrize(
    ("acts", "until"),
    [
        ([], None),
        ([measure_act("amended", "2026-07-01")], date(2026, 7, 1)),
        ([measure_act("suspended", "2026-08-01")], date(2026, 8, 1)),
        ([measure_act("terminated", "2026-09-01")], date(2026, 9, 1)),
    ],
    ids=["open", "amended", "suspended", "terminated"],
)
def test_an_answer_says_until_when_it_holds_as_known(acts: list[Event[Any]], until: date | None):
    """What ends within ninety days is asked of this field."""
    bloc = Bloc().record(measure(), *acts)
    answer = in_force(bloc.rules.measures["us.base.284690"], date(2026, 6, 1), bloc.position)
    assert isinstance(answer, InForce)
    assert (answer.since, answer.until) == (date(2026, 1, 1), until)


def test_the_reason_names_its_day_and_its_entry():
    """A reader of "none" learns which entry says so."""
    bloc = Bloc().record(measure(), measure_act("terminated", "2026-09-01"))
    answer = in_force(bloc.rules.measures["us.base.284690"], date(2026, 9, 1), bloc.position)
    assert isinstance(answer, NoneInForce)
    assert (answer.why, answer.act.position) == ("terminated", 1)
    assert answer.because == "terminated; the first day no longer in force was 2026-09-01"
