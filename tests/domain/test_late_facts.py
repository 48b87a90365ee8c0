"""Question 4 for what corrects nothing: which duties would be others had it been known what was recorded late."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from contracts.envelope import Event
from contracts.events.lifecycle import DutyReassessed
from contracts.limits import CAUSES_NAMED_MAX
from services.tariffs.domain.assessment.assess import Assessment, assess_item
from services.tariffs.domain.assessment.declared import DeclarationState, ItemState
from services.tariffs.domain.assessment.parts import as_drawn
from services.tariffs.domain.assessment.touched import Outcome, outcome_of, responsible
from services.tariffs.domain.auditing.aftermath import Due
from services.tariffs.domain.rule import RULESETS
from tests.domain import customs, facts, governing, legal_acts
from tests.domain.audited import JULY, audit_of, audited, faults, trading_record
from tests.domain.ledgered import Record, founded_record
from tests.domain.members import joined, terms_amended
from tests.domain.rates import rate
from tests.domain.sequenced import FAMILIES, PASSING, lived
from tests.domain.trade import assess, base, declaration, item, item_data, trading_bloc

STEPS = st.lists(st.integers(0, len(PASSING) * len(FAMILIES) * 10**9), min_size=12, max_size=30)


def touched(record: Record) -> dict[tuple[str, int], Due]:
    """What the audit of the record finds touched, by declaration and item."""
    return {(due.stream, due.item_no): due for due in audit_of(record).aftermath()}


def again(record: Record, stream: str, state: DeclarationState, item: ItemState) -> Outcome:
    """What an item comes to on everything that is known now."""
    assert item.duty is not None
    now = assess_item(
        record.bloc.rules,
        member=stream.split("/")[1],
        accepted_at=state.accepted_at,
        item=item.item,
        known_position=record.bloc.rules.position,
        left=as_drawn(item.duty.quota),
    )
    return outcome_of(now)


def otherwise(record: Record) -> set[tuple[str, int]]:
    """Every item of every declaration assessed again, without asking why: those that come to something else."""
    return {
        (stream, number)
        for stream, head in record.bloc.streams.items()
        if isinstance(state := head.state, DeclarationState) and not state.is_invalidated
        for number, item in state.items.items()
        if (duty := item.duty) is not None
        and again(record, stream, state, item) != Outcome(duty.is_final, state.currency, duty.total)
    }


@settings(max_examples=60)
@given(STEPS)
def test_touched_is_exactly_what_comes_to_something_else(steps: list[int]) -> None:
    """Found by scope, against every declaration assessed again; what was mended is named even if it changes nothing."""
    record, _ = lived(steps)
    found, differ = touched(record), otherwise(record)
    assert differ <= set(found)
    assert all(due.late or due.mended for due in found.values())
    assert all(due.mended and not due.late for place, due in found.items() if place not in differ)


def declared() -> Record:
    """E06: 12 t of neodymium-praseodymium oxide at 59 USD/kg pay 638 196.00, accepted on the last of June."""
    record = trading_record()
    record.post(declaration(), now=JULY)
    return record


LATE: dict[str, tuple[Event[Any], str]] = {
    "a termination": (facts.measure_act("terminated", "2026-06-01"), "-26196.00"),
    "other terms": (facts.measure_act("amended", "2026-06-01"), "-8496.00"),
    "a floor revised": (facts.floor("111.00", "revised", effective_from="2026-06-01"), "12000.00"),
    "a suspension": (facts.floor_act("suspended", "2026-06-01", facts.OXIDE), "-612000.00"),
    "a relief": (
        facts.measure("us.relief", kind="autonomous_suspension", duty=[facts.percent("0")]),
        "-26196.00",
    ),
    "an end of the act": (legal_acts.adopted(facts.act()["act"], end="2026-06-01"), "-638196.00"),
}


@pytest.mark.parametrize("told", LATE)
def test_what_is_told_late_touches_what_was_assessed_without_it(told: str) -> None:
    """Nothing is corrected, and the duty of the last of June is another all the same."""
    # given
    record = declared()
    event, difference = LATE[told]
    # when
    record.post(event, now=JULY)
    # then
    (due,) = touched(record).values()
    assert (due.due, due.mended, due.late) == (Decimal(difference), (), (record.next - 1,))
    assert due.as_finding().kind == "known_later"
    assert f"before what was recorded late at {record.next - 1}" in due.as_finding().text
    assert faults(audited(record)) == []


@pytest.mark.parametrize(
    "event",
    [
        facts.measure_act("terminated", "2026-07-01"),
        facts.floor("111.00", "revised", effective_from="2026-07-01"),
        facts.measure("us.base.28", goods=facts.goods("280530")),
        facts.floor("200.00", named=facts.METAL),
    ],
)
def test_what_holds_for_other_days_or_goods_touches_nothing(event: Event[Any]) -> None:
    """From the day after on, for another code, for another line."""
    record = declared()
    record.post(event, now=JULY)
    assert touched(record) == {}


def test_a_rate_that_is_given_late_touches_the_days_that_it_is_for() -> None:
    """The rate of June is amended from the fifteenth on, and said so in July: one declaration of two is touched."""
    record = founded_record()
    record.post(*joined("US", currency="GBP", legal_tz="Europe/London", exchange_rate_rule="gb.hmrc.monthly"))
    record.post(base())
    record.post(rate("1.25"))
    for day, reference in (("10", "BEFORE"), ("20", "AFTER")):
        stamp = f"2026-06-{day}T12:00:00Z"
        record.post(declaration(accepted_at=stamp, reference=reference), now=JULY)
    record.post(rate("1.20", applies_from="2026-06-15"), now=JULY)
    ((place, due),) = touched(record).items()
    assert place == ("declaration/US/AFTER", 1)
    assert due.late == (record.next - 1,)
    assert (due.assessed, due.now) == ("20956.80", "21830.00"), "3.7 % of 708 000 USD at 1.25, and at 1.20"


def test_terms_of_a_member_that_are_told_late_touch_its_declarations() -> None:
    """Duty in whole dollars since May: the 0.27 of E01b fall away."""
    record = trading_record()
    record.post(
        declaration(item_data("412346.00", "12000", line="none", commodity_code="2846900000")), now=JULY
    )
    whole = {"unit": "1", "mode": "half_up", "per": "line"}
    record.post(terms_amended("US", "2026-05-15", duty_rounding=whole), now=JULY)
    (due,) = touched(record).values()
    assert due.late == (record.next - 1,)
    assert due.now == "15257"


def test_only_the_entries_at_which_the_duty_changed_are_named() -> None:
    """Two floors and a duty told late: the second revision is the one that holds, and the duty beside it."""
    record = declared()
    for event in (
        facts.floor("111.00", "revised", effective_from="2026-06-01"),
        facts.measure_act("suspended", "2026-08-01"),
        facts.measure_act("terminated", "2026-06-01"),
    ):
        record.post(event, now=JULY)
    (due,) = touched(record).values()
    assert due.late == (record.next - 3, record.next - 1)
    assert due.due == Decimal("12000.00") - Decimal("26196.00")


@pytest.mark.parametrize(("ruleset", "named"), [(RULESETS[1], False), (RULESETS[2], True)])
def test_a_reassessment_names_what_was_told_late_from_2026_3_on(ruleset: str, *, named: bool) -> None:
    """Rule book 2026.2 named corrections and annulments alone, and its records are judged so for ever."""
    # given
    record = declared()
    record.post(facts.measure_act("terminated", "2026-06-01"), now=JULY)
    late = record.next - 1
    record.post(governing.ruleset_activated(ruleset, effective_from="2026-07-02"), now=JULY)
    # when
    derived = record.post(customs.ordered(at="2026-07-02T09:00:00Z"), now=JULY, ruleset=ruleset).derived
    # then
    data = derived[0].data
    assert isinstance(data, DutyReassessed)
    assert data.because == ((late,) if named else ())
    assert data.delta == "-26196.00"
    said = next(step for step in data.trace if step.step == "supersedes").because
    assert (said == f"what changes it was recorded late at {late}") is named
    assert touched(record) == {}, "it rests on it now"
    assert faults(audited(record)) == []


def test_of_very_many_causes_the_newest_are_named() -> None:
    """Two hundred entries each change a duty: the last fifty are named, and nothing when the outcome is the same."""
    one = assess(trading_bloc().record(base()), item())
    positions = tuple(range(1, 201))
    before, after = Outcome(True, "USD", "0"), Outcome(True, "USD", "200")

    def known_at(position: int) -> Assessment:
        return replace(one, total=str(position))

    assert outcome_of(known_at(200)) == after
    assert responsible(positions, before, after, known_at) == positions[-CAUSES_NAMED_MAX:]
    assert responsible(positions, after, after, known_at) == ()
