"""What becomes overdue, what a release does to the cover, what a commitment costs: asked for V, never posted."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.tariffs.domain.reserve.answers import becoming_overdue, cover_after
from services.tariffs.domain.reserve.carrying import costs_until
from services.tariffs.domain.reserve.commitment import CommitmentState
from tests.domain.given import Bloc
from tests.domain.trade import expected
from tests.domain.vault import CLARIOS, accrued, came_back, drawn, extended, played, signed, stocked, view_on


def commitment_of(bloc: Bloc) -> CommitmentState:
    """The commitment of Clarios as recorded."""
    state = bloc.streams[f"purchase_commitment/{CLARIOS}"].state
    assert isinstance(state, CommitmentState)
    return state


def soon(bloc: Bloc, day: str, days: int = 30) -> list[str]:
    """Names of what becomes overdue within so many days of a day."""
    return [owed.obligation for owed in becoming_overdue(view_on(bloc, day).obligations, days)]


def test_what_becomes_overdue_within_thirty_days() -> None:
    """Due on 3 April, so overdue on the 4th: asked from 5 March on, and no more once it is overdue."""
    bloc = stocked()
    played(bloc, drawn())
    assert soon(bloc, "2027-03-04") == []
    assert soon(bloc, "2027-03-05") == ["vault.2026-0007"]
    assert soon(bloc, "2027-04-03") == ["vault.2026-0007"]
    assert soon(bloc, "2027-04-04") == []


def test_what_came_back_or_was_extended_does_not_become_overdue() -> None:
    """A grant until 3 May moves the question by a month; a refill ends it."""
    bloc = stocked()
    played(bloc, drawn(), extended())
    assert soon(bloc, "2027-03-10") == []
    assert soon(bloc, "2027-04-10") == ["vault.2026-0007"]
    played(bloc, came_back(quantity="120000"))
    assert soon(bloc, "2027-04-10") == []


def test_e22_the_effect_of_a_release_is_known_before_it() -> None:
    """380 t at 5.5 t a day: releasing 100 t would leave 50.91 days, below the target of 60."""
    bloc, results = stocked(), expected("E22")
    played(bloc, drawn())
    (now,) = view_on(bloc, "2026-10-05").cover
    after = cover_after(now, Decimal(100_000))
    assert (now.days, now.is_below_target) == (results["cover_days"], False)
    assert (after.days, after.is_below_target) == (results["after_emergency_release_100t"], True)
    played(bloc, drawn("d2", "100000", "9500000.00", released_on="2026-10-06"))
    (then,) = view_on(bloc, "2026-10-06").cover
    assert then == after, "the forecast of a release is the cover after it"


def test_no_release_leaves_less_than_nothing() -> None:
    """More than there is leaves zero days."""
    (cover,) = view_on(stocked(), "2026-10-05").cover
    assert (cover_after(cover, Decimal(900_000)).kilograms, cover_after(cover, Decimal(900_000)).days) == (
        "0",
        "0.00",
    )


def test_exactly_the_target_is_not_below_it() -> None:
    """500 t less 170 t are 60 days to the kilogram; a gram more is below."""
    (cover,) = view_on(stocked(), "2026-10-05").cover
    assert not cover_after(cover, Decimal(170_000)).is_below_target
    assert cover_after(cover, Decimal("170000.001")).is_below_target


def test_e19_carrying_cost_is_forecast_and_then_charged() -> None:
    """What 90 days will cost is what they are charged, by component and with the day count."""
    bloc, results = stocked(), expected("E19")
    (forecast,) = costs_until(commitment_of(bloc), date(2026, 9, 29))
    assert (forecast.days, forecast.storage_months, forecast.is_charged) == (90, 3, False)
    assert (forecast.financing.amount, forecast.storage.amount) == (
        results["financing_cost"],
        results["storage_cost"],
    )
    assert forecast.total.amount == results["carrying_cost"]
    played(bloc, accrued())
    (charged,) = costs_until(commitment_of(bloc), date(2026, 9, 29))
    assert (charged.total, charged.is_charged) == (forecast.total, True)


def test_the_forecast_goes_to_the_end_of_the_term() -> None:
    """After 29 September two days of September and the months to term are left; September's storage is paid."""
    bloc = stocked().record(accrued())
    state = commitment_of(bloc)
    short = CommitmentState(signed(effective_to="2026-11-01").data, state.charged)
    _, rest = costs_until(short, date(2030, 1, 1))
    assert (rest.period_from, rest.period_to) == (date(2026, 9, 29), date(2026, 11, 1))
    assert (rest.days, rest.storage_months) == (33, 1)


def test_nothing_is_forecast_before_the_term_or_without_terms() -> None:
    """There is no cost before the commitment begins, nor of one that nobody signed."""
    assert costs_until(commitment_of(stocked()), date(2026, 7, 1)) == ()
    assert costs_until(CommitmentState(), date(2026, 10, 1)) == ()


@given(st.lists(st.integers(0, 120), min_size=2, max_size=6, unique=True))
def test_no_day_and_no_month_is_counted_twice(marks: list[int]) -> None:
    """However the term was charged in pieces, days and months sum to those of the whole."""
    terms = signed().data
    start, marks = terms.effective_from, sorted(marks)
    pieces = [
        (date.fromordinal(start.toordinal() + one), date.fromordinal(start.toordinal() + other))
        for one, other in zip(marks[::2], marks[1::2], strict=False)
    ]
    until = date.fromordinal(start.toordinal() + 121)
    costs = costs_until(CommitmentState(terms, tuple(pieces)), until)
    (whole,) = costs_until(CommitmentState(terms), until)
    assert sum(cost.days for cost in costs) == whole.days
    assert sum(cost.storage_months for cost in costs) == whole.storage_months
