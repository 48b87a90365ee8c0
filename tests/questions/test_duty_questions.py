"""Questions 1, 4, 7, 11, 14, 15, 18 and 19 of docs/questions.md: duty, and what declarations come to together."""

from decimal import Decimal
from typing import Any

from tests.questions.asking import Asking


def test_question_01_every_duty_leads_to_the_events_it_rests_on(asking: Asking) -> None:
    """Lines sum to the total, each step that cites a position is a recorded event, and all of it is witnessed."""
    (answer,) = asking.ask(1)
    (item,) = answer["declaration"]["items"]
    duty = item["assessment"]["duty"]
    assert sum(Decimal(line["amount"]) for line in duty["lines"]) == Decimal(duty["total"])
    assert asking.event_at(item["assessment"]["position"])["data"] == duty
    cited = [asking.event_at(line["cites"]["position"]) for line in duty["lines"]]
    assert [event["type"] for event in cited] == ["bloc.measure.created.v1", "bloc.price_floor.set.v1"]
    assert [event["subject"] for event in cited] == [line["cites"]["stream"] for line in duty["lines"]]
    assert {step["step"] for step in duty["trace"]} >= {
        "governing_date",
        "origin",
        "select",
        "round",
        "total",
    }


def test_question_04_what_the_audit_finds_due_is_what_was_paid_back(asking: Asking) -> None:
    """160 180.00 (E16): found in the record as it was, reassessed, refunded; and nothing is due after that."""
    found, answer = asking.ask(4)
    assert "refunds 160180.00" in found
    declaration = answer["declaration"]
    duty = declaration["items"][0]["assessment"]["duty"]
    assert Decimal(duty["delta"]) == Decimal(duty["total"]) - Decimal(duty["previous_total"])
    annulments = [asking.event_at(position) for position in duty["because"]]
    assert {event["type"] for event in annulments} == {"bloc.event.annulled.v1"}
    paid = asking.event_at(declaration["history"][-1]["position"])
    assert paid["data"]["amount"] == {"amount": "160180.00", "currency": "USD"}
    (audited,) = asking.ask(10)
    assert "due on what came later" not in audited


def test_question_07_gap_and_duty_are_those_of_the_declarations(asking: Asking) -> None:
    """What is not collected of the gap is the bloc's own; and each row leads to signed assessments."""
    (answer,) = asking.ask(7)
    for row in answer["rows"]:
        gap, duty = Decimal(row["gap"]), Decimal(row["floor_duty"])
        assert Decimal(row["uncollected"]) == gap - duty == Decimal(row["gap_of_the_bloc"])
        assert _subjects(asking, row["largest"]) == [_stream(one) for one in row["largest"]]
    assert sum(Decimal(one["gap"]) for one in answer["rows"] if one["currency"] == "USD") == sum(
        Decimal(one["gap"]) for one in answer["totals"] if one["currency"] == "USD"
    )


def _subjects(asking: Asking, named: list[dict[str, Any]]) -> list[str]:
    return [asking.event_at(one["position"])["subject"] for one in named]


def _stream(named: dict[str, Any]) -> str:
    """`US/DEMO-0000009-9#1` is item 1 of a declaration."""
    return f"declaration/{named['item'].partition('#')[0]}"


def test_question_11_the_difference_is_the_floor_times_the_quantity(asking: Asking) -> None:
    """10 USD/kg more on four shipments of 12 t (E06, E07, E09, E10): 480 000.00; and nothing of it is recorded."""
    (answer,) = asking.ask(11)
    assert (
        sum(Decimal(one["duty"]["difference"]) for one in answer["total"] if one["currency"] == "USD")
        == 480000
    )
    floor = asking.read("/floors/ndpr.oxide_compound.oxide_99?effective_at=2026-06-15")["floor"]
    assert floor["price"]["amount"] == "110.00"
    assert answer["position"] == newest_position(asking)


def newest_position(asking: Asking) -> int:
    """The newest position: nothing was recorded by supposing."""
    return asking.read("/rules?limit=1")["position"]


def test_question_18_what_was_drawn_adds_up(asking: Asking) -> None:
    """680 t less what three drawings took; who was cut off first crossed the end, 180 t within and 320 t beyond."""
    now, then = asking.ask(18)
    period = next(one for one in now["quota"]["periods"] if one["status"] == "open")
    left = Decimal(period["volume"]["value"]) * 1000 - Decimal(period["drawn_kilograms"])
    assert Decimal(period["left_kilograms"]) == left
    assert asking.event_at(period["exhausted_at"])["type"] == "bloc.quota.exhausted.v1"
    for one in period["cut_off"]:
        drawn = asking.event_at(one["position"])
        assert (drawn["type"], drawn["data"]["reference"]) == ("bloc.quota.drawn.v1", one["reference"])
    before = next(one for one in then["quota"]["periods"] if one["status"] == "open")
    assert before["left_kilograms"] == period["cut_off"][0]["held_kilograms"]


def test_question_14_the_steps_sum_to_the_difference(asking: Asking) -> None:
    """Nothing of a difference is left unexplained."""
    (answer,) = asking.ask(14)
    for one in answer["differences"]:
        points = Decimal(one["other_law"]) - Decimal(one["own_law"])
        assert sum(Decimal(step["points"]) for step in one["effects"]) == points == Decimal(one["points"])
        duties = [asking.event_at(side["position"])["data"]["total"] for side in (one["one"], one["other"])]
        assert duties == [one["one"]["duty"], one["other"]["duty"]]


def test_question_15_a_finding_names_declarations_to_look_at(asking: Asking) -> None:
    """Each example is an assessment in the record."""
    (answer,) = asking.ask(15)
    for finding in answer["found"]:
        assert finding["because"]
        assert _subjects(asking, finding["examples"]) == [_stream(one) for one in finding["examples"]]


def test_question_19_a_corrected_rate_gives_back_exactly_what_was_too_much(asking: Asking) -> None:
    """37 500.00 USD at 1.3421 instead of 1.3399 (E17): 27 941.29, so 45.87 GBP are due back."""
    (answer,) = asking.ask(19)
    (rate,) = [asking.event_at(position) for position in answer["positions"]]
    assert rate["data"]["rate"] == answer["rate"]
    (use,) = answer["uses"]
    assert Decimal(use["corrected"]) == (Decimal(37_500) / Decimal("1.3421")).quantize(Decimal("0.01"))
    assert Decimal(use["due"]) == Decimal(use["corrected"]) - Decimal(use["assessed"])
    cited = {step.get("position") for step in asking.event_at(use["position"])["data"]["trace"]}
    assert set(answer["positions"]) <= cited
