"""Drawing on quotas: E14 within and beyond, a line that crosses the end, who was cut off, and what is left."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.envelope import Event
from contracts.events import QuotaReturned, QuotaShare
from contracts.values import Quantity
from services.tariffs.domain.assessment.assess import assess_item
from services.tariffs.domain.assessment.parts import as_drawn, split
from services.tariffs.domain.assessment.prose import explain
from services.tariffs.domain.quotas.balance import BalanceState
from services.tariffs.domain.quotas.drawing import left_for, returned
from tests.domain.facts import goods, measure, percent
from tests.domain.given import Bloc, accepted, refusal_of, refused
from tests.domain.mending import corrected
from tests.domain.quotas import (
    BALANCE,
    NUMBER,
    beyond,
    blocked,
    declared,
    derived,
    european_bloc,
    opened,
    recorded,
    said,
    silicon,
    silicon_bloc,
    within,
)
from tests.domain.trade import expected, item, mass


def balance(bloc: Bloc) -> BalanceState:
    """The balance of the second quarter."""
    state = bloc.streams[BALANCE].state
    assert isinstance(state, BalanceState)
    return state


def given_back(bloc: Bloc, share: QuotaShare) -> QuotaReturned | None:
    """What the first declaration gives back once it is invalidated."""
    balances = {BALANCE: balance(bloc)}
    cause = declared().id
    return returned(bloc.rules, balances, share, member="EU", reference="26DE0001", item_no=1, cause=cause)


def duty(bloc: Bloc, *items: dict[str, object], **more: str) -> list[str]:
    """Totals of a declaration's items, recorded."""
    return [one.total for one in derived(recorded(bloc, declared(*items, **more)), "duty.assessed")]


def test_e14_in_quota_nothing_is_owed() -> None:
    """While the quota lasts, 500 t of ferro-silicon are free of the safeguard duty."""
    assert duty(silicon_bloc(opened("500"))) == [expected("E14")["in_quota"]]


def test_e14_out_of_quota_the_gap_is_owed() -> None:
    """Whoever claims no quota, and whoever claims an empty one, owes 1 203 EUR on each of 500 t."""
    bloc = silicon_bloc(opened("500"))
    assert duty(bloc, silicon(quota=None)) == [expected("E14")["out_of_quota"]]
    duty(bloc, silicon(), reference="26DE0002")
    assert duty(bloc, silicon(), reference="26DE0003") == [expected("E14")["out_of_quota"]]


def test_e14_with_180_t_left_one_line_is_split() -> None:
    """Trap 11: 180 t within, 320 t beyond, in one declared line; the trace and the record say so."""
    decided = accepted(silicon_bloc().decide(declared()))
    (assessed,) = derived(decided, "duty.assessed")
    assert assessed.total == expected("E14")["quota_left_180t"]
    assert [(line.kind, line.amount) for line in assessed.lines] == [
        ("base", "0.00"),
        ("safeguard", "0.00"),
        ("base", "0.00"),
        ("safeguard", "384960.00"),
    ]
    (step,) = [step for step in assessed.trace if step.step == "split"]
    assert step.results == (
        "180000 kg, customs value 216900.00 EUR",
        "320000 kg, customs value 385600.00 EUR",
    )
    (drawn,) = derived(decided, "quota.drawn")
    (last,) = derived(decided, "quota.exhausted")
    wanted = (drawn.requested.value, drawn.drawn.value, drawn.balance.value, last.short.value)
    assert wanted == ("500000", "180000", "0", "320000")
    assert assessed.quota == QuotaShare(
        order_number=NUMBER,
        period_from=drawn.period_from,
        requested=Quantity("500000", "kg"),
        drawn=Quantity("180000", "kg"),
    )
    assert [event.type.split(".")[1] for event in decided.derived] == ["duty", "quota", "quota"]


def test_quotas_are_drawn_in_order_of_recording() -> None:
    """Items of one declaration, and declarations of one submission, see what those before them drew."""
    bloc = silicon_bloc(opened("700"))
    one, two = silicon("100", "120500.00"), silicon("500", item_no=2)
    first, second = declared(one, two), declared(silicon("200", "241000.00"), reference="26DE0002")
    decided = recorded(bloc, first, second)
    drawn = [(one.drawn.value, one.balance.value) for one in derived(decided, "quota.drawn")]
    assert drawn == [("100000", "600000"), ("500000", "100000"), ("100000", "0")]
    assert derived(decided, "duty.assessed")[-1].total == "120300.00"
    assert balance(bloc).held == Decimal(700_000)


