"""What a declaration holds of a quota when it is amended, invalidated or assessed anew."""

from decimal import Decimal
from typing import Any

from contracts.envelope import Event
from services.tariffs.domain.quotas.balance import BalanceState
from tests.domain.customs import amended, done, invalidated, ordered, secured
from tests.domain.facts import goods as codes
from tests.domain.facts import measure, percent
from tests.domain.given import Bloc, refusal_of
from tests.domain.quotas import BALANCE, blocked, declared, opened, silicon, silicon_bloc

OURS: dict[str, Any] = {"by": "eu.customs", "member": "EU", "reference": "26DE0001"}


def held(bloc: Bloc) -> Decimal:
    """Kilograms drawn of the second quarter and not given back."""
    state = bloc.streams[BALANCE].state
    assert isinstance(state, BalanceState)
    return state.held


def told(derived: list[Event[Any]]) -> list[str]:
    """The types of derived events, without bloc. and version."""
    return [one.type.removeprefix("bloc.").removesuffix(".v1") for one in derived]


def drawing(volume: str = "180", *items: dict[str, Any]) -> Bloc:
    """A quota, and a declaration that draws on it."""
    bloc = silicon_bloc(opened(volume))
    done(bloc, declared(*(items or (silicon(),))))
    return bloc


def test_an_invalidated_declaration_gives_back_what_it_drew() -> None:
    """The balance is whole again, and whoever asks next gets it."""
    bloc = drawing()
    assert held(bloc) == 180_000
    assert told(done(bloc, invalidated(**OURS))) == ["quota.returned"]
    assert held(bloc) == 0
    derived = done(bloc, declared(silicon("100", "120500.00"), reference="26DE0002"))
    assert derived[0].data.total == "0.00"


def test_a_security_is_reckoned_on_what_the_item_drew() -> None:
    """At 1 305 EUR/t instead of 1 205, less is owed beyond the quota, so nothing more can become due."""
    bloc = drawing()
    possible = silicon(value="652500.00")
    lodged = secured(
        {"amount": "1.00", "currency": "EUR"}, possible, lodged_at="2026-06-12T10:00:00+02:00", **OURS
    )
    (broken,) = refusal_of(bloc.decide(lodged)).violations
    assert broken.rule.id == "LIF-10"
    assert "quota" not in broken.detail


def test_every_item_gives_back_its_own() -> None:
    """Two items of one declaration: two returns, the second seen on what the first left."""
    bloc = drawing("300", silicon("100", "120500.00"), silicon("200", "241000.00", item_no=2))
    derived = done(bloc, invalidated(**OURS))
    assert [one.data.balance.value for one in derived] == ["100000", "300000"]


def test_an_item_that_shrinks_keeps_what_it_needs() -> None:
    """500 t became 100 t: 80 of its 180 t go back, and no safeguard duty is left."""
    bloc = drawing()
    derived = done(bloc, amended(silicon("100", "120500.00"), **OURS))
    assert told(derived) == ["duty.reassessed", "quota.returned"]
    assert (derived[0].data.total, derived[1].data.quantity.value) == ("0.00", "80000")
    assert held(bloc) == 100_000


def test_an_item_that_keeps_its_mass_keeps_its_share() -> None:
    """A new price, the same 500 t: 180 t stay within, though the quota is exhausted and blocked by now."""
    bloc = drawing().record(blocked("2026-04-02"))
    derived = done(bloc, amended(silicon("500", "600000.00"), **OURS))
    assert held(bloc) == 180_000
    assert told(derived)[0] == "duty.reassessed"
    assert derived[0].data.quota.drawn.value == "180000"


def test_an_item_that_grows_draws_the_difference_in_its_turn() -> None:
    """100 t become 200 t, and another declaration has taken all but 30 t meanwhile."""
    bloc = drawing("300", silicon("100", "120500.00"))
    done(bloc, declared(silicon("170", "204850.00"), reference="26DE0002"))
    derived = done(bloc, amended(silicon("200", "241000.00"), **OURS))
    assert told(derived) == ["duty.reassessed", "quota.drawn", "quota.exhausted"]
    drawn = derived[1].data
    assert (drawn.requested.value, drawn.drawn.value, drawn.balance.value) == ("100000", "30000", "0")
    assert derived[0].data.quota.drawn.value == "130000"
    assert derived[0].data.total == "84210.00"
    assert held(bloc) == 300_000


def test_an_item_that_claims_no_quota_any_more_gives_back_all() -> None:
    """The claim is withdrawn: everything is beyond, and the quota is whole."""
    bloc = drawing()
    derived = done(bloc, amended(silicon(quota=None), **OURS))
    assert told(derived) == ["duty.reassessed", "quota.returned"]
    assert (derived[0].data.total, held(bloc)) == ("601500.00", Decimal(0))


def test_an_order_takes_nothing_from_anybody() -> None:
    """Assessed anew, the item has what it drew then: no drawing, no return, the same duty."""
    bloc = drawing()
    done(bloc, declared(silicon("500"), reference="26DE0002"))
    bloc.record(measure("eu.other", goods=codes("810411"), duty=[percent("1")], by="eu.trade"))
    derived = done(bloc, ordered(**OURS))
    assert told(derived) == ["duty.reassessed"]
    assert derived[0].data.delta == "0.00"
    assert held(bloc) == 180_000
