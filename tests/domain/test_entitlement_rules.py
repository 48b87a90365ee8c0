"""Entitlement that changes hands: who may draw after a transfer, at what price, and that nothing is lost or made."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.envelope import Event
from services.tariffs.domain.world import Accepted
from tests.domain.facts import METAL
from tests.domain.given import Bloc, accepted, breaks
from tests.domain.vault import CLARIOS, came_back, drawn, lot, played, signed, stocked, transferred, view_on

BOEING = "oem.boeing"


def left(bloc: Bloc, day: str) -> dict[str, str]:
    """Kilograms that each company has left of the commitment of Clarios."""
    return {
        held.company: held.left_kilograms
        for held in view_on(bloc, day).entitlements
        if held.purchase_commitment == CLARIOS
    }


def test_entitlement_goes_over_on_the_day_of_the_transfer() -> None:
    """100 of 500 t are Boeing's from 1 September on, and not a day earlier."""
    bloc = stocked()
    assert played(bloc, transferred()) == []
    assert left(bloc, "2026-08-31") == {"oem.clarios": "500000"}
    assert left(bloc, "2026-09-01") == {"oem.clarios": "400000", BOEING: "100000"}


def test_the_receiver_draws_at_the_fixed_price_and_owes_the_refill() -> None:
    """Price and days are those that were signed; the obligation is of the company that drew."""
    bloc = stocked()
    opened = played(bloc, transferred(), drawn("d1", "100000", "9500000.00", company=BOEING))[0]
    assert (opened.data.company, str(opened.data.due_on)) == (BOEING, "2027-04-03")
    assert left(bloc, "2026-10-05") == {"oem.clarios": "400000", BOEING: "0"}
    played(bloc, came_back("L9", "60000", obligation="d1"))
    assert left(bloc, "2027-04-03") == {"oem.clarios": "400000", BOEING: "60000"}


def test_a_part_is_passed_on() -> None:
    """What was received can be given to a third company."""
    bloc = stocked()
    played(
        bloc, transferred(), transferred("t2", "40000", BOEING, "oem.gevernova", transferred_on="2026-09-02")
    )
    assert left(bloc, "2026-09-02") == {"oem.clarios": "400000", BOEING: "60000", "oem.gevernova": "40000"}


def test_res_3_the_name_of_a_transfer_is_used_once() -> None:
    """The second could be either."""
    bloc = stocked()
    played(bloc, transferred())
    assert breaks(bloc, transferred(quantity="1")) == [("RES-3", "$.data.transfer")]


def test_res_4_a_transfer_rests_on_a_commitment_in_force() -> None:
    """There is nothing to give before the commitment begins, or under one that nobody signed."""
    early = transferred(transferred_on="2026-06-30")
    assert breaks(stocked(), early) == [("RES-4", "$.data.transferred_on")]
    unsigned = transferred(purchase_commitment="vault.nobody")
    assert breaks(stocked(), unsigned) == [("RES-4", "$.data.purchase_commitment")]


def test_res_5_only_holders_give_and_draw() -> None:
    """A company to which nothing was transferred neither draws nor gives, and a line is not another one."""
    bloc = stocked(lot("vault.2026-M01", line=METAL))
    stranger = transferred(giver=BOEING, receiver="oem.gevernova")
    assert breaks(bloc, stranger) == [("RES-5", "$.data.from_company")]
    assert breaks(bloc, transferred(line=METAL)) == [("RES-5", "$.data.line")]


@pytest.mark.parametrize("quantity", ["500000.001", "600000"])
def test_res_10_nobody_gives_more_than_he_holds(quantity: str) -> None:
    """All of it may go, a gram more may not."""
    assert breaks(stocked(), transferred(quantity=quantity)) == [("RES-10", "$.data.quantity")]
    accepted(stocked().decide(transferred(quantity="500000")))


def test_res_10_a_late_entry_does_not_take_what_a_later_day_has_given_away() -> None:
    """All was given away on 1 December; a drawdown of 5 October that is recorded afterwards finds nothing."""
    bloc = stocked()
    played(bloc, transferred(quantity="500000", transferred_on="2026-12-01"))
    assert breaks(bloc, drawn()) == [("RES-10", "$.data.quantity")]


def test_res_10_the_receiver_does_not_draw_before_he_holds() -> None:
    """What is transferred on 1 December cannot be drawn on 5 October."""
    bloc = stocked()
    played(bloc, transferred(quantity="500000", transferred_on="2026-12-01"))
    assert breaks(bloc, drawn(company=BOEING)) == [("RES-10", "$.data.quantity")]


def test_res_19_a_transfer_changes_hands() -> None:
    """Nobody gives to himself."""
    assert breaks(stocked(), transferred(receiver="oem.clarios")) == [("RES-19", "$.data.to_company")]


def test_transfers_are_listed_with_the_act_they_rest_on() -> None:
    """Which entitlements went to whom is read with position and legal basis, and known only once recorded."""
    bloc = stocked()
    played(bloc, transferred())
    (found,) = view_on(bloc, "2026-09-01").transfers
    assert (found.from_company, found.to_company, found.kilograms) == ("oem.clarios", BOEING, "100000")
    assert (found.position, found.legal_basis.act) == (bloc.position, transferred().data.legal_basis.act)
    assert view_on(bloc, "2026-08-31").transfers == ()


COMPANIES = ("oem.clarios", BOEING, "oem.gevernova")
DAYS = ("2026-10-05", "2026-11-01", "2026-12-01", "2027-02-01")
acts = st.tuples(
    st.sampled_from(("give", "draw", "back")),
    st.sampled_from(COMPANIES),
    st.sampled_from(COMPANIES),
    st.integers(1, 300_000),
    st.sampled_from(DAYS),
)


def posted(
    number: int, kind: str, one: str, other: str, mass: int, day: str, names: list[str]
) -> Event[Any] | None:
    """The event of a drawn act; None for a refill when nothing has been drawn."""
    match kind:
        case "give":
            return transferred(f"t{number}", str(mass), one, other, transferred_on=day)
        case "draw":
            return drawn(f"d{number}", str(mass), f"{mass * 95}.00", company=one, released_on=day)
        case _ if names:
            return came_back(f"b{number}", str(mass), obligation=names[mass % len(names)], received_on=day)
        case _:
            return None


FULL = stocked(signed("vault.other"), lot("L2", "9000000"))


@settings(max_examples=40)
@given(st.lists(acts, max_size=8))
def test_the_sum_of_entitlements_is_what_was_committed(story: list[tuple[str, str, str, int, str]]) -> None:
    """Whatever is accepted, on every day: holders' parts sum to committed - drawn + replenished, none is below
    zero, and what is missing is exactly what is open."""
    bloc, names = Bloc(), list[str]()
    bloc.rules, bloc.streams = FULL.rules, dict(FULL.streams)
    for number, act in enumerate(story):
        event = posted(number, *act, names)
        if event is None:
            continue
        decided = bloc.decide(event)
        if isinstance(decided, Accepted):
            bloc.record(event, *decided.derived)
            if event.type == "bloc.drawdown.released.v1":
                names.append(event.data.drawdown)
    for day in DAYS:
        view = view_on(bloc, day)
        parts = [Decimal(mass) for mass in left(bloc, day).values()]
        open_mass = sum(Decimal(obligation.open_kilograms) for obligation in view.obligations)
        assert min(parts) >= 0
        assert all(balance.is_balanced for balance in view.balances)
        assert sum(parts) == 500_000 - open_mass
        assert all(Decimal(stored.kilograms) >= 0 for line in view.stock for stored in line.lots)
