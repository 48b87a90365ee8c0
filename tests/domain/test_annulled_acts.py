"""What the annulment of one act does to everything that rests on it: answers, the difference between two K, refunds."""

from datetime import date

from services.tariffs.domain.answers.difference import difference
from tests.domain.facts import goods, measure, origins, percent
from tests.domain.legal_acts import adopted, quashed, resting_on, said
from tests.domain.test_corrections import GRAPHITE, TWENTIETH_OF_MAY, assessed_duties, found_later
from tests.domain.trade import base, declaration, expected, item_data, trading_bloc

ORDER = "us.graphite.orders"


def test_e16_one_annulled_act_takes_both_duties_with_it():
    """93 500.00 and 66 680.00 rest on one act; when it is annulled, 160 180.00 is to be refunded, and the ruling is
    named as the reason."""
    bloc = trading_bloc().record(base(percent("0"), code="380110"), adopted(ORDER, "2026-02-11"))
    for kind, rate in (("anti_dumping", "93.5"), ("countervailing", "66.68")):
        bloc.record(
            measure(
                f"us.{kind}.graphite.cn",
                by="us.remedies",
                kind=kind,
                goods=goods("380110"),
                origins=origins("CN"),
                duty=[percent(rate)],
                effective_from="2026-02-11",
                legal_basis=resting_on(ORDER),
            )
        )
    data = item_data("100000.00", commodity_code=GRAPHITE, line=None)
    declared = declaration(data, accepted_at=TWENTIETH_OF_MAY)
    (duty,) = assessed_duties(bloc, declared)
    assert duty.total == expected("E16")["refund"]
    bloc.record(declared)
    known = bloc.position
    bloc.record(quashed(ORDER))
    (found,) = found_later(bloc, declared, duty)
    assert str(found.due) == f"-{expected('E16')['refund']}"
    assert found.because == (bloc.position,)
    changes = difference(bloc.rules, date(2026, 5, 20), known, bloc.position)
    assert [(one.name, [by.type for by in one.because]) for one in changes] == [
        ("us.anti_dumping.graphite.cn", ["bloc.act.annulled.v1"]),
        ("us.countervailing.graphite.cn", ["bloc.act.annulled.v1"]),
    ]


def test_a_repeal_touches_no_assessment_of_the_days_before_it():
    """Ex nunc: nothing is to be refunded; of those days only it is known by now until when the duty holds."""
    bloc = trading_bloc().record(
        adopted(ORDER), base(percent("2"), code="380110", legal_basis=resting_on(ORDER))
    )
    data = item_data("100000.00", commodity_code=GRAPHITE, line=None)
    declared = declaration(data, accepted_at=TWENTIETH_OF_MAY)
    (duty,) = assessed_duties(bloc, declared)
    bloc.record(declared)
    known = bloc.position
    bloc.record(said("repealed", ORDER, "2026-06-01"))
    assert found_later(bloc, declared, duty) == []
    days = (date(2026, 5, 20), date(2026, 6, 1))
    changed = [len(difference(bloc.rules, day, known, bloc.position)) for day in days]
    assert changed == [1, 1]
