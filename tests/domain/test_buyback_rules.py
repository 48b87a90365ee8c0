"""Buy-backs and capital: what was agreed is bought again at the same price; a source gives what it committed."""

from typing import Any

from contracts.envelope import Event
from tests.domain.crisis import bought_back, declared, ordered, share
from tests.domain.facts import act, event
from tests.domain.given import Bloc, accepted, breaks, founded_bloc
from tests.domain.trade import usd
from tests.domain.vault import (
    CLARIOS,
    VAULT,
    came_back,
    capital,
    drawn,
    opened_reserve,
    played,
    signed,
    stocked,
    transferred,
    view_on,
)


def refilled() -> Bloc:
    """E21: 120 t were drawn, 70 t came back."""
    bloc = stocked()
    played(bloc, drawn(), came_back())
    return bloc


def paid_in(amount: str = "500000000.00", **more: Any) -> Event[Any]:
    """Part of the loan is drawn."""
    data = {
        "reserve": "vault",
        "source": "EXIM direct loan",
        "facility": "loan",
        "amount": usd(amount),
        "drawn_on": "2026-03-02",
        "legal_basis": act("reserve"),
    }
    return event(VAULT, "bloc.reserve.capital_drawn.v1", data | more)


def test_a_buy_back_takes_stock_and_entitlement_and_opens_no_obligation() -> None:
    """Symmetry: the 70 t that came back are bought again at 95 USD; nothing has to be refilled."""
    bloc = refilled()
    before = view_on(bloc, "2027-05-31")
    assert played(bloc, bought_back()) == []
    after = view_on(bloc, "2027-06-01")
    assert (before.stock[0].kilograms, after.stock[0].kilograms) == ("450000", "380000")
    assert after.entitlements[0].left_kilograms == "380000"
    assert after.entitlements[0].bought_back_kilograms == "70000"
    assert [one.open_kilograms for one in after.obligations] == ["50000"]
    assert after.balances[0].is_balanced
    assert view_on(bloc, "2027-05-31").stock == before.stock


def test_res_27_a_buy_back_was_agreed() -> None:
    """A commitment without buy-back knows none."""
    bloc = stocked(signed("vault.second", buy_back=False))
    played(
        bloc,
        drawn(purchase_commitment="vault.second"),
        came_back(),
    )
    bought = bought_back(purchase_commitment="vault.second")
    assert breaks(bloc, bought) == [("RES-27", "$.data.purchase_commitment")]


def test_res_27_only_what_came_back_is_bought_again() -> None:
    """No more than was replenished by that day, each kilogram once."""
    bloc = refilled()
    assert breaks(bloc, bought_back("70001", "6650095.00")) == [("RES-27", "$.data.quantity")]
    assert breaks(bloc, bought_back(exercised_on="2027-04-02")) == [("RES-27", "$.data.quantity")]
    played(bloc, bought_back("30000", "2850000.00"))
    again = bought_back("40001", "3800095.00", buyback="B2")
    assert breaks(bloc, again) == [("RES-27", "$.data.quantity")]
    accepted(bloc.decide(bought_back("40000", "3800000.00", buyback="B2")))


def test_a_buy_back_is_judged_like_a_drawdown() -> None:
    """Name, price, amount, lots, term and line: the same rules."""
    bloc = refilled()
    assert breaks(bloc, bought_back(fixed_price=usd("94.00") | {"per": "kg"})) == [
        ("RES-6", "$.data.fixed_price")
    ]
    assert breaks(bloc, bought_back(amount_due="1.00")) == [("RES-7", "$.data.amount_due")]
    assert breaks(bloc, bought_back(purchase_commitment="nobody")) == [
        ("RES-4", "$.data.purchase_commitment")
    ]
    assert breaks(bloc, bought_back(company="oem.boeing")) == [
        ("RES-5", "$.data.company"),
        ("RES-27", "$.data.quantity"),
    ]
    other_lot = [{"lot": "L9", "quantity": {"value": "70000", "unit": "kg"}}]
    assert breaks(bloc, bought_back(lots=other_lot)) == [("RES-9", "$.data.lots[0].lot")]
    played(bloc, bought_back("1", "95.00"))
    assert breaks(bloc, bought_back("1", "95.00")) == [("RES-3", "$.data.buyback")]


def test_res_10_what_was_given_away_is_not_bought_again() -> None:
    """The refill restored 450 t of entitlement; 400 t go to Boeing, so 50 t are left to buy."""
    bloc = refilled()
    played(bloc, transferred(quantity="400000", transferred_on="2027-05-01"))
    assert breaks(bloc, bought_back()) == [("RES-10", "$.data.quantity")]


def test_res_26_a_buy_back_leaves_behind_what_is_promised() -> None:
    """In an emergency the reserve may not press on one company what it has promised to another."""
    bloc = refilled()
    bloc.record(declared(effective_from="2027-05-01"))
    played(bloc, ordered(share("450000"), quantity="450000", ordered_on="2027-05-01"))
    assert breaks(bloc, bought_back("1", "95.00")) == [("RES-26", "$.data.quantity")]


def test_capital_is_drawn_and_shown_by_source() -> None:
    """500 m of the loan of up to 10 bn, from 2 March on; the equity is untouched, nothing is added up."""
    bloc = founded_bloc().record(*opened_reserve())
    played(bloc, paid_in(), paid_in("250000000.00", drawn_on="2026-04-01"))
    drawn_on = {
        day: [one.drawn.amount for one in view_on(bloc, day).capital]
        for day in ("2026-03-01", "2026-03-02", "2026-04-01")
    }
    assert drawn_on == {
        "2026-03-01": ["0.00", "0.00"],
        "2026-03-02": ["500000000.00", "0.00"],
        "2026-04-01": ["750000000.00", "0.00"],
    }


def test_res_30_capital_is_drawn_as_it_was_committed() -> None:
    """Of that source, facility and currency, by that day, and no more than is left: the other source is no help."""
    bloc = founded_bloc().record(*opened_reserve())
    assert breaks(bloc, paid_in(source="Somebody")) == [("RES-30", "$.data.source")]
    assert breaks(bloc, paid_in(facility="grant")) == [("RES-30", "$.data.source")]
    assert breaks(bloc, paid_in(drawn_on="2026-02-01")) == [("RES-30", "$.data.source")]
    assert breaks(bloc, paid_in("10000000000.01")) == [("RES-30", "$.data.amount")]
    played(bloc, paid_in("10000000000.00"))
    assert breaks(bloc, paid_in("0.01")) == [("RES-30", "$.data.amount")]
    assert breaks(bloc, paid_in("0.00")) == [("RES-2", "$.data.amount.amount")]
    bloc.record(capital("1.00", "EXIM direct loan", "loan", committed_on="2026-06-01"))
    accepted(bloc.decide(paid_in("1.00", drawn_on="2026-06-01")))


def test_the_commitment_of_a_buy_back_is_read() -> None:
    """Its draft expects the stock and the commitment, like a drawdown's."""
    expects = accepted(refilled().decide(bought_back())).expects
    assert f"purchase_commitment/{CLARIOS}" in expects
