"""The worked examples E19 to E22 about the reserve, each by its id, exact to the digit."""

from decimal import Decimal

from tests.domain.given import accepted
from tests.domain.trade import expected
from tests.domain.vault import CLARIOS, accrued, came_back, drawn, played, stocked, view_on


def test_e19_carrying_cost() -> None:
    """90 days of interest on 47.5 million at 5.25 %, and three started months of storage, to the cent."""
    results = expected("E19")
    cost = accrued(results["financing_cost"], results["storage_cost"])
    assert cost.data.total.amount == results["carrying_cost"]
    assert accepted(stocked().decide(cost)).derived == ()
    per_kilogram = Decimal(cost.data.total.amount) / 500000
    assert f"{per_kilogram:.6f}" == results["per_kg"]


def test_e20_drawdown_at_the_fixed_price() -> None:
    """120 t cost 11.4 million whatever the market does, and are to come back within 180 days."""
    results = expected("E20")
    bloc = stocked()
    (opened,) = played(bloc, drawn(amount_due=results["invoice"]))
    assert opened.type == "bloc.replenishment.opened.v1"
    assert opened.subject == "stock/vault/ndpr.oxide_compound.oxide_99"
    assert str(opened.data.due_on) == results["due_date"]
    assert opened.data.quantity.value == results["replenishment_due_kg"]
    view = view_on(bloc, "2026-10-05")
    assert view.stock[0].kilograms == results["stock_after_kg"]
    assert view.entitlements[0].left_kilograms == results["stock_after_kg"]


def test_e21_partial_replenishment_and_overdue_charge() -> None:
    """70 t come in time, 50 t are 30 days late: 71 250 USD over [4 April, 4 May), never posted."""
    results = expected("E21")
    bloc = stocked()
    followed = played(bloc, drawn(), came_back())
    assert [event.type for event in followed] == ["bloc.replenishment.opened.v1"]
    view = view_on(bloc, "2027-05-04")
    (obligation,) = view.obligations
    assert obligation.status == "overdue"
    assert obligation.open_kilograms == results["open_kg"]
    assert str(obligation.first_overdue_day) == results["first_overdue_day"]
    assert obligation.days_overdue == 30
    assert obligation.charge is not None
    assert obligation.charge.amount == results["overdue_charge"]
    assert view.stock[0].kilograms == results["stock_kg"]


def test_e21_charge_day_by_day() -> None:
    """Nothing on the due day and the day after, one day's charge when the first overdue day is over."""
    bloc = stocked()
    played(bloc, drawn(), came_back())
    charges = [view_on(bloc, day).obligations[0].charge for day in ("2027-04-03", "2027-04-04", "2027-04-05")]
    assert [charge.amount for charge in charges if charge] == ["0.00", "0.00", "2375.00"]


def test_e21_late_replenishment_ends_the_charge() -> None:
    """When the rest comes, 30 days late, the obligation is fulfilled and the charge stays what it was."""
    bloc = stocked()
    last = came_back("vault.2027-L02", "50000", received_on="2027-05-04")
    followed = played(bloc, drawn(), came_back(), last)
    fulfilled = followed[-1]
    assert fulfilled.type == "bloc.replenishment.fulfilled.v1"
    assert (str(fulfilled.data.fulfilled_on), fulfilled.data.days_late) == ("2027-05-04", 31)
    for day in ("2027-05-04", "2027-06-30"):
        (obligation,) = view_on(bloc, day).obligations
        assert (obligation.status, obligation.days_overdue) == ("fulfilled", 30)
        assert obligation.charge is not None
        assert obligation.charge.amount == expected("E21")["overdue_charge"]


def test_e22_cover_in_days() -> None:
    """380 t last 69.09 days at 5.5 t a day; after 100 t more are released 50.91, below the target of 60."""
    results = expected("E22")
    bloc = stocked()
    played(bloc, drawn())
    (before,) = view_on(bloc, "2026-10-05").cover
    assert (before.days, before.is_below_target) == (results["cover_days"], False)
    played(bloc, drawn("vault.2026-0008", "100000", "9500000.00", released_on="2026-10-06"))
    (after,) = view_on(bloc, "2026-10-06").cover
    assert (after.days, after.is_below_target) == (results["after_emergency_release_100t"], True)
    assert results["alert"] == f"CoverBelowTarget ({after.days} < {after.target_days})"


def test_e22_cover_is_compared_unrounded() -> None:
    """Cover of 59.999 days reads 60.00 and is below the target all the same."""
    bloc = stocked()
    left = 329995
    played(bloc, drawn(quantity=str(500000 - left), amount_due=f"{95 * (500000 - left)}.00"))
    (cover,) = view_on(bloc, "2026-10-05").cover
    assert (cover.days, cover.is_below_target) == ("60.00", True)


def test_capital_is_never_summed() -> None:
    """10 bn and 1.67 bn stay two figures; no field anywhere says 12, or 11.67."""
    view = view_on(stocked(), "2026-07-01")
    assert [part.amount.amount for part in view.capital] == ["10000000000.00", "1670000000.00"]
    assert not any(number in repr(view) for number in ("11670000000", "12000000000"))


def test_a_view_is_of_its_day() -> None:
    """Before the lot came there is no stock, before the drawdown no obligation, though both are known."""
    bloc = stocked()
    played(bloc, drawn())
    early = view_on(bloc, "2026-06-30")
    assert (early.stock[0].kilograms, early.obligations) == ("0", ())
    assert view_on(bloc, "2026-10-04").entitlements[0].drawn_kilograms == "0"
    assert view_on(bloc, "2026-10-05").entitlements[0].purchase_commitment == CLARIOS
