"""How questions are asked: what cannot be understood, or could be understood in two ways, is refused by its name."""

from bloc.client import NDJSON
from tests.tariffs.partners import Partners


async def test_queries_that_cannot_be_understood_are_400(chile: Partners):
    """Each names the parameter."""
    for query in (
        {"effective_at": "2026-13-01"},
        {"effective_at": "20260701"},
        {"known_at": "2026-07-01T00:00:00"},
        {"known_at": "2026-07-01T00:00:00Z", "position": 3},
        {"position": "x"},
        {"position": -2},
        {"effective_at": "9999-12-31"},
        {"known_at": "0001-01-01T00:00:00+14:00"},
        {"known_at": "9999-12-31T23:59:59-14:00"},
        {"effective_at": ["2026-07-01", "2026-07-02"]},
    ):
        answer = await chile.get("/rules", **query)
        assert (answer.status, answer.slug) == (400, "bad_query"), (query, answer)
        assert answer.document["path"] in query
    far = await chile.get("/refusals", party="us.customs", after=10**30)
    assert (far.status, far.document["path"]) == (400, "after")


async def test_an_instant_is_understood_in_every_spelling_of_it(chile: Partners):
    """With more digits than the ledger reads, with a blank, with seconds of offset."""
    for spelt in (
        "2020-01-01T00:00:00.0000000000000000000000001Z",
        "2020-01-01 00:00:00Z",
        "20200101T000000Z",
    ):
        answer = await chile.get("/rules", known_at=spelt)
        assert (answer.status, answer.document.get("position")) == (200, -1), (spelt, answer)


async def test_a_parameter_that_an_address_does_not_have_is_400_and_not_passed_over(chile: Partners):
    """A misspelt day would be answered with today, a misspelt dry run be recorded; each is told what there is."""
    misspelt = await chile.get("/rules", effectiv_at="2026-07-01")
    assert (misspelt.status, misspelt.document["path"]) == (400, "effectiv_at")
    assert "effective_at" in misspelt.document["mend"]
    of_another = await chile.get("/declarations/CL/ANY", effective_at="2026-07-01")
    assert (of_another.status, of_another.slug) == (400, "bad_query")
    posted = await chile.http.post(
        "/submissions", params={"dryrun": "true"}, headers={"Content-Type": NDJSON}
    )
    assert (posted.status_code, posted.json()["path"]) == (400, "dryrun")
    for twice in ("dry_run=true&dry_run=false", "dry_run=true&dry_run=true"):
        posted = await chile.http.post(f"/submissions?{twice}", headers={"Content-Type": NDJSON})
        assert (posted.status_code, posted.json()["path"]) == (400, "dry_run")
    assert (await chile.get("/health/live", anything="1")).status == 200


async def test_the_earlier_position_of_a_difference_is_named_as_it_was_asked(chile: Partners):
    """It has other names than K."""
    for query in ({"from_position": 10**9}, {"from_known_at": "yesterday"}):
        answer = await chile.get("/diff", **query)
        assert (answer.status, answer.document["path"]) == (400, next(iter(query)))


async def test_what_does_not_exist_is_not_answered_as_if_nothing_applied(chile: Partners):
    """A misspelt territory has no duties, a misspelt kind no measures: each is refused with what it must be."""
    for path, query, mend in (
        ("/rules", {"territory": "cl"}, "US"),
        ("/rules", {"territory": "ZZ"}, "US"),
        ("/rules", {"origin": "XX"}, "CN"),
        ("/rules", {"kind": "tariff"}, "anti_dumping"),
        ("/rules", {"line": "oxide"}, "ndpr.oxide_compound.oxide_99"),
        ("/proposals", {"status": "open"}, "submitted"),
        ("/proposals", {"author": "chile"}, "us.customs"),
    ):
        answer = await chile.get(path, **query)
        assert (answer.status, answer.slug) == (400, "bad_query"), (path, query, answer)
        assert answer.document["path"] in query
        assert mend in answer.document["mend"], answer.document
    for path, parameter in (("/floors/oxide", "line"), ("/members/ZZ", "member")):
        answer = await chile.get(path)
        assert (answer.status, answer.document["path"]) == (400, parameter), answer


async def test_floors_are_asked_for_by_their_kind(chile: Partners):
    """As the page of the parameters says; they come without measures."""
    both = (await chile.get("/rules")).document
    floors = (await chile.get("/rules", kind="floor")).document
    assert (floors["floors"], floors["measures"]) == (both["floors"], [])
