"""The folds of on-demand streams are total: whatever was recorded is taken in, and other families change
nothing."""

import pytest

from services.tariffs.domain.assessment.declared import DeclarationState
from services.tariffs.domain.reserve.commitment import CommitmentState
from services.tariffs.domain.reserve.stock import StockState
from services.tariffs.domain.reserve.streams import empty_stream, evolve_stream, reads_of
from tests.domain import facts
from tests.domain.facts import OXIDE
from tests.domain.given import Bloc, founded_bloc, refused
from tests.domain.trade import declaration, item_data, mass
from tests.domain.vault import CLARIOS, accrued, came_back, drawn, kilograms, lot, signed, stocked, view_on

STREAMS = ["declaration/US/ABC", f"stock/vault/{OXIDE}", f"purchase_commitment/{CLARIOS}", "reserve/vault"]


@pytest.mark.parametrize("stream", STREAMS)
def test_an_event_of_another_family_changes_nothing(stream: str) -> None:
    """A floor on a stock stream is nonsense that the ledger would not admit; the fold goes on all the
    same."""
    state = empty_stream(stream)
    assert evolve_stream(state, 7, facts.floor()) == state


def test_a_stream_of_another_kind_has_no_state_here() -> None:
    """Asking for it is a mistake of ours, not of a partner."""
    with pytest.raises(KeyError):
        empty_stream("measure/us.base.284690")


def test_a_history_that_broke_the_rules_is_folded_as_recorded() -> None:
    """A drawdown from no lot, a replenishment for nothing and a second signing leave a state that can be
    read."""
    fulfilled = facts.event(
        "bloc.tariffs",
        "bloc.replenishment.fulfilled.v1",
        {"reserve": "vault", "line": OXIDE, "obligation": "x", "fulfilled_on": "2027-04-03", "days_late": 0},
    )
    bloc = Bloc().record(drawn(), came_back(), fulfilled, signed(), signed(quantity="1"), accrued())
    stock = bloc.streams[f"stock/vault/{OXIDE}"].state
    assert isinstance(stock, StockState)
    assert list(stock.lots) == ["vault.2027-L01"]
    commitment = bloc.streams[f"purchase_commitment/{CLARIOS}"].state
    assert isinstance(commitment, CommitmentState)
    assert commitment.terms is not None
    assert commitment.terms.quantity.value == "500000"
    view = view_on(bloc, "2027-05-01")
    assert (view.stock[0].kilograms, view.entitlements[0].left_kilograms) == ("-50000", "380000")


def test_a_declaration_keeps_its_first_importer() -> None:
    """Further events raise the item number and change nothing else."""
    other = declaration(item_data(item_no=2), importer={"scheme": "us.irs", "id": "98-7654321"})
    bloc = founded_bloc().record(declaration(), other)
    state = bloc.streams[other.subject].state
    assert isinstance(state, DeclarationState)
    assert state.importer is not None
    assert (state.importer.id, state.last_item_no) == ("12-3456789", 2)


def test_a_drawdown_reads_its_stock_and_its_commitment() -> None:
    """Nothing else is loaded for it, and nothing at all for an event about rules."""
    assert reads_of(drawn()) == (f"stock/vault/{OXIDE}", f"purchase_commitment/{CLARIOS}")
    assert reads_of(lot()) == (f"stock/vault/{OXIDE}",)
    assert reads_of(facts.floor()) == ()


def test_res_8_lots_are_measured_like_the_drawdown() -> None:
    """A share in kilograms of a content cannot be part of a quantity of goods."""
    share = {"lot": "vault.2026-L01", "quantity": mass("120000", "kg", "Nd2O3")}
    assert refused(stocked().decide(drawn(lots=[share]))) == ["RES-8"]


def test_res_2_nothing_is_taken_from_no_lot() -> None:
    """A share of nothing is left out rather than written down."""
    shares = [
        {"lot": "vault.2026-L01", "quantity": kilograms("120000")},
        {"lot": "L2", "quantity": kilograms("0")},
    ]
    assert refused(stocked(lot("L2")).decide(drawn(lots=shares))) == ["RES-2"]


def test_what_leaves_is_counted_to_the_last_of_thirty_digits() -> None:
    """The context of the thread has 28 digits, and even a minus sign rounds by it: every balance uses our own."""
    all_of_it, drawdown = "999999999999999999.999999999999", "123456789012345678.123456789012"
    bloc = founded_bloc().record(
        signed(quantity=all_of_it), lot(quantity=all_of_it), drawn(quantity=drawdown)
    )
    view = view_on(bloc, "2026-10-06")
    assert view.entitlements[0].left_kilograms == "876543210987654321.876543210987"
    assert view.balances[0].is_balanced
