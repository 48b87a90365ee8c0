"""Rules LIF-1 to LIF-12: what customs may not do with a declaration, and what it may."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from contracts.envelope import Event
from tests.domain.customs import (
    JULY,
    TWENTIETH_OF_MAY,
    amended,
    done,
    e12,
    goods,
    invalidated,
    mended,
    ordered,
    paid,
    released,
    secured,
    settled,
    state_of,
)
from tests.domain.facts import SECRETARIAT, floor, key_registered, mandate_granted, percent
from tests.domain.given import Bloc, accepted, breaks
from tests.domain.mending import annulled
from tests.domain.trade import base, declaration, trading_bloc, usd

DOUBTED = goods("720000.00")
"""The goods of E12 at a standard import value of 90 USD/kg: 80 000.00 more."""


def broken(bloc: Bloc, *events: Event[Any]) -> list[tuple[str, str]]:
    """The rules that events of one submission break in July, with the paths."""
    return breaks(bloc, *events, now=JULY)


ACTS = [
    amended(goods()),
    invalidated(),
    ordered(),
    settled("1.00"),
    paid("1.00"),
    secured("1.00", DOUBTED),
    released(),
]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.type.split(".", 1)[1])
def test_lif_1_acts_are_on_a_recorded_declaration(act: Event[Any]) -> None:
    """Nobody declared it, so there is nothing to amend, to pay or to secure."""
    assert broken(trading_bloc().record(base()), act) == [("LIF-1", "$.data.reference")]


def test_lif_2_an_act_lies_between_acceptance_and_now() -> None:
    """A minute before acceptance is too early; five minutes ahead are forgiven, six are not."""
    bloc, _ = e12()
    assert broken(bloc, ordered(at="2026-05-20T09:59:00-04:00")) == [("LIF-2", "$.data.ordered_at")]
    accepted(bloc.decide(ordered(at="2026-07-02T12:05:00Z"), now=JULY))
    assert broken(bloc, invalidated(at="2026-07-02T12:06:00Z")) == [("LIF-2", "$.data.invalidated_at")]
    accepted(bloc.decide(ordered(at=TWENTIETH_OF_MAY), now=datetime(2026, 5, 20, 14, 0, tzinfo=UTC)))


def test_lif_3_one_step_after_another() -> None:
    """A payment beside the amendment that it pays would rest on an assessment that is not recorded yet."""
    bloc, _ = e12()
    acts = amended(goods("750000.00", "7500")), settled("90000.00")
    assert broken(bloc, *acts) == [("LIF-3", "$.data.reference")]
    done(bloc, *acts)
    assert broken(
        trading_bloc().record(base()), declaration(accepted_at=TWENTIETH_OF_MAY), settled("26196.00")
    ) == [("LIF-3", "$.data.reference")]


def test_lif_4_nothing_follows_an_invalidation() -> None:
    """Neither acts nor items; its security goes back."""
    bloc, _ = e12()
    done(bloc, secured("80000.00", DOUBTED), invalidated())
    for act in (amended(goods("1.00")), ordered(), settled("0.00"), invalidated()):
        assert broken(bloc, act) == [("LIF-4", "$.data.reference")]
    more = declaration(goods(item_no=2), accepted_at=TWENTIETH_OF_MAY)
    assert broken(bloc, more) == [("LIF-4", "$.data.reference")]
    done(bloc, released())


def test_lif_5_what_is_settled_is_not_undone() -> None:
    """After the duty is paid there is no invalidation and no further item, only an amendment with its refund."""
    bloc, _ = e12()
    done(bloc, settled("96000.00"))
    assert broken(bloc, invalidated()) == [("LIF-5", "$.data.reference")]
    more = declaration(goods(item_no=2), accepted_at=TWENTIETH_OF_MAY)
    assert broken(bloc, more) == [("LIF-5", "$.data.items")]


def test_lif_6_only_items_that_were_declared() -> None:
    """There is no item 7 to amend, to assess again or to secure."""
    bloc, _ = e12()
    assert broken(bloc, amended(goods(item_no=7))) == [("LIF-6", "$.data.items[0].item_no")]
    assert broken(bloc, ordered(1, 7)) == [("LIF-6", "$.data.items[1]")]
    assert broken(bloc, secured("1.00", goods(item_no=7))) == [("LIF-6", "$.data.items[0].item_no")]


def test_lif_7_an_amendment_changes_something() -> None:
    """The same terms again are a mistake."""
    bloc, _ = e12()
    assert broken(bloc, amended(goods())) == [("LIF-7", "$.data.items[0]")]


def test_an_amended_item_obeys_the_rules_of_declared_ones() -> None:
    """DEC-5 and DEC-8 with the path in the amendment: a line must be named, a value that is compared given."""
    bloc, _ = e12()
    assert broken(bloc, amended(goods(line=None))) == [("DEC-5", "$.data.items[0].line")]
    nameless = goods(free_at_frontier_value=None)
    assert broken(bloc, amended(nameless)) == [("DEC-8", "$.data.items[0].free_at_frontier_value")]


def test_lif_8_a_final_duty_is_not_reassessed_on_what_is_not_known() -> None:
    """Amended to a code on which no base duty is recorded: that is no refund of everything, it is not known."""
    bloc, _ = e12()
    done(bloc, settled("96000.00"))
    elsewhere = goods(commodity_code="2847000000", line=None)
    assert broken(bloc, amended(elsewhere)) == [("LIF-8", "$.data.items[0]")]


def test_an_annulled_base_duty_is_known_to_be_none() -> None:
    """Annulled is not unknown: the duty never was, and all of it is refunded."""
    bloc = trading_bloc()
    duty = base()
    bloc.record(duty)
    at = bloc.position
    done(bloc, declaration(accepted_at=TWENTIETH_OF_MAY), settled("26196.00"))
    bloc.record(annulled(bloc, duty, at))
    assert done(bloc, ordered())[1].data.amount.amount == "26196.00"


def test_a_provisional_duty_becomes_final_when_its_base_duty_is_recorded() -> None:
    """Provisional because nobody had recorded a base duty; an order makes it final and the difference is demanded."""
    bloc = trading_bloc().record(floor())
    done(bloc, declaration(goods(), accepted_at=TWENTIETH_OF_MAY), settled("80000.00"))
    assert state_of(bloc).items[1].is_provisional
    bloc.record(base(percent("3.7")))
    derived = done(bloc, ordered())
    assert [one.type for one in derived] == ["bloc.duty.reassessed.v1", "bloc.additional_duty.opened.v1"]
    assert (derived[0].data.status, derived[1].data.amount.amount) == ("final", "29600.00")
    assert not state_of(bloc).items[1].is_provisional


def test_lif_9_what_is_paid_is_what_is_owed() -> None:
    """Another amount, another currency, twice, or a claim that nobody opened: none of them."""
    bloc, wrong = e12()
    assert broken(bloc, settled("95999.99")) == [("LIF-9", "$.data.amount")]
    euros = {"amount": "96000.00", "currency": "EUR"}
    assert broken(bloc, settled(euros)) == [("LIF-9", "$.data.amount")]
    assert broken(bloc, settled("1.00", "A1")) == [("LIF-9", "$.data.additional_duty")]
    assert broken(bloc, paid("16000.00")) == [("LIF-9", "$.data.refund")]
    done(bloc, settled("96000"))
    assert broken(bloc, settled("96000.00")) == [("LIF-9", "$.data")]
    mended(bloc, wrong)
    done(bloc, ordered())
    assert broken(bloc, paid("15999.00")) == [("LIF-9", "$.data.amount")]
    done(bloc, paid("16000.00"))
    assert broken(bloc, paid("16000.00")) == [("LIF-9", "$.data.refund")]


def test_an_additional_duty_is_paid_once() -> None:
    """1 000.00 more is owed after an amendment, and is settled by its name."""
    bloc, _ = e12()
    done(bloc, settled("96000.00"), amended(goods("799000.00")))
    done(bloc, settled("1000.00", "A1"))
    assert broken(bloc, settled("1000.00", "A1")) == [("LIF-9", "$.data.additional_duty")]


def test_lif_10_a_security_is_the_difference() -> None:
    """At 90 instead of 100 USD/kg the floor takes 80 000.00 more; nothing less secures it, and no other currency."""
    bloc, _ = e12()
    assert broken(bloc, secured("79999.99", DOUBTED)) == [("LIF-10", "$.data.amount")]
    euros = {"amount": "80000.00", "currency": "EUR"}
    assert broken(bloc, secured(euros, DOUBTED)) == [("LIF-10", "$.data.amount")]
    assert broken(bloc, secured("1.00", goods("900000.00"))) == [("LIF-10", "$.data.items")]
    done(bloc, secured("80000.00", DOUBTED))
    assert state_of(bloc).items[1].is_provisional


def test_lif_10_where_the_duty_is_not_known_customs_estimates() -> None:
    """Without a base duty nobody can compute the difference; but a security of nothing is none."""
    bloc = trading_bloc().record(floor())
    done(bloc, declaration(goods(), accepted_at=TWENTIETH_OF_MAY))
    assert broken(bloc, secured("0.00", goods())) == [("LIF-10", "$.data.amount")]
    done(bloc, secured("50000.00", goods()))


def test_lif_11_a_security_is_lodged_once_and_released_once() -> None:
    """Not the same name, not the same item, not before it was lodged, and not twice."""
    bloc, _ = e12(goods(), goods(item_no=2))
    done(bloc, secured("80000.00", DOUBTED))
    second = goods("720000.00", item_no=2)
    assert broken(bloc, secured("80000.00", second)) == [("LIF-11", "$.data.security")]
    assert broken(bloc, secured("80000.00", DOUBTED, security="S2")) == [
        ("LIF-11", "$.data.items[0].item_no")
    ]
    assert broken(bloc, released("S2")) == [("LIF-11", "$.data.security")]
    done(bloc, ordered(1))
    assert broken(bloc, released(at="2026-06-16T08:59:00-04:00")) == [("LIF-11", "$.data.released_at")]
    done(bloc, released())
    assert broken(bloc, released()) == [("LIF-11", "$.data.security")]


def test_lif_12_a_security_is_released_when_nothing_more_can_become_due() -> None:
    """The doubt proves right: assessed for good at 90 USD/kg, 80 000.00 paid, and only then the security goes back."""
    bloc, _ = e12()
    done(bloc, settled("96000.00"), secured("80000.00", DOUBTED))
    assert broken(bloc, released()) == [("LIF-12", "$.data.security")]
    done(bloc, amended(DOUBTED))
    assert broken(bloc, released()) == [("LIF-12", "$.data.security")]
    done(bloc, settled("80000.00", "A1"), released())


def test_a_doubt_that_proves_wrong_is_closed_by_an_order() -> None:
    """The price was true: assessed again with no difference, the item is final and the security goes back."""
    bloc, _ = e12()
    done(bloc, settled("96000.00"), secured("80000.00", DOUBTED))
    (duty,) = done(bloc, ordered(1))
    assert duty.data.delta == "0.00"
    assert not state_of(bloc).items[1].is_provisional
    done(bloc, released())


def test_customs_of_another_member_may_not_touch_it() -> None:
    """MND-1: declarations to the US are the business of customs of the US."""
    bloc, _ = e12()
    bloc.record(key_registered("eu.customs"), mandate_granted("eu.customs", "customs", ("EU",)))
    for party in ("eu.customs", "us.trade", SECRETARIAT):
        assert broken(bloc, ordered(by=party))[0][0] == "MND-1"


def test_a_settlement_minimum_is_in_the_members_currency() -> None:
    """Twenty euros say nothing about duties in dollars."""
    with pytest.raises(msgspec.ValidationError, match="the member's duties are in USD"):
        e12(settlement_minimum={"amount": "20.00", "currency": "EUR"})
    e12(settlement_minimum=usd("20.00"))