def test_a_request_that_gets_nothing_is_recorded_and_exhausts_nothing_anew() -> None:
    """So that the order number can say who was cut off."""
    bloc = silicon_bloc()
    recorded(bloc, declared())
    late = recorded(bloc, declared(reference="26DE0002"))
    assert [one.drawn.value for one in derived(late, "quota.drawn")] == ["0"]
    assert derived(late, "quota.exhausted") == []


def test_two_drafts_cannot_take_the_same_tonne() -> None:
    """Both expect the version of the balance that they were decided on, and both move it."""
    bloc = silicon_bloc()
    both = [accepted(bloc.decide(declared(reference=f"26DE000{number}"))) for number in (1, 2)]
    assert [decided.expects[BALANCE] for decided in both] == [0, 0]
    assert [decided.streams[BALANCE].version for decided in both] == [2, 2]
    assert BALANCE not in accepted(bloc.decide(declared(silicon(quota=None)))).expects


@pytest.mark.parametrize(
    ("quota", "day", "because"),
    [
        ((opened(), blocked("2026-06-01")), "2026-06-10", "suspended from 2026-06-01"),
        ((opened(effective_to="2026-06-01"),), "2026-06-10", "first day no longer in force was 2026-06-01"),
        ((opened(effective_from="2026-06-11"),), "2026-06-10", "first day in force is 2026-06-11"),
    ],
)
def test_without_an_open_period_everything_lies_beyond(
    quota: tuple[Event[Any], ...], day: str, because: str
) -> None:
    """Blocked, over, not begun: known to be none, and the trace says which; no balance is drawn on."""
    decided = accepted(silicon_bloc(*quota).decide(declared(day=day)))
    (assessed,) = derived(decided, "duty.assessed")
    assert assessed.total == "601500.00"
    (step,) = [step for step in assessed.trace if step.step == "quota"]
    assert because in step.because
    assert derived(decided, "quota.drawn") == []


def test_a_quota_reads_as_prose() -> None:
    """The trace of a split item says in sentences what was asked for, what was left, and where the item was split."""
    bloc = silicon_bloc()
    wanted = item(**silicon())
    left = left_for(bloc.rules, wanted, date(2026, 6, 10), bloc.position, {})
    assessment = assess_item(
        bloc.rules,
        member="EU",
        accepted_at="2026-06-10T10:00:00+02:00",
        item=wanted,
        known_position=bloc.position,
        left=left,
    )
    told = " ".join(sentence for sentence in explain(bloc.rules, wanted, assessment))
    assert f"500000 kg of quota {NUMBER} are asked for and 180000 kg are left" in told
    assert "180000 kg, customs value 216900.00 EUR and 320000 kg, customs value 385600.00 EUR" in told
    assert "eu.2025.2351" in told


def test_quo_6_a_claimed_quota_is_for_the_goods() -> None:
    """An unknown order number, goods that it does not cover, a measure that has ended: the claim is refused."""
    bloc = silicon_bloc()
    unknown = refusal_of(bloc.decide(declared(silicon(quota="09.9999"))))
    assert [(one.rule.id, one.path) for one in unknown.violations] == [("QUO-6", "$.data.items[0].quota")]
    only_beyond = european_bloc().record(opened(), beyond())
    assert refused(only_beyond.decide(declared())) == ["QUO-6"]


def test_a_quota_of_the_base_duty_leaves_the_rest_as_it_is() -> None:
    """A tariff quota at 0 % on goods of 5.5 %: the part within takes the lower, the part beyond the higher."""
    chapter = {"commodity_code": "2825700000", "free_at_frontier_value": None, "origin": "CL"}
    quota = {"order_number": NUMBER, "applies": "within"}
    bloc = european_bloc().record(
        opened("1", territory="EU"),
        measure("eu.base.2825", goods=goods("2825"), duty=[percent("5.5")], by="eu.trade"),
        measure("eu.quota.2825", goods=goods("2825"), duty=[percent("0")], by="eu.trade", quota=quota),
    )
    (assessed,) = derived(
        accepted(bloc.decide(declared(silicon("3", "1000.00", **chapter)))), "duty.assessed"
    )
    assert [(line.basis.amount, line.amount) for line in assessed.lines] == [
        ("333.33", "0.00"),
        ("666.67", "36.67"),
    ]


