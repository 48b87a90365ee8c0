"""Rules RES-13 to RES-18: terms that can be reckoned with, and carrying cost that can be recomputed."""

from datetime import date
from typing import Any

import msgspec
import pytest

from contracts.envelope import Event
from services.tariffs.domain.reserve.charges import due_on, months_of
from services.tariffs.domain.reserve.stock import StockState
from tests.domain.facts import OXIDE, event, key_registered, mandate_granted
from tests.domain.given import accepted, breaks
from tests.domain.trade import mass, usd
from tests.domain.vault import accrued, capital, drawn, kilograms, played, signed, stocked

SECOND_PERIOD: dict[str, Any] = {
    "period_from": "2026-09-29",
    "period_to": "2026-10-29",
    "storage_months": 1,
    "total": usd("279965.75"),
}
"""30 days from September, which is charged already, into October: one more month of storage."""


def test_res_13_carrying_cost_is_of_a_signed_commitment() -> None:
    """Without terms there is nothing to recompute."""
    unsigned = accrued(purchase_commitment="vault.boeing.2026-01")
    assert breaks(stocked(), unsigned) == [("RES-13", "$.data.purchase_commitment")]


def test_res_13_an_operator_charges_its_own_commitments() -> None:
    """The operator of another reserve charges nothing here, though its mandate covers the type."""
    party = "jp.jogmec"
    bloc = stocked(key_registered(party), mandate_granted(party, "reserve_operator", ("BLOC",)))
    bloc.record(capital("1000000.00", "JOGMEC", "grant", by=party, reserve="jp"))
    assert breaks(bloc, accrued(by=party)) == [("RES-13", "$.data.purchase_commitment")]


def test_res_14_no_day_is_charged_twice() -> None:
    """The same period again, one that overlaps it by a day, and one that contains it."""
    bloc = stocked(accrued())
    for start, end in (
        ("2026-07-01", "2026-09-29"),
        ("2026-09-28", "2026-10-29"),
        ("2026-07-01", "2026-12-01"),
    ):
        again = accrued(period_from=start, period_to=end)
        assert ("RES-14", "$.data.period_from") in breaks(bloc, again)
    accepted(bloc.decide(accrued("204965.75", "75000.00", **SECOND_PERIOD)))


def test_res_14_a_period_lies_within_the_term() -> None:
    """Nothing is charged before the commitment begins, after it ends, or for no day at all."""
    early = accrued(period_from="2026-06-30")
    assert ("RES-14", "$.data.period_from") in breaks(stocked(), early)
    empty = accrued(period_to="2026-07-01")
    assert ("RES-14", "$.data.period_to") in breaks(stocked(), empty)
    bloc = stocked(signed("vault.short", effective_to="2026-09-28"))
    late = accrued(purchase_commitment="vault.short")
    assert ("RES-14", "$.data.period_to") in breaks(bloc, late)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("financing", usd("614897.27")),
        ("storage", usd("225000.01")),
        ("total", usd("839897.25")),
        ("storage_months", 4),
        ("financing", {"amount": "614897.26", "currency": "EUR"}),
    ],
)
def test_res_15_carrying_cost_is_recomputed(field: str, value: Any) -> None:
    """A cent, a month or a currency that differs is refused with what is due."""
    assert breaks(stocked(), accrued_but(field, value)) == [("RES-15", f"$.data.{field}")]


def accrued_but(field: str, value: Any) -> Event[Any]:
    """The carrying cost of E19 with one field changed."""
    cost = accrued()
    data: dict[str, Any] = msgspec.to_builtins(cost.data) | {field: value}
    return event(cost.party, cost.type, data)


