"""Reads about rules in time over HTTP: the life of a measure, what ends soon, what is missing."""

from tests.tariffs.events import LINE, event, measure
from tests.tariffs.partners import Partners, recorded


async def test_a_measure_shows_its_life_and_what_ends_is_announced(chile: Partners):
    """Created with a last day of its own; 404 for one that nobody recorded."""
    await recorded(chile, "cl.trade", measure("life", prefix="720221", effective_to="2026-09-01"))
    answer = await chile.get("/measures/cl.life/history")
    (known,) = answer.document["measure"]["known"]
    assert [(day["start"], day["status"]) for day in known["days"]][-1] == ("2026-09-01", "expired")
    soon = await chile.get("/rules/ending", effective_at="2026-07-01", within=62)
    found = {one["name"]: (one["days_left"], one["then"]["status"]) for one in soon.document["ending"]}
    assert found["cl.life"] == (62, "expired")
    assert (await chile.get("/measures/cl.nothing/history")).status == 404
    assert (await chile.get("/rules/ending", within=0)).status == 400
    assert (await chile.get("/rules/ending", after="the beginning")).status == 400


async def test_what_ends_comes_page_by_page(chile: Partners):
    """One at a time, until a page has no next: the same as all at once."""
    for code in ("720241", "720249"):
        ending_soon = measure(f"soon-{code}", prefix=code, effective_to="2027-09-01")
        await recorded(chile, "cl.trade", ending_soon)
    asked = {"effective_at": "2027-08-31", "within": 1}
    whole = (await chile.get("/rules/ending", **asked)).document
    assert "next" not in whole
    pages = [(await chile.get("/rules/ending", limit=1, **asked)).document]
    while "next" in pages[-1]:
        pages.append((await chile.get("/rules/ending", limit=1, after=pages[-1]["next"], **asked)).document)
    assert [one for page in pages for one in page["ending"]] == whole["ending"]
    assert {"cl.soon-720241", "cl.soon-720249"} <= {one["name"] for one in whole["ending"]}


async def test_a_measure_holds_only_while_its_act_does_also_over_http(chile: Partners):
    """The act is recorded with its last day; the measure, open, ends with it, and the answer says so."""
    basis = {"act": "cl.act.1", "article": "1", "uri": "https://bloc.example/acts/cl-1"}
    await recorded(
        chile,
        "cl.trade",
        event(
            "cl.trade",
            "act.adopted",
            act="cl.act.1",
            title="An act",
            adopted_on="2025-12-01",
            effective_from="2026-01-01",
            effective_to="2027-01-01",
            legal_basis=basis,
        ),
    )
    answer = await recorded(chile, "cl.trade", measure("on-act", prefix="720229", legal_basis=basis))
    query = {
        "position": answer.document["first_position"],
        "territory": "CL",
        "code": "720229",
        "all": "true",
    }
    after = await chile.get("/rules", effective_at="2027-01-01", **query)
    (found,) = after.document["measures"]
    assert (found["status"], found["because"][:18]) == ("act_expired", "its act cl.act.1: ")
    act = await chile.get("/acts/cl.act.1", effective_at="2026-07-01")
    assert (act.document["act"]["status"], act.document["act"]["rests"]) == (
        "in_force",
        ["measure/cl.on-act"],
    )
    assert (await chile.get("/acts/cl.act.2")).status == 404


async def test_gaps_name_lines_without_a_floor(chile: Partners):
    """Before any floor of it, the line is among them."""
    answer = await chile.get("/rules/gaps", effective_at="2026-01-02")
    assert LINE in answer.document["lines_without_floor"]
