"""A refusal is a recorded fact: it names the rules, keeps the body for its author, and is true."""

import asyncio
from hashlib import sha256
from typing import Any

import httpx

from contracts.subjects import SIGNATURE_HEADER
from tests.tariffs.events import drawdown, event, lot, measure
from tests.tariffs.partners import Partners, Said, recorded


async def entry_at(chile: Partners, position: int) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=chile.stack.ledger_url) as ledger:
        return (await ledger.get(f"/entries/{position}")).raise_for_status().json()


async def refused(chile: Partners, party: str, *lines: bytes) -> Said:
    answer = await chile.post(party, *lines)
    assert answer.status in (403, 422), answer
    return answer


async def test_a_refusal_is_recorded_with_all_broken_rules(chile: Partners):
    """422: the first rule on top, all of them listed, and the recorded refusal says the same."""
    body = drawdown("cl-wrong-1", "no-such-lot", amount_due="11.00")
    answer = await refused(chile, "cl.vault", body)
    assert answer.slug == "rule_broken"
    broken = answer.document["broken"]
    assert len(broken) >= 2
    assert answer.document["rule"] == broken[0]["rule"]
    assert answer.document["text"] == broken[0]["text"]
    served = await entry_at(chile, answer.document["position"])
    data = served["event"]["data"]
    assert served["event"]["type"] == "bloc.submission.refused.v1"
    assert data["submission"] == sha256(body).hexdigest()
    assert [one["rule"] for one in data["broken"]] == [one["rule"] for one in broken]


async def test_one_broken_line_refuses_the_whole_submission_and_is_named(chile: Partners):
    """The second of three lots breaks a rule: none is recorded, `line` is 1."""
    await recorded(chile, "cl.vault", lot("cl-line-known"))
    lines = (lot("cl-line-1"), lot("cl-line-known"), lot("cl-line-3"))
    answer = await refused(chile, "cl.vault", *lines)
    assert answer.document["line"] == 1
    assert (await chile.post("cl.vault", lines[0])).status == 201


async def test_the_same_bytes_refused_for_the_same_reason_are_refused_once(chile: Partners):
    """Posting a refused submission again returns the earlier refusal."""
    body = drawdown("cl-same-reason", "no-such-lot")
    first, second = await refused(chile, "cl.vault", body), await refused(chile, "cl.vault", body)
    assert first.document["position"] == second.document["position"]


async def test_what_was_refused_is_recorded_once_the_reason_is_gone(chile: Partners):
    """The lot arrives; the very same drawdown is then accepted."""
    body = drawdown("cl-later", "cl-later-lot")
    await refused(chile, "cl.vault", body)
    await recorded(chile, "cl.vault", lot("cl-later-lot"))
    assert (await chile.post("cl.vault", body)).status == 201


async def test_a_refused_body_is_given_to_its_author_and_to_nobody_else(chile: Partners):
    """Body and signature are kept under the digest; reading them takes a signature of the same party."""
    body = drawdown("cl-kept", "no-such-lot")
    await refused(chile, "cl.vault", body)
    digest = sha256(body).hexdigest()

    async def read(party: str | None) -> httpx.Response:
        headers = {} if party is None else {SIGNATURE_HEADER: chile.sign(party, digest.encode())}
        return await chile.http.get(f"/submissions/{digest}/body", headers=headers)

    own = await read("cl.vault")
    assert (own.status_code, own.content) == (200, body)
    assert (await read("cl.customs")).status_code in (401, 403, 404)
    assert (await read(None)).status_code in (401, 403, 404)


async def test_what_became_of_a_refused_submission_is_that_it_was_refused_and_why(chile: Partners):
    """Asked by its digest: not “recorded”, though the refusal is, but refused, by these rules, at this position."""
    body = drawdown("cl-asked", "no-such-lot")
    answer = await refused(chile, "cl.vault", body)
    said = (await chile.get(f"/submissions/{sha256(body).hexdigest()}")).document
    assert (said["outcome"], said["position"]) == ("refused", answer.document["position"])
    assert [one["rule"] for one in said["broken"]] == [one["rule"] for one in answer.document["broken"]]


