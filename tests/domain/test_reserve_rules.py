"""Rules RES-1 to RES-12: what may go into the warehouse and out of it, and against which commitment."""

from typing import Any

import pytest

from contracts.envelope import Event
from tests.domain.facts import GALLIUM, METAL, TUNGSTEN
from tests.domain.given import accepted, breaks
from tests.domain.trade import mass, usd
from tests.domain.vault import assay, came_back, drawn, kilograms, lot, played, signed, stocked, target

PER_KILOGRAM = {"per": "kg"}


def lots(*shares: tuple[str, str]) -> list[dict[str, Any]]:
    """Shares of lots, in kilograms."""
    return [{"lot": name, "quantity": kilograms(quantity)} for name, quantity in shares]


L01 = "vault.2026-L01"


def test_res_1_what_is_stored_has_a_line() -> None:
    """A lot, a commitment and a target are of a line that the catalogue defines."""
    unknown = "ndpr.oxide_compound.oxide_95"
    for fact in (lot("L9", line=unknown), signed("c9", line=unknown), target(line=unknown)):
        assert breaks(stocked(), fact) == [("RES-1", "$.data.line")]


def test_res_1_quantities_are_measured_as_the_line_is() -> None:
    """Tungsten concentrate is measured by its WO3, oxide in mass; one for the other is refused."""
    by_content = mass("1062", "mtu", "WO3")
    accepted(stocked().decide(lot("L9", line=TUNGSTEN, quantity=by_content)))
    assert breaks(stocked(), lot("L9", line=TUNGSTEN)) == [("RES-1", "$.data.quantity")]
    assert breaks(stocked(), lot("L9", quantity=by_content)) == [("RES-1", "$.data.quantity")]


@pytest.mark.parametrize(
    ("fact", "path"),
    [
        (lot("L9", quantity="0"), "$.data.quantity.value"),
        (target(daily_demand="0.000"), "$.data.daily_demand.value"),
        (signed("c9", quantity="0"), "$.data.quantity.value"),
        (signed("c9", fixed_price=usd("0.00") | PER_KILOGRAM), "$.data.fixed_price.amount"),
    ],
)
def test_res_2_nothing_is_not_something(fact: Event[Any], path: str) -> None:
    """Zero kilograms, zero demand and a price of zero are refused, however they are written."""
    assert breaks(stocked(), fact) == [("RES-2", path)]


def test_res_3_a_name_is_used_once() -> None:
    """A second lot, drawdown or commitment of the same name is refused: it could be either."""
    bloc = stocked()
    played(bloc, drawn(quantity="1000", amount_due="95000.00"))
    assert breaks(bloc, lot()) == [("RES-3", "$.data.lot")]
    again = drawn(quantity="1000", amount_due="95000.00")
    assert breaks(bloc, again) == [("RES-3", "$.data.drawdown")]
    assert breaks(bloc, signed(quantity="900000")) == [("RES-3", "$.data.purchase_commitment")]
    back = came_back(L01, "500")
    assert breaks(bloc, back) == [("RES-3", "$.data.lot")]


def test_res_3_holds_within_one_submission() -> None:
    """Two lots of one name in one body: the second sees the first."""
    assert breaks(stocked(), lot("L9"), lot("L9")) == [("RES-3", "$.data.lot")]


def test_res_4_a_drawdown_rests_on_a_commitment_in_force() -> None:
    """Without a signed commitment, or on a day outside its term, nothing is released."""
    unsigned = drawn(purchase_commitment="vault.boeing.2026-01")
    assert breaks(stocked(), unsigned) == [("RES-4", "$.data.purchase_commitment")]
    early = stocked(lot("L2", received_on="2026-06-01"))
    before = drawn(released_on="2026-06-30", lots=lots(("L2", "120000")))
    assert breaks(early, before) == [("RES-4", "$.data.released_on")]
    ended = stocked(signed("vault.short", effective_to="2026-10-05"))
    assert breaks(ended, drawn(purchase_commitment="vault.short")) == [("RES-4", "$.data.released_on")]
    accepted(ended.decide(drawn(purchase_commitment="vault.short", released_on="2026-10-04")))


def test_res_5_a_commitment_is_drawn_by_its_company() -> None:
    """Another company cannot draw on it, nor can it be drawn as another line."""
    assert breaks(stocked(), drawn(company="oem.boeing")) == [("RES-5", "$.data.company")]
    metal = stocked(lot("vault.2026-M01", line=METAL))
    other = drawn(line=METAL, lots=lots(("vault.2026-M01", "120000")))
    assert breaks(metal, other) == [("RES-5", "$.data.line")]


@pytest.mark.parametrize(
    "price",
    [
        usd("95.01") | PER_KILOGRAM,
        usd("123.00") | PER_KILOGRAM,
        usd("95000.00") | {"per": "t"},
        {"amount": "95.00", "currency": "EUR", "per": "kg"},
    ],
)
def test_res_6_the_price_is_fixed(price: dict[str, str]) -> None:
    """A cent more, the market price, another unit and another currency are all another price."""
    assert breaks(stocked(), drawn(fixed_price=price)) == [("RES-6", "$.data.fixed_price")]


def test_res_6_compares_prices_by_value() -> None:
    """95.0 is 95.00: the text may differ, the price may not."""
    accepted(stocked().decide(drawn(fixed_price=usd("95.0") | PER_KILOGRAM)))


@pytest.mark.parametrize("amount", ["11400000.01", "11399999.99", "1140000.00", "0.00"])
def test_res_7_the_amount_due_is_price_times_quantity(amount: str) -> None:
    """A cent more or less than 95.00 x 120 000 is refused."""
    assert breaks(stocked(), drawn(amount_due=amount)) == [("RES-7", "$.data.amount_due")]


