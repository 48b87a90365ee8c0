"""What rests on a legal act holds only while the act does: explicit days are stored, effective ones are computed."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from immutables import Map
from msgspec.structs import replace

from contracts.envelope import Event
from services.tariffs.domain.histories.effective import act_on, effective_on
from services.tariffs.domain.histories.timeline import Answer, InForce, NoneInForce, NotKnown, in_force
from tests.domain.facts import OXIDE, floor, goods, measure, measure_act, percent
from tests.domain.given import Bloc
from tests.domain.legal_acts import TARIFF, adopted, lawful_bloc, quashed, resting_on, said
from tests.domain.mending import annulled
from tests.domain.test_selection import why
from tests.domain.trade import amounts, assess, item, trading_bloc

BASE = "us.base.284690"
DECISION = "bloc.council.decision.2026-3"
ON_TARIFF = resting_on(TARIFF)


def on(bloc: Bloc, day: str, position: int | None = None, name: str = BASE) -> Answer:
    """What holds of a measure."""
    known = bloc.position if position is None else position
    return effective_on(bloc.rules, bloc.rules.measures[name], date.fromisoformat(day), known)


def is_none(answer: Answer) -> str:
    """Why nothing holds."""
    assert isinstance(answer, NoneInForce), answer
    return answer.why


def holds(answer: Answer) -> InForce:
    """What holds."""
    assert isinstance(answer, InForce), answer
    return answer


def test_an_open_measure_ends_with_its_act_and_is_prolonged_with_it():
    """The end is inherited, never copied into the measure: an extension of the act prolongs all of them at once."""
    bloc = lawful_bloc().record(adopted(end="2027-01-01"), measure(legal_basis=ON_TARIFF))
    assert holds(on(bloc, "2026-12-31")).until == date(2027, 1, 1)
    over = on(bloc, "2027-01-01")
    assert is_none(over) == "act_expired"
    assert "us.hts.2026" in getattr(over, "because", "")
    before = bloc.position
    bloc.record(said("extended", start="2027-01-01", end="2028-01-01"))
    assert holds(on(bloc, "2027-01-01")).until == date(2028, 1, 1)
    assert is_none(on(bloc, "2027-01-01", before)) == "act_expired"


def test_a_suspended_act_suspends_what_rests_on_it():
    """And what does not rest on it goes on."""
    bloc = lawful_bloc().record(
        adopted(), measure(legal_basis=ON_TARIFF), measure("us.base.28", goods=goods("28"))
    )
    bloc.record(said("suspended", start="2026-08-01"), said("resumed", start="2026-10-01"))
    assert holds(on(bloc, "2026-07-31")).until == date(2026, 8, 1)
    assert is_none(on(bloc, "2026-08-01")) == "act_suspended"
    assert holds(on(bloc, "2026-10-01")).until is None
    assert holds(on(bloc, "2026-08-01", name="us.base.28"))


def test_a_repeal_leaves_the_days_before_it_and_an_annulment_none():
    """Ex nunc and ex tunc (trap 9)."""
    bloc = lawful_bloc().record(
        adopted(), measure(legal_basis=ON_TARIFF), said("repealed", start="2026-08-01")
    )
    repealed = bloc.position
    assert holds(on(bloc, "2026-07-31"))
    assert is_none(on(bloc, "2026-08-01")) == "act_repealed"
    bloc.record(quashed())
    assert is_none(on(bloc, "2026-07-31")) == "act_annulled"
    assert is_none(on(bloc, "2026-08-01")) == "act_annulled"
    assert holds(on(bloc, "2026-07-31", repealed))


def test_a_court_may_let_the_effects_before_a_day_stand():
    """TFEU, article 264: then an annulment works as a repeal does."""
    bloc = lawful_bloc().record(adopted(), measure(legal_basis=ON_TARIFF), quashed(start="2026-06-01"))
    assert holds(on(bloc, "2026-05-31")).until == date(2026, 6, 1)
    assert is_none(on(bloc, "2026-06-01")) == "act_annulled"


def test_what_an_annulled_act_changed_was_never_changed():
    """3.7 % was amended to 2.5 % by an act that a court annuls: 3.7 % again, from the first day of the amendment."""
    bloc = lawful_bloc().record(adopted(), adopted("us.amending.1"), measure(legal_basis=ON_TARIFF))
    bloc.record(measure_act("amended", "2026-07-01", legal_basis=resting_on("us.amending.1")))
    amended = bloc.position
    assert holds(on(bloc, "2026-08-01")).act.data.duty[0].percent == "2.5"
    bloc.record(quashed("us.amending.1"))
    assert holds(on(bloc, "2026-08-01")).act.data.duty[0].percent == "3.7"
    assert holds(on(bloc, "2026-08-01", amended)).act.data.duty[0].percent == "2.5"


def test_what_rests_on_an_adoption_that_was_annulled_as_a_slip_was_never_changed():
    """Without a court: the entry that adopted the act is annulled. 3.7 % again; 2.5 % at the K before."""
    amending = adopted("us.amending.1")
    bloc = lawful_bloc().record(adopted(), amending)
    adoption = bloc.position
    bloc.record(measure(legal_basis=ON_TARIFF))
    bloc.record(measure_act("amended", "2026-07-01", legal_basis=resting_on("us.amending.1")))
    amended = bloc.position
    assert holds(on(bloc, "2026-08-01")).act.data.duty[0].percent == "2.5"
    bloc.record(annulled(bloc, amending, adoption))
    assert holds(on(bloc, "2026-08-01")).act.data.duty[0].percent == "3.7"
    assert holds(on(bloc, "2026-08-01", amended)).act.data.duty[0].percent == "2.5"


def test_a_suspension_or_end_on_an_annulled_act_never_was():
    """The measure was in force all along."""
    bloc = lawful_bloc().record(adopted(), adopted("us.relief.1"), measure(legal_basis=ON_TARIFF))
    relief = resting_on("us.relief.1")
    bloc.record(measure_act("suspended", "2026-07-01", effective_to="2026-09-01", legal_basis=relief))
    bloc.record(measure_act("terminated", "2026-10-01", legal_basis=relief))
    assert is_none(on(bloc, "2026-08-01")) == "suspended"
    assert is_none(on(bloc, "2026-10-01")) == "terminated"
    bloc.record(quashed("us.relief.1"))
    assert holds(on(bloc, "2026-08-01"))
    assert holds(on(bloc, "2026-10-01"))


def test_a_suspension_lasts_no_longer_than_the_act_that_orders_it():
    """Suspended until further notice, by an act of two months."""
    bloc = lawful_bloc().record(adopted("us.relief.1", "2026-07-01", "2026-09-01"), measure())
    bloc.record(measure_act("suspended", "2026-07-01", legal_basis=resting_on("us.relief.1")))
    assert is_none(on(bloc, "2026-08-31")) == "suspended"
    assert holds(on(bloc, "2026-09-01"))


def test_the_extension_of_an_act_by_an_annulled_act_never_was():
    """Acts act on acts, and fall with one another."""
    bloc = lawful_bloc().record(
        adopted(end="2027-01-01"), adopted("us.longer.1"), measure(legal_basis=ON_TARIFF)
    )
    bloc.record(said("extended", start="2027-01-01", end="2028-01-01", legal_basis=resting_on("us.longer.1")))
    assert holds(on(bloc, "2027-06-01"))
    bloc.record(quashed("us.longer.1"))
    assert is_none(on(bloc, "2027-06-01")) == "act_expired"


def test_an_act_has_three_answers_and_one_that_is_not_known_takes_nothing_away():
    """Not recorded at K: the measure stands as it was recorded."""
    bloc = lawful_bloc().record(measure(legal_basis=ON_TARIFF))
    before, day = bloc.position, date(2026, 2, 1)
    bloc.record(adopted(start="2026-03-01"))
    assert isinstance(act_on(bloc.rules, TARIFF, day, before), NotKnown)
    assert is_none(act_on(bloc.rules, TARIFF, day, bloc.position)) == "pending"
    assert isinstance(act_on(bloc.rules, TARIFF, date(2026, 3, 1), bloc.position), InForce)
    assert holds(on(bloc, "2026-02-01", before))
    assert is_none(on(bloc, "2026-02-01")) == "act_pending"


def test_the_trace_says_which_act_takes_the_duty_away_and_where_that_is_recorded():
    """A suspended tariff and a floor on a repealed decision: 0.00, known to be none, with both reasons."""
    bloc = trading_bloc().record(measure(legal_basis=ON_TARIFF), floor(), adopted(), adopted(DECISION))
    assert amounts(assess(bloc, item()))
    bloc.record(said("suspended", start="2026-06-01"))
    suspended = bloc.position
    bloc.record(said("repealed", DECISION, start="2026-06-01"))
    assessment = assess(bloc, item())
    assert (assessment.total, assessment.complete) == ("0.00", True)
    assert why(assessment, BASE) == "its act us.hts.2026: suspended from 2026-06-01"
    assert why(assessment, OXIDE).startswith(
        f"its act {DECISION}: repealed; the first day no longer in force"
    )
    (step,) = [step for step in assessment.trace if step.measure == BASE]
    assert step.position == suspended


def test_msr_6_a_measure_whose_act_is_repealed_stands_in_nobodys_way():
    """A suspended or expiring act may come back, so its measures keep their place."""
    successor = measure("us.base.2027", effective_from="2026-09-01", duty=[percent("5")])
    bloc = lawful_bloc().record(adopted(end="2026-09-01"), measure(legal_basis=ON_TARIFF))
    assert bloc.broken(successor) == ["MSR-6"]
    bloc.record(said("repealed", start="2026-08-01"))
    assert bloc.broken(successor) == []
    assert bloc.broken(measure("us.base.2026b", effective_from="2026-07-31")) == ["MSR-6"]


def test_flr_2_a_floor_whose_act_is_annulled_stands_in_nobodys_way():
    """The line has no floor any more, so a new one is set and none is revised."""
    bloc = lawful_bloc().record(adopted(DECISION), floor(), quashed(DECISION))
    later = resting_on("bloc.council.decision.2026-7")
    assert bloc.broken(floor("120.00", effective_from="2026-08-01", legal_basis=later)) == []
    assert bloc.broken(floor("120.00", "revised", effective_from="2026-08-01", legal_basis=later)) == [
        "FLR-3"
    ]


DAYS = ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01", "2027-01-01"]
ACTS = ("us.act.a", "us.act.b")


def _pool() -> list[Event[Any]]:
    pool: list[Event[Any]] = []
    for number, day in enumerate(DAYS):
        end = DAYS[number + 1] if number + 1 < len(DAYS) else None
        for act in ACTS:
            other = resting_on(ACTS[act == ACTS[0]])
            pool += [
                adopted(act, day, end),
                said("extended", act, day, legal_basis=other),
                said("suspended", act, day, legal_basis=other),
                said("resumed", act, day),
                said("repealed", act, day, legal_basis=other),
                quashed(act, day),
                quashed(act),
                measure(effective_from=day, legal_basis=other),
                measure_act("amended", day, legal_basis=other),
                measure_act("suspended", day, effective_to=end, legal_basis=other),
                measure_act("terminated", day, legal_basis=other),
            ]
    return pool


POOL = _pool()
FOUNDED = lawful_bloc()


@settings(max_examples=150)
@given(
    history=st.lists(st.sampled_from(POOL), max_size=10),
    more=st.sampled_from(POOL),
    day=st.sampled_from([date.fromisoformat(day) for day in DAYS]),
)
def test_what_is_recorded_of_acts_changes_no_answer_at_an_earlier_position(
    history: list[Event[Any]], more: Event[Any], day: date
):
    """Lawful or not; and where no act is recorded, the effective answer is the explicit one."""
    bloc = Bloc()
    bloc.rules = FOUNDED.rules
    bloc.record(*history)
    rules, known = bloc.rules, bloc.position
    if BASE not in rules.measures:
        return
    before = effective_on(rules, rules.measures[BASE], day, known)
    after = bloc.record(more).rules
    assert effective_on(after, after.measures[BASE], day, known) == before
    bare = replace(rules, acts=Map())
    assert effective_on(bare, rules.measures[BASE], day, known) == in_force(rules.measures[BASE], day, known)


@pytest.mark.parametrize("verb", ["suspended", "repealed"])
def test_a_future_dated_step_of_an_act_changes_nothing_before_its_day(verb: str):
    """Announced in June for October: September is as it was."""
    bloc = lawful_bloc().record(adopted(), measure(legal_basis=ON_TARIFF), said(verb, start="2026-10-01"))
    assert holds(on(bloc, "2026-09-30"))
    assert is_none(on(bloc, "2026-10-01")) == f"act_{verb}"
