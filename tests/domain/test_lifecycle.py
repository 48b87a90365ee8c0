"""From a declaration to its refund, through the service: E12, E16 and E28 to the cent, and what stands between."""

from decimal import Decimal
from typing import Any

import pytest

from contracts.envelope import Event
from contracts.events import AdditionalDutyOpened, DutyReassessed, RefundOpened
from tests.domain.customs import (
    TWENTIETH_OF_MAY,
    amended,
    done,
    e12,
    goods,
    invalidated,
    mended,
    ordered,
    paid,
    settled,
    state_of,
)
from tests.domain.facts import floor, measure, percent
from tests.domain.facts import goods as codes
from tests.domain.members import joined
from tests.domain.mending import annulled
from tests.domain.trade import base, declaration, expected, item_data, trading_bloc, usd

GRAPHITE = "3801100000"


def opened(derived: list[Event[Any]]) -> list[RefundOpened | AdditionalDutyOpened]:
    """The refunds and additional duties among derived events."""
    return [one.data for one in derived if isinstance(one.data, RefundOpened | AdditionalDutyOpened)]


def reassessed(derived: list[Event[Any]]) -> list[DutyReassessed]:
    """The reassessments among derived events."""
    return [one.data for one in derived if isinstance(one.data, DutyReassessed)]


def test_e12_what_was_paid_too_much_is_refunded() -> None:
    """96 000.00 were paid; the floor is corrected, customs orders a reassessment, and 16 000.00 go back."""
    bloc, wrong = e12()
    wanted = expected("E12")
    done(bloc, settled(wanted["K=2026-05-31"]))
    mended(bloc, wrong)
    derived = done(bloc, ordered())
    (duty,) = reassessed(derived)
    assert (duty.previous_total, duty.total, duty.delta) == ("96000.00", wanted["K=2026-06-30"], "-16000.00")
    assert duty.because == (bloc.position - len(derived) - 1,)
    assert duty.reason == "reassessment_ordered"
    (refund,) = opened(derived)
    assert isinstance(refund, RefundOpened)
    assert (refund.refund, refund.amount.amount) == ("R1", wanted["refund_due"])
    assert duty.trace[-1].formula == "charged 80000.00 - claimed 96000.00 USD"
    assert duty.trace[-1].result == "refund R1 of 16000.00 USD"
    done(bloc, paid(wanted["refund_due"]))
    assert state_of(bloc).refunds["R1"].is_met


def test_e16_deposits_are_refunded_when_the_orders_are_annulled() -> None:
    """Both orders never were: one refund of 160 180.00 for the declaration, resting on two annulments."""
    bloc = trading_bloc().record(base(percent("0"), code="380110"))
    orders = [
        measure(f"us.{kind}.graphite", "us.remedies", kind=kind, goods=codes("380110"), duty=[percent(rate)])
        for kind, rate in (("anti_dumping", "93.5"), ("countervailing", "66.68"))
    ]
    bloc.record(*orders)
    first = bloc.position - 1
    declared = item_data("100000.00", commodity_code=GRAPHITE, line=None)
    done(bloc, declaration(declared, accepted_at=TWENTIETH_OF_MAY), settled("160180.00"))
    bloc.record(*(annulled(bloc, order, first + at) for at, order in enumerate(orders)))
    before = bloc.position
    derived = done(bloc, ordered())
    (refund,) = opened(derived)
    assert refund.amount.amount == expected("E16")["refund"]
    assert reassessed(derived)[0].because == (before - 1, before)


@pytest.mark.parametrize(
    ("value", "opens"),
    [("799983.60", []), ("799980.00", ["20.00"]), ("800016.40", []), ("800020.00", ["20.00"])],
)
def test_e28_a_small_net_difference_is_disregarded(value: str, opens: list[str]) -> None:
    """16.40 is neither demanded nor refunded, 20.00 is: strictly less than the minimum is disregarded."""
    bloc, _ = e12(settlement_minimum=usd("20.00"))
    done(bloc, settled("96000.00"))
    derived = done(bloc, amended(goods(value)))
    assert [one.amount.amount for one in opened(derived)] == opens
    result = reassessed(derived)[0].trace[-1].result
    assert (result == "16.40 USD is disregarded") == (not opens)


def test_what_was_disregarded_counts_in_the_next_difference() -> None:
    """Twice 16.40 more is 32.80 more than what was paid, so it is demanded: splitting a change gains nothing."""
    bloc, _ = e12(settlement_minimum=usd("20.00"))
    done(bloc, settled("96000.00"))
    assert opened(done(bloc, amended(goods("799983.60")))) == []
    (additional,) = opened(done(bloc, amended(goods("799967.20"))))
    assert isinstance(additional, AdditionalDutyOpened)
    assert (additional.additional_duty, additional.amount.amount) == ("A1", "32.80")


