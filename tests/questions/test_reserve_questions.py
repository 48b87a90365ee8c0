"""Questions 8, 9, 16, 17 and 27 of docs/questions.md: the reserve. Nothing of the answers was posted by anybody."""

from decimal import Decimal

from tests.questions.asking import Asking


def test_question_08_what_is_owed_follows_from_the_drawdown(asking: Asking) -> None:
    """What is in time on V and overdue within 30 days; a month later it is overdue and costs 71 250.00 (E21)."""
    soon, later = asking.ask(8)
    assert [one["open_kilograms"] for one in soon["obligations"]] == ["50000", "100000"]
    assert all(one["days_overdue"] == 0 for one in soon["obligations"])
    overdue = next(one for one in later["obligations"] if one["obligation"] == "vault.2026-0007")
    assert Decimal(overdue["charge"]["amount"]) == Decimal(4_750_000) * 30 * Decimal("0.0005")


def test_question_09_cover_is_stock_by_daily_demand(asking: Asking) -> None:
    """380 t at 5 500 kg a day are 69.09 days (E22); after 100 t more, 50.91, which is below the target."""
    before, answer = asking.ask(9)
    (release,) = answer["releases"]
    assert asking.event_at(release["position"])["type"] == "bloc.emergency_release.ordered.v1"
    (metal,) = [one for one in before["reserve"]["cover"] if one["line"] == release["line"]]
    (left,) = [one for one in answer["reserve"]["cover"] if one["line"] == release["line"]]
    assert int(metal["kilograms"]) - int(left["kilograms"]) == int(release["kilograms"])
    for cover in (*answer["reserve"]["cover"], *answer["cover_after_release"]):
        days = Decimal(cover["kilograms"]) / Decimal(cover["daily_demand_kilograms"])
        assert Decimal(cover["days"]) == days.quantize(Decimal("0.01"))
        assert cover["is_below_target"] == (days < Decimal(cover["target_days"]))
        assert asking.event_at(cover["target_position"])["type"] == "bloc.reserve.target_set.v1"


def test_question_16_the_cost_of_a_commitment_is_its_formula(asking: Asking) -> None:
    """Value x 5.25 % x days / 365 for each period, rounded once (E19), and charged periods are recorded ones."""
    (answer,) = asking.ask(16)
    cost = answer["carrying_cost"]
    for period in cost["periods"]:
        exact = Decimal(cost["value"]["amount"]) * Decimal(cost["financing_percent"]) * period["days"] / 36500
        assert Decimal(period["financing"]["amount"]) == exact.quantize(Decimal("0.01"))
    assert [period["is_charged"] for period in cost["periods"]] == [True, False]


def test_question_17_each_drawdown_is_held_against_the_market_of_its_day(asking: Asking) -> None:
    """120 t at 28 USD/kg less than the market: 3 360 000.00 (E20), as soon as a price of the day is recorded."""
    _, answer = asking.ask(17)
    for one in answer["drawdowns"]:
        event = asking.event_at(one["position"])
        assert event["data"]["fixed_price"] == one["fixed_price"]
        fixed = Decimal(one["kilograms"]) * Decimal(one["fixed_price"]["amount"])
        assert fixed == Decimal(one["fixed_value"]["amount"])
    compared = next(one for one in answer["drawdowns"] if one["name"] == "vault.2026-0007")
    price = asking.event_at(compared["market_position"])["data"]["price"]
    gain = Decimal(compared["kilograms"]) * Decimal(price["amount"]) - Decimal(
        compared["fixed_value"]["amount"]
    )
    assert gain == Decimal(compared["gain"]["amount"])
    known_before = asking.read(
        f"/reserves/vault/drawdowns?effective_at=2026-10-06&position={compared['market_position'] - 1}"
    )
    assert all(one["gain"] is None for one in known_before["drawdowns"])


def test_question_27_entitlements_sum_to_what_was_committed(asking: Asking) -> None:
    """What the holders of a commitment have left is what was committed, less drawn, plus what came back."""
    (answer,) = asking.ask(27)
    reserve = answer["reserve"]
    for transfer in reserve["transfers"]:
        assert asking.event_at(transfer["position"])["data"]["transfer"] == transfer["transfer"]
    for balance in reserve["balances"]:
        held = [
            Decimal(one["left_kilograms"])
            for one in reserve["entitlements"]
            if one["purchase_commitment"] == balance["purchase_commitment"]
        ]
        back = ("replenished_kilograms", "bought_back_kilograms")
        returned = sum(Decimal(balance[name]) for name in back)
        left = Decimal(balance["committed_kilograms"]) - Decimal(balance["drawn_kilograms"]) + returned
        assert sum(held) == left == Decimal(balance["left_kilograms"])
