"""Questions 2, 5, 6, 12, 13, 20, 21 and 25 of docs/questions.md: the rules, on any day as known at any position."""

from typing import Any

from tests.questions.asking import Asking

METAL = "ndpr.unwrought_metal.metal"


def test_question_02_the_event_that_made_the_difference_is_named(asking: Asking) -> None:
    """Not known, then 112, then 110 (E12); and between the last two lies one correction that names the slip."""
    unknown, before, now, difference = asking.ask(2)
    assert "price" not in unknown["floor"]
    (change,) = [one for one in difference["changes"] if one["name"] == METAL]
    (because,) = change["because"]
    assert change["after"]["position"] == because["position"] == now["floors"][0]["position"]
    correction = asking.event_at(because["position"])
    slip = asking.event_at(before["floor"]["position"])
    assert correction["data"]["target"]["position"] == before["floor"]["position"]
    assert slip["data"]["price"]["amount"] == "112.00"


def test_question_05_only_what_reaches_these_goods_is_listed(asking: Asking) -> None:
    """The bloc's preference does not reach Chinese goods, and the EU's safeguards do not hold in the United States."""
    answer, alloys = asking.ask(5)
    assert {one["territory"] for one in answer["measures"]} <= {"US", "BLOC"}
    assert "us.preference.bloc.284690" not in {one["measure"] for one in answer["measures"]}
    for rule in (*answer["measures"], *answer["floors"], *alloys["measures"]):
        event = asking.event_at(rule["position"])
        assert event["data"]["legal_basis"]["act"] == rule["legal_basis"]["act"]
    everything = asking.read("/rules?code=284690&territory=US&effective_at=2026-06-15&all=true")
    assert "us.preference.bloc.284690" in {one["measure"] for one in everything["measures"]}


def test_question_06_issuer_and_approver_are_those_that_signed(asking: Asking) -> None:
    """The parties that the answer names are the authors of the entries, hold the mandates, and are two."""
    approved, alone = asking.ask(6)
    act = approved["acts"][0]
    assert act["proposed"]["party"] != act["approved"]["party"]
    for step in (act["issued"], act["proposed"], act["approved"], alone["acts"][0]["issued"]):
        assert asking.event_at(step["position"])["source"] == f"/parties/{step['party']}"
        mandates = asking.read(f"/parties/{step['party']}")["party"]["mandates"]
        assert {one["mandate"] for one in mandates} >= set(step["mandates"])
    proposal = asking.event_at(act["proposed"]["position"])["data"]
    assert asking.event_at(act["issued"]["position"])["data"].items() >= _of_measure(proposal, act).items()


def _of_measure(proposal: dict[str, Any], act: dict[str, Any]) -> dict[str, Any]:
    """What a proposal says of the safeguard on ferro-silicon."""
    proposed = (one["data"] for one in proposal["events"] if one["type"] == act["type"])
    return next(one for one in proposed if one["measure"] == "eu.safeguard.2025-2351.720221")


def test_question_12_days_late_are_counted_from_recorded_days(asking: Asking) -> None:
    """49 days for the memorandum, whenever asked; Mexico's plan is later by one with each day."""
    late, _ = asking.ask(12)
    memorandum = next(one["commitment"] for one in late["commitments"] if one["member"] == "EU")
    assert asking.event_at(memorandum["position"])["data"]["due_on"] == "2026-03-06"
    assert asking.event_at(memorandum["fulfilled_at"])["data"]["fulfilled_on"] == "2026-04-24"
    days = {}
    for day in ("2026-07-01", "2026-07-02"):
        asked = asking.read(f"/commitments?late=true&effective_at={day}")["commitments"]
        days[day] = {one["member"]: one["commitment"]["days_late"] for one in asked}
    assert days == {"2026-07-01": {"MX": 87, "EU": 49}, "2026-07-02": {"MX": 88, "EU": 49}}


def test_question_13_the_day_after_has_its_own_answer(asking: Asking) -> None:
    """What is said about the first day without the safeguard is what is answered when asked for that day."""
    answer, summer = asking.ask(13)
    ending = next(one for one in answer["ending"] if one["name"] == "eu.safeguard.2025-2351.720221")
    event = asking.event_at(ending["now"]["position"])
    assert event["data"]["effective_to"] == ending["ends_on"]
    after = asking.read(f"/rules?code=720221&territory=EU&effective_at={ending['ends_on']}")
    assert ending["name"] not in {one["measure"] for one in after["measures"]}
    quarter = next(one for one in summer["ending"] if one["what"] == "quota")
    assert asking.event_at(quarter["now"]["position"])["data"]["effective_to"] == quarter["ends_on"]
    assert asking.event_at(quarter["then"]["position"])["data"]["effective_from"] == quarter["ends_on"]


def test_question_20_a_line_has_a_floor_or_is_listed(asking: Asking) -> None:
    """No line is both; and with a price for the day, the price is not missed."""
    (answer,) = asking.ask(20)
    with_floor = {one["line"] for one in asking.read("/rules?effective_at=2026-07-01&limit=1000")["floors"]}
    assert with_floor
    assert not with_floor & set(answer["lines_without_floor"])
    february = asking.read("/rules/gaps?effective_at=2026-02-15")
    assert all(not one["lacks_price"] for one in february["floors"])


def test_question_21_each_row_of_a_history_is_an_entry(asking: Asking) -> None:
    """The axis of recording is the entries of the measure's stream, in order."""
    (answer,) = asking.ask(21)
    rows = answer["measure"]["known"]
    assert [row["position"] for row in rows] == sorted(row["position"] for row in rows)
    for row in rows:
        event = asking.event_at(row["position"])
        assert (event["type"], event["source"]) == (row["type"], row["source"])
    assert rows[1]["mends"] == rows[0]["position"]


def test_question_25_a_line_with_another_code_leaves_its_measures_behind(asking: Asking) -> None:
    """The measures named are in force the day before and reach the line no longer; the floor stays."""
    (answer,) = asking.ask(25)
    (at,) = {one["position"] for one in answer["changes"]}
    assert asking.event_at(at)["type"] == "bloc.stage_line.reclassified.v1"
    floor = asking.read("/floors/ndpr.oxide_compound.oxide_99?effective_at=2028-01-01")["floor"]
    assert floor["status"] == "in_force"
    lost = {one["measure"] for one in answer["changes"] if one["change"] == "lost"}
    for measure in lost:
        prefixes = asking.event_at(_created_at(asking, measure))["data"]["goods"]["prefixes"]
        assert not any("284691".startswith(prefix) for prefix in prefixes)


def _created_at(asking: Asking, measure: str) -> int:
    return asking.read(f"/measures/{measure}/history")["measure"]["known"][0]["position"]