def test_res_7_rounds_once_to_the_cent() -> None:
    """95.00 USD/kg x 0.001 kg is 9.5 cents: 0.10, rounded half up."""
    accepted(stocked().decide(drawn(quantity="0.001", amount_due="0.10")))
    assert breaks(stocked(), drawn(quantity="0.001", amount_due="0.09")) == [("RES-7", "$.data.amount_due")]


def test_res_8_lots_add_up() -> None:
    """Shares that sum to another quantity, and a lot that is named twice, are refused."""
    bloc = stocked(lot("L2"))
    short = drawn(lots=lots((L01, "100000"), ("L2", "19999.999")))
    assert breaks(bloc, short) == [("RES-8", "$.data.lots")]
    twice = drawn(lots=lots((L01, "60000"), (L01, "60000")))
    assert breaks(bloc, twice) == [("RES-8", "$.data.lots[1].lot")]
    accepted(bloc.decide(drawn(lots=[*lots((L01, "100000")), {"lot": "L2", "quantity": mass("20", "t")}])))


def test_res_9_nothing_is_taken_that_is_not_there() -> None:
    """No lot is drawn below zero, and no lot of another stock is drawn at all."""
    bloc = stocked(lot("L2", "50000"))
    too_much = drawn(lots=lots((L01, "69999.999"), ("L2", "50000.001")))
    assert breaks(bloc, too_much) == [("RES-9", "$.data.lots[1].quantity")]
    elsewhere = drawn(lots=lots(("vault.2026-L99", "120000")))
    assert breaks(bloc, elsewhere) == [("RES-9", "$.data.lots[0].lot")]
    later = stocked(lot("L3", received_on="2026-10-06"))
    assert breaks(later, drawn(lots=lots(("L3", "120000")))) == [("RES-9", "$.data.lots[0].lot")]


def test_res_9_holds_within_one_submission() -> None:
    """Two drawdowns of 300 t from one lot of 500 t: the second sees the first, and both fall."""
    bloc = stocked(signed("vault.second"))
    one = drawn("d1", "300000", "28500000.00")
    two = drawn("d2", "300000", "28500000.00", purchase_commitment="vault.second")
    assert breaks(bloc, one, two) == [("RES-9", "$.data.lots[0].quantity")]


def test_res_10_within_the_entitlement() -> None:
    """No more than was committed, less what was drawn, plus what was replenished."""
    bloc = stocked(lot("L2"))
    played(bloc, drawn("d1", "400000", "38000000.00"))
    more = drawn("d2", "100001", "9500095.00", lots=lots(("L2", "100001")))
    assert breaks(bloc, more) == [("RES-10", "$.data.quantity")]
    played(bloc, came_back("L3", "1", obligation="d1"))
    assert breaks(bloc, more) == [("RES-10", "$.data.quantity")], (
        "what comes back in April cannot be drawn in October"
    )
    again = drawn("d2", "100001", "9500095.00", lots=lots(("L2", "100001")), released_on="2027-04-03")
    accepted(bloc.decide(again))


def test_res_11_a_replenishment_meets_an_open_obligation() -> None:
    """None without an obligation, none beyond what is open, none when it is fulfilled."""
    bloc = stocked()
    assert breaks(bloc, came_back()) == [("RES-11", "$.data.obligation")]
    played(bloc, drawn())
    assert breaks(bloc, came_back(quantity="120000.001")) == [("RES-11", "$.data.quantity")]
    played(bloc, came_back(quantity="120000"))
    assert breaks(bloc, came_back("L9", "1")) == [("RES-11", "$.data.quantity")]


def test_res_11_nothing_comes_back_before_it_went_out() -> None:
    """On the day of release it may; a day earlier it is a lot."""
    bloc = stocked()
    played(bloc, drawn())
    assert breaks(bloc, came_back(received_on="2026-10-04")) == [("RES-11", "$.data.received_on")]
    accepted(bloc.decide(came_back(received_on="2026-10-05")))


def test_res_11_an_obligation_is_of_its_own_stock() -> None:
    """What was drawn as oxide cannot come back as gallium."""
    bloc = stocked()
    played(bloc, drawn())
    assert breaks(bloc, came_back(line=GALLIUM)) == [("RES-11", "$.data.obligation")]


def test_a_replenishment_in_time_is_zero_days_late() -> None:
    """On the due day it is in time; in parts, the last part closes it."""
    bloc = stocked()
    followed = played(bloc, drawn(), came_back(), came_back("L9", "50000"))
    assert [event.type.split(".")[2] for event in followed] == ["opened", "fulfilled"]
    assert followed[1].data.days_late == 0


def test_res_12_what_comes_back_is_as_pure() -> None:
    """The main substance of what was drawn counts; an impurity does not, and silence does not pass."""
    bloc = stocked()
    played(bloc, drawn())
    purity = [("RES-12", "$.data.assay")]
    assert breaks(bloc, came_back(assay=assay("99.49"))) == purity
    assert breaks(bloc, came_back(assay=assay("99.5", "Fe2O3"))) == purity
    accepted(bloc.decide(came_back(assay=[*assay("99.50"), *assay("0.01", "Fe2O3")])))


def test_res_12_compares_with_the_least_pure_lot_drawn() -> None:
    """From lots of 99.5 and 99.0 %, 99.0 % may come back."""
    bloc = stocked(lot("L2", assay=assay("99.0")))
    played(bloc, drawn(lots=lots((L01, "60000"), ("L2", "60000"))))
    assert breaks(bloc, came_back(assay=assay("98.9"))) == [("RES-12", "$.data.assay")]
    accepted(bloc.decide(came_back(assay=assay("99.0"))))
