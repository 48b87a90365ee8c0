"""Carrying cost for a period and to term, by component; and the fixed price against the market (questions 16, 17)."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.envelope import Event
from services.tariffs.domain.reserve.carrying import CommitmentCostView, costs_between
from services.tariffs.domain.reserve.commitment import CommitmentState
from services.tariffs.domain.reserve.market import GainView, OutgoingView, gains_of, outgoings_on
from services.tariffs.domain.reserve.view import stocks_of, terms_of
from tests.domain.crisis import bought_back, taken
from tests.domain.facts import OXIDE, event
from tests.domain.given import Bloc
from tests.domain.mending import annulled
from tests.domain.trade import expected
from tests.domain.vault import (
    CLARIOS,
    accrued,
    came_back,
    drawn,
    played,
    signed,
    stocked,
    transferred,
)


def cost(
    bloc: Bloc, start: str | None = None, end: str | None = None, day: str = "2026-12-31"
) -> CommitmentCostView:
    """The carrying cost of the commitment of Clarios."""
    state = bloc.streams[f"purchase_commitment/{CLARIOS}"].state
    assert isinstance(state, CommitmentState)
    first = None if start is None else date.fromisoformat(start)
    last = None if end is None else date.fromisoformat(end)
    found = costs_between(state, first, last, date.fromisoformat(day))
    assert found is not None
    return found


def market(price: str = "123.00", currency: str = "USD", per: str = "kg", **more: Any) -> Event[Any]:
    """A market price of NdPr oxide for October 2026."""
    data = {
        "line": OXIDE,
        "price": {"amount": price, "currency": currency, "per": per},
        "method": "assessed",
        "period_from": "2026-10-01",
        "period_to": "2026-11-01",
        "assessor": "Illustrative assessments",
    }
    return event("bloc.prices", "bloc.reference_price.published.v1", data | more)


def compared(
    bloc: Bloc, day: str = "2027-12-31", position: int | None = None
) -> tuple[tuple[OutgoingView, ...], tuple[GainView, ...]]:
    """What went out against the market, and the sums."""
    states = {stream: head.state for stream, head in bloc.streams.items()}
    terms, stocks = terms_of("vault", states), stocks_of("vault", states)
    known = bloc.position if position is None else position
    outgoings = outgoings_on(bloc.rules, terms, stocks, date.fromisoformat(day), known)
    return outgoings, gains_of(outgoings)


def test_e19_by_component_with_its_day_count_and_how_it_is_reckoned() -> None:
    """90 days of 47.5 million at 5.25 % ACT/365, three months of storage: charged, or forecast by the same figures."""
    results, bloc = expected("E19"), stocked()
    forecast = cost(bloc, "2026-07-01", "2026-09-29")
    assert (forecast.value.amount, forecast.day_count) == (results["commitment_value"], "ACT/365")
    assert forecast.financing_formula == "500000 kg x 95.00 USD/kg x 5.25 / 100 x days / 365"
    assert forecast.to_be_charged == forecast.together
    assert (forecast.together.days, forecast.together.storage_months) == (90, 3)
    assert forecast.together.financing.amount == results["financing_cost"]
    assert forecast.together.storage.amount == results["storage_cost"]
    assert forecast.together.total.amount == results["carrying_cost"]
    played(bloc, accrued())
    done = cost(bloc, "2026-07-01", "2026-09-29")
    assert (done.charged, done.to_be_charged.total.amount) == (forecast.together, "0.00")


def test_the_forecast_to_term_is_what_is_charged_and_what_is_left() -> None:
    """Up to the end of the term, when there is one; a term without end is forecast up to V, and says so."""
    bloc = stocked().record(accrued())
    whole = cost(bloc, day="2026-10-29")
    assert (whole.period_to, whole.is_to_term) == (date(2026, 10, 29), False)
    assert (whole.charged.days, whole.to_be_charged.days, whole.to_be_charged.storage_months) == (90, 30, 1)
    state = bloc.streams[f"purchase_commitment/{CLARIOS}"].state
    assert isinstance(state, CommitmentState)
    term = CommitmentState(signed(effective_to="2027-07-01").data, state.charged)
    to_term = costs_between(term, None, None, date(2026, 10, 29))
    assert to_term is not None
    assert (to_term.period_to, to_term.is_to_term, to_term.together.days) == (date(2027, 7, 1), True, 365)
    assert to_term.together.storage_months == 12


def test_a_period_within_the_term_takes_charges_whole_and_cuts_what_is_not_charged() -> None:
    """September and October: the charge of 90 days is given as it is, then 29 September to 31 October."""
    bloc = stocked().record(accrued())
    found = cost(bloc, "2026-09-01", "2026-11-01")
    assert [(str(one.period_from), str(one.period_to), one.is_charged) for one in found.periods] == [
        ("2026-07-01", "2026-09-29", True),
        ("2026-09-29", "2026-11-01", False),
    ]
    later = cost(bloc, "2026-10-15", "2026-11-01")
    assert [(str(one.period_from), one.days) for one in later.periods] == [("2026-10-15", 17)]


def test_a_period_outside_the_term_costs_nothing() -> None:
    """Before it begins, and of a commitment that nobody signed there is no answer."""
    before = cost(stocked(), "2026-01-01", "2026-07-01")
    assert (before.periods, before.together.total.amount) == ((), "0.00")
    assert costs_between(CommitmentState(), None, None, date(2026, 7, 1)) is None


@settings(max_examples=40)
@given(st.lists(st.integers(1, 300), min_size=1, max_size=5, unique=True))
def test_periods_that_meet_at_first_days_of_months_sum_to_the_whole(marks: list[int]) -> None:
    """Days and months are counted once each, however a forecast is cut at the first days of months."""
    bloc = stocked()
    firsts = sorted({date.fromordinal(date(2026, 7, 1).toordinal() + mark).replace(day=1) for mark in marks})
    bounds = [str(day) for day in (date(2026, 7, 1), *firsts, date(2027, 7, 1))]
    parts = [cost(bloc, start, end).together for start, end in pairwise(bounds) if start < end]
    whole = cost(bloc, bounds[0], bounds[-1]).together
    assert sum(part.days for part in parts) == whole.days == 365
    assert sum(part.storage_months for part in parts) == whole.storage_months == 12


def test_e20_the_gain_of_a_fixed_price() -> None:
    """120 t at 95 when the market is at 123: Clarios gains 3.36 million, the reserve gives them."""
    results, bloc = expected("E20"), stocked().record(market())
    played(bloc, drawn())
    (outgoing,), (company, reserve) = compared(bloc)
    assert outgoing.gain is not None
    assert outgoing.gain.amount == results["memo_saving_vs_market"]
    assert (company.company, company.gain.amount, company.compared) == (
        "oem.clarios",
        outgoing.gain.amount,
        1,
    )
    assert (reserve.company, reserve.gain.amount) == ("", f"-{outgoing.gain.amount}")
    assert outgoing.market_position is not None


def test_a_market_below_the_fixed_price_is_a_loss_for_the_company() -> None:
    """Symmetry: at 59 the same 120 t cost it 4.32 million more than elsewhere, and a buy-back likewise."""
    bloc = stocked().record(
        market("59.00"), market("59.00", period_from="2027-06-01", period_to="2027-07-01")
    )
    played(bloc, drawn(), came_back(), bought_back())
    outgoings, gains = compared(bloc)
    assert [(one.kind, one.gain and one.gain.amount) for one in outgoings] == [
        ("drawdown", "-4320000.00"),
        ("buyback", "-2520000.00"),
    ]
    assert [one.gain.amount for one in gains] == ["-6840000.00", "6840000.00"]
    assert compared(bloc, "2027-05-31")[1][0].compared == 1


@pytest.mark.parametrize(
    "other",
    [
        {"period_from": "2026-09-01", "period_to": "2026-10-05"},
        {"method": "cost_based"},
        {"method": "contract"},
        {"currency": "CNY", "per": "t"},
    ],
)
def test_what_is_no_market_price_of_that_day_compares_nothing(other: dict[str, Any]) -> None:
    """Not an earlier one, none made by cost or contract, none in another currency: it is counted as not compared."""
    bloc = stocked().record(market(**other))
    played(bloc, drawn())
    (outgoing,), (company, _) = compared(bloc)
    assert (outgoing.gain, bool(outgoing.because)) == (None, True)
    assert (company.compared, company.not_compared, company.gain.amount) == (0, 1, "0.00")


def test_the_market_is_read_as_known_at_k() -> None:
    """A price that was published later, or annulled since, is not known before, or after."""
    bloc = stocked()
    played(bloc, drawn())
    before = bloc.position
    price = market()
    bloc.record(price)
    at = bloc.position
    bloc.record(annulled(bloc, price, at))
    known = [compared(bloc, position=position)[0][0].market_price for position in (before, at, bloc.position)]
    assert [one is not None for one in known] == [False, True, False]


def test_gains_are_summed_by_company() -> None:
    """Boeing draws a part of the commitment of Clarios: each has its own line, the reserve the sum of both."""
    bloc = stocked().record(market())
    played(bloc, transferred(), drawn(), taken("d2", "10000", "2026-10-06", company="oem.boeing"))
    _, gains = compared(bloc)
    assert [(one.company, one.gain.amount) for one in gains] == [
        ("oem.boeing", "280000.00"),
        ("oem.clarios", "3360000.00"),
        ("", "-3640000.00"),
    ]
