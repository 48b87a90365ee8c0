"""Terms of a member that change from a day on: currency, rounding, clock, countries. Days before keep the terms they
had, and so does what was known before; a notice of withdrawal is seen until the member is outside."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.envelope import Event
from services.tariffs.domain.answers.views import MemberView, member_at
from services.tariffs.domain.members.membership import bloc_origin
from tests.domain.given import accepted, founded_bloc
from tests.domain.members import joined, memorandum, suspended, terms_amended, withdrawn
from tests.domain.mending import corrected
from tests.domain.trade import (
    FIRST_OF_JULY,
    LAST_OF_JUNE,
    assess,
    base,
    declaration,
    item,
    item_data,
    trading_bloc,
)

WHOLE_DOLLARS = {"unit": "1", "mode": "half_up", "per": "line"}
JULY = "2026-07-01"
AUGUST = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)


def at(day: str, step: Event[Any]) -> MemberView:
    """The United States on a day, after a step."""
    bloc = trading_bloc().record(step)
    return member_at(bloc.rules, "US", date.fromisoformat(day), bloc.position)


def test_mem_1_only_a_member_takes_other_terms() -> None:
    """Not a signatory of a memorandum, not one that has left; a suspended member may."""
    bloc = founded_bloc()
    assert bloc.broken(terms_amended("US", JULY, currency="EUR")) == ["MEM-1"]
    bloc.record(*joined("US"), suspended("US", "2026-06-01"))
    assert bloc.broken(terms_amended("US", JULY, currency="EUR")) == []
    assert bloc.broken(terms_amended("US", "2026-04-30", currency="EUR")) == ["MEM-1"]
    bloc.record(withdrawn("US", JULY))
    assert bloc.broken(terms_amended("US", JULY, currency="EUR")) == ["MEM-1"]


def test_mem_2_a_country_joins_a_customs_territory_once() -> None:
    """The EU gains a country that is no member of its own; one that is must leave first."""
    bloc = founded_bloc().record(*joined("US"), *joined("EU", territories=["DE", "FR"]))
    larger = terms_amended("EU", JULY, territories=["DE", "FR", "ME"])
    assert bloc.broken(larger) == []
    assert bloc.broken(terms_amended("EU", JULY, territories=["DE", "US"])) == ["MEM-2"]
    bloc.record(larger)
    assert bloc.broken(terms_amended("US", "2026-08-01", territories=["US", "ME"])) == ["MEM-2"]
    assert bloc.broken(terms_amended("US", "2026-06-01", territories=["US", "ME"])) == ["MEM-2"]
    bloc.record(terms_amended("EU", "2026-07-15", territories=["DE", "FR"]))
    assert bloc.broken(terms_amended("US", "2026-08-01", territories=["US", "ME"])) == []


def test_mem_3_6_and_7_hold_for_amended_terms() -> None:
    """What is wrong in an accession is wrong in new terms."""
    bloc = trading_bloc()
    assert bloc.broken(terms_amended("US", JULY, territories=["PR"])) == ["MEM-3"]
    assert bloc.broken(terms_amended("US", JULY, legal_tz="America/Gotham")) == ["MEM-6"]


def test_mem_8_amended_terms_are_other_terms() -> None:
    """The same terms again would hide which figure was meant; terms of an earlier day may come back."""
    bloc = trading_bloc()
    assert bloc.broken(terms_amended("US", JULY)) == ["MEM-8"]
    bloc.record(terms_amended("US", JULY, duty_rounding=WHOLE_DOLLARS))
    assert bloc.broken(terms_amended("US", "2026-08-01", duty_rounding=WHOLE_DOLLARS)) == ["MEM-8"]
    assert bloc.broken(terms_amended("US", "2026-08-01")) == []


def test_new_terms_hold_from_their_day_and_change_nothing_before() -> None:
    """26 196.30 to the cent on the last of June, 26 196 in whole dollars on the first of July."""
    bloc = trading_bloc().record(base())
    known = bloc.position
    bloc.record(terms_amended("US", JULY, duty_rounding=WHOLE_DOLLARS))
    goods = item("708008.00")
    assert assess(bloc, goods, LAST_OF_JUNE).total == "26196.30"
    assert assess(bloc, goods, FIRST_OF_JULY).total == "26196"
    assert assess(bloc, goods, FIRST_OF_JULY, position=known).total == "26196.30"
    (rounding,) = [step for step in assess(bloc, goods, FIRST_OF_JULY).trace if step.step == "round"]
    assert (rounding.rule, rounding.position) == ("us.line.half_up.1", bloc.position)


def test_a_country_counts_as_the_bloc_from_the_day_on_which_it_joins_the_territory() -> None:
    """Montenegro through the EU, from 1 July, without any change to a floor or a preference."""
    bloc = founded_bloc().record(*joined("EU", territories=["DE"]))
    bloc.record(terms_amended("EU", JULY, territories=["DE", "ME"]))

    def belongs(country: str, day: str) -> bool:
        on = date.fromisoformat(day)
        return bloc_origin(bloc.rules, country, on, bloc.position, None).belongs

    assert [belongs("ME", "2026-06-30"), belongs("ME", JULY), belongs("DE", JULY)] == [False, True, True]


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("America/Los_Angeles", "2026-07-01T04:30:00Z", "2026-07-01"),
        ("America/Los_Angeles", "2026-07-01T03:30:00Z", "2026-06-30"),
        ("America/Los_Angeles", "2026-07-01T07:30:00Z", "2026-07-01"),
        ("Europe/Paris", "2026-06-30T22:30:00Z", "2026-07-01"),
        ("Europe/Paris", "2026-06-30T21:30:00Z", "2026-06-30"),
    ],
)
def test_every_moment_has_one_day_when_the_clock_is_moved(zone: str, moment: str, day: str) -> None:
    """From New York to the west three hours belong to neither clock: the old one tells the day. To the east six hours
    belong to both: the new terms, being asked first, tell it."""
    bloc = trading_bloc().record(base(), terms_amended("US", JULY, legal_tz=zone))
    assert str(assess(bloc, item(), moment).governing_date) == day


def test_declarations_of_both_sides_are_accepted_in_their_currency() -> None:
    """A member that takes the euro assesses in dollars before and in euro after, each on its own day."""
    bloc = trading_bloc().record(base(), terms_amended("US", JULY, currency="EUR"))
    for reference, moment, currency in (("A", LAST_OF_JUNE, "USD"), ("B", FIRST_OF_JULY, "EUR")):
        money = {"amount": "708000.00", "currency": currency}
        goods = {"customs_value": money, "free_at_frontier_value": money}
        data = item_data() | goods
        decided = accepted(
            bloc.decide(declaration(data, reference=reference, accepted_at=moment), now=AUGUST)
        )
        duty = next(event.data for event in decided.derived if event.type == "bloc.duty.assessed.v1")
        assert (duty.currency, duty.total) == (currency, "26196.00")


def test_amended_terms_are_corrected_like_all_words_about_members() -> None:
    """A wrong unit is mended, and the duty of July is reckoned with the right one."""
    bloc = trading_bloc().record(base())
    wrong = terms_amended("US", JULY, duty_rounding={**WHOLE_DOLLARS, "unit": "100"})
    bloc.record(wrong)
    mend = corrected(bloc, wrong, bloc.position, duty_rounding=WHOLE_DOLLARS)
    assert bloc.broken(mend) == []
    assert assess(bloc, item("708008.00"), FIRST_OF_JULY).total == "26200"
    bloc.record(mend)
    assert assess(bloc, item("708008.00"), FIRST_OF_JULY).total == "26196"


def test_a_member_shows_the_terms_of_the_day_and_where_they_stand() -> None:
    """Which rounding, since when, and the entry that says so."""
    step = terms_amended("US", JULY, duty_rounding=WHOLE_DOLLARS)
    before, after = at("2026-06-30", step), at(JULY, step)
    assert (before.terms_from, after.terms_from) == (date(2026, 5, 1), date(2026, 7, 1))
    assert (str(before.since), str(after.since)) == ("2026-05-01", "2026-05-01")
    assert before.terms_position != after.terms_position
    assert [getattr(view.duty_rounding, "unit", "") for view in (before, after)] == ["0.01", "1"]


def test_a_notice_of_withdrawal_is_seen_until_the_member_is_outside() -> None:
    """Notified in June, outside from January: in between it is a member that has given notice."""
    step = withdrawn("US", "2027-01-01", notified_on="2026-06-01")
    shown = [at(day, step) for day in ("2026-05-31", "2026-06-01", "2026-12-31", "2027-01-01")]
    assert [view.status for view in shown] == ["acceded", "acceded", "acceded", "withdrawn"]
    assert [hasattr(view.withdrawal, "effective_from") for view in shown] == [False, True, True, False]
    assert not hasattr(at("2026-06-01", memorandum("US", "2026-05-02")).withdrawal, "position")