def test_the_net_difference_is_of_the_whole_declaration() -> None:
    """One item owes 1 000.00 more and another 1 000.00 less: nothing is opened, and each has its own delta."""
    bloc, _ = e12(goods(), goods(item_no=2))
    done(bloc, settled("192000.00"))
    derived = done(bloc, amended(goods("799000.00"), goods("801000.00", item_no=2)))
    assert [duty.delta for duty in reassessed(derived)] == ["1000.00", "-1000.00"]
    assert opened(derived) == []
    assert [duty.trace[-1].step for duty in reassessed(derived)] == ["supersedes", "net_difference"]


def test_before_the_duty_is_settled_a_reassessment_changes_what_is_owed() -> None:
    """Nothing was paid, so nothing is refunded; the new amount is what is settled."""
    bloc, wrong = e12()
    mended(bloc, wrong)
    derived = done(bloc, ordered())
    assert opened(derived) == []
    assert (
        reassessed(derived)[0].trace[-1].result == "the duty is not settled: nothing to refund or to demand"
    )
    done(bloc, settled("80000.00"))
    assert state_of(bloc).claimed == Decimal("80000.00")


def test_the_day_of_acceptance_goes_on_governing() -> None:
    """An amendment of June is assessed on the rules of 20 May, as known in June."""
    bloc, wrong = e12()
    mended(bloc, wrong)
    (duty,) = reassessed(done(bloc, amended(goods("750000.00", "7500"))))
    assert duty.governing_date.isoformat() == "2026-05-20"
    assert duty.total == "75000.00"
    assert duty.because == (duty.known_position,)


def test_an_amendment_leaves_the_other_items_as_they_are() -> None:
    """Only the item that is named is assessed again, and a later order assesses both on their terms in force."""
    bloc, wrong = e12(goods(), goods(item_no=2))
    derived = done(bloc, amended(goods("750000.00", "7500", item_no=2)))
    assert [duty.item_no for duty in reassessed(derived)] == [2]
    mended(bloc, wrong)
    both = reassessed(done(bloc, ordered()))
    assert [(duty.item_no, duty.previous_total, duty.total) for duty in both] == [
        (1, "96000.00", "80000.00"),
        (2, "90000.00", "75000.00"),
    ]


def test_a_reassessment_supersedes_the_one_before_it() -> None:
    """Each names the assessment that it takes the place of, so that the chain can be walked to the first."""
    bloc, wrong = e12()
    first = state_of(bloc).items[1].duty
    (one,) = reassessed(done(bloc, amended(goods("750000.00", "7500"))))
    second = state_of(bloc).items[1].duty
    mended(bloc, wrong)
    (two,) = reassessed(done(bloc, ordered(1)))
    assert first is not None
    assert second is not None
    assert (one.supersedes, two.supersedes) == (first.event_id, second.event_id)
    assert two.declaration_event == one.cause, "the terms are those of the amendment"


def test_an_order_after_an_order_finds_nothing_new() -> None:
    """What was refunded once is not refunded again."""
    bloc, wrong = e12()
    done(bloc, settled("96000.00"))
    mended(bloc, wrong)
    assert len(opened(done(bloc, ordered()))) == 1
    (duty,) = reassessed(done(bloc, ordered()))
    assert (duty.delta, duty.because) == ("0.00", ())
    assert list(state_of(bloc).refunds) == ["R1"]


def test_goods_of_the_bloc_below_the_floor_bring_their_alert_again() -> None:
    """An amended item is watched like a declared one."""
    bloc = trading_bloc().record(base(percent("0")))
    bloc.record(*joined("AU", "2026-06-01", territories=["AU"]), floor())
    done(bloc, declaration(goods(origin="AU"), accepted_at="2026-06-20T10:00:00-04:00"))
    derived = done(bloc, amended(goods("700000.00", origin="AU"), at="2026-06-21T10:00:00-04:00"))
    assert [one.type.split(".")[1] for one in derived] == ["duty", "price_undercut"]


def test_an_invalidated_declaration_owes_nothing() -> None:
    """Before it was settled; what was assessed stays recorded and is charged no more."""
    bloc, _ = e12()
    assert state_of(bloc).charged == Decimal("96000.00")
    assert done(bloc, invalidated()) == []
    assert state_of(bloc).charged == 0