def test_what_was_drawn_stays_drawn_when_duty_is_assessed_anew() -> None:
    """Years later the same item has the same share, whoever drew since."""
    bloc = silicon_bloc()
    (assessed,) = derived(recorded(bloc, declared()), "duty.assessed")
    recorded(bloc, declared(reference="26DE0002"))
    again = assess_item(
        bloc.rules,
        member="EU",
        accepted_at="2026-06-10T10:00:00+02:00",
        item=item(**silicon()),
        known_position=bloc.position,
        left=as_drawn(assessed.quota),
    )
    assert (again.total, again.quota) == (assessed.total, assessed.quota)


def test_what_is_given_back_goes_to_whoever_asks_next() -> None:
    """180 t come back from the first item; the second, who was cut off, gets nothing of it, the third does."""
    bloc = silicon_bloc()
    (assessed,) = derived(recorded(bloc, declared()), "duty.assessed")
    recorded(bloc, declared(reference="26DE0002"))
    back = given_back(bloc, assessed.quota)
    assert back is not None
    assert (back.quantity.value, back.balance.value) == ("180000", "180000")
    bloc.record(said("bloc.tariffs", "bloc.quota.returned.v1", back))
    assert balance(bloc).held_by("EU", "26DE0001", 1) == 0
    (third,) = derived(recorded(bloc, declared(reference="26DE0003")), "quota.drawn")
    assert (third.drawn.value, third.balance.value) == ("180000", "0")
    assert given_back(bloc, assessed.quota) is None


def test_a_corrected_volume_changes_what_is_left_and_nothing_that_was_drawn() -> None:
    """A volume that is corrected to less than was drawn leaves nothing, never less than nothing."""
    opening = opened("500")
    bloc = european_bloc().record(opening)
    at = bloc.position
    bloc.record(within(), beyond())
    recorded(bloc, declared(silicon("400", "482000.00")))
    bloc.record(corrected(bloc, opening, at, volume=mass("100", "t")))
    (drawn,) = derived(recorded(bloc, declared(reference="26DE0002")), "quota.drawn")
    assert (drawn.drawn.value, drawn.balance.value) == ("0", "0")
    assert balance(bloc).held == Decimal(400_000)


@settings(max_examples=40)
@given(
    volume=st.integers(1, 900),
    requests=st.lists(
        st.tuples(st.sampled_from(["t", "kg", "lb"]), st.integers(1, 400)), min_size=1, max_size=5
    ),
)
def test_nobody_draws_more_than_there_is(volume: int, requests: list[tuple[str, int]]) -> None:
    """Whatever is asked for in whatever unit: drawn is at most asked, and all that is drawn at most the volume."""
    items = [
        silicon(value="1000.00", net_mass={"value": str(number), "unit": unit}, item_no=place)
        for place, (unit, number) in enumerate(requests, 1)
    ]
    drawn = derived(accepted(silicon_bloc(opened(str(volume))).decide(declared(*items))), "quota.drawn")
    left = Decimal(volume * 1000)
    for one in drawn:
        assert one.drawn.number == min(one.requested.number, left)
        left -= one.drawn.number
        assert one.balance.number == left


@settings(max_examples=60)
@given(grams=st.integers(1, 10**9), share=st.integers(1, 10**9), cents=st.integers(0, 10**12))
def test_the_parts_of_a_split_item_add_up(grams: int, share: int, cents: int) -> None:
    """Masses and values of both parts come to what was declared, and neither is below zero."""
    value = f"{cents // 100}.{cents % 100:02}"
    whole = item(value, {"value": str(grams + share), "unit": "g"})
    first, rest = split(whole, Decimal(share).scaleb(-3))
    assert first.net_mass.kilograms + rest.net_mass.kilograms == whole.net_mass.kilograms
    assert first.customs_value.value + rest.customs_value.value == whole.customs_value.value
    assert min(first.customs_value.value, rest.customs_value.value) >= 0


def test_a_measure_within_a_quota_is_for_nobody_who_does_not_claim_it() -> None:
    """The trace says of both measures how they stand to the goods."""
    bloc = silicon_bloc()
    (assessed,) = derived(accepted(bloc.decide(declared(silicon(quota=None)))), "duty.assessed")
    steps = [step for step in assessed.trace if step.step == "select" and step.measure]
    told = {step.measure: (step.applies, step.because) for step in steps}
    assert told["eu.safeguard.fesi.within"][0] is False
    assert told["eu.safeguard.fesi.beyond"][1].endswith(f"the goods are beyond quota {NUMBER}")
    assert within().data.quota.applies == "within"