async def test_fifty_racers_for_the_last_lot_leave_one_winner(chile: Partners):
    """One kilogram is left and fifty companies draw it at the same moment: one is recorded, forty-nine are refused
    with the rule about stock, and each refusal is recorded."""
    await recorded(chile, "cl.vault", lot("cl-last-lot", "1"))
    answers = await asyncio.gather(
        *(chile.post("cl.vault", drawdown(f"cl-race-{number}", "cl-last-lot")) for number in range(50))
    )
    assert sorted(answer.status for answer in answers) == [201] + [422] * 49
    losers = [answer for answer in answers if answer.status == 422]
    assert len({answer.document["rule"] for answer in losers}) == 1
    assert len({answer.document["position"] for answer in losers}) == 49


async def test_fifty_racers_for_one_measure_scope_leave_one_winner(chile: Partners):
    """Fifty measures with fifty names on the same goods: no stream in common, yet exactly one is recorded."""
    racers = [measure(f"race-{number}", prefix="850511") for number in range(50)]
    answers = await asyncio.gather(*(chile.post("cl.trade", racer) for racer in racers))
    assert sorted(answer.status for answer in answers) == [201] + [422] * 49
    assert {answer.document["rule"] for answer in answers if answer.status == 422} == {"MSR-6"}


async def test_beyond_the_budget_refusals_are_429_and_not_recorded(chile: Partners):
    """A party that sends nonsense in a loop fills no ledger: from the budget on it is answered 429."""
    bad = [
        event(
            "cl.prices",
            "reference_price.published",
            line=f"no_such.alloy.grade_{number}",
            price={"amount": "1.00", "currency": "USD", "per": "kg"},
            method="assessed",
            period_from="2026-05-01",
            period_to="2026-06-01",
            assessor="test",
        )
        for number in range(200)
    ]
    answers = await asyncio.gather(*(chile.post("cl.prices", body) for body in bad))
    statuses = [answer.status for answer in answers]
    assert set(statuses) == {422, 429}
    assert 120 <= statuses.count(422) <= 180
    beyond = next(answer for answer in answers if answer.status == 429)
    assert int(beyond.headers["retry-after"]) >= 1
    assert "position" not in beyond.document


async def test_what_a_party_sent_and_was_refused_is_listed_with_rules_and_words(chile: Partners):
    """Question 23: page by page, in order; the digest leads its author to the body."""
    party = "cl.vault"
    bodies = [drawdown(f"cl-listed-{number}", "no-such-lot") for number in range(3)]
    positions = [(await refused(chile, party, body)).document["position"] for body in bodies]

    async def asked(**more: Any) -> dict[str, Any]:
        params = {"party": party, "min_position": positions[-1], "after": positions[0] - 1, **more}
        return (await chile.http.get("/refusals", params=params)).raise_for_status().json()

    first = await asked(limit=2)
    assert [one["position"] for one in first["refusals"]] == positions[:2]
    assert first["next"] == positions[1]
    last = await asked(after=first["next"])
    assert [one["position"] for one in last["refusals"]] == positions[2:]
    assert "next" not in last
    (one,) = last["refusals"]
    assert one["submission"] == sha256(bodies[2]).hexdigest()
    assert one["broken"][0]["rule"].startswith("RES-")
    assert "no-such-lot" in one["broken"][0]["text"]
    headers = {SIGNATURE_HEADER: chile.sign(party, one["submission"].encode())}
    assert (await chile.http.get(one["body"], headers=headers)).content == bodies[2]


async def test_nobody_is_refused_before_anything_was_sent(chile: Partners):
    """An empty list for a party of which nothing was refused, and at an earlier K; what is no party is a bad query."""
    none = (await chile.http.get("/refusals", params={"party": "cl.nobody"})).json()
    assert none["refusals"] == []
    wrong = await chile.http.get("/refusals", params={"party": "nobody"})
    assert (wrong.status_code, "is no party" in wrong.json()["detail"]) == (400, True)
    early = (await chile.http.get("/refusals", params={"party": "cl.vault", "position": 0})).json()
    assert early["refusals"] == []
