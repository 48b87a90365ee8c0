"""Cases on the wire: what a case, and a ruling, cannot leave out."""

from tests.contracts.mutations import event, line, refused


def test_a_case_is_about_something():
    """Streams, or goods."""
    value = event("bloc.case.opened.v1")
    del value["data"]["goods"], value["data"]["about"]
    assert refused(line(value)).path == "$.data.about"


def test_a_dispute_has_two_parties():
    """And not the same one twice."""
    value = event("bloc.case.opened.v1")
    value["data"]["kind"] = "dispute"
    assert refused(line(value)).path == "$.data.respondent"
    value["data"] |= {"complainant": "eu.trade", "respondent": "eu.trade"}
    assert refused(line(value)).path == "$.data.respondent"


def test_a_ruling_ex_nunc_and_only_that_one_has_a_first_day():
    """Ex tunc there is no first day: the acts never were."""
    value = event("bloc.case.ruled.v1")
    value["data"]["effective_from"] = "2026-04-01"
    assert refused(line(value)).path == "$.data.effective_from"
    value["data"]["effect"] = "ex_nunc"
    del value["data"]["effective_from"]
    assert refused(line(value)).path == "$.data.effective_from"
