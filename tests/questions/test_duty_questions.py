"""Questions 1, 4, 7, 11, 14, 15, 18 and 19 of docs/questions.md: duty, and what declarations come to together."""

from decimal import Decimal

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
