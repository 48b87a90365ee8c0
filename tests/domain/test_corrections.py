"""Corrections and annulments as answers: E12 and E16 to the digit, corrections of corrections, the difference."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace

from contracts.envelope import Event
from contracts.events.duties import DutyAssessed
from services.tariffs.domain.answers.difference import difference
from services.tariffs.domain.answers.views import floor_at
from services.tariffs.domain.assessment.assess import Assessment
from services.tariffs.domain.assessment.declarations import judge_declaration
from services.tariffs.domain.assessment.declared import DeclarationState, evolve_declaration
from services.tariffs.domain.assessment.written import duty_of
from services.tariffs.domain.auditing.aftermath import Due, touched_later
from services.tariffs.domain.rule import RULESET
from services.tariffs.domain.world import StreamHead
from tests.domain.facts import OXIDE, floor, goods, measure, origins, percent
from tests.domain.given import NOON, Bloc
from tests.domain.mending import annulled, corrected
from tests.domain.trade import assess, base, declaration, expected, item, item_data, trading_bloc

TWENTIETH_OF_MAY = "2026-05-20T10:00:00-04:00"


def e12() -> tuple[Bloc, list[int]]:
    """The floor of 112 and its correction to 110; positions before, with the floor, with the correction."""
    bloc = trading_bloc().record(base(percent("0")))
    known = [bloc.position]
    wrong = floor("112.00")
    bloc.record(wrong)
    known.append(bloc.position)
    bloc.record(
        corrected(bloc, wrong, bloc.position, price={"amount": "110.00", "currency": "USD", "per": "kg"})
    )
    known.append(bloc.position)
    return bloc, known


def imported(bloc: Bloc, position: int) -> Assessment:
    """The goods of E12, as known at a position."""
    return assess(bloc, item("800000.00", "8000"), TWENTIETH_OF_MAY, position=position)


def test_e12_a_floor_that_is_corrected_later() -> None:
    """One V and three K: not known, 96 000.00 and 80 000.00; and the difference is to be refunded."""
    bloc, (before, wrong, right) = e12()
    wanted = expected("E12")
    unknown = imported(bloc, before)
    assert (unknown.total, unknown.complete) == (wanted["K=2026-05-02"]["duty"], False)
    assert [missing.what for missing in unknown.unknown] == ["floor"]
    assert floor_at(bloc.rules, OXIDE, date(2026, 5, 20), before).status == wanted["K=2026-05-02"]["floor"]
    assert imported(bloc, wrong).total == wanted["K=2026-05-31"]
    assert imported(bloc, right).total == wanted["K=2026-06-30"]
    refund = Decimal(wanted["K=2026-05-31"]) - Decimal(wanted["K=2026-06-30"])
    assert refund == Decimal(wanted["refund_due"])


def test_a_corrected_duty_cites_the_correction() -> None:
    """Whoever follows 80 000.00 to the signed event that caused it comes to the one that says 110."""
    bloc, (_, wrong, right) = e12()
    cited = [imported(bloc, known).lines[-1].cites.position for known in (wrong, right)]
    assert cited == [wrong, right]


def test_a_correction_of_a_correction_and_its_annulment() -> None:
    """The newest word counts: 112, then 110, then 111; without the last word 110 again, without all of them 112."""
    bloc, (_, wrong, right) = e12()
    said = bloc.rules.floors[OXIDE][-1].event
    inner = msgspec.to_builtins(said.data)
    inner["corrected"]["price"]["amount"] = "111.00"
    again = corrected(bloc, said, right, corrected=inner["corrected"])
    prices = [_price(bloc, wrong), _price(bloc, right)]
    bloc.record(again)
    last = bloc.position
    prices.append(_price(bloc, last))
    bloc.record(annulled(bloc, again, last))
    prices.append(_price(bloc, bloc.position))
    bloc.record(annulled(bloc, said, right))
    prices.append(_price(bloc, bloc.position))
    assert prices == ["112.00", "110.00", "111.00", "110.00", "112.00"]
    assert [_price(bloc, wrong), _price(bloc, right), _price(bloc, last)] == ["112.00", "110.00", "111.00"]


def _price(bloc: Bloc, position: int) -> object:
    view = floor_at(bloc.rules, OXIDE, date(2026, 5, 20), position)
    return view.status if view.price is msgspec.UNSET else view.price.amount


def test_an_annulled_floor_is_known_to_be_none_and_its_annulment_can_be_annulled() -> None:
    """That it never was is knowledge: no duty, and the assessment is complete. Then it is back, as it was."""
    bloc = trading_bloc().record(base(percent("0")))
    act = floor()
    bloc.record(act)
    at = bloc.position
    undone = annulled(bloc, act, at)
    bloc.record(undone)
    assert _price(bloc, bloc.position) == "annulled"
    assert imported(bloc, bloc.position).complete
    assert imported(bloc, bloc.position).total == "0.00"
    bloc.record(annulled(bloc, undone, bloc.position))
    assert _price(bloc, bloc.position) == "110.00"


GRAPHITE = "3801100000"


def e16() -> tuple[Bloc, list[Event[Any]], int]:
    """Anti-dumping and countervailing duty on graphite from China, with the position that knows both."""
    bloc = trading_bloc().record(base(percent("0"), code="380110"))
    orders = [
        measure(
            f"us.{kind}.graphite.cn",
            by="us.remedies",
            kind=kind,
            goods=goods("380110"),
            origins=origins("CN"),
            duty=[percent(rate)],
            effective_from="2026-02-11",
        )
        for kind, rate in (("anti_dumping", "93.5"), ("countervailing", "66.68"))
    ]
    return bloc.record(*orders), orders, bloc.position


def test_e16_deposits_on_graphite_are_refunded_when_the_orders_are_annulled() -> None:
    """93 500.00 and 66 680.00 were taken; the measures never were, so 160 180.00 goes back to the importer."""
    bloc, orders, known = e16()
    wanted = expected("E16")
    data = item_data("100000.00", commodity_code=GRAPHITE, line=None)
    declared = declaration(data, accepted_at=TWENTIETH_OF_MAY)
    (duty,) = assessed_duties(bloc, declared)
    assert [line.amount for line in duty.lines[1:]] == [wanted["ad_deposit"], wanted["cvd_deposit"]]
    bloc.record(declared)
    bloc.record(*(annulled(bloc, order, known - 1 + at) for at, order in enumerate(orders)))
    (found,) = found_later(bloc, declared, duty)
    assert found.due == -Decimal(wanted["refund"])
    assert found.because == (bloc.position - 1, bloc.position)
    assert (found.member, found.importer, found.currency) == ("US", ("us.irs", "12-3456789"), "USD")
    now = assess(bloc, declared.data.items[0], TWENTIETH_OF_MAY)
    assert now.total == found.now
    assert {step.because for step in now.trace if step.step == "select" and step.applies is False} >= {
        f"annulled (position {bloc.position}): what was created never was"
    }


def assessed_duties(bloc: Bloc, declared: Event[Any]) -> list[DutyAssessed]:
    """What the service derives from a declaration on all that is recorded."""
    judged = judge_declaration(bloc.rules, DeclarationState(), declared, now=NOON, ruleset=RULESET)
    assert not judged.violations
    return [data for _, data in judged.derived if isinstance(data, DutyAssessed)]


def found_later(bloc: Bloc, declared: Event[Any], duty: DutyAssessed) -> list[Due]:
    """What an audit finds of a declaration that was assessed so, by everything that is recorded by now."""
    derived = replace(declared, type="bloc.duty.assessed.v1", data=duty)
    state = evolve_declaration(DeclarationState(), 0, declared)
    head = StreamHead(2, evolve_declaration(state, 0, derived))
    return list(touched_later(bloc.rules, range(bloc.position + 1), [(declared.subject, head)]))


def test_only_assessments_that_rest_on_what_was_mended_later_are_found() -> None:
    """Question 4: the one made before the correction is found with its refund; the one made after is not."""
    bloc, (_, wrong, right) = e12()
    declared = declaration(item_data("800000.00", "8000"), accepted_at=TWENTIETH_OF_MAY)
    before, after = (
        duty_of(imported(bloc, known), reference="ABC-1", declaration_event=declared.id, ruleset=RULESET)
        for known in (wrong, right)
    )
    (found,) = found_later(bloc, declared, before)
    assert found.due == -Decimal(expected("E12")["refund_due"])
    assert found.because == (right,)
    assert found_later(bloc, declared, after) == []


def test_the_difference_of_two_positions_names_the_entries_responsible() -> None:
    """Question 2: what made the difference? The correction, to the price; a revision, to until when it holds."""
    bloc, (before, wrong, right) = e12()
    bloc.record(floor("115.00", "revised", effective_from="2026-07-01"))
    day = date(2026, 5, 20)
    (change,) = difference(bloc.rules, day, wrong, bloc.position)
    assert (change.what, change.name) == ("floor", OXIDE)
    assert [one.position for one in change.because] == [right, bloc.position]
    assert difference(bloc.rules, date(2026, 4, 1), right, bloc.position) == ()
    (change,) = difference(bloc.rules, date(2026, 4, 1), before, bloc.position)
    assert [one.position for one in change.because] == [wrong, right]


def test_a_correction_of_goods_is_found_under_its_new_code() -> None:
    """A measure on the wrong heading reaches the right goods once it is corrected, and the wrong ones no more."""
    bloc = trading_bloc()
    wrong = base(percent("5"), code="2805", name="us.base.oxide")
    bloc.record(wrong)
    bloc.record(corrected(bloc, wrong, bloc.position, goods=goods("284690")))
    assert assess(bloc, item(line="none")).total == "35400.00"
    metal = item("100.00", "1", commodity_code="2805300000", line="none")
    assert assess(bloc, metal).status == "provisional"
