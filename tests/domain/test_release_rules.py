"""Emergency releases: what may be promised, who is served before whom, and what the cover is after it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.tariffs.domain.reserve.releases import ReleaseView, cover_after_releases, releases_on
from services.tariffs.domain.reserve.stock import StockState
from services.tariffs.domain.world import Accepted
from tests.domain.crisis import GEVERNOVA, by_gevernova, declared, ended, in_crisis, ordered, share, taken
from tests.domain.facts import OXIDE
from tests.domain.given import Bloc, accepted, breaks
from tests.domain.mending import annulled
from tests.domain.trade import expected
from tests.domain.vault import CLARIOS, drawn, lost, lot, played, signed, stocked, view_on

STOCK = f"stock/vault/{OXIDE}"


def releases(bloc: Bloc, day: str) -> tuple[ReleaseView, ...]:
    """The releases on a day."""
    stock = bloc.streams[STOCK].state
    assert isinstance(stock, StockState)
    return releases_on(bloc.rules, {OXIDE: stock}, date.fromisoformat(day), bloc.position)


def test_e22_the_cover_after_a_release_of_100_tonnes() -> None:
    """69.09 days before, 50.91 once it is drawn: below the target of 60, and said so when it is ordered."""
    results = expected("E22")
    bloc = in_crisis(ordered())
    covers = view_on(bloc, "2026-10-06").cover
    (after,) = cover_after_releases(covers, releases(bloc, "2026-10-06"))
    assert (covers[0].days, after.days, after.is_below_target) == (
        results["cover_days"],
        results["after_emergency_release_100t"],
        True,
    )
    played(bloc, by_gevernova("d1", "60000", release="R1"), taken("d2", "40000", release="R1"))
    (then,) = view_on(bloc, "2026-10-07").cover
    assert then == after
    assert cover_after_releases([then], releases(bloc, "2026-10-07")) == (then,)


def test_a_release_shows_its_shares_in_order_of_priority_and_what_is_open() -> None:
    """On the day of the order nothing is drawn; on the next day half of the first share is."""
    bloc = in_crisis(ordered(), by_gevernova("d1", "30000", release="R1"))
    (first,), (next_day,) = releases(bloc, "2026-10-06"), releases(bloc, "2026-10-07")
    assert (first.open_kilograms, next_day.open_kilograms, next_day.status) == ("100000", "70000", "open")
    assert [(one.priority, one.company, one.open_kilograms) for one in next_day.shares] == [
        (1, "oem.gevernova", "30000"),
        (2, "oem.clarios", "40000"),
    ]


def test_a_release_lapses_with_its_emergency() -> None:
    """What is open when it ends has no priority any more; a fulfilled one stays fulfilled."""
    bloc = in_crisis(ordered())
    bloc.record(ended("2026-12-15"))
    assert [releases(bloc, day)[0].status for day in ("2026-12-14", "2026-12-15")] == ["open", "lapsed"]
    accepted(bloc.decide(taken("d9", "380000", "2026-12-15")))
    done = in_crisis(ordered(share("40000"), quantity="40000"), taken("d1", "40000", release="R1"))
    assert releases(done, "2027-01-01")[0].status == "fulfilled"


def test_res_22_a_release_rests_on_an_emergency() -> None:
    """Declared, for this mineral, on this day."""
    bloc = in_crisis()
    assert breaks(bloc, ordered(emergency="nobody")) == [("RES-22", "$.data.emergency")]
    assert breaks(bloc, ordered(ordered_on="2026-10-05")) == [("RES-22", "$.data.ordered_on")]
    gallium = stocked(signed(GEVERNOVA, company="oem.gevernova"), declared(minerals=["gallium"]))
    assert breaks(gallium, ordered()) == [("RES-22", "$.data.emergency")]
    everything = stocked(signed(GEVERNOVA, company="oem.gevernova"), declared(minerals=["*"]))
    accepted(everything.decide(ordered()))


def test_res_22_an_annulled_emergency_gives_no_priority() -> None:
    """It never was: nothing is released under it, and what was ordered binds nobody."""
    bloc = in_crisis(ordered())
    (entry,) = bloc.rules.emergencies["2026-ndpr"]
    bloc.record(annulled(bloc, entry.event, entry.position))
    assert breaks(bloc, ordered(name="R2")) == [("RES-22", "$.data.emergency")]
    accepted(bloc.decide(taken("d9", "380000")))


def test_res_23_shares_add_up() -> None:
    """To the quantity, each company and commitment once, none of nothing."""
    bloc = in_crisis()
    assert breaks(bloc, ordered(share("99999"))) == [("RES-23", "$.data.shares")]
    twice = ordered(share("60000"), share("40000"))
    assert breaks(bloc, twice) == [("RES-23", "$.data.shares[1].company")]
    nothing = ordered(share("100000"), share("0", "oem.gevernova", GEVERNOVA))
    assert breaks(bloc, nothing) == [("RES-2", "$.data.shares[1].quantity.value")]


def test_res_24_no_more_is_promised_than_is_there() -> None:
    """380 t are; with 100 t promised, 280 t can be promised still, and a lot of tomorrow counts tomorrow."""
    bloc = in_crisis(ordered())
    rest = [share("80000"), share("200001", "oem.gevernova", GEVERNOVA)]
    assert breaks(bloc, ordered(*rest, name="R2", quantity="280001")) == [("RES-24", "$.data.quantity")]
    bloc.record(lot("L2", "1", received_on="2026-10-07"))
    assert breaks(bloc, ordered(*rest, name="R2", quantity="280001")) == [("RES-24", "$.data.quantity")]
    accepted(bloc.decide(ordered(*rest, name="R2", quantity="280001", ordered_on="2026-10-07")))


def test_a_share_is_of_a_company_that_could_draw_it() -> None:
    """Signed, in force, held by the company, and no more than it has left: RES-4, RES-5 and RES-10 as always."""
    bloc = in_crisis()
    unsigned = ordered(share("100000", commitment="vault.nobody"))
    assert breaks(bloc, unsigned) == [("RES-4", "$.data.shares[0].purchase_commitment")]
    stranger = ordered(share("100000", "oem.boeing"))
    assert breaks(bloc, stranger) == [("RES-5", "$.data.shares[0].company")]
    too_much = ordered(share("380001"), quantity="380001")
    assert [rule for rule, _ in breaks(bloc, too_much)] == ["RES-10", "RES-24"]


def test_res_3_the_name_of_a_release_is_used_once() -> None:
    """Another order has another name."""
    assert breaks(in_crisis(ordered()), ordered()) == [("RES-3", "$.data.release")]


def test_res_25_a_drawdown_on_a_release_draws_on_its_own_share() -> None:
    """A release of this stock, in time, with a share of this company that suffices."""
    bloc = in_crisis(ordered(share("40000"), quantity="40000"))
    assert breaks(bloc, taken("d1", "1", release="R9")) == [("RES-25", "$.data.release")]
    assert breaks(bloc, taken("d1", "1", "2026-10-05", release="R1")) == [("RES-25", "$.data.released_on")]
    assert breaks(bloc, by_gevernova("d1", "1", release="R1")) == [("RES-25", "$.data.company")]
    assert breaks(bloc, taken("d1", "40001", release="R1")) == [("RES-25", "$.data.quantity")]
    played(bloc, taken("d1", "39999", release="R1"))
    assert breaks(bloc, taken("d2", "2", release="R1")) == [("RES-25", "$.data.quantity")]
    bloc.record(ended("2026-10-08"))
    assert breaks(bloc, taken("d2", "1", "2026-10-08", release="R1")) == [("RES-25", "$.data.release")]
    accepted(bloc.decide(taken("d2", "1", "2026-10-07", release="R1")))


def test_res_26_those_in_the_order_are_served_first() -> None:
    """380 t less 100 t promised: 280 t are free to a drawdown on no share, and not a gram more."""
    bloc = in_crisis(ordered())
    assert breaks(bloc, taken("d1", "280001")) == [("RES-26", "$.data.quantity")]
    accepted(bloc.decide(taken("d1", "280000")))
    accepted(bloc.decide(taken("d1", "280001", "2026-10-05")))


def test_res_26_of_a_shortage_the_first_is_served_first() -> None:
    """A fire leaves 70 t: GE Vernova draws its 60 t, Clarios behind it 10 t; alone, neither could take more."""
    bloc = in_crisis(ordered()).record(lost("310000", lost_on="2026-10-06"))
    assert breaks(bloc, taken("d1", "10001", release="R1")) == [("RES-26", "$.data.quantity")]
    assert breaks(bloc, taken("d1", "1")) == [("RES-26", "$.data.quantity")]
    played(bloc, by_gevernova("d2", "60000", release="R1"))
    accepted(bloc.decide(taken("d1", "10000", release="R1")))


def test_res_26_an_earlier_release_comes_before_a_later_one() -> None:
    """What was ordered first is served first, whoever is first in the later order."""
    bloc = in_crisis(
        ordered(share("200000", "oem.gevernova", GEVERNOVA), quantity="200000"),
        ordered(share("100000"), name="R2"),
    )
    bloc.record(lost("150000", lost_on="2026-10-06"))
    assert breaks(bloc, taken("d1", "30001", release="R2")) == [("RES-26", "$.data.quantity")]
    accepted(bloc.decide(taken("d1", "30000", release="R2")))


def test_a_drawdown_expects_the_rules_only_where_a_release_was_ordered() -> None:
    """In ordinary times drawdowns of a hot lot do not wait for the rules."""
    calm = accepted(stocked().decide(drawn()))
    assert "rules" not in calm.expects
    bloc = in_crisis()
    order = accepted(bloc.decide(ordered()))
    assert order.expects["rules"] == bloc.rules.version_of("rules")
    assert {f"purchase_commitment/{CLARIOS}", f"purchase_commitment/{GEVERNOVA}"} <= set(order.expects)
    played(bloc, ordered())
    assert "rules" in accepted(bloc.decide(taken("d1", "1"))).expects


@pytest.mark.parametrize("shares", [20, 21])
def test_a_release_has_at_most_twenty_shares(shares: int) -> None:
    """More would let one event be judged on more streams than a draft can name."""
    parts = [share("1", f"oem.c{number}") for number in range(shares)]
    if shares == 20:
        assert len(ordered(*parts, quantity="20").data.shares) == 20
        return
    with pytest.raises(ValueError, match="<= 20"):
        ordered(*parts, quantity="21")


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(["clarios", "gevernova"]), st.integers(1, 200), st.booleans()), max_size=8
    )
)
def test_whoever_is_first_in_the_order_can_always_draw_its_share(wishes: list[tuple[str, int, bool]]) -> None:
    """However the others ask, and whatever of it is granted: GE Vernova's 60 t are there until it draws them."""
    bloc = in_crisis(ordered())
    for number, (company, tonnes, on_share) in enumerate(wishes):
        make = taken if company == "clarios" else by_gevernova
        wish = make(f"d{number}", f"{tonnes * 1000}", release="R1" if on_share else None)
        decided = bloc.decide(wish)
        if isinstance(decided, Accepted):
            bloc.record(wish, *decided.derived)
    first = releases(bloc, "2026-10-07")[0].shares[0]
    if first.open_kilograms != "0" and bloc_has_left(bloc, first.open_kilograms):
        accepted(bloc.decide(by_gevernova("last", first.open_kilograms, release="R1")))


def bloc_has_left(bloc: Bloc, kilograms: str) -> bool:
    """Whether GE Vernova may still draw so much at all: a company that draws on no share uses its own up too."""
    held = {one.purchase_commitment: one.left_kilograms for one in view_on(bloc, "2026-10-07").entitlements}
    return int(held[GEVERNOVA]) >= int(kilograms)
