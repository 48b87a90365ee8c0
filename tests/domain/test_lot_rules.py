"""Lots that go elsewhere, and lots of which part is lost: on each day in one place, and never below zero."""

from typing import Any

import pytest

from contracts.envelope import Event
from tests.domain.given import Bloc, accepted, breaks, founded_bloc
from tests.domain.vault import drawn, lost, played, relocated, stocked, view_on


def lot_on(bloc: Bloc, day: str) -> tuple[str, str, str]:
    """Kilograms, warehouse and loss of the one lot on a day."""
    ((found,),) = [line.lots for line in view_on(bloc, day).stock]
    return found.kilograms, found.warehouse, found.lost_kilograms


def test_a_lot_is_in_one_place_on_each_day() -> None:
    """In Hawthorne until 31 July, in warehouse 2 from 1 August on; nothing is drawn or added by that."""
    bloc = stocked()
    assert played(bloc, relocated()) == []
    assert lot_on(bloc, "2026-07-31") == ("500000", "Hawthorne, Nevada", "0")
    assert lot_on(bloc, "2026-08-01") == ("500000", "Illustrative warehouse 2", "0")


def test_a_loss_lowers_stock_and_cover_from_its_day_on() -> None:
    """1.2 t lost on 17 August are there on the 16th; entitlements stay what they were."""
    bloc = stocked()
    played(bloc, lost())
    assert lot_on(bloc, "2026-08-16") == ("500000", "Hawthorne, Nevada", "0")
    assert lot_on(bloc, "2026-08-17") == ("498800", "Hawthorne, Nevada", "1200")
    view = view_on(bloc, "2026-08-17")
    assert view.cover[0].kilograms == "498800"
    assert view.entitlements[0].left_kilograms == "500000"


def test_res_9_what_is_lost_cannot_be_drawn_nor_lost_again() -> None:
    """After a loss of 400 t, 100 t can leave the lot, by whichever way, and not a gram more."""
    bloc = stocked()
    played(bloc, lost("400000"))
    assert breaks(bloc, drawn()) == [("RES-9", "$.data.lots[0].quantity")]
    assert breaks(bloc, lost("100000.001")) == [("RES-9", "$.data.quantity")]
    accepted(bloc.decide(lost("100000")))


@pytest.mark.parametrize(
    ("event", "path"),
    [(lost(lot="vault.2026-L99"), "$.data.lot"), (lost(lost_on="2026-06-30"), "$.data.lost_on")],
)
def test_res_9_only_what_was_received_is_lost(event: Event[Any], path: str) -> None:
    """No lot of another stock, and none before it came."""
    assert breaks(stocked(), event) == [("RES-9", path)]


def test_res_2_a_loss_is_of_something() -> None:
    """Nothing lost is nothing to record."""
    assert breaks(stocked(), lost("0")) == [("RES-2", "$.data.quantity.value")]


@pytest.mark.parametrize(
    ("event", "path"),
    [
        (relocated(lot="vault.2026-L99"), "$.data.lot"),
        (relocated("Hawthorne, Nevada"), "$.data.warehouse"),
        (relocated(relocated_on="2026-06-30"), "$.data.relocated_on"),
    ],
)
def test_res_21_a_lot_goes_from_one_place_to_another(event: Event[Any], path: str) -> None:
    """One that is there, to where it is not, and not before it came to where it is."""
    assert breaks(stocked(), event) == [("RES-21", path)]


def test_res_21_what_is_gone_is_not_moved() -> None:
    """A lot of which all is lost is nowhere."""
    bloc = stocked()
    played(bloc, lost("500000"))
    assert breaks(bloc, relocated()) == [("RES-21", "$.data.lot")]


def test_a_loss_of_an_unknown_lot_is_folded_as_recorded() -> None:
    """History is what it is: the fold goes on, and the view can be read."""
    bloc = founded_bloc().record(lost(), relocated())
    assert view_on(bloc, "2026-08-17").stock[0].lots == ()