def test_res_15_a_month_of_storage_is_charged_once() -> None:
    """Of two periods that meet in September only the first pays for September."""
    bloc = stocked(accrued())
    twice: dict[str, Any] = SECOND_PERIOD | {"storage_months": 2, "total": usd("354965.75")}
    assert breaks(bloc, accrued("204965.75", "150000.00", **twice)) == [
        ("RES-15", "$.data.storage"),
        ("RES-15", "$.data.total"),
        ("RES-15", "$.data.storage_months"),
    ]


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-07-01", "2026-09-29", 3),
        ("2026-07-31", "2026-08-02", 2),
        ("2026-07-01", "2026-08-01", 1),
        ("2026-12-31", "2027-01-02", 2),
    ],
)
def test_started_months_are_those_with_a_day_in_the_period(start: str, end: str, count: int) -> None:
    """The day after the last is not in the period: 1 July to 1 August is one month."""
    assert len(months_of((date.fromisoformat(start), date.fromisoformat(end)))) == count


def test_res_16_one_commitment_one_currency() -> None:
    """Storage in euros, or a price for the content of goods measured by mass, cannot be added up."""
    euros = {"amount": "0.15", "currency": "EUR", "per": "kg"}
    assert breaks(stocked(), signed("c2", storage=euros)) == [("RES-16", "$.data.storage.currency")]
    fee = {"amount": "1000.00", "currency": "EUR"}
    assert breaks(stocked(), signed("c2", fee=fee)) == [("RES-16", "$.data.fee.currency")]
    by_content = usd("1050.00") | {"per": "mtu", "content": "WO3"}
    assert breaks(stocked(), signed("c2", fixed_price=by_content)) == [("RES-16", "$.data.fixed_price")]


def test_res_17_a_deadline_has_a_date() -> None:
    """180 days after 5 October 2026 are 3 April 2027; and what falls due after 2199 is no deadline."""
    assert breaks(stocked(), drawn(released_on="2199-12-31")) == [("RES-17", "$.data.released_on")]
    assert due_on(date.fromisoformat("2026-10-05"), 180) == date.fromisoformat("2027-04-03")


def test_res_18_terms_can_be_reckoned_with() -> None:
    """A commitment worth 19 digits, and more than 100 % a year or a day, are refused without a crash."""
    huge = signed("c2", quantity=mass("9" * 18, "t"))
    assert breaks(stocked(), huge) == [
        ("RES-18", "$.data.fixed_price"),
        ("RES-18", "$.data.storage"),
    ]
    usury = signed(
        "c2", financing={"percent": "100.01", "day_count": "ACT/365"}, overdue_percent_per_day="101"
    )
    assert breaks(stocked(), usury) == [
        ("RES-18", "$.data.financing.percent"),
        ("RES-18", "$.data.overdue_percent_per_day"),
    ]


def test_a_drawdown_beyond_all_figures_is_refused_and_not_crashed_on() -> None:
    """10^17 t at 95 USD/kg have no amount due that could be written."""
    huge = mass("9" * 18, "t")
    beyond = drawn(quantity=huge, lots=[{"lot": "vault.2026-L01", "quantity": huge}])
    assert [rule for rule, _ in breaks(stocked(), beyond)] == ["RES-7", "RES-9", "RES-10"]


def test_capital_of_nothing_is_none() -> None:
    """RES-2 holds for capital too."""
    assert breaks(stocked(), capital("0.00", "Nobody", "grant")) == [("RES-2", "$.data.amount.amount")]


def test_a_hot_stream_keeps_every_drawdown() -> None:
    """Fifty drawdowns of 10 t each empty the lot exactly; the fifty-first has nothing left."""
    bloc = stocked()
    for number in range(50):
        played(bloc, drawn(f"d{number}", "10000", "950000.00"))
    last = drawn(
        "d50", "10000", "950000.00", lots=[{"lot": "vault.2026-L01", "quantity": kilograms("10000")}]
    )
    assert [rule for rule, _ in breaks(bloc, last)] == ["RES-9", "RES-10"]
    stock = bloc.streams[f"stock/vault/{OXIDE}"].state
    assert isinstance(stock, StockState)
    assert stock.lots["vault.2026-L01"].left == 0
